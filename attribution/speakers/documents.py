"""Sources that are documents by their noun: *a CNN poll*, *his letter*, *the indictment*."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.candidates import Anchor, fits
from attribution.speakers.discourse import Decision, Discourse, rank
from attribution.speakers.organizations import decide_organization, inner_name
from attribution.speakers.referents import Referent
from attribution.speakers.scene import is_role
from attribution.speakers.sources import PRONOUNS, Source

_SENT_OUT = frozenset(
    "missive editorial op-ed statement tweet tweets letter email e-mail post posts release message memo posting note "
    "press-release communique communiqué column notice".split()
)
_PUBLISHED = frozenset(
    "report story article column op-ed editorial page piece poll survey headline pages average research analysis "
    "count data account video study".split()
)
_WORKS = frozenset(
    "bill law lawsuit suit treaty agreement constitution book film movie song video ad advertisement".split()
)


def decide_document(discourse: Discourse, at: int, source: Source) -> Decision:
    """A document speaks for whoever its phrase says issued it; else it is the speaker itself."""
    issued = _owned(discourse, at, source) or _issued_by(discourse, at, source)
    if issued is not None:
        return issued
    opening = discourse.layout.lower[source.start]
    if opening in PRONOUNS and opening not in {"this", "that", "those", "these", "one"}:
        return _owned_by_pronoun(discourse, at, source)
    senders, clear = _senders(discourse, source) if source.noun in _SENT_OUT and source.definite else ([], False)
    if senders:
        place = senders[0].places[0] if senders[0].places else None
        reason = "it was sent out by the speaker named with it" if clear else "it was sent out by the one named here"
        return Decision(senders, 0.75 if clear else 0.5, [(reason, place)])
    known = [item for item in discourse.referents if item.kind == "document" and item.noun == source.noun]
    if known and source.definite:
        return Decision([known[-1]], 0.8, [("the same document as before", None)])
    new = discourse.add(Referent("document", noun=source.noun, plural=source.plural))
    return Decision([new], 0.8, [("a document whose issuer the source does not name", (source.first, source.head + 1))])


def _owned(discourse: Discourse, at: int, source: Source) -> Decision | None:
    """ "Trump's letter", "the committee's report", "a new CNN poll"."""
    layout, scene = discourse.layout, discourse.scene
    if source.possessor is not None:
        name = scene.by_token.get(source.possessor[1] - 1)
        if name is not None:
            reason = ("the source names whose document it is", (name.first, name.last))
            return Decision([discourse.of_name(name)], 0.9, [reason])
        return _described_issuer(discourse, at, source.possessor[0], source.possessor[1])
    inner = inner_name(discourse, source)
    if inner is None or source.noun in _WORKS:
        return None
    if inner.last - inner.first == 1 and layout.lower[inner.first] in lexicon.NATIONALITIES:
        return None
    issuers = _issuers(discourse, source.start, source.head) or [discourse.of_name(inner)]
    return Decision(issuers, 0.85, [("the source names whose document it is", (inner.first, inner.last))])


def _issued_by(discourse: Discourse, at: int, source: Source) -> Decision | None:
    """ "A report by the Ardent Institute", "a laboratory report issued by the ministry"."""
    layout = discourse.layout
    after = range(source.head + 1, source.last - 1)
    mark = next((token for token in after if layout.lower[token] in {"by", "from"}), -1)
    if mark < 0 and source.noun in _PUBLISHED:
        mark = next((token for token in after if layout.lower[token] in {"in", "of", "for"}), -1)
    if mark < 0:
        return None
    issuers = _issuers(discourse, mark + 1, source.last)
    if issuers:
        return Decision(issuers, 0.88, [("the source names who issued it", issuers[0].places[0])])
    return _described_issuer(discourse, at, mark + 1, source.last) if layout.lower[mark] in {"by", "from"} else None


def _described_issuer(discourse: Discourse, at: int, first: int, last: int) -> Decision | None:
    """The organisation that a description of the issuer stands for."""
    layout = discourse.layout
    nouns = [token for token in range(first, min(last, first + 6)) if layout.lower[token] in lexicon.ORGANIZATIONS]
    if not nouns:
        return None
    head = nouns[0]
    definite = layout.lower[first] in {"the", "this", "that"}
    issuer = Source("nominal", first, last, head, start=first, noun=layout.lower[head], definite=definite)
    decision = decide_organization(discourse, at, issuer)
    named = [item for item in decision.referents if item.name]
    return Decision(named, decision.confidence * 0.95, decision.reasons) if named else None


def _issuers(discourse: Discourse, first: int, last: int) -> list[Referent]:
    """The people and bodies named side by side from ``first`` on: "The Washington Post and ABC News"."""
    layout, scene = discourse.layout, discourse.scene
    found: list[Referent] = []
    at, joined = first, True
    while at < last:
        name = scene.by_token.get(at)
        if name is not None and name.first == at and joined and _is_employer(discourse, name.last, last):
            at = name.last  # "Loyola Law School professor Justin Levitt"
            continue
        if name is not None and name.first == at and joined and scene.owner[id(name)].kind != "place":
            found.append(discourse.of_name(name))
            at, joined = name.last, False
            continue
        word = layout.lower[at]
        joined |= word in {"and", "/", "&", ",", "-", "–"}
        if found and word not in {"of", "the", "at"} and not joined and scene.by_token.get(at) is None:
            break
        at += 1
    return list(dict.fromkeys(found))[:4]


def _is_employer(discourse: Discourse, after: int, last: int) -> bool:
    """Whether a role and then a person's name follow: the name before is only where that person works."""
    if after + 1 >= last or not is_role(discourse.layout.lower[after]):
        return False
    name = discourse.scene.by_token.get(after + 1)
    return name is not None and discourse.scene.owner[id(name)].kind == "person"


def _senders(discourse: Discourse, source: Source) -> tuple[list[Referent], bool]:
    """Who sent out "the letter", and whether the article says so clearly.

    Clear is the speaker of words in the sentence that speaks of it before, or an owner there; else it is the first
    one named in that sentence, or the speaker before.
    """
    layout, scene = discourse.layout, discourse.scene
    for at in range(source.first - 1, -1, -1):
        if layout.lower[at] != source.noun:
            continue
        owner = scene.by_token.get(at - 2) if layout.lower[at - 1] in {"'s", "’"} else scene.by_token.get(at - 1)
        if owner is not None and scene.owner[id(owner)].kind in {"person", "organization"}:
            return [discourse.of_name(owner)], True
        said = [
            decision.referents
            for place, decision in discourse.decisions.items()
            if layout.sentence[discourse.position(place)] == layout.sentence[at] and discourse.position(place) < at
        ]
        named = [referents for referents in said if referents and all(item.name for item in referents)]
        if named:
            return named[-1], True
        begin = layout.sentence.index(layout.sentence[at])
        inside = [name for token in range(begin, at) if (name := scene.by_token.get(token)) and name.first == token]
        first = [name for name in inside if scene.owner[id(name)].kind in {"person", "organization"}]
        if first:
            return [discourse.of_name(first[0])], False
    known = [item for item in discourse.referents if item.name]
    before = [(token, item) for item in known for token in item.spoken if token < source.first]
    return ([max(before, key=lambda pair: pair[0])[1]], False) if before else ([], False)


def _owned_by_pronoun(discourse: Discourse, at: int, source: Source) -> Decision:
    word = discourse.layout.lower[source.start]
    anchor = Anchor(source.start, word, True, False, False, frozenset(), discourse.contents[at], at)
    best, chance, _ = rank(discourse, anchor, [item for item in discourse.referents if fits(anchor, item)])
    if best is None:
        return Decision([], 0.5, [("whose document it is, is not clear", None)])
    place = best.places[-1] if best.places else None
    return Decision([best], chance * 0.95, [("the document belongs to the speaker named here", place)])
