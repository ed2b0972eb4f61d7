"""Which articles reviewers see first.

The gain expected from an article is the number of wrong answers expected in it: the sum of one minus the calibrated
confidence over its quotations, speakers and stances. Twenty uncertain articles of one outlet about one speaker teach
less than their sum, so gains are pooled by outlet and by speaker and each pool counts with the square root of what it
holds. That function is submodular, and taking the article with the largest increase each time is within 63% of the best
choice (Nemhauser, Wolsey and Fisher 1978; Lin and Bilmes 2011 use it for choosing texts).

A stated share is drawn at random instead, from all articles and before any gain is looked at: only those give an
unbiased estimate of quality. Who is drawn depends on the article's id alone, so the same push draws the same articles.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from attribution.schema import AnnotatedArticle

RANDOM_SHARE = 0.2
# What a person gave no confidence for is taken as certain.
_CERTAIN = 1.0


@dataclass(frozen=True)
class Choice:
    """A chosen article, by its position in what was offered, and how it was chosen."""

    index: int
    drawn: Literal["random", "gain"]
    gain: float


def gains(record: AnnotatedArticle) -> dict[str, float]:
    """The errors expected in an article, by what they would teach about: its outlet and each of its speakers."""
    found: dict[str, float] = defaultdict(float)
    names = {item.id: (item.name or item.kind).casefold() for item in record.speakers}
    doubt = {item.id: _doubt(item.confidence) for item in record.speakers}
    for item in record.attributions:
        found[f"speaker {names.get(item.speaker or '', '')}"] += _doubt(item.confidence)
    for identity, value in doubt.items():
        found[f"speaker {names[identity]}"] += value
    stances = sum(_doubt(item.confidence) for item in record.stances)
    found[f"outlet {record.article.outlet or ''}"] += sum(found.values()) + stances
    return dict(found)


def _doubt(confidence: float | None) -> float:
    return 1.0 - (_CERTAIN if confidence is None else confidence)


def choose(
    records: Sequence[AnnotatedArticle], budget: int | None = None, random_share: float = RANDOM_SHARE, seed: str = ""
) -> list[Choice]:
    """Chooses up to ``budget`` articles and puts them into the order of review, the random ones evenly between.

    Args:
        records: What there is to choose from.
        budget: How many articles; all when ``None``.
        random_share: The share of ``budget`` that is drawn at random.
        seed: Another seed draws other articles.
    """
    size = len(records) if budget is None else min(budget, len(records))
    lots = sorted(range(len(records)), key=lambda at: _lot(records[at], seed))
    random = lots[: round(size * random_share)]
    pools = [gains(record) for record in records]
    total = [sum(value for key, value in pool.items() if key.startswith("outlet ")) for pool in pools]
    taken = set(random)
    best = _greedy([at for at in range(len(records)) if at not in taken], pools, size - len(random))
    gained = [Choice(at, "gain", total[at]) for at in best]
    return _interleave(gained, [Choice(at, "random", total[at]) for at in random])


def _lot(record: AnnotatedArticle, seed: str) -> str:
    return hashlib.sha256(f"{seed}\0{record.article.id}".encode("utf-8", "surrogatepass")).hexdigest()


def _greedy(candidates: Iterable[int], pools: Sequence[dict[str, float]], size: int) -> list[int]:
    """Takes the largest increase each time, looking only at those that may still have it."""
    held: dict[str, float] = defaultdict(float)

    def increase(at: int) -> float:
        return sum(sqrt(held[key] + value) - sqrt(held[key]) for key, value in pools[at].items())

    heap = [(-increase(at), at, 0) for at in candidates]
    heapq.heapify(heap)
    chosen: list[int] = []
    while heap and len(chosen) < size:
        _, at, seen = heapq.heappop(heap)
        if seen < len(chosen):
            heapq.heappush(heap, (-increase(at), at, len(chosen)))
            continue
        chosen.append(at)
        for key, value in pools[at].items():
            held[key] += value
    return chosen


def _interleave(gained: list[Choice], random: list[Choice]) -> list[Choice]:
    """Spreads the random articles evenly, so that work broken off early has its share of them."""
    whole = len(gained) + len(random)
    places = {int((number + 0.5) * whole / len(random)) for number in range(len(random))} if random else set()
    rest, drawn = iter(gained), iter(random)
    return [next(drawn) if at in places else next(rest) for at in range(whole)]
