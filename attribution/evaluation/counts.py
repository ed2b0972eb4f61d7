"""Counts for each article, and figures made of their sums.

Every figure is a function of sums over articles: precision of right and predicted, a calibration error of what fell
into each bin. So one matrix of counts, an article a row, is all that a figure, its interval and a comparison need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

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
