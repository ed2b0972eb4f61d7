"""From decisions to the records of the contract: speakers with names, roles and affiliations, each with its span."""

from __future__ import annotations

from attribution.schema import Affiliation, Article, Attribution, Evidence, Role, Speaker
from attribution.speakers import lexicon
from attribution.speakers.affiliations import fullest
from attribution.speakers.discourse import Decision, Discourse
from attribution.speakers.modifiers import KIN
from attribution.speakers.referents import Referent
from attribution.speakers.scene import Fact

Stretch = tuple[int, int]

_MOST_ROLES = 3
_MOST_AFFILIATIONS = 4


def write_records(
    article: Article, attributions: list[Attribution], decisions: list[Decision], discourse: Discourse, threshold: float
) -> tuple[list[Attribution], list[Speaker]]:
    """The attributions with their speakers, and the speakers in order of their first quotation.

    A decision below ``threshold`` leaves its attribution without a speaker and says who was thought of.
    """
    ids: dict[int, str] = {}
    used: list[tuple[Referent, float]] = []
    written = []
    for attribution, decision in zip(attributions, decisions, strict=True):
        evidence = [
            Evidence(reason=reason, span=_span(article, discourse, place)) for reason, place in decision.reasons
        ]
        certain = bool(decision.referents) and decision.confidence >= threshold
        if decision.referents and not certain:
            evidence.insert(
                0, Evidence(reason=f"left open: the best guess has a confidence of {decision.confidence:.2f}")
            )
        chosen = [one for item in decision.referents for one in item.members or (item,)] if certain else []
        for referent in chosen:
            if id(referent) not in ids:
                ids[id(referent)] = f"s{len(ids) + 1}"
                used.append((referent, decision.confidence))
        names = [ids[id(referent)] for referent in chosen]
        written.append(
            attribution.model_copy(
                update={
                    "speaker": names[0] if names else None,
                    "other_speakers": names[1:],
                    "evidence": [*attribution.evidence, *evidence],
                }
            )
        )
    speakers = [_speaker(article, discourse, referent, ids[id(referent)], confidence) for referent, confidence in used]
    return written, speakers


def _span(article: Article, discourse: Discourse, place: tuple[int, int] | None):  # type: ignore[no-untyped-def]
    if place is None:
        return None
    layout = discourse.layout
    return article.span(layout.starts[place[0]], layout.ends[place[1] - 1])


def _speaker(article: Article, discourse: Discourse, referent: Referent, identity: str, confidence: float) -> Speaker:
    roles: list[Role] = []
    affiliations: list[Affiliation] = []
    evidence: list[Evidence] = []
    if referent.kind in {"person", "unknown", "group"}:
        roles, affiliations, evidence = _describe(article, discourse, referent)
    evidence = [Evidence(reason=reason) for reason in referent.reasons] + evidence
    name = article.text[slice(*referent.name)] if referent.name else None
    if not evidence:
        evidence = [
            Evidence(reason="named in the article", span=article.span(*referent.name) if referent.name else None)
            if name
            else Evidence(reason="not named in the article")
        ]
    return Speaker(
        id=identity,
        name=name,
        kind=referent.kind,
        mentions=[_span(article, discourse, place) for place in referent.places],
        role=roles[0] if roles else None,
        other_roles=roles[1:],
        affiliation=affiliations[0] if affiliations else None,
        other_affiliations=affiliations[1:],
        confidence=round(confidence, 3),
        evidence=evidence,
    )


def _describe(
    article: Article, discourse: Discourse, referent: Referent
) -> tuple[list[Role], list[Affiliation], list[Evidence]]:
    """Roles and affiliations, each once, the main ones first."""
    roles: list[Role] = []
    affiliations: list[Affiliation] = []
    evidence: list[Evidence] = []
    seen_roles: list[set[str]] = []
    seen_bodies: list[str] = []
    own = article.text[slice(*referent.name)].lower() if referent.name else ""
    for fact in main_first(referent.facts):
        if referent.name is not None and fact.head in _NO_ROLES:
            continue
        if fact.role is not None and len(roles) < _MOST_ROLES:
            text = article.text[slice(*fact.role)]
            words = _role_words(text)
            if not any(words <= seen or (seen <= words and len(seen) > 0) for seen in seen_roles):
                seen_roles.append(words)
                roles.append(Role(text=text, span=article.span(*fact.role), former=fact.former))
                evidence.append(Evidence(reason=f"role: {fact.reason}", span=article.span(*fact.role)))
        for stretch in fact.affiliations:
            full = fullest(discourse, stretch)
            if full is None:
                continue
            text = article.text[slice(*full)]
            plain = text.lower().replace(".", "")
            if plain in seen_bodies or plain == own or len(affiliations) >= _MOST_AFFILIATIONS:
                continue
            seen_bodies.append(plain)
            affiliations.append(Affiliation(name=text, span=article.span(*full)))
            evidence.append(Evidence(reason=f"affiliation: {fact.reason}", span=article.span(*full)))
    body = None if affiliations or referent.kind != "person" else discourse.employers.choose(discourse, referent)
    if body is not None:
        affiliations.append(Affiliation(name=article.text[slice(*body)], span=article.span(*body)))
        reason = "affiliation: nothing explicit; the body of the article that fits best"
        evidence.append(Evidence(reason=reason, span=article.span(*body)))
    return roles, affiliations, evidence


def explicit_affiliations(discourse: Discourse, referent: Referent) -> list[Stretch]:
    """Where the affiliations stand that the article states of somebody in so many words, by their full names."""
    stated = (stretch for fact in main_first(referent.facts) for stretch in fact.affiliations)
    return [full for stretch in stated if (full := fullest(discourse, stretch)) is not None]


def main_first(facts: list[Fact]) -> list[Fact]:
    """Present before past, explicit before implied; kinship and the like only when nothing else is said."""
    weak = [fact for fact in facts if fact.head in KIN]
    strong = [fact for fact in facts if fact.head not in KIN]
    chosen = strong if any(fact.role for fact in strong) else [*strong, *weak]
    return sorted(chosen, key=lambda fact: (fact.former, -fact.strength))


def _role_words(text: str) -> set[str]:
    from attribution.speakers.candidates import same_noun

    words = {word.strip(".,").lower() for word in text.replace("-", " ").split()}
    return {same_noun(lexicon.TITLES.get(word) or word) for word in words} - {"of", "the", "and", "a"}


_NO_ROLES = frozenset("man woman person guy gentleman lady boy girl one here kid child".split())
