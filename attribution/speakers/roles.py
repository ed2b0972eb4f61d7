"""Where an article says what a person is: the forms in which news states role and affiliation.

Title before the name, apposition after or before it, *of*, *at*, *with*, owner, relative clause and copula, party and
state in parentheses. The forms are counted in the corpora's README of the project; each fact keeps the form as its
reason.
"""

from __future__ import annotations

import re
from collections import defaultdict

from attribution.speakers import lexicon
from attribution.speakers.descriptions import Fact, Scene, is_role, is_role_head, read_description
from attribution.speakers.names import Name

_BE = frozenset({"is", "was", "are", "were", "'s", "becomes", "became", "remains", "remained"})
_SERVES = frozenset({"as"})
_OPENERS = frozenset({"a", "an", "the", "its", "his", "her", "their", "one", "another", "whose"})
_LEADS = frozenset(
    "heads leads chairs runs manages directs owns founded co-founded oversees edits commands represents coaches "
    "teaches covers headed led chaired ran "
    "managed directed served represented commanded covered co-founder advises advised studies studied "
    "researches".split()
)
_PARTY = re.compile(
    r"[\s(]*\(?(?P<party>[DRI]|Dem|Rep|Lab|Con|LD|Lib Dem|Labour|Conservative|Green|SNP|Democrat|Republican|"
    r"CDU|CSU|SPD|PSOE|PP)\.?(?:\s*[-–—,]\s*(?P<place>[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,2}))?\)"
)
_PARTY_COMMA = re.compile(r",\s(?P<party>[DRI])-(?P<place>[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)")
_STATE = re.compile(
    r"\s\((?P<place>Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|N\.\s?H|N\.\s?J|N\.\s?M|N\.\s?Y|N\.\s?C|"
    r"N\.\s?D|Okla|Ore|Pa|R\.\s?I|S\.\s?C|S\.\s?D|Tenn|Tex|Vt|Va|Wash|W\.\s?Va|Wis|Wyo)\.?\)"
)
_PAIR = frozenset({"of", "at", "with", "for", "from"})


def find_facts(scene: Scene, names: list[Name]) -> dict[int, list[Fact]]:
    """Every statement about a named person, by the index of the person's entity, strongest form first."""
    facts: dict[int, list[Fact]] = defaultdict(list)
    for name in names:
        entity = scene.owner[id(name)]
        if entity.kind == "person":
            full = 0.3 if len(name.key) > 1 else 0.0
            for fact in _around(scene, name):
                fact.strength += full - 0.4 * scene.layout.quoted[name.first]
                facts[entity.index].append(fact)
    for found in facts.values():
        found.sort(key=lambda fact: (-(fact.strength - 1.5 * fact.former), fact.at))
    return facts


def _around(scene: Scene, name: Name) -> list[Fact]:
    found = _before(scene, name)
    found += _shared_title(scene, name)
    found += _after(scene, name)
    found += _party(scene, name)
    return found


def _labelled(facts: list[Fact], reason: str, strength: float) -> list[Fact]:
    for fact in facts:
        fact.reason, fact.strength = reason, strength
    return facts


def _before(scene: Scene, name: Name) -> list[Fact]:
    """Title, premodifier, owner, and the apposition whose comma comes right before the name."""
    layout = scene.layout
    start = name.title
    if (start > 0 and layout.words[start - 1] in {",", "—", "–", "-"} and name.title == name.first) or (
        start > 0 and layout.words[start - 1] == ","
    ):
        facts = _apposed_before(scene, start - 1)
        if facts:
            return facts + _title(scene, name, start)
    return _title(scene, name, _left_edge(scene, start, name))


def _shared_title(scene: Scene, name: Name) -> list[Fact]:
    """The title of the first of two: "Sens. Ann Lee and Bo Ray"."""
    layout = scene.layout
    if name.title != name.first or name.first < 2 or layout.lower[name.first - 1] not in {"and", "&"}:
        return []
    before = name.first - 2
    while before > 0 and layout.words[before] in {")", "(", ","} | {"."}:
        before -= 1
    other = scene.by_token.get(before)
    if other is None or other.title == other.first or not layout.lower[other.first - 1].endswith("s"):
        return []
    return _title(scene, other, _left_edge(scene, other.title, other))


def _left_edge(scene: Scene, start: int, name: Name) -> int:
    """How far the words before a name belong to its title: "Iraqi defense ministry spokesperson"."""
    layout = scene.layout
    lower, words = layout.lower, layout.words
    if start == name.first and not (start and is_role(lower[start - 1]) and words[start - 1][0].islower()):
        if start and (lower[start - 1] in {"'s", "’", "'"}):
            return start - 1
        return start
    at = start
    while at > 0 and start - at < 12 and layout.sentence[at - 1] == layout.sentence[start]:
        before = at - 1
        other = scene.by_token.get(before)
        if other is not None and other.last == before + 1:
            if scene.owner[id(other)].kind == "person" and at == start:
                break
            at = other.title if scene.owner[id(other)].kind != "person" else other.first
            if at > 0 and lower[at - 1] == "the":
                break
            continue
        word = lower[before]
        if word in {"'s", "’", "'"} and before > 0 and scene.by_token.get(before - 1) is not None:
            at = before
            continue
        premodifies = (
            word in lexicon.MODIFIERS
            or word in lexicon.ROLES
            or word in lexicon.NATIONALITIES
            or word in lexicon.PAST
            or word in lexicon.ORGANIZATIONS
            or word in lexicon.PARTIES
            or "-" in word
            or word.endswith(("al", "ic", "ary"))
            or (words[before][0].isupper() and word not in lexicon.FUNCTIONS)
        )
        if not premodifies or (
            word in {"said", "of", "for", "media", "house"}
            and words[before][0].islower()
            and word in {"said", "of", "for"}
        ):
            break
        at = before
    return at


def _title(scene: Scene, name: Name, start: int) -> list[Fact]:
    layout = scene.layout
    if start >= name.first:
        return []
    if layout.lower[start] in {"'s", "’", "'"}:
        return _owner(scene, start)
    title = layout.lower[start : name.first]
    if all(word in lexicon.COURTESIES for word in title):
        return []
    end = name.first
    while end > start and (layout.lower[end - 1] in lexicon.COURTESIES or not layout.words[end - 1][0].isalnum()):
        end -= 1
    facts = _ranks(scene, start, end)
    ranks = {"doctor", "dr"}
    return [fact for fact in facts if fact.head not in ranks]


def _ranks(scene: Scene, start: int, end: int) -> list[Fact]:
    """Reads the words before a name; "Lt. Gov." and "Brig. Gen." are one role."""
    facts = read_description(scene, start, end)
    if not facts and end - start > 1:
        facts = read_description(scene, start, end - 1)
    if not facts and any(is_role_head(scene.layout, at) for at in range(start, end)):
        layout = scene.layout
        heads = [at for at in range(start, end) if is_role_head(layout, at)]
        stop = end if "of" in layout.lower[heads[0] : end] else heads[-1] + 1
        facts = [Fact((layout.starts[heads[0]], layout.ends[stop - 1]), head=layout.lower[heads[0]], at=start)]
    military = scene.layout.lower[end - 1] in _RANKS
    return _labelled(facts, "title before the name", 1.6 if military else 2.2)


_RANKS = frozenset(
    "brigadier brig general gen colonel col major maj captain capt lieutenant lt sergeant sgt corporal cpl admiral "
    "adm commander dr doctor professor prof rev reverend sheikh imam".split()
)


def _owner(scene: Scene, mark: int) -> list[Fact]:
    """ "NBC's Ali Vitali"."""
    layout = scene.layout
    other = scene.by_token.get(mark - 1)
    if other is None or scene.owner[id(other)].kind != "organization":
        return []
    stretch = (layout.starts[other.first], layout.ends[other.last - 1])
    return [Fact(None, [stretch], reason="owner before the name", strength=2.0, at=other.first)]


def _apposed_before(scene: Scene, comma: int) -> list[Fact]:
    """ "Nevada's governor, Brian Sandoval": the description between a determiner or owner and the comma."""
    layout = scene.layout
    lower = layout.lower
    at, start = comma - 1, -1
    while (
        at >= 0
        and comma - at < 16
        and layout.sentence[at] == layout.sentence[comma]
        and layout.words[at] not in {",", ";", ":", "“", '"', "”"}
    ):
        if lower[at] in {"the", "a", "an", "its", "his", "her", "their", "one"} or layout.initial[at]:
            start = at
            if lower[at] != "the" or lower[at - 1 : at] not in (["of"], ["for"], ["at"]):
                break
        other = scene.by_token.get(at)
        if other is not None and other.last <= comma and lower[other.last] in {"'s", "’", "'"}:
            start = at = other.first
            if at and lower[at - 1] == "the":
                start = at - 1
            break
        at -= 1
    if start < 0:
        return []
    facts = read_description(scene, start, comma)
    return [fact for fact in _labelled(facts, "description before the name", 2.6) if fact.role is not None]


def _after(scene: Scene, name: Name) -> list[Fact]:
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
                return _labelled(facts, "description in parentheses", 2.4)
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
    return _labelled(
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
    facts = _labelled(facts, "description after the name", 3.0)
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
            facts += _labelled(more, "description after the name", 2.7)
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
    return [fact for fact in _labelled(facts, f"“{verb}” after the name", 1.7) if fact.role is not None]


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
    return _labelled(facts, "“who …” after the name", 1.4 if lower[at] in _LEADS else 2.5)


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


def _party(scene: Scene, name: Name) -> list[Fact]:
    """ "(D-Md.)" and ", R-Texas,"."""
    layout = scene.layout
    text, end = layout.text, layout.ends[name.last - 1]
    match = _PARTY.match(text, end) or _PARTY_COMMA.match(text, end) or _STATE.match(text, end)
    if match is None:
        return []
    spans = [match.span(group) for group in match.re.groupindex if match.group(group)]
    return [Fact(None, spans, reason="party and state after the name", strength=1.2, at=name.last)]


def _is_age(word: str) -> bool:
    return (
        (word.isdigit() and len(word) <= 3)
        or word.endswith("-year-old")
        or (word in lexicon.FUNCTIONS and word.isdigit())
    )
