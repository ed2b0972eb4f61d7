"""Figures with confidence intervals: counts per article, summed, turned into a figure, and resampled over articles.

Every figure here is a function of sums over articles. So one matrix of counts, an article a row, gives the figure, its
bootstrap interval (Efron and Tibshirani 1993, percentile method) and the paired comparison of two systems, with one
matrix product each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DRAWS = 1000
BINS = 10
AUTO_ACCEPT = 0.9
"""The confidence from which an annotation is taken without a look, unless told otherwise."""


@dataclass(frozen=True)
class Counts:
    """Counts for each article.

    Attributes:
        ids: The articles, one a row.
        columns: What is counted.
        values: The counts, ``[articles, columns]``.
    """

    ids: tuple[str, ...]
    columns: tuple[str, ...]
    values: Floats

    @classmethod
    def of(cls, rows: Mapping[str, Mapping[str, float]]) -> Counts:
        """Collects one mapping of counts for each article; a count that is missing is 0."""
        columns = tuple(sorted({name for row in rows.values() for name in row}))
        values = np.array([[row.get(name, 0.0) for name in columns] for row in rows.values()], dtype=np.float64)
        return cls(tuple(rows), columns, values.reshape(len(rows), len(columns)))

    def table(self, columns: Sequence[str]) -> Floats:
        """The counts of some columns, ``[articles, len(columns)]``; 0 for a column that was never counted."""
        place = {name: index for index, name in enumerate(self.columns)}
        wanted = [place.get(name, -1) for name in columns]
        padded = np.hstack([self.values, np.zeros((len(self.ids), 1))])
        return padded[:, wanted]

    def total(self, column: str) -> int:
        """The sum of one column over all articles."""
        return int(self.table([column]).sum())


@dataclass(frozen=True)
class Figure:
    """How sums become one number.

    ``f1``, ``precision`` and ``recall`` take the columns gold, found (of the gold), predicted, right (of the
    predicted); ``share`` takes whole and part; ``ece`` takes for every bin its number, its sum of confidences and its
    number right; ``macro_f1`` takes gold, found, predicted, right for each class in turn.
    """

    kind: Literal["f1", "precision", "recall", "share", "ece", "macro_f1"]
    columns: tuple[str, ...]

    def __call__(self, sums: Floats) -> Floats:
        """The figure for sums ``[..., columns]``; NaN where there is nothing to measure."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind == "share":
                return np.asarray(sums[..., 1] / sums[..., 0])
            if self.kind == "ece":
                return _calibration_error(sums)
            if self.kind == "macro_f1":
                each = [_f1(sums[..., at : at + 4]) for at in range(0, len(self.columns), 4)]
                return _mean_of_measured(np.stack(each, axis=-1))
            if self.kind == "precision":
                return np.asarray(sums[..., 3] / sums[..., 2])
            if self.kind == "recall":
                return np.asarray(sums[..., 1] / sums[..., 0])
            return _f1(sums)


def _f1(sums: Floats) -> Floats:
    """Harmonic mean of right/predicted and found/gold: 0 when nothing matched, NaN when there was nothing at all."""
    gold, found, predicted, right = (sums[..., at] for at in range(4))
    recall, precision = found / np.maximum(gold, 1e-12), right / np.maximum(predicted, 1e-12)
    score = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return np.asarray(np.where(gold + predicted > 0, score, np.nan))


def _mean_of_measured(values: Floats) -> Floats:
    known = ~np.isnan(values)
    return np.asarray(np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1))


def _calibration_error(sums: Floats) -> Floats:
    bins = sums.reshape(*sums.shape[:-1], -1, 3)
    gaps = np.abs(bins[..., 1] - bins[..., 2]).sum(axis=-1)
    return np.asarray(gaps / bins[..., 0].sum(axis=-1))


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


def f1(name: str) -> Figure:
    """The F1 over the columns that :func:`count_matches` fills under ``name``."""
    return Figure("f1", tuple(f"{name}/{part}" for part in ("gold", "found", "predicted", "right")))


def precision(name: str) -> Figure:
    """The precision over the columns under ``name``."""
    return Figure("precision", f1(name).columns)


def recall(name: str) -> Figure:
    """The recall over the columns under ``name``."""
    return Figure("recall", f1(name).columns)


def share(name: str) -> Figure:
    """The share ``part / whole`` over the columns under ``name``."""
    return Figure("share", (f"{name}/whole", f"{name}/part"))


def calibration_error(name: str) -> Figure:
    """The expected calibration error over the columns that :func:`count_confidence` fills (Naeini et al. 2015)."""
    parts = ("number", "confidence", "right")
    return Figure("ece", tuple(f"{name}/bin{at}/{part}" for at in range(BINS) for part in parts))


def count_matches(row: dict[str, float], name: str, *, gold: int, found: int, predicted: int, right: int) -> None:
    """Adds to the counts that precision, recall and F1 are made of."""
    for part, number in (("gold", gold), ("found", found), ("predicted", predicted), ("right", right)):
        row[f"{name}/{part}"] = row.get(f"{name}/{part}", 0.0) + number


def count_share(row: dict[str, float], name: str, whole: int, part: int) -> None:
    """Adds to the counts that a share is made of."""
    row[f"{name}/whole"] = row.get(f"{name}/whole", 0.0) + whole
    row[f"{name}/part"] = row.get(f"{name}/part", 0.0) + part


def count_confidence(
    row: dict[str, float], name: str, confidence: float | None, right: bool, accept: float = AUTO_ACCEPT
) -> None:
    """Adds one decision: to its bin of ten of equal width, and to precision and coverage from ``accept`` on.

    A decision without a confidence is not counted.
    """
    if confidence is None:
        return
    at = f"{name}/bin{min(int(confidence * BINS), BINS - 1)}"
    for part, number in (("number", 1.0), ("confidence", confidence), ("right", float(right))):
        row[f"{at}/{part}"] = row.get(f"{at}/{part}", 0.0) + number
    taken = confidence >= accept
    count_share(row, f"{name}/coverage", 1, int(taken))
    count_share(row, f"{name}/precision", int(taken), int(taken and right))


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
