"""What stands after the head of a description: "of the Ministry of Defense", "of law at the University of Iowa"."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.layout import Layout
from attribution.speakers.names import Name
from attribution.speakers.scene import BODIES, DETERMINERS, LEADING, PRAISE, STOPS, Fact, Scene, Stretch, is_role

_OUTER_BODIES = BODIES | frozenset(
    "school college club firm group team newspaper magazine network station company center centre society charity "
    "society league board "
    "laboratory lab institution organization organisation church mosque synagogue trust fund bank embassy squad".split()
)


def read_complements(scene: Scene, facts: list[Fact], at: int, last: int) -> int:
    """Reads "of the Ministry of Defense", "of law at the University of Iowa" after the head; returns where it ends."""
    layout = scene.layout
    lower = layout.lower
    for _ in range(4):
        if at >= last or lower[at] not in LEADING:
            return at
        preposition, begin = lower[at], at + 1
        if preposition == "by":
            return at
        while begin < last and lower[begin] in DETERMINERS:
            begin += 1
        end, name, owner = _complement_end(scene, begin, last)
        if end == begin:
            return at
        if name is not None:
            first = _extended(scene, max(name.first, begin), begin)
            stretch = (layout.starts[first], layout.ends[min(name.last, end) - 1])
            _attach(facts, stretch)
            if owner is not None:
                _attach(facts, owner)
            at = max(end, min(name.last, last))
        elif lower[end - 1] in _OUTER_BODIES and preposition in {"of", "for", "at", "with", "in", "from"}:
            first = begin
            while first < end - 1 and (lower[first] in PRAISE or lower[first] in lexicon.PAST):
                first += 1
            _attach(facts, (layout.starts[first], layout.ends[end - 1]))
            at = end
        else:
            extends = (
                preposition == "of"
                or (preposition in {"to", "in"} and end - at <= 4)
                or (preposition == "for" and end - at <= 5)
            )
            if extends and facts[-1].role is not None and facts[-1].role[1] == layout.ends[at - 1]:
                facts[-1].role = (facts[-1].role[0], layout.ends[end - 1])
            at = end
        if at < last and lower[at] == "," and at + 2 < last and _is_place(scene, at + 1):  # City, State
            at += 2
    return at


def _complement_end(scene: Scene, begin: int, last: int) -> tuple[int, Name | None, Stretch | None]:
    """The end of the noun phrase after a preposition, the name that heads it, and a second one that owns it."""
    layout = scene.layout
    at, name, owner = begin, None, None
    while (
        at < last
        and (layout.lower[at] not in STOPS or _joins_field(layout, begin, at, last))
        and layout.lower[at] not in LEADING
    ):
        found = scene.by_token.get(at)
        if found is not None and found.title <= at < found.last:
            kind = scene.owner[id(found)].kind
            if kind != "other" or layout.words[at][0].isupper():
                name = found
            at = found.last
            following = layout.lower[at] if at < last else ""
            if following in {"'s", "’", "'"} and at + 1 < last:
                nested = scene.by_token.get(at + 1)
                if nested is None and layout.lower[at + 1] in STOPS:
                    at += 1
                    continue
                at += 1
                if nested is not None:
                    name = Name(found.first, nested.last, found.first, found.key + nested.key)
                    at = nested.last
            elif name is not None and at < last and layout.lower[at] in lexicon.ORGANIZATIONS:
                name = Name(found.first, at + 1, found.first, found.key)  # "the Clinton campaign"
                at += 1
            continue
        if at > begin and layout.lower[at] in {
            "after",
            "before",
            "during",
            "since",
            "until",
            "while",
            "between",
            "into",
            "over",
            "about",
            "against",
        }:
            break
        at += 1
    return at, name, owner


def _joins_field(layout: Layout, begin: int, at: int, last: int) -> bool:
    """Whether an "and" goes on with a field: "of labor economics and trade at …"."""
    if layout.lower[at] != "and" or at == begin or at + 2 >= last or not layout.words[at + 1][0].islower():
        return False
    return (layout.lower[at + 2] in LEADING and not is_role(layout.lower[at + 1])) or (
        at + 3 < last
        and layout.lower[at + 3] in LEADING
        and not is_role(layout.lower[at + 2])
        and layout.lower[at + 1] not in DETERMINERS
    )


def _extended(scene: Scene, first: int, begin: int) -> int:
    """Takes capitalised or national words right before a name into it: "Iraqi" in "the Iraqi Ministry of Defense"."""
    layout = scene.layout
    while first > begin and layout.lower[first - 1] in lexicon.NATIONALITIES and layout.words[first - 1][0].isupper():
        first -= 1
    return first


def _attach(facts: list[Fact], stretch: Stretch) -> None:
    for fact in facts:
        if stretch not in fact.affiliations:
            fact.affiliations.append(stretch)


def _is_place(scene: Scene, at: int) -> bool:
    entity = scene.entity_at(at)
    return entity is not None and entity.kind == "place"
