"""Candidates for a pronoun or a description, and what speaks for each: the features of the ranker.

The features are those that news earns (see Newell et al. 2018 on PolNeAR; Muzny et al. 2017 on quotation speakers): who
spoke last, who is near and in subject position, gender, number, and for descriptions whether role and affiliation fit.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace

from attribution.speakers import lexicon
from attribution.speakers.layout import Layout
from attribution.speakers.referents import Referent
from attribution.speakers.sources import FIRST, HE, IT, SHE, THEY

FEATURES = (
    "bias", "named", "group", "organization", "same_sentence", "previous_sentence", "second_sentence",
    "third_sentence", "distance",
    "nearest", "second_nearest", "recency", "last_speaker", "speaker_recency", "last_named_source", "has_spoken",
    "gender_fits", "gender_clashes", "gender_unknown", "frequency", "most_frequent", "quoted", "owner",
    "after_preposition",
    "subject", "only_later", "same_paragraph", "noun_fits", "words_fit", "affiliation_fits", "in_own_content",
    "headline",
    "opens_sentence", "he_she", "they", "it", "first_person", "person_noun", "organization_noun", "anchor_quoted",
    "no_facts",
    "speaks_in_sentence", "nearest_outside", "paragraph_opener", "noun_known_elsewhere", "fits_kind",
    "only_fitting_near", "spoke_in_paragraph", "spoke_in_paragraph_before", "spoke_in_sentence_before",
    "opens_sentence_before", "first_in_paragraph", "object", "owned_anchor", "opens_anchor", "most_named_near",
    "speaks_next", "unnamed_last", "side_by_side", "asked_for_two", "called_so", "sounds_so",
)  # fmt: skip
_PREPOSITIONS = frozenset(
    "of for at in from with on to by against about under over between among than like including".split()
)
_ADDRESSED = frozenset("told asked with against attacked criticized criticised met called urged accused".split())
_OWNERS = frozenset({"his", "her", "its", "their"})
_FEMALE_NOUNS = frozenset(
    "woman girl mother daughter sister wife widow actress spokeswoman congresswoman businesswoman chairwoman aunt "
    "grandmother niece queen princess lady girlfriend waitress policewoman nun".split()
)
_MALE_NOUNS = frozenset(
    "man boy father son brother husband widower actor spokesman congressman businessman uncle grandfather nephew "
    "king prince gentleman boyfriend waiter policeman monk priest".split()
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The mention that has to be resolved.

    Attributes:
        at: The token it stands at.
        word: The pronoun or the head noun, lower case.
        pronoun: Whether it is a pronoun.
        person: For a description, whether it is of a person.
        plural: Whether it is of several.
        words: The words of a description that could recur in a role or an affiliation, lower case.
        contents: Token ranges of what it is the source of.
        attribution: The place of its attribution among those of the article.
        two: Whether it is said to be of two: *both*, *the two senators*.
    """

    at: int
    word: str
    pronoun: bool
    person: bool
    plural: bool
    words: frozenset[str]
    contents: tuple[tuple[int, int], ...] = ()
    attribution: int = -1
    two: bool = False

    @property
    def sort(self) -> int:
        """Its place in :data:`attribution.speakers.ranker.SORTS`."""
        if self.pronoun:
            return 3 if self.word in IT or self.word in THEY else 0
        return 1 if self.person else 2

    @property
    def gender(self) -> str | None:
        """``"m"`` or ``"f"`` where the word says so."""
        if self.word in HE or self.word in _MALE_NOUNS:
            return "m"
        return "f" if self.word in SHE or self.word in _FEMALE_NOUNS else None


def fits(anchor: Anchor, referent: Referent) -> bool:
    """Whether a referent can be meant at all."""
    if not referent.places:
        return False
    if referent.members:
        return anchor.word in THEY or anchor.two or (anchor.plural and _noun_fits(anchor, referent))
    kind, word = referent.kind, anchor.word
    if word in HE or word in SHE:
        return kind in {"person", "unknown"}
    if word in IT:
        return kind in {"organization", "document"} or (referent.entity is not None and referent.entity.kind == "other")
    if word in THEY or word in {"we", "us"}:
        return kind in {"group", "organization", "person", "unknown"}
    if anchor.pronoun:
        return kind in {"person", "unknown", "group", "organization"}
    if anchor.person:
        return kind in ({"group"} if anchor.plural else {"person", "unknown"})
    return kind == "organization" and _can_be(word, referent)


_PUBLIC = frozenset(
    "senate house department ministry court party committee university council congress government army police "
    "parliament state bureau commission administration nations".split()
)
_PRESS = frozenset(
    "times post journal herald news gazette tribune press guardian telegraph daily today review magazine chronicle "
    "globe sentinel courier observer star mail".split()
)


def _can_be(noun: str, referent: Referent) -> bool:
    """Whether an organisation can be called a *company*, a *newspaper*, a *union* …, by its name."""
    if referent.entity is None:
        return referent.noun == noun or referent.name is not None
    words = {part for name in referent.entity.names for part in name.key}
    if referent.entity.kind == "place":
        return noun in {"government", "administration", "regime"}
    if noun in _COMPANIES:
        return words.isdisjoint(_PUBLIC)
    if noun in _PUBLIC or noun in {"union", "campaign"}:
        return is_alike(noun, referent) or any(2 < len(part) < 6 for part in words)
    return True


_COMPANY = frozenset(
    "inc corp corporation sa plc ltd llc gmbh ag nv co company holdings group energy motors airlines airways bank "
    "industries systems technologies pharmaceuticals foods oil gas mining steel media capital partners".split()
)


def is_alike(noun: str, referent: Referent) -> bool:
    """Whether an organisation is called so by the article, or has the noun in its name."""
    if noun in referent.nouns:
        return True
    return referent.entity is not None and any(noun in name.key for name in referent.entity.names)


def _suits(noun: str, referent: Referent) -> bool:
    """Whether the name of an organisation sounds like one of this sort."""
    if referent.entity is None:
        return False
    words = {part for name in referent.entity.names for part in name.key}
    if noun in {"newspaper", "paper", "tabloid", "magazine", "daily", "weekly", "outlet", "website"}:
        return not words.isdisjoint(_PRESS)
    return noun in _COMPANIES and not words.isdisjoint(_COMPANY)


_COMPANIES = frozenset("company firm giant retailer airline automaker lender bank startup chain miner operator".split())


def has_role(anchor: Anchor, referent: Referent) -> bool:
    """Whether a description's noun is one of the referent's roles."""
    return _noun_fits(anchor, referent)


def features(layout: Layout, anchor: Anchor, candidates: list[Referent]) -> list[list[float]]:
    """The features of every candidate, ``[candidates, len(FEATURES)]``."""
    sentence = layout.sentence
    before = [_nearest(layout, referent, anchor.at) for referent in candidates]
    ends = [place[1] if place else -1 for place in before]
    outside = [_nearest(layout, referent, anchor.at, outside=True) for referent in candidates]
    order = sorted(range(len(candidates)), key=lambda at: -ends[at])
    rank = {at: position for position, at in enumerate(order)}
    outside_first = max(range(len(candidates)), key=lambda at: outside[at][1] if outside[at] else -1)  # type: ignore[index]
    spoken = [_last_spoken(referent, anchor.at) for referent in candidates]
    speaker_order = sorted((at for at in range(len(candidates)) if spoken[at] >= 0), key=lambda at: -spoken[at])
    speaker_rank = {at: position for position, at in enumerate(speaker_order)}
    last_named = next((at for at in speaker_order if candidates[at].entity is not None), -1)
    most = max(len(referent.places) for referent in candidates)
    elsewhere = any(_noun_fits(anchor, referent) for referent in candidates)
    fitting = _fitting_near(layout, anchor, candidates, before)
    counts = [_named_near(layout, anchor, referent) for referent in candidates]
    here = layout.paragraph[anchor.at]
    earlier = (first for referent in candidates for first, _ in referent.places if first < anchor.at)
    paragraph_first = min((first for first in earlier if layout.paragraph[first] == here), default=-1)
    rows = []
    for at, referent in enumerate(candidates):
        place = before[at]
        near = place or referent.places[0]
        gap = sentence[anchor.at] - sentence[near[0]] if place else 9
        gender, wanted = referent.gender, anchor.gender
        word = layout.lower[near[0] - 1] if near[0] else "."
        after = layout.lower[near[1]] if near[1] < len(layout) else "."
        initial = (
            near[0] == 0
            or sentence[near[0] - 1] != sentence[near[0]]
            or (word in {"“", '"', "the", "but", "and", "mr", "ms", "mrs"})
        )
        noun = _noun_fits(anchor, referent)
        words, affiliation = _overlap(layout, anchor, referent)
        rows.append([
            1.0, referent.entity is not None, referent.kind == "group", referent.kind == "organization",
            gap == 0, gap == 1, gap == 2, gap == 3, min(gap, 20) / 10,
            rank[at] == 0, rank[at] == 1, 1 / (1 + rank[at]),
            speaker_rank.get(at) == 0, 1 / (1 + speaker_rank[at]) if at in speaker_rank else 0.0, at == last_named,
            bool(referent.spoken),
            gender is not None and gender == wanted, gender is not None and wanted is not None and gender != wanted,
            gender is None,
            math.log(len(referent.places)), len(referent.places) == most, bool(layout.quoted[near[0]]),
            after in {"'s", "’", "'"}, word in _PREPOSITIONS,
            initial or (after.isalpha() and after not in _PREPOSITIONS and after not in {"and", "or"}), place is None,
            place is not None and layout.paragraph[near[0]] == layout.paragraph[anchor.at], noun, words, affiliation,
            any(first <= near[0] < last for first, last in anchor.contents), sentence[near[0]] == 0,
            initial, anchor.word in HE or anchor.word in SHE, anchor.word in THEY, anchor.word in IT,
            anchor.word in FIRST,
            not anchor.pronoun and anchor.person, not anchor.pronoun and not anchor.person,
            bool(layout.quoted[anchor.at]), not referent.facts,
            spoken[at] >= 0 and sentence[spoken[at]] == sentence[anchor.at], at == outside_first,
            place is not None and layout.paragraph[near[0]] == layout.paragraph[anchor.at] and initial,
            elsewhere and not noun,
            anchor.plural == (referent.kind in {"group", "organization"}),
            at in fitting and len(fitting) == 1,
            spoken[at] >= 0 and layout.paragraph[spoken[at]] == layout.paragraph[anchor.at],
            spoken[at] >= 0 and layout.paragraph[spoken[at]] == layout.paragraph[anchor.at] - 1,
            spoken[at] >= 0 and sentence[spoken[at]] == sentence[anchor.at] - 1,
            gap == 1 and initial,
            place is not None and near[0] == paragraph_first,
            word in _ADDRESSED,
            anchor.word in _OWNERS,
            anchor.at == 0 or sentence[anchor.at - 1] != sentence[anchor.at],
            bool(counts[at]) and counts[at] == max(counts),
            any(anchor.at < token and sentence[token] - sentence[anchor.at] < 3 for token in referent.spoken),
            referent.entity is None and speaker_rank.get(at) == 0,
            bool(referent.members) and anchor.word in THEY, len(referent.members) == 2 and anchor.two,
            not anchor.pronoun and anchor.word in referent.nouns, not anchor.pronoun and _suits(anchor.word, referent),
        ])  # fmt: skip
    return [[float(value) for value in row] for row in rows]


def _fitting_near(
    layout: Layout, anchor: Anchor, candidates: list[Referent], before: list[tuple[int, int] | None]
) -> set[int]:
    """The candidates of the right gender, as far as it is known, in this and the three sentences before."""
    return {
        at
        for at, (referent, place) in enumerate(zip(candidates, before, strict=True))
        if place is not None
        and layout.sentence[anchor.at] - layout.sentence[place[0]] < 4
        and not (anchor.gender and referent.gender and referent.gender != anchor.gender)
    }


def _named_near(layout: Layout, anchor: Anchor, referent: Referent) -> int:
    """How often a referent is mentioned in this and the five sentences before."""
    here = layout.sentence[anchor.at]
    return sum(first < anchor.at and here - layout.sentence[first] < 6 for first, _ in referent.places)


def _nearest(layout: Layout, referent: Referent, token: int, *, outside: bool = False) -> tuple[int, int] | None:
    """The last mention that ends before ``token``; only mentions outside quotation marks if asked."""
    at = bisect_left(referent.places, (token, token)) - 1
    while at >= 0:
        place = referent.places[at]
        if place[1] <= token and not (outside and layout.quoted[place[0]]):
            return place
        at -= 1
    return None


def _last_spoken(referent: Referent, token: int) -> int:
    at = bisect_left(referent.spoken, token) - 1
    return referent.spoken[at] if at >= 0 else -1


_SAME_NOUN = {
    "spokesman": "spokesperson", "spokeswoman": "spokesperson", "chairman": "chair", "chairwoman": "chair",
    "chairperson": "chair", "sen": "senator",
    "gov": "governor", "rep": "representative", "congressman": "representative", "congresswoman": "representative",
    "lawmaker": "representative",
    "candidate": "nominee", "front-runner": "nominee", "frontrunner": "nominee", "contender": "nominee",
    "hopeful": "nominee", "attorney": "lawyer",
    "adviser": "advisor", "col": "colonel", "gen": "general", "prof": "professor", "dr": "doctor",
    "physician": "doctor", "pres": "president",
    "businesswoman": "businessman", "policewoman": "officer", "policeman": "officer", "mogul": "businessman",
    "tycoon": "businessman", "magnate": "businessman",
    "billionaire": "businessman", "representative": "representative", "professor": "professor", "scholar": "professor",
    "premier": "minister",
}  # fmt: skip


def same_noun(word: str) -> str:
    """One spelling for nouns that name the same role: *spokesman*, *spokeswoman* and *spokesperson*."""
    return _SAME_NOUN.get(word, word)


def _noun_fits(anchor: Anchor, referent: Referent) -> bool:
    if anchor.pronoun:
        return False
    noun = same_noun(anchor.word)
    if referent.members:
        one = replace(anchor, word=anchor.word.removesuffix("s").replace("men", "man"))
        return all(_noun_fits(one, member) for member in referent.members)
    if noun == same_noun(referent.noun):
        return True
    if referent.entity is not None and referent.kind == "organization":
        return is_alike(anchor.word, referent)
    if anchor.word in lexicon.PARTIES:
        return any(fact.head == anchor.word for fact in referent.facts)
    return any(same_noun(fact.head) == noun for fact in referent.facts)


def _overlap(layout: Layout, anchor: Anchor, referent: Referent) -> tuple[float, float]:
    """The share of a description's words that recur in the referent's roles, and in its affiliations."""
    if anchor.pronoun or not anchor.words:
        return 0.0, 0.0
    roles = {
        word
        for fact in referent.facts
        if fact.role
        for word in layout.text[fact.role[0] : fact.role[1]].lower().split()
    }
    bodies = {
        word.strip(".,-")
        for fact in referent.facts
        for first, last in fact.affiliations
        for word in layout.text[first:last].lower().replace("-", " ").split()
    }
    rest = anchor.words - {anchor.word}
    return len(anchor.words & roles) / len(anchor.words), len(rest & bodies) / len(rest) if rest else 0.0
