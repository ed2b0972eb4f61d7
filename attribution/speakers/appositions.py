"""What an article says of a person right after the name: apposition, *of* and its kin, *who …*, *is …*."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.descriptions import read_description
from attribution.speakers.names import Name
from attribution.speakers.scene import Fact, Scene, is_role

_BE = frozenset({"is", "was", "are", "were", "'s", "becomes", "became", "remains", "remained"})

_OPENERS = frozenset({"a", "an", "the", "its", "his", "her", "their", "one", "another", "whose"})

_LEADS = frozenset(
    "heads leads chairs runs manages directs owns founded co-founded oversees edits commands represents coaches "
    "teaches covers headed led chaired ran "
    "managed directed served represented commanded covered co-founder advises advised studies studied "
    "researches".split()
)

_PAIR = frozenset({"of", "at", "with", "for", "from"})


def labelled(facts: list[Fact], reason: str, strength: float) -> list[Fact]:
    """The facts with the form they were found in and how explicit it is."""
    for fact in facts:
        fact.reason, fact.strength = reason, strength
    return facts


def read_after(scene: Scene, name: Name) -> list[Fact]:
    """What follows the name: apposition, relative clause, copula, "of" and its kin."""
    layout = scene.layout
    lower, words, total = layout.lower, layout.words, len(layout)
    at = name.last
    sentence_end = at
    while (
        sentence_end < total
        and layout.sentence[sentence_end] == layout.sentence[name.last - 1]
        and sentence_end - at < 60
    ):
        sentence_end += 1
    if at < sentence_end and words[at] == "(":
        close = next((i for i in range(at, min(at + 8, sentence_end)) if words[i] == ")"), at)
        if close > at:
            facts = read_description(scene, at + 1, close)
            if facts:
                return labelled(facts, "description in parentheses", 2.4)
        at = close + 1 if close > at else at
    if at >= sentence_end:
        return []
    if lower[at] in _PAIR:
        return _pair(scene, at, sentence_end, 1.9)
    if lower[at] == "and":
        return _shared_apposition(scene, at + 1, sentence_end)
    if lower[at] in _BE:
        return _copula(scene, at + 1, sentence_end, lower[at])
    if words[at] not in {",", "—", "–", "-", "--"}:
        return []
    at += 1
    while at + 1 < sentence_end and (_is_age(lower[at]) or (lower[at] in {"then", "now"} and words[at + 1] == ",")):
        at += 1 + (words[at + 1] == ",")
    if at >= sentence_end:
        return []
    if lower[at] == "who":
        return _relative(scene, at + 1, sentence_end)
    if lower[at] in _PAIR:
        return _pair(scene, at, sentence_end, 1.7)
    return _apposition(scene, at, sentence_end)


def _shared_apposition(scene: Scene, at: int, end: int) -> list[Fact]:
    """ "Ann Lee and Bo Ray, sociologists at …" says it of both."""
    layout = scene.layout
    other = scene.by_token.get(at)
    if other is None or scene.owner[id(other)].kind != "person" or layout.words[other.last : other.last + 1] != [","]:
        return []
    facts = read_description(scene, other.last + 1, end)
    return labelled(
        [fact for fact in facts if fact.head in lexicon.GROUPS or fact.head[:-1] in lexicon.ROLES],
        "description after both names",
        2.2,
    )


def _apposition(scene: Scene, at: int, end: int) -> list[Fact]:
    layout = scene.layout
    other = scene.by_token.get(at)
    if (
        other is not None
        and scene.owner[id(other)].kind == "person"
        and layout.lower[other.last : other.last + 1] not in (["'s"], ["’"], ["'"])
    ):
        tail = layout.lower[other.last] if other.last < end else ""
        if not is_role(tail) and tail not in lexicon.ORGANIZATIONS and tail not in lexicon.MODIFIERS:
            return []
    facts = read_description(scene, at, end)
    if not facts:
        probe = at + (layout.lower[at] in {"a", "an", "the"})
        if probe + 1 < end and layout.lower[probe].endswith("-year-old") and layout.lower[probe + 1] in _PAIR:
            return _pair(scene, probe + 1, end, 1.0)
    facts = labelled(facts, "description after the name", 3.0)
    if not facts:
        return []
    for mark in range(at + 2, min(at + 25, end - 2)):
        opens = (
            layout.lower[mark + 1] in {"a", "an", "former", "now", "current", "one"}
            or layout.lower[mark + 1] in lexicon.PAST
        )
        if layout.lower[mark] == "and" and opens and layout.words[mark - 1] != "”":
            heads = {fact.head for fact in facts}
            more = [fact for fact in read_description(scene, mark + 1, end) if fact.head not in heads]
            facts += labelled(more, "description after the name", 2.7)
            break
    return facts


def _pair(scene: Scene, at: int, end: int, strength: float) -> list[Fact]:
    """ "Marco Rubio of Florida", "Karen Janes, of Exeter"."""
    layout = scene.layout
    begin = at + 1
    while begin < end and layout.lower[begin] in {"the", "a", "an"}:
        begin += 1
    other = scene.by_token.get(begin)
    if other is None:
        probe = begin
        while (
            probe < min(begin + 4, end)
            and scene.by_token.get(probe) is None
            and (layout.lower[probe] in lexicon.MODIFIERS or layout.lower[probe] in lexicon.NATIONALITIES)
        ):
            probe += 1
        other = scene.by_token.get(probe)
        if other is None:
            return []
    kind = scene.owner[id(other)].kind
    if kind == "person" and layout.lower[other.first] not in lexicon.GIVEN and other.title == other.first:
        kind = "other"  # a body or a place that looks like a person: Cerrado Asset Management, El Fasher
    if (
        kind == "person"
        or (kind == "other" and layout.lower[at] not in {"of", "with", "at", "from"})
        or (layout.lower[at] == "from" and kind == "organization")
    ):
        return []
    if (
        layout.lower[at] in {"at", "for", "with", "from"}
        and layout.words[at - 1] not in {",", "lives"}
        and kind == "place"
    ):
        return []
    stretch = (layout.starts[other.first], layout.ends[other.last - 1])
    return [Fact(None, [stretch], reason=f"“{layout.words[at]}” after the name", strength=strength, at=at)]


def _copula(scene: Scene, at: int, end: int, verb: str) -> list[Fact]:
    layout = scene.layout
    if at >= end:
        return []
    if layout.lower[at] not in {"a", "an", "the", "its"} and not is_role(layout.lower[at]):
        return []
    facts = read_description(scene, at, end)
    return [fact for fact in labelled(facts, f"“{verb}” after the name", 1.7) if fact.role is not None]


def _relative(scene: Scene, at: int, end: int) -> list[Fact]:
    """ "who is …", "who served as …", "who chairs …"."""
    layout = scene.layout
    lower = layout.lower
    start = at
    while at < end and lower[at] in {
        "also",
        "now",
        "then",
        "once",
        "previously",
        "formerly",
        "currently",
        "has",
        "had",
        "have",
        "been",
        "later",
        "recently",
    }:
        at += 1
    if at >= end:
        return []
    past = lower[at] in {
        "was",
        "served",
        "worked",
        "led",
        "headed",
        "chaired",
        "ran",
        "managed",
        "directed",
        "represented",
        "covered",
        "commanded",
    }
    if lower[at] in {"is", "was", "are", "were", "became", "been"} or (lower[start:at] and "been" in lower[start:at]):
        begin = at + 1 if lower[at] in {"is", "was", "are", "were", "became"} else at
        while begin < end - 1 and lower[begin] in {"now", "also", "currently", "still", "then", "once", "been"}:
            begin += 1
        facts = read_description(scene, begin, end)
    elif lower[at] in {"serves", "served", "works", "worked", "acts", "acted"}:
        mark = next((i for i in range(at + 1, min(at + 5, end)) if lower[i] in {"as", "for", "at"}), -1)
        facts = read_description(scene, mark + 1, end) if mark > 0 and lower[mark] == "as" else []
        if mark > 0 and not facts:
            facts = _pair(scene, mark, end, 1.8)
    elif lower[at].endswith("ed") and lower[at + 1 : at + 2] in (["for"], ["at"]):
        return _pair(scene, at + 1, end, 1.2)  # "who has delivered for …"
    elif (
        lower[at] in {"lives", "lived", "resides", "comes", "hails"}
        and at + 1 < end
        and lower[at + 1] in {"in", "near", "outside", "from"}
    ):
        return _pair(scene, at + 1, end, 1.0)
    elif lower[at] in _LEADS:
        facts = _leads(scene, at, end)
    else:
        return []
    for fact in facts:
        fact.former |= past
    return labelled(facts, "“who …” after the name", 1.4 if lower[at] in _LEADS else 2.5)


def _leads(scene: Scene, at: int, end: int) -> list[Fact]:
    """ "who chairs the party": the verb with its object says the role, the object the affiliation."""
    layout = scene.layout
    begin = at + 1
    while begin < end and layout.lower[begin] in {"the", "a", "an", "his", "her", "its", "their", "on"}:
        begin += 1
    stop = begin
    stretch = None
    while (
        stop < min(end, begin + 8)
        and layout.words[stop] not in {",", ".", ";", "—", "–", "(", "”"}
        and layout.lower[stop] not in {"and", "for", "who", "at"}
    ):
        other = scene.by_token.get(stop)
        owns = other is not None and layout.lower[other.last : other.last + 1] == ["'s"]
        if (
            other is not None
            and not owns
            and (scene.owner[id(other)].kind != "person" or layout.lower[other.first] not in lexicon.GIVEN)
        ):
            stretch = (layout.starts[other.first], layout.ends[other.last - 1])
            stop = other.last
            break
        stop += 1
    if stop == begin:
        return []
    if stretch is None and stop + 1 < end and layout.lower[stop] in {"at", "for"}:
        after = stop + 1 + (layout.lower[stop + 1] == "the")
        other = scene.by_token.get(after)
        if other is not None and scene.owner[id(other)].kind != "person":
            stretch = (layout.starts[other.first], layout.ends[other.last - 1])
    return [
        Fact((layout.starts[at], layout.ends[stop - 1]), [stretch] if stretch else [], head=layout.lower[at], at=at)
    ]


def _is_age(word: str) -> bool:
    return (
        (word.isdigit() and len(word) <= 3)
        or word.endswith("-year-old")
        or (word in lexicon.FUNCTIONS and word.isdigit())
    )
