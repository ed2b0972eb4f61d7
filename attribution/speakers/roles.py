"""Where an article says what a person is: the forms in which news states role and affiliation.

Title before the name, apposition, *of*, *at*, *with*, owner, relative clause and copula, party and state in
parentheses; each fact keeps the form as its reason.
"""

from __future__ import annotations

import re
from collections import defaultdict

from attribution.speakers import lexicon
from attribution.speakers.appositions import labelled, read_after
from attribution.speakers.descriptions import read_description
from attribution.speakers.names import Name
from attribution.speakers.scene import Fact, Scene, is_role, is_role_head

_SERVES = frozenset({"as"})

_PARTY = re.compile(
    r"[\s(]*\(?(?P<party>[DRI]|Dem|Rep|Lab|Con|LD|Lib Dem|Labour|Conservative|Green|SNP|Democrat|Republican|"
    r"CDU|CSU|SPD|PSOE|PP)\.?(?:\s*[-–—,]\s*(?P<place>[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,2}))?\)"
)

_PARTY_COMMA = re.compile(r",\s(?P<party>[DRI])-(?P<place>[A-Z][\w.]*(?:\s[A-Z][\w.]*)?)")

_STATE = re.compile(
    r"\s\((?P<place>Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|N\.\s?H|N\.\s?J|N\.\s?M|N\.\s?Y|N\.\s?C|"
    r"N\.\s?D|Okla|Ore|Pa|R\.\s?I|S\.\s?C|S\.\s?D|Tenn|Tex|Vt|Va|Wash|W\.\s?Va|Wis|Wyo)\.?\)"
)


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
    found += read_after(scene, name)
    found += _party(scene, name)
    return found


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
    return labelled(facts, "title before the name", 1.6 if military else 2.2)


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
    return [fact for fact in labelled(facts, "description before the name", 2.6) if fact.role is not None]


def _party(scene: Scene, name: Name) -> list[Fact]:
    """ "(D-Md.)" and ", R-Texas,"."""
    layout = scene.layout
    text, end = layout.text, layout.ends[name.last - 1]
    match = _PARTY.match(text, end) or _PARTY_COMMA.match(text, end) or _STATE.match(text, end)
    if match is None:
        return []
    spans = [match.span(group) for group in match.re.groupindex if match.group(group)]
    return [Fact(None, spans, reason="party and state after the name", strength=1.2, at=name.last)]
