"""What a name names: a person, an organisation, a place or anything else.

The kind is decided for a spelling over the whole article: a spelling that stands once after *Mr.* is a person wherever
it stands. Where a trained tagger is at hand its votes are added to those of the rules.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from attribution.speakers import lexicon
from attribution.speakers.layout import Layout
from attribution.speakers.names import SUFFIXES, TITLE_WORDS, Key, Name, name_is_plural

NameKind = Literal["person", "organization", "place", "other"]

KINDS: tuple[NameKind, ...] = ("person", "organization", "place", "other")

_LOCAL = (
    lexicon.PLACES
    | lexicon.NATIONALITIES
    | {"region", "act", "avenue", "street", "award", "awards", "temple", "research", "isis"}
)

_HEADS = lexicon.ORGANIZATION_HEADS - {"house", "church"}

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

_LEGAL_FORMS = frozenset("sa saa plc inc corp ltd llc gmbh ag nv bv spa srl asa oyj".split())
_CLUBS = frozenset("FC HC SC SV AC AFC CF BC RC SK FK IF BK CD UD Atlético Deportivo Sporting Real".split())
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
        if name_is_plural(layout, name):
            seen = (0.0, 0.0, 0.0, 3.0)  # Republicans, Mexicans
        vote = votes[at] if votes is not None else (0.0, 0.0, 0.0, 0.0)
        for kind in range(4):
            weight[kind] += seen[kind] + 1.6 * float(vote[kind])
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
        core = key[:-1] if key[-1] in SUFFIXES else key
        surnames |= {core[at:] for at in range(1, len(core))}
        surnames |= {(part,) for part in core[1:] if part not in lexicon.PARTICLES and len(part) > 1}
    return surnames, {key[0] for key in people}


def _evidence(layout: Layout, name: Name) -> tuple[float, float, float, float]:
    """What the words in and around one mention say about its kind."""
    lower, words = layout.lower, layout.words
    inner = lower[name.first : name.last]
    person = organization = place = other = 0.0
    title = set(lower[name.title : name.first])
    if not title.isdisjoint(TITLE_WORDS):
        person += 3.0
    before = lower[name.first - 1] if name.first else ""
    after = lower[name.last] if name.last < len(lower) else ""
    beyond = lower[name.last + 1] if name.last + 1 < len(lower) else ""
    if before in lexicon.ROLES and name.title == name.first and not layout.initial[name.first]:
        person += 1.0
    if after in _PERSON_CUES or (after == "," and (beyond in _PERSON_CUES or _is_age(beyond))):
        person += 1.5
    organization += 3.0 * _has_legal_form(layout, name)
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
    if inner[-1] in SUFFIXES or (len(inner) > 2 and len(inner[1].strip(".")) == 1):
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


def _has_legal_form(layout: Layout, name: Name) -> bool:
    """Whether a name says by its form that it is a company's or a club's: *Tarn Paper SA*, *FC Larkfield*."""
    several = name.last - name.first > 1
    last = layout.lower[name.last - 1].replace(".", "")
    return several and (last in _LEGAL_FORMS or layout.words[name.first] in _CLUBS)


def _is_common(inner: list[str]) -> bool:
    return all(word in lexicon.COMMON or word in lexicon.NATIONALITIES for word in inner)


def _is_age(word: str) -> bool:
    return word.isdigit() and 1 < len(word) <= 2
