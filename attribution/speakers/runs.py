"""Capitalised runs: the stretches of an article in which names are looked for."""

from __future__ import annotations

from collections.abc import Iterator

from attribution.speakers import lexicon
from attribution.speakers.layout import Layout

_INNER = (
    lexicon.PARTICLES - {"a", "an", "as", "at", "i", "e", "op", "ad", "y", "af"}
    | {"y"}
    | {"ag", "af", "ould", "wuld", "ole", "mac", "nic"}
)

_OPENERS = lexicon.ROLES | lexicon.TITLES.keys() | lexicon.NATIONALITIES | lexicon.ORGANIZATIONS | lexicon.MODIFIERS

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


_BODY_WORDS = lexicon.ORGANIZATIONS | lexicon.ORGANIZATION_HEADS | {"welfare", "defence", "defense"}
_MANY = frozenset(
    "women men children people patrolmen policemen firemen businessmen fishermen sportsmen workmen veteran mother "
    "father driver worker teacher farmer trader peoples".split()
)


def is_capitalised(word: str) -> bool:
    """Whether a token may be a part of a name by its letters alone: *Khafaji*, *al-Khafaji*, *SDF*, *U.S.*."""
    if word[0].isupper() or (word[1:2] in {"'", "’"} and word[2:3].isupper()):
        return True  # also d'Almeida
    return len(word) > 3 and "-" in word[1:5] and word[word.index("-") + 1 : word.index("-") + 2].isupper()


def find_runs(layout: Layout) -> Iterator[tuple[int, int]]:
    """The runs of an article, in order, as half-open token ranges; headlines in capitals are left out."""
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
            (lower == "new" and [following.lower()] in _NEW) or (not layout.initial[at] and lower in MAY_NAME)
        )
    if not layout.initial[at]:
        return True
    if lower not in lexicon.COMMON:
        if lower.endswith(("ing", "ly")) and lower not in lexicon.GIVEN and following.lower() in lexicon.GIVEN:
            return False
        if not onward and lower.endswith(_PEOPLE_ENDINGS) and not _is_capital_elsewhere(layout, at):
            return False  # Exporters, Midwives
        plural = lower.endswith("s") and not onward and (lower[:-1] in lexicon.COMMON or lower[:-1] in lexicon.ROLES)
        return not plural and not (lower in lexicon.GROUPS and not onward)
    if lower in lexicon.GIVEN and onward and following.lower() not in lexicon.COMMON:
        return True  # "Rose Odhiambo"
    beyond = layout.lower[at + 1]
    return onward and (lower in _OPENERS or beyond in lexicon.ORGANIZATIONS or beyond in lexicon.ROLES)


MAY_NAME = frozenset(
    "two three four five six seven eight nine ten will may first last next our april june august oh no more another "
    "once never every long new".split()
)


_PEOPLE_ENDINGS = ("ers", "ors", "ists", "ians", "wives", "women", "men", "ants", "nurses", "mothers")


def _is_capital_elsewhere(layout: Layout, at: int) -> bool:
    """Whether a word is capitalised inside a sentence too."""
    word = layout.words[at]
    return any(other == word and not layout.initial[token] for token, other in enumerate(layout.words))


def _is_compound(word: str) -> bool:
    """Whether a token is an adjective made from a name: *US-backed*, *Trump-style*, *mid-July*."""
    head, dash, tail = word.rpartition("-")
    if not dash:
        return False
    if head in {"D", "R", "I"}:
        return True
    made = tail in _COMPOUND_ENDS or (tail[:1].islower() and tail.endswith(("ed", "ing", "ern", "ese", "ish", "born")))
    return made or (word.lower().startswith(("mid-", "pro-", "anti-", "non-", "ex-")) and not tail[:1].isupper())


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
            and (
                lower[end + 1] in _BODY_WORDS
                or lower[end - 1] in lexicon.GROUPS
                or lower[end - 1][:-1] in lexicon.ROLES
            )
        )
        return (
            2 if is_capitalised(after) and (owned or not words[end - 1].endswith("s")) else 0
        )  # Farmers’ Front, Achieng’ Odhiambo
    if lower[end] == "'s" and is_capitalised(after) and lower[end - 1] in _MANY:
        return 2  # Women's Media Center, Patrolmen's Association
    if word in {"“", '"', "‘", "("}:
        close = next(
            (at for at in range(end + 2, min(end + 5, len(words) - 1)) if words[at] in {"”", '"', "’", ")"}), 0
        )
        inside = words[end + 1 : close]
        named = close and all(is_capitalised(one) for one in [*inside, words[close + 1]]) and len(inside[0]) > 1
        if named and close + 1 < len(words) and lower[close + 1] not in lexicon.FUNCTIONS:
            return close + 2 - end  # John “Tig” Tarn, Ana “La Zurda” Ruiz
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
    ofs = {"secretary", "chief", "bank", "speaker", "minister", "ministers", "chairman", "superintendent", "inspector"}
    begun = lower[first] in lexicon.ORGANIZATION_HEADS and at - first < 9
    if joint in {"of", "for"} and begun and before not in lexicon.PLACES:
        return skip + 1  # Association of Power Consumers for Progress
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
        two = before in lexicon.ORGANIZATIONS and tail in lexicon.ORGANIZATIONS and close - at > 1 and joint == "and"
        if two and end - first > 1:
            return 0  # The Washington Post and ABC News
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
