"""When two spellings are one person's name: initials, nicknames, particles, transliteration, short forms."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from attribution.speakers import lexicon
from attribution.speakers.names import Key

_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}

_NICKNAMES = (
    "bill william will|bob robert rob bobby|jim james jimmy jamie|joe joseph|mike michael mick|tom thomas tommy|dick "
    "richard rick|"
    "ted edward theodore ed eddie|tony anthony|chris christopher|dan daniel danny|dave david|steve steven "
    "stephen|jeff jeffrey geoff|"
    "ben benjamin|sam samuel|tim timothy|matt matthew|nick nicholas|pat patrick patricia|liz elizabeth beth "
    "betty|kate katherine katie cathy|"
    "sue susan|jen jennifer jenny|meg margaret maggie peggy|alex alexander alexandra|greg gregory|ken kenneth|larry "
    "lawrence|"
    "ron ronald|don donald|jack john|chuck charles charlie|hank henry|andy andrew|debbie deborah|bernie "
    "bernard|mitch mitchell|jeb john"
)


def core(key: Key) -> Key:
    """A key without leading particles and trailing suffixes: ``("bin", "salman")`` is as short as ``("salman",)``."""
    start = 0
    while start < len(key) - 1 and key[start] in lexicon.PARTICLES and key[start] not in {"ben", "e", "i", "y", "a"}:
        start += 1
    end = len(key) - 1 if len(key) > 1 and key[-1] in _SUFFIXES else len(key)
    return key[start:end] or key


def same_person(one: Key, two: Key) -> bool:
    """Whether two full names, as keys, are one person's: equal but for initials, middle names, nicknames, spelling."""
    a, b = core(one), core(two)
    suffixes = {key[-1] for key in (one, two) if key[-1] in _SUFFIXES}
    if len(suffixes) > 1 or len(a) < 2 or len(b) < 2:
        return False
    if not _alike(a[-1], b[-1]):
        short, long = sorted((a, b), key=len)
        return (
            len(short) < len(long) and short == long[: len(short)] and len(short) > 1
        )  # Mohammed bin Salman (Al Saud)
    return _given_alike(a[0], b[0]) and _middles_agree(a[1:-1], b[1:-1])


def _middles_agree(one: Key, two: Key) -> bool:
    return not one or not two or any(_given_alike(x, y) for x in one for y in two)


def _given_alike(one: str, two: str) -> bool:
    if len(one) == 1 or len(two) == 1:
        return one[0] == two[0]
    return _alike(one, two) or one in _nicknames().get(two, ())


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, set[str]]:
    table: dict[str, set[str]] = defaultdict(set)
    for line in _NICKNAMES.split("|"):
        for name in line.split():
            table[name] |= set(line.split()) - {name}
    return table


_SOUNDS = (
    ("kh", "h"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("sh", "s"),
    ("ch", "s"),
    ("ou", "u"),
    ("oo", "u"),
    ("ph", "f"),
    ("q", "k"),
    ("c", "k"),
    ("w", "v"),
    ("z", "s"),
    ("ie", "i"),
    ("ei", "i"),
    ("ey", "i"),
)


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """The consonants of a transliterated name, near sounds made one: *Yehia* and *Yahya* both give ``yh``."""
    for sound, plain in _SOUNDS:
        word = word.replace(sound, plain)
    kept = [word[0] if word[0] not in "aeiou" else "a", *(letter for letter in word[1:] if letter not in "aeiouy'")]
    return "".join(letter for at, letter in enumerate(kept) if at == 0 or letter != kept[at - 1])


def _alike(one: str, two: str) -> bool:
    """Whether two name parts are the same but for transliteration."""
    if one == two:
        return True
    if min(len(one), len(two)) < 4 or one[0] != two[0] or abs(len(one) - len(two)) > 3:
        return False
    return skeleton(one) == skeleton(two) and _distance(one, two) <= 2


def _distance(one: str, two: str) -> int:
    """Levenshtein's edit distance."""
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(two, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


def short_for(short: Key, person: Key) -> bool:
    """Whether a single name, or a part of several words, can stand for a full name."""
    whole = core(person)
    if len(short) == 1:
        return any(part == short[0] for part in whole if len(part) > 1) or (
            len(short[0]) > 4 and _alike(short[0], whole[-1])
        )
    return any(whole[at : at + len(short)] == short for at in range(len(whole)))
