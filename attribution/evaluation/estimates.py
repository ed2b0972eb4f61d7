"""Figures with confidence intervals, and the comparison of two systems on the same articles.

The intervals come from resampling articles (Efron and Tibshirani 1993, percentile method), with one matrix product for
all samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attribution.evaluation.counts import (
    AUTO_ACCEPT,
    Counts,
    Figure,
    Floats,
    calibration_error,
    f1,
    precision,
    recall,
    share,
)

DRAWS = 1000


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95% interval over articles; ``None`` where there was nothing to measure."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """In percent, as in ``82.1 [80.4, 83.7]``."""
        if self.value is None:
            return "-"
        interval = "" if self.low is None or self.high is None else f" [{100 * self.low:.1f}, {100 * self.high:.1f}]"
        return f"{100 * self.value:.1f}{interval}"


class Resampled:
    """Sums over all articles and over ``draws`` bootstrap samples of them.

    Args:
        counts: Counts per article.
        draws: How many samples; 0 gives figures without intervals.
        seed: Seed of the samples; the same for two systems over the same articles pairs them.
    """

    def __init__(self, counts: Counts, draws: int = DRAWS, seed: int = 0) -> None:
        self.counts = counts
        number = len(counts.ids)
        drawn = _weights(number, draws, seed) if number else np.zeros((0, 0))
        self._weights = np.vstack([np.ones((1, number)), drawn])

    def values(self, figure: Figure) -> Floats:
        """The figure on all articles, then on each sample: ``[1 + draws]``."""
        return figure(self._weights @ self.counts.table(figure.columns))

    def estimate(self, figure: Figure) -> Estimate:
        """The figure with its 95% interval."""
        values = self.values(figure)
        if np.isnan(values[0]):
            return Estimate(None)
        low, high = _interval(values[1:])
        return Estimate(float(values[0]), low, high)


def _weights(number: int, draws: int, seed: int) -> Floats:
    """How often each article stands in each sample: ``[draws, number]``."""
    chosen = np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), size=draws)
    return chosen.astype(np.float64)


def _interval(samples: Floats) -> tuple[float | None, float | None]:
    known = samples[~np.isnan(samples)]
    if not len(known):
        return None, None
    low, high = np.percentile(known, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True)
class Difference:
    """How much better the second of two systems is on the same articles.

    Attributes:
        before: The figure of the first system.
        after: The figure of the second.
        difference: ``after - before``.
        low: Lower end of the 95% interval of the difference.
        high: Upper end.
        p_worse: Share of the samples in which the second is below the first (ties count half).
    """

    before: float | None
    after: float | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_worse: float | None = None


def paired_bootstrap(
    counts_a: Counts, counts_b: Counts, figure: Figure, *, draws: int = DRAWS, seed: int = 0
) -> Difference:
    """Compares two systems on the same articles by resampling the articles for both at once.

    Args:
        counts_a: Counts of the first system.
        counts_b: Counts of the second, for the same articles in any order.
        figure: What to compare.
        draws: Number of samples.
        seed: Seed of the samples.

    Raises:
        ValueError: The two systems were not measured on the same articles.
    """
    if set(counts_a.ids) != set(counts_b.ids):
        raise ValueError("the two systems were not measured on the same articles")
    row = {name: index for index, name in enumerate(counts_b.ids)}
    counts_b = Counts(counts_a.ids, counts_b.columns, counts_b.values[[row[name] for name in counts_a.ids]])
    before = Resampled(counts_a, draws, seed).values(figure)
    after = Resampled(counts_b, draws, seed).values(figure)
    gap = after - before
    if np.isnan(gap[0]):
        return Difference(_known(before[0]), _known(after[0]))
    low, high = _interval(gap[1:])
    known = gap[1:][~np.isnan(gap[1:])]
    worse = float((known < 0).mean() + (known == 0).mean() / 2) if len(known) else None
    return Difference(_known(before[0]), _known(after[0]), float(gap[0]), low, high, worse)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


@dataclass(frozen=True)
class F1:
    """Precision, recall and F1 with the counts they are made of."""

    f1: Estimate
    precision: Estimate
    recall: Estimate
    gold: int
    predicted: int

    @classmethod
    def of(cls, name: str, resampled: Resampled) -> F1:
        """Reads the figure that was counted under ``name``."""
        return cls(
            f1=resampled.estimate(f1(name)),
            precision=resampled.estimate(precision(name)),
            recall=resampled.estimate(recall(name)),
            gold=resampled.counts.total(f"{name}/gold"),
            predicted=resampled.counts.total(f"{name}/predicted"),
        )


@dataclass(frozen=True)
class Share:
    """A share with the number it is a share of."""

    share: Estimate
    number: int

    @classmethod
    def of(cls, name: str, resampled: Resampled) -> Share:
        """Reads the share that was counted under ``name``."""
        return cls(resampled.estimate(share(name)), resampled.counts.total(f"{name}/whole"))


@dataclass(frozen=True)
class Calibration:
    """How far confidences can be trusted.

    Attributes:
        ece: Expected calibration error over ten bins of equal width.
        threshold: The confidence from which an annotation is accepted without a look.
        precision: How many of the accepted are right.
        coverage: How many are accepted.
    """

    ece: Estimate
    threshold: float
    precision: Share
    coverage: Share

    @classmethod
    def of(cls, name: str, resampled: Resampled, threshold: float = AUTO_ACCEPT) -> Calibration:
        """Reads the confidences that were counted under ``name``."""
        return cls(
            resampled.estimate(calibration_error(name)),
            threshold,
            Share.of(f"{name}/precision", resampled),
            Share.of(f"{name}/coverage", resampled),
        )
