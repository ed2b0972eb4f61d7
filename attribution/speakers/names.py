"""Finding names: the capitalised runs without the titles before them.

``Former Iraqi Interior Minister Baqir Jabr`` is one run; its title is ``Iraqi Interior Minister``, its name ``Baqir
Jabr``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from attribution.speakers import lexicon
from attribution.speakers.layout import Layout
from attribution.speakers.runs import MAY_NAME, find_runs, is_capitalised

Key = tuple[str, ...]

TITLE_WORDS = (lexicon.ROLES | lexicon.TITLES.keys()) - lexicon.NOT_TITLES

_PARTY_TITLES = {"democrat", "republican", "conservative", "liberal", "tory", "socialist", "independent", "libertarian"}

_GENERIC = frozenset({"pac", "pacs", "police", "women", "men", "amendment", "capt", "ceo", "dr"})

_NO_NAMES = lexicon.NATIONALITIES | lexicon.COURTESIES

_MODIFYING = lexicon.MODIFIERS | lexicon.COMMON

_PLAIN = lexicon.COMMON | lexicon.ROLES

SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}

ORGANIZATION_WORDS = lexicon.ORGANIZATIONS - {"ford", "sa", "capital", "house", "sun", "church"} | {"house", "church"}


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
    for first, last in find_runs(layout):
        if layout.sentence[first] in headlines:
            held.append((first, last))
            continue
        found = list(_split(layout, first, last))
        if not found and last - first == 1:
            bare.append(first)
        names += found
    tails = {name.key[-1] for name in names if len(name.key) > 1 and name.key[0] in lexicon.GIVEN}
    tails |= {name.key[0] for name in names if 1 < len(name.key) < 4 and name.key[0] in MAY_NAME}
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
    while last - first > 2 and _is_post_nominal(layout.words[last - 1]):
        last -= 1
    start = _after_title(layout, first, last)
    if last - start == 1 and lower[start] in _GENERIC:
        return
    if last - first > 1 and lower[last - 1] in _PARTY_TITLES and " ".join(lower[first : last - 1]) in lexicon.PLACES:
        last = start = last - 1  # "the South Carolina Republican" describes somebody
        yield Name(first, last, first, tuple(part for word in lower[first:last] for part in key_of(word)))
        return
    while (
        last - start > 2
        and lower[start] in _LEADING_WORDS
        and (lower[start + 1] in lexicon.GIVEN or lower[start + 1] not in lexicon.COMMON | lexicon.ORGANIZATIONS)
    ):
        if lower[last - 1] in ORGANIZATION_WORDS:
            break
        start += 1  # the Spaniard Iker Olazábal, Marine John Tiegen
    if start == last:  # "FBI Director" alone
        yield from _body_before_title(layout, first, last)
        return
    if lower[last - 1] in SUFFIXES and last - start == 1:
        return
    if start > first:
        yield from _body_before_title(layout, first, start)
    key = tuple(part for word in lower[start:last] if word[0].isalnum() for part in key_of(word))
    if key and len("".join(key)) > 1 and not (last - start == 1 and lower[start] in _NO_NAMES):
        yield Name(start, last, first, key)


def _is_post_nominal(word: str) -> bool:
    """Whether a capitalised word after a name is an honour or an office: *KC*, *MP*."""
    return word[1:2].isupper() and word.lower().replace(".", "") in _POST_NOMINALS


def _body_before_title(layout: Layout, first: int, start: int) -> Iterator[Name]:
    """The organisation or place at the head of a title: "FBI" in "FBI Director", "Ohio" in "Ohio Gov."."""
    end = first
    while end < start and layout.lower[end] not in TITLE_WORDS and layout.lower[end] not in lexicon.MODIFIERS:
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
    if lower[last - 1] in ORGANIZATION_WORDS and lower[last - 1] not in lexicon.GIVEN and not given:
        courtesy = (
            lower[first] in lexicon.TITLES and last - first <= 3 and lower[last - 1] in {"ford", "church", "house"}
        )
        return first + 1 if courtesy else first
    heads = [at for at in range(first, last) if lower[at] in lexicon.ORGANIZATION_HEADS]
    if heads and lower[heads[0] + 1 : heads[0] + 2] in (["of"], ["for"], ["on"]) and lower[first] not in TITLE_WORDS:
        return first  # Independent Rights Council of Pakistan
    start = first
    for at in range(last - 1, first - 1, -1):
        if lower[at] in ORGANIZATION_WORDS and last - at in {3, 4} and lower[at + 1] in lexicon.GIVEN:
            start = at + 1  # "Fox News Sean Hannity"
            break
        if at > first and at == last - 2 and lower[at] in _GIVEN_TITLES:
            continue  # Judge Earl Swenson
        if lower[at] in TITLE_WORDS or (lower[at] in _PARTY_TITLES and at + 1 < last):
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
        rest = lower[at:last]
        plain = lexicon.COMMON | lexicon.ORGANIZATIONS | {"and", "&"}
        if lower[at] in lexicon.GIVEN or (len(rest) <= 3 and plain.isdisjoint(rest)):
            return at
    return last


PLURAL_DETERMINERS = frozenset(
    "some many most several other others few two three four five six dozens hundreds thousands all both these those "
    "various multiple numerous neither".split()
)
_GIVEN_TITLES = frozenset({"earl", "sultan", "prince", "duke", "baron", "king", "marshal", "major", "dean", "chase"})
_POST_NOMINALS = frozenset("kc qc sc mp mep msp mla mna td cbe obe mbe phd md sj frs esq bsc mba".split())
_LEADING_WORDS = frozenset(
    "spaniard frenchman englishman dutchman irishman welshman scotsman dane swede briton frenchwoman englishwoman "
    "australian american german italian canadian brazilian japanese russian ukrainian korean finnish swiss "
    "marine".split()
)
_PEOPLE = frozenset(
    "republicans democrats conservatives liberals americans voters fathers muslims christians jews catholics "
    "protestants fans supporters moderators residents islanders activists lawmakers officials senators".split()
)
_OF_PEOPLE = ("ers", "ians", "ans", "ists", "ites", "ese")


def name_is_plural(layout: Layout, name: Name) -> bool:
    """Whether a name is of many: *Republicans*, *African-Americans*, *the Saudis*."""
    word = layout.lower[name.last - 1]
    stem = word.rpartition("-")[2]
    if name.last - name.first > 1 or name.title < name.first:
        return stem in _PEOPLE and name.title == name.first
    return stem in lexicon.GROUPS or (
        stem.endswith("s")
        and (
            stem[:-1] in lexicon.NATIONALITIES
            or stem[:-1] in lexicon.PARTIES
            or layout.lower[name.first - 1] in PLURAL_DETERMINERS
            or (stem.endswith(_OF_PEOPLE) and layout.lower[name.first - 1] == "the")
        )
    )


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
