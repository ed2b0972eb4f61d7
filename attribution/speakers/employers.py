"""For whom somebody speaks where the article does not say it in so many words.

"Chief executive Ann Lee" in an article about one company is that company's; "the coach" is the home team's. A ranker
chooses among the bodies and places that the article names, or none of them; it learns from people whose affiliation
stands nowhere beside their name.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attribution.speakers.layout import Layout
from attribution.speakers.ranker import Ranker
from attribution.speakers.referents import Referent
from attribution.speakers.scene import Stretch

if TYPE_CHECKING:
    from attribution.speakers.discourse import Discourse

_FIRMS = frozenset(
    "executive ceo cfo coo chairman chairwoman chair manager president founder co-founder owner treasurer boss head "
    "director spokesman spokeswoman spokesperson secretary editor officer".split()
)
_OFFICES = frozenset(
    "mayor governor minister premier president senator councillor commissioner prosecutor judge sheriff ambassador "
    "prime secretary speaker chancellor lawmaker mp prefect magistrate undersecretary".split()
)
_PLAYERS = frozenset(
    "coach captain midfielder defender striker goalkeeper forward winger player manager referee keeper trainer "
    "skipper scorer batsman bowler pitcher runner rider".split()
)
_SCHOLARS = frozenset(
    "professor researcher scientist lecturer economist analyst biologist historian physicist fellow author "
    "epidemiologist ecologist engineer hydrologist".split()
)
_STAFF = frozenset(
    "doctor surgeon nurse teacher lawyer pilot driver worker employee surveyor clerk superintendent inspector "
    "commander chief colonel general major captain brigadier lieutenant officer detective constable sergeant".split()
)
_LOCALS = frozenset(
    "resident farmer villager witness fisherman shopkeeper baker mother father neighbour neighbor grower vendor trader "
    "pensioner student customer passenger herder miner carpenter plumber".split()
)
_CLUB = frozenset("fc hc sc cf club united city team rovers athletic atletico deportivo real sporting".split())
_LEARNED = frozenset("university institute college centre center school academy laboratory faculty council".split())
_PUBLIC = frozenset("ministry government court parliament council senate assembly police army force county".split())
CLASSES = (_FIRMS, _OFFICES, _PLAYERS, _SCHOLARS, _STAFF, _LOCALS)
SORTS = ("firm", "office", "player", "scholar", "staff", "local", "other role", "no role")
"""The sorts of people, by the head of their role; each has a score of its own for "none of the bodies"."""

_KINDS = ("organization", "place", "other")
_PLAIN = (
    "bias", "before", "same_sentence", "previous_sentence", "second_sentence", "distance", "nearest_body",
    "nearest_place", "frequency", "most_frequent", "opens_article", "same_paragraph", "speaks", "owned_role",
    "opens_sentence", "affiliation_of_others", "same_role_of_others", "club", "learned", "public", "company_noun",
    "after_name", "between", "former", "definite_role", "quoted", "only_body",
)  # fmt: skip
FEATURES = (*_PLAIN, *(f"{sort} {kind}" for sort in SORTS for kind in _KINDS))


@dataclass(frozen=True, slots=True)
class Employers:
    """Chooses the body of somebody whose affiliation is not stated.

    Attributes:
        ranker: Trained on :data:`FEATURES`; without one no body is chosen.
        threshold: The least probability of a choice.
    """

    ranker: Ranker | None = None
    threshold: float = 0.5

    @classmethod
    def load(cls, path: Path, threshold: float) -> Employers:
        """Reads a trained chooser."""
        return cls(Ranker.load(path, FEATURES), threshold)

    def choose(self, discourse: Discourse, person: Referent) -> Stretch | None:
        """Where the full name of the body stands that the person most likely belongs to; ``None`` if unsure."""
        candidates = bodies(discourse)
        if self.ranker is None or not candidates:
            return None
        chances = self.ranker.probabilities(features(discourse, person, candidates), sort_of(person))
        best = int(chances.argmax())
        return candidates[best].name if best < len(candidates) and chances[best] >= self.threshold else None


def bodies(discourse: Discourse) -> list[Referent]:
    """The bodies and places that an article names."""
    return [
        item
        for item in discourse.referents
        if item.name
        and item.places
        and (item.kind == "organization" or (item.entity is not None and item.entity.kind == "other"))
    ]


def sort_of(person: Referent) -> int:
    """The sort of a person, a place in :data:`SORTS`."""
    heads = [fact.head for fact in person.facts if fact.role is not None]
    if not heads:
        return len(CLASSES) + 1
    return next((at for at, words in enumerate(CLASSES) if heads[0] in words), len(CLASSES))


def features(discourse: Discourse, person: Referent, candidates: list[Referent]) -> list[list[float]]:
    """The features of every body, ``[candidates, len(FEATURES)]``."""
    layout = discourse.layout
    role = next((fact for fact in person.facts if fact.role is not None), None)
    at = layout.at(*role.role)[0] if role is not None and role.role is not None else person.places[0][0]
    sort = sort_of(person)
    before = [_before(item, at) for item in candidates]
    most = max(len(item.places) for item in candidates)
    nearest = {
        kind: max((place for item, place in zip(candidates, before, strict=True) if _kind(item) == kind), default=-1)
        for kind in _KINDS
    }
    owned = at > 0 and layout.lower[at - 1] in {"its", "their", "'s", "’", "our"}
    others = [item for item in discourse.referents if item.kind == "person" and item is not person]
    rows = []
    for item, place in zip(candidates, before, strict=True):
        near = place if place >= 0 else item.places[0][0]
        gap = layout.sentence[at] - layout.sentence[near] if place >= 0 else 9
        words = _words(layout, item)
        heads = [fact.head for one in others for fact in one.facts if _belongs(layout, fact.affiliations, item)]
        kind = _kind(item)
        row = [
            1.0, place >= 0, gap == 0, gap == 1, gap == 2, min(gap, 12) / 6, place >= 0 and place == nearest[kind],
            place >= 0 and place == nearest["place"], math.log(len(item.places)), len(item.places) == most,
            layout.paragraph[item.places[0][0]] < 2, layout.paragraph[near] == layout.paragraph[at],
            bool(item.spoken), owned and gap < 2, near == 0 or layout.sentence[near - 1] != layout.sentence[near],
            bool(heads), role is not None and role.head in heads, not words.isdisjoint(_CLUB),
            not words.isdisjoint(_LEARNED), not words.isdisjoint(_PUBLIC),
            not item.nouns.isdisjoint({"company", "firm"}),
            place < 0 and gap == 9, place >= 0 and at - place < 8, role is not None and role.former,
            at > 0 and layout.lower[at - 1] == "the", bool(layout.quoted[near]), len(candidates) == 1,
        ]  # fmt: skip
        crossed = [name == SORTS[sort] and part == kind for name in SORTS for part in _KINDS]
        rows.append([float(value) for value in (*row, *crossed)])
    return rows


def _kind(body: Referent) -> str:
    return body.entity.kind if body.entity is not None and body.entity.kind != "person" else "organization"


def _before(body: Referent, at: int) -> int:
    """The first token of the last mention before ``at``; -1 when there is none."""
    place = bisect_left(body.places, (at, at)) - 1
    return body.places[place][0] if place >= 0 else -1


def _words(layout: Layout, body: Referent) -> set[str]:
    if body.entity is not None:
        return {part for name in body.entity.names for part in name.key} | body.nouns
    return set(layout.text[slice(*(body.name or (0, 0)))].lower().split())


def _belongs(layout: Layout, stretches: list[Stretch], body: Referent) -> bool:
    """Whether a stated affiliation is this body."""
    places = {layout.starts[first] for first, _ in body.places}
    return any(start in places for start, _ in stretches)
