"""Sources that are organisations or documents by their noun: *the ministry*, *Trump's campaign*, *a CNN poll*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attribution.speakers import lexicon
from attribution.speakers.names import Name
from attribution.speakers.referents import Referent
from attribution.speakers.sources import PRONOUNS, Source

if TYPE_CHECKING:
    from attribution.speakers.discourse import Decision, Discourse

_SENT_OUT = frozenset(
    "missive editorial op-ed statement tweet tweets letter email e-mail post posts release message memo posting note "
    "press-release communique communiqué".split()
)
_PHRASED = frozenset(
    "campaign administration government camp team family council office department ministry army police party group "
    "company".split()
)
_PUBLISHED = frozenset(
    "report story article column op-ed editorial page piece poll survey headline pages average research analysis "
    "count data account video".split()
)
_WORKS = frozenset(
    "bill law lawsuit suit treaty agreement constitution book film movie song video ad advertisement".split()
)


def decide_organization(discourse: Discourse, at: int, source: Source) -> Decision:
    """The organisation that a description stands for: named in it, named elsewhere with the same noun, or unnamed."""
    from attribution.speakers.candidates import fits
    from attribution.speakers.discourse import Decision, anchor_of, rank

    layout = discourse.layout
    inner = inner_name(discourse, source)
    if inner is not None:
        return Decision(
            [_phrase(discourse, source, inner)],
            0.93,
            [("the source names the organisation", (source.first, source.head + 1))],
        )
    if source.start < source.head and layout.lower[source.head - 1] in lexicon.NATIONALITIES:
        named = (source.head - 1, source.head + 1)
        return Decision([_by_phrase(discourse, *named)], 0.9, [("the source names the organisation", named)])
    anchor = anchor_of(discourse, at, source)
    if source.definite or source.possessor is not None:
        stretch = named_elsewhere(discourse, source.noun, source.first, source.last)
        candidates = [item for item in discourse.referents if fits(anchor, item)]
        alike = [
            item
            for item in candidates
            if item.entity is not None and any(source.noun in name.key for name in item.entity.names)
        ]
        best, chance, _ = rank(discourse, anchor, alike or candidates)
        if alike and best is None:
            best, chance = max(alike, key=lambda item: len(item.places)), 0.7
        if alike and best is not None:
            return Decision(
                [best],
                max(chance, 0.85 if len(alike) == 1 else chance),
                [("the description fits the organisation named here", best.places[0])],
            )
        if stretch is not None:
            return Decision(
                [_by_phrase(discourse, *stretch)], 0.85, [("the description fits the organisation named here", stretch)]
            )
        if best is not None:
            return Decision([best], chance, [("the description fits the organisation named before", best.places[0])])
    stretch = _institution(discourse, source)
    if stretch is not None:
        return Decision(
            [_by_phrase(discourse, *stretch)], 0.75, [("the article names the organisation no further", stretch)]
        )
    known = [
        item
        for item in discourse.referents
        if item.entity is None and item.kind == "organization" and item.noun == source.noun
    ]
    if known and source.definite:
        return Decision([known[-1]], 0.8, [("the same organisation as before", None)])
    new = discourse.add(Referent("organization", noun=source.noun))
    return Decision([new], 0.7, [("an organisation that the article does not name", (source.first, source.head + 1))])


def decide_document(discourse: Discourse, at: int, source: Source) -> Decision:
    """A document speaks for whoever its phrase says issued it; else it is the speaker itself."""
    from attribution.speakers.discourse import Decision

    layout, scene = discourse.layout, discourse.scene
    owner = source.possessor
    if owner is not None:
        name = scene.by_token.get(owner[1] - 1)
        if name is not None:
            return Decision(
                [discourse.of_name(name)], 0.9, [("the source names whose document it is", (name.first, name.last))]
            )
    inner = inner_name(discourse, source)
    if inner is not None and source.noun not in _WORKS and layout.lower[inner.first] not in lexicon.NATIONALITIES:
        issuers = _issuers(discourse, source.start, source.head)
        return Decision(
            issuers or [discourse.of_name(inner)],
            0.85,
            [("the source names whose document it is", (inner.first, inner.last))],
        )
    mark = next((at for at in range(source.head + 1, source.last - 1) if layout.lower[at] in {"by", "from"}), -1)
    if mark < 0 and source.noun in _PUBLISHED:
        mark = next(
            (at for at in range(source.head + 1, source.last - 1) if layout.lower[at] in {"in", "of", "for"}), -1
        )
    issuers = _issuers(discourse, mark + 1, source.last) if mark > 0 else []
    if issuers:
        return Decision(issuers, 0.88, [("the source names who issued it", issuers[0].places[0])])
    opening = layout.lower[source.start]
    if opening in PRONOUNS and opening not in {"this", "that", "those", "these", "one"}:
        return _owned_by_pronoun(discourse, at, source)
    sender = _sender(discourse, source) if source.noun in _SENT_OUT and source.definite else None
    if sender is not None:
        return Decision(
            [sender], 0.45, [("it was sent out by the one named here", sender.places[0] if sender.places else None)]
        )
    known = [item for item in discourse.referents if item.kind == "document" and item.noun == source.noun]
    if known and source.definite:
        return Decision([known[-1]], 0.8, [("the same document as before", None)])
    new = discourse.add(Referent("document", noun=source.noun, plural=source.plural))
    return Decision([new], 0.8, [("a document whose issuer the source does not name", (source.first, source.head + 1))])


def _issuers(discourse: Discourse, first: int, last: int) -> list[Referent]:
    """The people and bodies named side by side from ``first`` on: "The Washington Post and ABC News"."""
    layout, scene = discourse.layout, discourse.scene
    found: list[Referent] = []
    at, joined = first, True
    while at < last:
        name = scene.by_token.get(at)
        if name is not None and name.first == at and joined and scene.owner[id(name)].kind != "place":
            found.append(discourse.of_name(name))
            at, joined = name.last, False
            continue
        word = layout.lower[at]
        joined |= word in {"and", "/", "&", ",", "-", "–"}
        if found and not (joined or word in {"the"}):
            break
        at += 1
    return list(dict.fromkeys(found))[:4]


def _sender(discourse: Discourse, source: Source) -> Referent | None:
    """Who sent out "the letter": the subject of the sentence that speaks of it first, else the speaker before."""
    layout, scene = discourse.layout, discourse.scene
    for at in range(source.first - 1, -1, -1):
        if layout.lower[at] != source.noun:
            continue
        begin = at
        while begin > 0 and layout.sentence[begin - 1] == layout.sentence[at]:
            begin -= 1
        inside = [name for token in range(begin, at) if (name := scene.by_token.get(token)) and name.first == token]
        speakers = [
            discourse.of_name(name) for name in inside if scene.owner[id(name)].kind in {"person", "organization"}
        ]
        if speakers:
            return speakers[0]
    spoken = [
        (item.spoken[0], item)
        for item in discourse.referents
        if item.spoken and item.spoken[0] < source.first and item.name
    ]
    return (
        max(spoken, key=lambda pair: max(token for token in pair[1].spoken if token < source.first))[1]
        if spoken
        else None
    )


def _owned_by_pronoun(discourse: Discourse, at: int, source: Source) -> Decision:
    from attribution.speakers.candidates import Anchor, fits
    from attribution.speakers.discourse import Decision, rank

    anchor = Anchor(
        source.start, discourse.layout.lower[source.start], True, False, False, frozenset(), discourse.contents[at], at
    )
    best, chance, _ = rank(discourse, anchor, [item for item in discourse.referents if fits(anchor, item)])
    if best is None:
        return Decision([], 0.5, [("whose document it is, is not clear", None)])
    return Decision(
        [best],
        chance * 0.95,
        [("the document belongs to the speaker named here", best.places[-1] if best.places else None)],
    )


def inner_name(discourse: Discourse, source: Source) -> Name | None:
    """The name before the head in its own noun phrase, or the one that owns the phrase."""
    for token in range(source.head - 1, source.start - 1, -1):
        name = discourse.scene.by_token.get(token)
        if name is not None:
            return name
    if source.possessor is not None:
        return discourse.scene.by_token.get(source.possessor[1] - 1)
    return None


_INSTITUTIONS = frozenset(
    "court office board police ministry department council agency commission army navy government bureau association "
    "inspectorate embassy consulate "
    "guard prosecutor hospital museum university regulator authority tribunal parliament federation directorate".split()
)


def _institution(discourse: Discourse, source: Source) -> tuple[int, int] | None:
    """ "The regional forestry bureau": a single body, told by the words before its noun, that has no proper name."""
    layout = discourse.layout
    begin = source.start
    while begin < source.head and (
        layout.lower[begin] in {"the", "a", "an", "its", "his", "her", "their", "local", "own"}
        or not layout.words[begin][0].isalnum()
    ):
        begin += 1
    if source.noun not in _INSTITUTIONS or layout.lower[source.start] in {"a", "an", "one"}:
        return None
    if begin == source.head and source.possessor is not None:
        begin = source.possessor[0] + (layout.lower[source.possessor[0]] == "the")
    return (begin, source.head + 1) if begin < source.head else None


def _phrase(discourse: Discourse, source: Source, inner: Name) -> Referent:
    """The referent of "the Clinton campaign" or "Clinton's campaign"."""
    if source.possessor is not None and inner.last <= source.possessor[1]:
        stretch = _together(discourse, inner, source.noun)
        return _by_phrase(discourse, *(stretch or (inner.first, source.head + 1)))
    return _by_phrase(discourse, inner.first, source.head + 1)


def _together(discourse: Discourse, owner: Name, noun: str) -> tuple[int, int] | None:
    """Where "Clinton campaign" stands in the article, for a "Clinton's campaign"."""
    layout, scene = discourse.layout, discourse.scene
    wanted = scene.owner[id(owner)]
    for at in range(1, len(layout)):
        if layout.lower[at] == noun:
            name = scene.by_token.get(at - 1)
            if name is not None and name.last == at and scene.owner[id(name)] is wanted:
                return name.first, at + 1
    return None


def named_elsewhere(discourse: Discourse, noun: str, first: int, last: int) -> tuple[int, int] | None:
    """The nearest "Obama administration" before a "the administration", else the first after it, as tokens."""
    if noun not in _PHRASED:
        return None
    layout, scene = discourse.layout, discourse.scene
    after = None
    for at in [*range(first - 1, 0, -1), *range(last, len(layout))]:
        if layout.lower[at] != noun:
            continue
        name = scene.by_token.get(at - 1)
        if name is not None and name.last == at:
            after = (name.first, at + 1)
        elif layout.lower[at - 1] in lexicon.NATIONALITIES and noun not in {
            "party",
            "group",
            "company",
            "team",
            "campaign",
        }:
            after = (at - 1, at + 1)
        if after is not None:
            return after
    return None


def _by_phrase(discourse: Discourse, first: int, last: int) -> Referent:
    """The organisation that a phrase names; the same phrase is the same organisation."""
    layout = discourse.layout
    key = layout.slice(first, last).lower()
    for item in discourse.referents:
        if item.kind == "organization" and item.name and layout.text[item.name[0] : item.name[1]].lower() == key:
            return item
    referent = Referent(
        "organization",
        name=(layout.starts[first], layout.ends[last - 1]),
        noun=layout.lower[last - 1],
        places=[(first, last)],
    )
    return discourse.add(referent)
