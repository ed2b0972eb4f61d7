"""Corrections that nobody should learn from before a second person has looked.

When the release is confident it is nearly always right; its calibration says how nearly. A careless reviewer, or an
article meant to do harm, contradicts such predictions far more often than the frozen tests do. The number of
contradictions is tested against that rate (binomial, one-sided), reviewer by reviewer and article by article. What an
adjudicator has settled is not doubted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import binomtest  # type: ignore[import-untyped]

from attribution.evaluation.counts import AUTO_ACCEPT
from attribution.evaluation.quotations import aligned
from attribution.evaluation.spans import agree, intervals
from attribution.schema import AnnotatedArticle, Attribution
from attribution.training.corrections import vouched_for

_ALPHA = 0.01
_SLACK = 0.1  # how much more often than on the tests an honest reviewer of another kind of text may contradict
Tally = tuple[int, int]


@dataclass(frozen=True)
class Doubt:
    """A corrected article that waits for a second opinion, and why."""

    article: str
    reviewer: str
    reason: str


def contradictions(record: AnnotatedArticle, predicted: AnnotatedArticle) -> Tally:
    """How many of the confident predictions a record contradicts, and how many there are.

    A prediction is contradicted when no attribution has its content, or the one that has gives another source or cue.
    """
    text = record.article.text
    partner = {j: i for i, j in aligned(text, record.attributions, predicted.attributions)}
    confident = [j for j, item in enumerate(predicted.attributions) if (item.confidence or 0.0) >= AUTO_ACCEPT]
    wrong = sum(
        j not in partner or not _same(text, record.attributions[partner[j]], predicted.attributions[j])
        for j in confident
    )
    return wrong, len(confident)


def _same(text: str, one: Attribution, other: Attribution) -> bool:
    pairs = ((one.source, other.source), (one.cue, other.cue))
    return all(agree(intervals(text, a), intervals(text, b)) for a, b in pairs)


def expected_rate(trusted: Iterable[tuple[AnnotatedArticle, AnnotatedArticle]]) -> float:
    """How often annotations beyond doubt contradict confident predictions, with some slack."""
    tallies = [contradictions(gold, predicted) for gold, predicted in trusted]
    wrong, number = sum(item[0] for item in tallies), sum(item[1] for item in tallies)
    return min(0.5, (wrong + 1) / (number + 2) + _SLACK)


def doubts(pairs: Iterable[tuple[AnnotatedArticle, AnnotatedArticle]], rate: float) -> list[Doubt]:
    """The corrected articles to set aside.

    Args:
        pairs: Each reviewed article with what the release predicts for it.
        rate: See :func:`expected_rate`.
    """
    tallies: dict[tuple[str, str], Tally] = {}
    for record, predicted in pairs:
        review = record.provenance.review
        if review and not review.adjudicated and vouched_for(record, "quotations"):
            tallies[record.article.id, review.reviewer] = contradictions(record, predicted)
    careless = _careless(tallies, rate)
    found = []
    for (article, reviewer), tally in tallies.items():
        if reviewer in careless:
            found.append(Doubt(article, reviewer, f"{reviewer} {_told(careless[reviewer])} in all"))
        elif _too_many(tally, rate):
            found.append(Doubt(article, reviewer, f"the review {_told(tally)}"))
    return found


def _careless(tallies: dict[tuple[str, str], Tally], rate: float) -> dict[str, Tally]:
    sums: dict[str, Tally] = defaultdict(lambda: (0, 0))
    for (_, reviewer), (wrong, number) in tallies.items():
        sums[reviewer] = sums[reviewer][0] + wrong, sums[reviewer][1] + number
    return {reviewer: tally for reviewer, tally in sums.items() if _too_many(tally, rate)}


def _too_many(tally: Tally, rate: float) -> bool:
    wrong, number = tally
    return number > 0 and bool(binomtest(wrong, number, rate, alternative="greater").pvalue < _ALPHA)


def _told(tally: Tally) -> str:
    return f"contradicts {tally[0]} of {tally[1]} predictions that the release is sure of"
