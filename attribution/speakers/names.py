"""Finding names: capitalised runs, the titles before them, and what kind of thing each names.

``Former Iraqi Interior Minister Baqir Jabr`` is one run; its title is ``Iraqi Interior Minister``, its name ``Baqir
Jabr``. The kind is decided for a spelling over the whole article: a spelling that stands once after *Mr.* is a person
wherever it stands. Where a trained tagger is at hand its votes are added to those of the rules.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from attribution.speakers import lexicon
from attribution.speakers.layout import Layout

Key = tuple[str, ...]
NameKind = Literal["person", "organization", "place", "other"]
KINDS: tuple[NameKind, ...] = ("person", "organization", "place", "other")

_INNER = lexicon.PARTICLES - {"a", "an", "as", "at", "i", "e", "op", "ad", "y", "af"} | {"y"}
_TITLE_WORDS = (lexicon.ROLES | lexicon.TITLES.keys()) - lexicon.NOT_TITLES
_PARTY_TITLES = {"democrat", "republican", "conservative", "liberal", "tory", "socialist", "independent", "libertarian"}
_OPENERS = lexicon.ROLES | lexicon.TITLES.keys() | lexicon.NATIONALITIES | lexicon.ORGANIZATIONS | lexicon.MODIFIERS
_GENERIC = frozenset({"pac", "pacs", "police", "women", "men", "amendment", "capt", "ceo", "dr"})
_NO_NAMES = lexicon.NATIONALITIES | lexicon.COURTESIES
_MODIFYING = lexicon.MODIFIERS | lexicon.COMMON
_PLAIN = lexicon.COMMON | lexicon.ROLES
_LOCAL = (
    lexicon.PLACES
    | lexicon.NATIONALITIES
    | {"region", "act", "avenue", "street", "award", "awards", "temple", "research", "isis"}
)
_HEADS = lexicon.ORGANIZATION_HEADS - {"house", "church"}
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
_ORGANIZATION_WORDS = lexicon.ORGANIZATIONS - {"ford", "sa", "capital", "house", "sun", "church"} | {"house", "church"}
_NOT_ORGANIZATION_ALONE = {
    "house",
    "church",
    "times",
    "post",
    "sun",
    "capital",
    "talks",
    "security",
    "rights",
    "guardian",
}
_NEW = [
    ["york"],
    ["jersey"],
    ["hampshire"],
    ["mexico"],
    ["zealand"],
    ["orleans"],
    ["delhi"],
    ["south"],
    ["england"],
    ["caledonia"],
    ["democracy"],
]
_COMPOUND_ENDS = {
    "style",
    "backed",
    "led",
    "run",
    "controlled",
    "era",
    "born",
    "based",
    "held",
    "owned",
    "occupied",
    "dominated",
    "friendly",
    "wide",
    "long",
    "old",
    "year",
    "time",
    "level",
    "area",
    "only",
    "free",
    "like",
    "right",
    "left",
    "wing",
    "bound",
    "sponsored",
    "funded",
    "driven",
    "winner",
    "winning",
    "nominee",
    "turned",
    "elect",
    "aged",
}
_PERSON_CUES = {"who", "whose", "himself", "herself"}
_QUARTERS = {
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "upper",
    "lower",
    "greater",
    "central",
    "downtown",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
}
_PLACE_BEFORE = {"in", "at", "near", "outside", "across", "from", "throughout"}


@dataclass(frozen=True, slots=True)
class Name:
    """One mention of a name.

    Attributes:
        first: Its first token, after the title.
        last: The token after its last.
        title: The token where the title before it begins; ``first`` when there is none.
        key: The spelling without accents, hyphens and case, by which equal names are told.
    """

    first: int
    last: int
    title: int
    key: tuple[str, ...]


def find_names(layout: Layout) -> list[Name]:
    """The names of an article, in order; titles are split off, sentence-initial words that are no names left out."""
    headlines = _headlines(layout)
    names, held = list[Name](), list[tuple[int, int]]()
    bare = list[int]()
    for first, last in _runs(layout):
        if layout.sentence[first] in headlines:
            held.append((first, last))
            continue
        found = list(_split(layout, first, last))
        if not found and last - first == 1:
            bare.append(first)
        names += found
    tails = {name.key[-1] for name in names if len(name.key) > 1 and name.key[0] in lexicon.GIVEN}
    tails |= {name.key[0] for name in names if 1 < len(name.key) < 4 and name.key[0] in _MAY_NAME}
    covered = {token for name in names for token in range(name.first, name.last)}
    bare += [
        at
        for at, word in enumerate(layout.lower)
        if layout.initial[at] and word in tails and layout.words[at][0].isupper()
    ]
    # "King" or "Small" alone is a name where there is a Billie Jean King, a Marty Small
    names += [
        Name(at, at + 1, at, (layout.lower[at],))
        for at in sorted(set(bare))
        if layout.lower[at] in tails and at not in covered
    ]
    names += _known_names(layout, held, names)
    keys = {name.key for name in names}
    names = [_without_party(name, keys) for name in names]
    return sorted(names, key=lambda name: name.first)


def _without_party(name: Name, keys: set[Key]) -> Name:
    """ "Republican Congress" is the Congress that stands elsewhere."""
    if len(name.key) > 1 and name.key[0] in lexicon.PARTIES and name.key[1:] in keys and name.title == name.first:
        return Name(name.first + 1, name.last, name.first + 1, name.key[1:])
    return name


def _headlines(layout: Layout) -> set[int]:
    """The sentences in which nearly every word is capitalised, where capitals tell no names."""
    capital: dict[int, int] = defaultdict(int)
    total: dict[int, int] = defaultdict(int)
    for at, word in enumerate(layout.words):
        if len(word) > 3 and word[0].isalpha():
            total[layout.sentence[at]] += 1
            capital[layout.sentence[at]] += word[0].isupper()
    ordinary: dict[int, int] = defaultdict(int)
    for at, word in enumerate(layout.lower):
        plain = word in lexicon.COMMON and word not in lexicon.ORGANIZATIONS and word not in lexicon.ROLES
        ordinary[layout.sentence[at]] += plain and layout.words[at][0].isupper() and not layout.initial[at]
    title = {number for number, place in zip(layout.sentence, layout.paragraph, strict=True) if place == 0}
    alone = title if len(title) == 1 and layout.paragraph and layout.paragraph[-1] else set()
    return {
        number
        for number, count in total.items()
        if count > 3
        and capital[number] >= 0.7 * count
        and (ordinary[number] > 2 or (ordinary[number] and number in alone))
    }


def _known_names(layout: Layout, held: list[tuple[int, int]], names: list[Name]) -> Iterator[Name]:
    """Names in headlines: those that stand outside headlines too, and runs that end where a name is sure to end."""
    known: dict[str, set[Key]] = defaultdict(set)
    for name in names:
        known[name.key[0]].add(name.key)
        if len(name.key) > 1:
            known[name.key[-1]].add(name.key[-1:])
    for first, last in held:
        at = first
        while at < last:
            fits = [
                key for key in known.get("".join(key_of(layout.lower[at])[:1]), ()) if _spells(layout, at, last, key)
            ]
            length = max((_length(layout, at, key) for key in fits), default=0)
            if (
                length == 0
                and layout.lower[at] in lexicon.GIVEN
                and at + 1 < last
                and layout.lower[at + 1] not in _PLAIN
            ):
                length = 2  # "Cecile Richards: …"
            if (
                length == 0
                and at == first
                and 1 < last - first < 4
                and layout.words[last : last + 1] == [":"]
                and _PLAIN.isdisjoint(layout.lower[first:last])
            ):
                length = last - first
            if length:
                yield Name(
                    at, at + length, at, tuple(part for word in layout.lower[at : at + length] for part in key_of(word))
                )
            at += length or 1


def _spells(layout: Layout, at: int, last: int, key: Key) -> bool:
    length = _length(layout, at, key)
    return 0 < length <= last - at


def _length(layout: Layout, at: int, key: Key) -> int:
    """How many tokens from ``at`` spell ``key``; 0 when they do not."""
    parts: tuple[str, ...] = ()
    end = at
    while end < len(layout) and len(parts) < len(key):
        parts += key_of(layout.lower[end])
        end += 1
    return end - at if parts == key else 0


def is_capitalised(word: str) -> bool:
    """Whether a token may be a part of a name by its letters alone: *Khafaji*, *al-Khafaji*, *SDF*, *U.S.*."""
    if word[0].isupper():
        return True
    return len(word) > 3 and "-" in word[1:5] and word[word.index("-") + 1 : word.index("-") + 2].isupper()


def _runs(layout: Layout) -> Iterator[tuple[int, int]]:
    words, lower, total = layout.words, layout.lower, len(layout)
    at = 0
    while at < total:
        if not _may_begin(layout, at):
            at += 1
            continue
        end = at + 1
        while step := _extends(layout, at, end):
            end += step
        if not _shouting(words, lower, at, end):
            yield at, end
        at = end


def _may_begin(layout: Layout, at: int) -> bool:
    word, lower = layout.words[at], layout.lower[at]
    following = layout.words[at + 1] if at + 1 < len(layout) else "."
    if lower in _INNER and word[0].islower():  # "bin Salman said"
        return lower in {"bin", "ibn", "bint", "van", "von", "al", "el"} and is_capitalised(following)
    if not is_capitalised(word) or _is_compound(word):
        return False
    if _is_acronym(word):
        return True
    onward = is_capitalised(following) and following.lower() not in lexicon.FUNCTIONS
    if lower in lexicon.FUNCTIONS:
        return onward and (
            (lower == "new" and [following.lower()] in _NEW) or (not layout.initial[at] and lower in _MAY_NAME)
        )
    if not layout.initial[at]:
        return True
    if lower not in lexicon.COMMON:
        if lower.endswith(("ing", "ly")) and lower not in lexicon.GIVEN and following.lower() in lexicon.GIVEN:
            return False
        plural = lower.endswith("s") and not onward and (lower[:-1] in lexicon.COMMON or lower[:-1] in lexicon.ROLES)
        return not plural and not (lower in lexicon.GROUPS and not onward)
    if lower in lexicon.GIVEN and onward and following.lower() not in lexicon.COMMON:
        return True  # "Rose Odhiambo"
    beyond = layout.lower[at + 1]
    return onward and (lower in _OPENERS or beyond in lexicon.ORGANIZATIONS or beyond in lexicon.ROLES)


_MAY_NAME = frozenset(
    "two three four five six seven eight nine ten will may first last next our april june august oh no more another "
    "once never every long new".split()
)


def _is_compound(word: str) -> bool:
    """Whether a token is an adjective made from a name: *US-backed*, *Trump-style*, *mid-July*."""
    head, dash, tail = word.rpartition("-")
    if not dash:
        return False
    if head in {"D", "R", "I"}:
        return True
    made = tail in _COMPOUND_ENDS or (tail[:1].islower() and tail.endswith(("ed", "ing", "ern", "ese", "ish", "born")))
    return made or word.lower().startswith(("mid-", "pro-", "anti-", "non-", "ex-"))


def _is_acronym(word: str) -> bool:
    return (len(word) > 1 and word.isupper() and word not in {"AM", "PM", "OK", "TV", "IT", "US"}) or word in {
        "US",
        "U.S.",
    }


def _extends(layout: Layout, first: int, end: int) -> int:
    """How many tokens further the run that began at ``first`` goes on after ``end``; 0 when it is over."""
    words, lower = layout.words, layout.lower
    if end >= len(words) or layout.paragraph[end] != layout.paragraph[first]:
        return 0
    word, after = words[end], words[end + 1] if end + 1 < len(words) else "."
    if layout.starts[end] - layout.ends[end - 1] > 2 and "\n" in layout.text[layout.ends[end - 1] : layout.starts[end]]:
        return 0
    if _is_compound(words[end]):
        return 0
    if is_capitalised(word) and (lower[end] not in lexicon.FUNCTIONS or _is_acronym(word) or lower[end] == "new"):
        return 1
    if (
        word in {"’", "'"}
        and layout.starts[end] == layout.ends[end - 1]
        and end + 1 < len(words)
        and layout.starts[end + 1] > layout.ends[end]
    ):
        owned = (
            words[end - 1].endswith("s")
            and lower[end - 2 : end - 1] not in (["mr"], ["mrs"], ["ms"])
            and lower[end + 1] in lexicon.ORGANIZATIONS
        )
        return (
            2 if is_capitalised(after) and (owned or not words[end - 1].endswith("s")) else 0
        )  # Farmers’ Front, Achieng’ Odhiambo
    nickname = words[end + 1 : end + 4] if word in {"“", '"', "‘", "("} else []
    if (
        len(nickname) == 3
        and nickname[1] in {"”", '"', "’", ")"}
        and is_capitalised(nickname[0])
        and is_capitalised(nickname[2])
        and len(nickname[0]) > 1
    ):
        return 4  # John “Tig” Tarn
    if word == "," and after in {"Jr.", "Sr.", "Jr", "III"}:
        return 2
    if word[0].islower() and lower[end] in _INNER:
        span = 2 if lower[end + 1 : end + 2] in (["la"], ["der"], ["den"], ["los"], ["al"]) else 1
        beyond = words[end + span] if end + span < len(words) else "."
        return span + 1 if is_capitalised(beyond) and lower[end + span] not in lexicon.FUNCTIONS else 0
    return _joins(layout, first, end)


def _joins(layout: Layout, first: int, end: int) -> int:
    """Whether "of", "for", "and" … go on with the name of an organisation."""
    words, lower = layout.words, layout.lower
    joint, before = lower[end], lower[end - 1]
    skip = 2 if lower[end + 1 : end + 2] == ["the"] else 1
    at = end + skip
    if at >= len(words) or not is_capitalised(words[at]) or (lower[at] in lexicon.FUNCTIONS and lower[at] != "new"):
        return 0
    headed = before in lexicon.ORGANIZATION_HEADS or before in lexicon.ORGANIZATIONS
    ofs = {"secretary", "chief", "bank", "speaker", "minister", "ministers", "chairman"}
    if joint == "of" and (
        headed
        or (before in ofs and skip == 1)
        or (
            "of" not in lower[first:end]
            and "for" not in lower[first:end]
            and any(word in lexicon.ORGANIZATION_HEADS for word in lower[first:end])
        )
    ):
        return skip + 1
    if joint in {"for", "on", "to"} and skip == 1 and before in lexicon.ORGANIZATION_HEADS and end - first <= 6:
        return 2
    if joint in {"and", "&"} and skip == 1:
        close = next((i for i in range(at, min(at + 5, len(words))) if not is_capitalised(words[i])), len(words))
        tail = lower[close - 1]
        common = all(word in lexicon.COMMON or word in lexicon.ORGANIZATIONS for word in lower[end - 1 : end])
        inside = "of" in lower[first:end] or "for" in lower[first:end] or joint == "&"
        if joint == "&" or (common and (tail in lexicon.ORGANIZATIONS or (inside and tail in lexicon.COMMON))):
            return 2
    return 0


def _shouting(words: list[str], lower: list[str], first: int, last: int) -> bool:
    """Whether a run is a headline in capitals rather than a name."""
    return (
        last - first > 4
        and all(word.isupper() for word in words[first:last])
        and any(word in lexicon.COMMON for word in lower[first:last])
    )


def _split(layout: Layout, first: int, last: int) -> Iterator[Name]:
    """The names in one run, titles set apart."""
    lower = layout.lower
    if last - first > 1 and lower[last - 1] in {
        "poll",
        "polls",
        "survey",
        "study",
        "report",
        "analysis",
        "investigation",
        "index",
    }:
        last -= 1
    if (
        lower[first] in {"pac", "police"}
        and last - first > 1
        and is_capitalised(layout.words[first + 1])
        and lower[first] == "pac"
    ):
        first += 1  # "super PAC Priorities Forward"
    start = _after_title(layout, first, last)
    if last - start == 1 and lower[start] in _GENERIC:
        return
    if last - first > 1 and lower[last - 1] in _PARTY_TITLES and " ".join(lower[first : last - 1]) in lexicon.PLACES:
        last = start = last - 1  # "the South Carolina Republican" describes somebody
        yield Name(first, last, first, tuple(part for word in lower[first:last] for part in key_of(word)))
        return
    if start == last:  # "FBI Director" alone
        yield from _body_before_title(layout, first, last)
        return
    if lower[last - 1] in _SUFFIXES and last - start == 1:
        return
    if start > first:
        yield from _body_before_title(layout, first, start)
    key = tuple(part for word in lower[start:last] if word[0].isalnum() for part in key_of(word))
    if key and len("".join(key)) > 1 and not (last - start == 1 and lower[start] in _NO_NAMES):
        yield Name(start, last, first, key)


def _body_before_title(layout: Layout, first: int, start: int) -> Iterator[Name]:
    """The organisation or place at the head of a title: "FBI" in "FBI Director", "Ohio" in "Ohio Gov."."""
    end = first
    while end < start and layout.lower[end] not in _TITLE_WORDS and layout.lower[end] not in lexicon.MODIFIERS:
        end += 1
    inner = layout.lower[first:end]
    while first < end and (
        layout.lower[first] in lexicon.PAST
        or layout.lower[first] in lexicon.PARTIES
        or layout.lower[first] in _NO_NAMES
    ):
        first += 1
    inner = layout.lower[first:end]
    if inner and (layout.words[first] == "US" or not all(word in lexicon.FUNCTIONS for word in inner)):
        skip = first
        key = tuple(part for word in layout.lower[skip:end] for part in key_of(word))
        if key:
            yield Name(skip, end, skip, key)


def _after_title(layout: Layout, first: int, last: int) -> int:
    """Where the name begins in a run that may begin with a title; ``last`` when the run is nothing but a title."""
    lower = layout.lower
    given = last - first > 1 and lower[last - 2] in lexicon.GIVEN
    if lower[last - 1] in _ORGANIZATION_WORDS and lower[last - 1] not in lexicon.GIVEN and not given:
        courtesy = (
            lower[first] in lexicon.TITLES and last - first <= 3 and lower[last - 1] in {"ford", "church", "house"}
        )
        return first + 1 if courtesy else first
    start = first
    for at in range(last - 1, first - 1, -1):
        if lower[at] in _ORGANIZATION_WORDS and last - at in {3, 4} and lower[at + 1] in lexicon.GIVEN:
            start = at + 1  # "Fox News Sean Hannity"
            break
        if lower[at] in _TITLE_WORDS or (lower[at] in _PARTY_TITLES and at + 1 < last):
            if (
                at == last - 1
                and at > first
                and (lower[at - 1] in lexicon.GIVEN or lower[at] in {"king", "bishop", "prince"})
            ):
                continue  # Martin Luther King
            start = at + 1
            break
    if (
        first + 1 == start < last
        and lower[first] == "general"
        and lower[start] in {"electric", "motors", "mills", "assembly", "services", "dynamics", "atomics"}
    ):
        return first
    if start < last and lower[start] in {"of", "for"}:
        start = _after_of(layout, start, last)
    elif first < start < last and all(word in _MODIFYING for word in lower[start:last]):
        return last if not any(word in lexicon.GIVEN for word in lower[start:last]) and last - start > 1 else start
    return start


def _after_of(layout: Layout, of: int, last: int) -> int:
    """Where the name begins after "Secretary of State …", "Minister of Foreign Affairs …"."""
    lower = layout.lower
    for at in range(of + 2, last):
        if lower[at] in lexicon.GIVEN or (
            last - at <= 2 and lower[at] not in lexicon.COMMON and lower[at] not in {"and", "&"}
        ):
            return at
    return last


_FOLDS = str.maketrans(
    "áàâäãåăąāçćčďđéèêëėęěēğģíìîïıīķłľĺñńňņóòôöõøőōŕřśšşșťţțúùûüůűūųýÿźżžßæœð",
    "aaaaaaaaacccddeeeeeeeeggiiiiiiklllnnnnoooooooorrsssstttuuuuuuuuyyzzzsaod",
)
_ARTICLES = ("al-", "el-", "ad-", "as-", "ash-", "at-", "an-", "ar-", "az-", "ul-", "al‑")


def key_of(word: str) -> tuple[str, ...]:
    """The parts of one lower-case token by which names are compared: no accents, no Arabic article, hyphens split."""
    plain = word.translate(_FOLDS)
    for article in _ARTICLES:
        if plain.startswith(article) and len(plain) > len(article) + 2:
            plain = plain[len(article) :]
            break
    if plain in {"al", "el"}:
        return ()
    return tuple(part.strip(".'`") for part in plain.replace("‑", "-").split("-") if part.strip(".'`"))


def decide_kinds(
    layout: Layout, names: list[Name], votes: NDArray[np.float32] | None = None
) -> dict[tuple[str, ...], tuple[NameKind, float]]:
    """The kind of every spelling, with a share of the votes between 0 and 1.

    Args:
        layout: The article.
        names: Its names.
        votes: For each name the tagger's probability of each of :data:`KINDS`, ``[names, 4]``.
    """
    weights: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.05] * 4)
    for at, name in enumerate(names):
        weight, seen = weights[name.key], _evidence(layout, name)
        vote = votes[at] if votes is not None else (0.0, 0.0, 0.0, 0.0)
        for kind in range(4):
            weight[kind] += seen[kind] + 0.7 * float(vote[kind])
    totals = {key: np.array(weight) for key, weight in weights.items()}
    surnames, firsts = _short_forms([key for key, total in totals.items() if len(key) > 1 and total.argmax() == 0])
    alone = {key[0] for key in totals if len(key) == 1}
    for key, total in totals.items():
        if key in surnames:
            total[0] += 2.0 + total[3]
        elif len(key) == 1:
            total[0] += 1.0 * (key[0] in firsts)
        elif len(key) <= 4 and key[-1] in alone and key[-1] not in _LOCAL and total[1] < 1.5 and total[2] < 1.5:
            total[0] += 1.0
    return {key: (KINDS[int(total.argmax())], float(total.max() / total.sum())) for key, total in totals.items()}


def _short_forms(people: list[Key]) -> tuple[set[Key], set[str]]:
    """What full names are cut to: every end and every inner part of them, and their first parts."""
    surnames: set[Key] = set()
    for key in people:
        core = key[:-1] if key[-1] in _SUFFIXES else key
        surnames |= {core[at:] for at in range(1, len(core))}
        surnames |= {(part,) for part in core[1:] if part not in lexicon.PARTICLES and len(part) > 1}
    return surnames, {key[0] for key in people}


def _evidence(layout: Layout, name: Name) -> tuple[float, float, float, float]:
    """What the words in and around one mention say about its kind."""
    lower, words = layout.lower, layout.words
    inner = lower[name.first : name.last]
    person = organization = place = other = 0.0
    title = set(lower[name.title : name.first])
    if not title.isdisjoint(_TITLE_WORDS):
        person += 3.0
    before = lower[name.first - 1] if name.first else ""
    after = lower[name.last] if name.last < len(lower) else ""
    beyond = lower[name.last + 1] if name.last + 1 < len(lower) else ""
    if before in lexicon.ROLES and name.title == name.first and not layout.initial[name.first]:
        person += 1.0
    if after in _PERSON_CUES or (after == "," and (beyond in _PERSON_CUES or _is_age(beyond))):
        person += 1.5
    joined = " ".join(inner)
    bare = joined.replace(".", "")
    if joined in lexicon.METONYMS:
        organization += 2.0
    elif joined in lexicon.PLACES or bare in lexicon.PLACES:
        place += 3.0
    if inner[-1] in lexicon.ORGANIZATIONS and not (len(inner) == 1 and inner[-1] in _NOT_ORGANIZATION_ALONE):
        organization += (1.2 if len(inner) == 2 and inner[0] in lexicon.GIVEN else 2.5) if len(inner) > 1 else 1.0
    elif "of" in inner or "for" in inner or "and" in inner or not _HEADS.isdisjoint(inner):
        organization += 2.0
    elif len(inner) == 1 and words[name.first].isupper() and len(inner[0]) <= 6:
        organization += 1.5
    if inner[0] in lexicon.GIVEN:
        person += 2.0 if 1 < len(inner) <= 4 else 0.7
    elif 1 < len(inner) <= 4 and not organization and not place and _LOCAL.isdisjoint(inner) and not _is_common(inner):
        person += 0.6
    if inner[-1] in _SUFFIXES or (len(inner) > 2 and len(inner[1].strip(".")) == 1):
        person += 1.5
    if any(word in lexicon.PARTICLES for word in inner[1:-1]) or "-" in words[name.first][1:4]:
        person += 0.7
    if inner[-1] in lexicon.PLACES and inner[0] in _QUARTERS:
        place += 2.5
    if after in lexicon.ROLES and not place and not person:
        organization += 0.8
    if before in _PLACE_BEFORE:
        place += 0.6
    if inner[0] in lexicon.NATIONALITIES and person < 1.0:
        other += 0.8
    if _is_common(inner) and not organization:
        other += 0.8
    if len(inner) == 1 and not (person or organization or place or other):
        other += 0.15
    return person, organization, place, other


def _is_common(inner: list[str]) -> bool:
    return all(word in lexicon.COMMON or word in lexicon.NATIONALITIES for word in inner)


def _is_age(word: str) -> bool:
    return word.isdigit() and 1 < len(word) <= 2
