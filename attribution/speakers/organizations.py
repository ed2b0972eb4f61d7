"""Sources that are organisations by their noun: *the ministry*, *Trump's campaign*, *the company*."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.candidates import Anchor, fits, is_alike
from attribution.speakers.discourse import Decision, Discourse, anchor_of, rank
from attribution.speakers.names import Name
from attribution.speakers.referents import Referent
from attribution.speakers.sources import Source

_PHRASED = frozenset(
    "campaign administration government camp team family council office department ministry army police party group "
    "company".split()
)
_GENERIC = frozenset(
    "tabloid newspaper paper daily weekly magazine website group company giant network broadcaster agency firm bank "
    "airline charity publisher retailer chain startup carmaker automaker lender union".split()
)
_CALLED = frozenset("itself themselves himself herself called named dubbed titled entitled name".split())


def decide_organization(discourse: Discourse, at: int, source: Source) -> Decision:
    """The organisation that a description stands for: named in it, named elsewhere with the same noun, or unnamed."""
    called = called_so(discourse, source)
    if called is not None:
        return Decision([discourse.of_name(called)], 0.9, [("the source calls it so", (called.first, called.last))])
    inner = inner_name(discourse, source)
    if inner is not None:
        place = (source.first, source.head + 1)
        return Decision([_phrase(discourse, source, inner)], 0.93, [("the source names the organisation", place)])
    if source.start < source.head and discourse.layout.lower[source.head - 1] in lexicon.NATIONALITIES - {"federal"}:
        named = (source.head - 1, source.head + 1)
        return Decision([by_phrase(discourse, *named)], 0.9, [("the source names the organisation", named)])
    if source.definite or source.possessor is not None:
        known = _named_before(discourse, anchor_of(discourse, at, source), source)
        if known is not None:
            return known
    return _unnamed(discourse, source)


def _named_before(discourse: Discourse, anchor: Anchor, source: Source) -> Decision | None:
    """The organisation that "the company" goes back to."""
    stretch = named_elsewhere(discourse, source.noun, source.first, source.last)
    candidates = [item for item in discourse.referents if fits(anchor, item)]
    alike = [item for item in candidates if item.entity is not None and is_alike(source.noun, item)]
    if source.noun in _INSTITUTIONS and not alike and institution(discourse, source) is not None:
        return None  # "the regional forestry bureau" is a name of its own
    best, chance, _ = rank(discourse, anchor, alike or candidates)
    if alike and best is None:
        best, chance = max(alike, key=lambda item: len(item.places)), 0.6
    if alike and best is not None:
        chance = max(chance, 0.8 if len(alike) == 1 else chance)
        return Decision([best], chance, [("the description fits the organisation named here", best.places[0])])
    if stretch is not None:
        reason = ("the description fits the organisation named here", stretch)
        return Decision([by_phrase(discourse, *stretch)], 0.85, [reason])
    if best is not None:
        return Decision([best], chance, [("the description fits the organisation named before", best.places[0])])
    return None


def _unnamed(discourse: Discourse, source: Source) -> Decision:
    """An institution that is known by its noun alone, or an organisation without a name."""
    stretch = institution(discourse, source)
    if stretch is not None:
        reason = ("the article names the organisation no further", stretch)
        return Decision([by_phrase(discourse, *stretch)], 0.75, [reason])
    known = [
        item
        for item in discourse.referents
        if item.entity is None and item.kind == "organization" and item.noun == source.noun
    ]
    if known and source.definite:
        return Decision([known[-1]], 0.8, [("the same organisation as before", None)])
    new = discourse.add(Referent("organization", noun=source.noun))
    return Decision([new], 0.7, [("an organisation that the article does not name", (source.first, source.head + 1))])


def called_so(discourse: Discourse, source: Source) -> Name | None:
    """The name in "a group styling itself the Farmers' Front" and "a man named Bob"."""
    layout, scene = discourse.layout, discourse.scene
    for at in range(source.head + 1, min(source.last - 1, source.head + 9)):
        if layout.lower[at] in _CALLED:
            begin = at + 1
            while begin < source.last - 1 and layout.lower[begin] in {"the", "of", "as", "a"}:
                begin += 1
            name = scene.by_token.get(begin)
            if name is not None:
                return name
    return None


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
    "guard prosecutor hospital museum university league jury regulator authority tribunal parliament federation "
    "directorate".split()
)


_SINGLE = frozenset("ministry league police court government army jury parliament council federation tribunal".split())
"""Institutions of which there is one in an article, so that the noun alone names it."""


def institution(discourse: Discourse, source: Source) -> tuple[int, int] | None:
    """ "The regional forestry bureau": a single body, told by the words before its noun, that has no proper name."""
    layout = discourse.layout
    begin = source.start
    while begin < source.head and (
        layout.lower[begin] in {"the", "a", "an", "its", "his", "her", "their", "local", "own"}
        or not layout.words[begin][0].isalnum()
    ):
        begin += 1
    if source.noun not in _INSTITUTIONS:
        return None
    if source.possessor is not None:
        begin = source.possessor[0] + (layout.lower[source.possessor[0]] in {"the", "a", "an"})
    end = _seat(discourse, source)
    indefinite = layout.lower[source.start] in {"a", "an", "one"} and end == source.head + 1
    bare = begin == source.head and end == source.head + 1 and source.noun not in _SINGLE
    if indefinite or bare or layout.lower[begin] in {"his", "her", "their", "its", "my", "our"}:
        return None
    return begin, end


def _seat(discourse: Discourse, source: Source) -> int:
    """The token after an institution with its field or seat: "ministry of the environment", "court in Recife"."""
    layout, scene = discourse.layout, discourse.scene
    at = source.head + 1
    if at + 1 < source.last and layout.lower[at] in {"of", "in", "for"}:
        begin = at + 1 + (layout.lower[at + 1] == "the")
        name = scene.by_token.get(begin)
        if name is not None:
            return min(name.last, source.last)
        if layout.lower[at] != "in" and begin < source.last and layout.words[begin][0].isalpha():
            return begin + 1
    return at


def _phrase(discourse: Discourse, source: Source, inner: Name) -> Referent:
    """The referent of "the Clinton campaign", "Clinton's campaign", "the Global Times tabloid"."""
    if source.possessor is not None and inner.last <= source.possessor[1]:
        nouns = [source.noun, *(["campaign"] if source.noun in {"team", "camp"} else [])]
        found = (stretch for noun in nouns if (stretch := _together(discourse, inner, noun)))
        return by_phrase(discourse, *(next(found, None) or (inner.first, source.head + 1)))
    entity = discourse.scene.owner[id(inner)]
    if source.noun in _GENERIC and inner.last == source.head and entity.kind == "organization":
        return discourse.of_name(inner)
    if source.noun in {"team", "camp"}:
        campaign = _together(discourse, inner, "campaign")
        if campaign is not None:
            return by_phrase(discourse, *campaign)
    return by_phrase(discourse, inner.first, source.head + 1)


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


def by_phrase(discourse: Discourse, first: int, last: int) -> Referent:
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
