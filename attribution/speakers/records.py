"""From decisions to the records of the contract: speakers with names, roles and affiliations, each with its span."""

from __future__ import annotations

from attribution.schema import Affiliation, Article, Attribution, Evidence, Role, Speaker
from attribution.speakers import descriptions, lexicon, organizations
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
    for fact in _main_first(referent.facts):
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
            full = _fullest(discourse, stretch)
            if full is None:
                continue
            text = article.text[slice(*full)]
            plain = text.lower().replace(".", "")
            if plain in seen_bodies or plain == own or len(affiliations) >= _MOST_AFFILIATIONS:
                continue
            seen_bodies.append(plain)
            affiliations.append(Affiliation(name=text, span=article.span(*full)))
            evidence.append(Evidence(reason=f"affiliation: {fact.reason}", span=article.span(*full)))
    if not affiliations and referent.kind == "person":
        for fact in referent.facts:
            for stretch in _implied(discourse, fact)[: 1 - len(affiliations)]:
                full = _full_name(discourse, stretch)
                affiliations.append(Affiliation(name=article.text[slice(*full)], span=article.span(*full)))
                evidence.append(
                    Evidence(reason="affiliation: the body spoken of just before the role", span=article.span(*full))
                )
    return roles, affiliations, evidence


def _main_first(facts: list[Fact]) -> list[Fact]:
    """Present before past, explicit before implied; kinship and the like only when nothing else is said."""
    weak = [fact for fact in facts if fact.head in KIN]
    strong = [fact for fact in facts if fact.head not in KIN]
    chosen = strong if any(fact.role for fact in strong) else [*strong, *weak]
    return sorted(chosen, key=lambda fact: (fact.former, -fact.strength))


def _role_words(text: str) -> set[str]:
    from attribution.speakers.candidates import same_noun

    words = {word.strip(".,").lower() for word in text.replace("-", " ").split()}
    return {same_noun(lexicon.TITLES.get(word) or word) for word in words} - {"of", "the", "and", "a"}


def _fullest(discourse: Discourse, stretch: Stretch) -> Stretch | None:
    """For "the ministry" or "the campaign" the place where it is named in full; ``None`` when nothing identifies it."""
    layout = discourse.layout
    text = layout.text[slice(*stretch)]
    if not text.islower():
        return _full_name(discourse, stretch)
    if " " in text:
        return stretch
    fits = [
        item
        for item in discourse.referents
        if item.kind == "organization"
        and item.name
        and (item.noun == text or (item.entity is not None and any(text in name.key for name in item.entity.names)))
    ]
    if len(fits) == 1:
        return fits[0].name
    place = organizations.named_elsewhere(discourse, text, *layout.at(*stretch))
    if place is not None:
        return layout.starts[place[0]], layout.ends[place[1] - 1]
    if text in {"company", "group", "firm", "organization", "agency", "center", "institute", "foundation"}:
        return descriptions.nearest_body(discourse.scene, layout.at(*stretch)[0])
    return None


_NO_ROLES = frozenset("man woman person guy gentleman lady boy girl one here kid child".split())
_SPEAKS_FOR = frozenset(
    "executive ceo cfo coo spokesman spokeswoman spokesperson president director chairman chairwoman chair manager "
    "coach captain head founder "
    "co-founder secretary treasurer dean editor superintendent principal leader".split()
)
"""Heads of roles that are held in some body; where none is named, the body spoken of just before is meant."""


def _implied(discourse: Discourse, fact: Fact) -> list[Stretch]:
    """The body of a "chief executive" without one: the organisation named last in this or the two sentences before."""
    layout, scene = discourse.layout, discourse.scene
    if fact.head not in _SPEAKS_FOR or fact.former or fact.role is None:
        return []
    at = layout.at(*fact.role)[0]
    for token in range(at - 1, -1, -1):
        if layout.sentence[at] - layout.sentence[token] > 2:
            break
        name = scene.by_token.get(token)
        if name is None or layout.quoted[token]:
            continue
        entity = scene.owner[id(name)]
        if entity.kind == "organization" or (entity.kind == "other" and len(entity.names) > 1):
            return [(layout.starts[name.first], layout.ends[name.last - 1])]
    return []


def _full_name(discourse: Discourse, stretch: Stretch) -> Stretch:
    """For an acronym or a short form of an organisation the place where it is named in full."""
    layout = discourse.layout
    first, last = layout.at(*stretch)
    name = discourse.scene.by_token.get(first)
    if name is None or (name.first, name.last) != (first, last):
        return stretch
    entity = discourse.scene.owner[id(name)]
    full = entity.canonical
    if entity.kind != "organization" or len(full.key) <= len(name.key):
        return stretch
    return layout.starts[full.first], layout.ends[full.last - 1]
