"""Permutation tests: whether chance alone could have made the groups this different.

The labels of the articles (which outlet) are shuffled, within the articles of one event where events are known, and the
statistic is computed again each time. The p-value counts the observed order among the shuffled ones (Phipson and Smyth
2010), so it is never zero and holds for small groups as for large ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

DRAWS = 2000


def shuffles(strata: Integers, draws: int, seed: int) -> Integers:
    """Random orders of all rows that keep each row within its stratum, ``[draws, n]``."""
    random = np.random.default_rng(seed)
    orders = np.tile(np.arange(len(strata)), (draws, 1))
    for stratum in np.unique(strata):
        rows = np.flatnonzero(strata == stratum)
        orders[:, rows] = rows[random.random((draws, len(rows))).argsort(axis=1)]
    return orders


def group_means(values: Floats, labels: Integers, groups: int) -> tuple[Floats, Floats]:
    """Mean of each column of ``values`` ``[n, t]`` for each group, NaN left out: ``[g, t]``, and the counts."""
    member = np.eye(groups)[labels]
    known = ~np.isnan(values)
    counts = member.T @ known
    sums = member.T @ np.where(known, values, 0.0)
    return np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0), counts


def spread(values: Floats, labels: Integers, groups: int) -> Floats:
    """How far the groups' means lie from the mean of all, weighted by size, for each group and column: ``[g, t]``."""
    means, counts = group_means(values, labels, groups)
    overall, _ = group_means(values, np.zeros_like(labels), 1)
    return np.asarray(counts * (means - overall) ** 2)


def p_values_of(
    values: Floats, labels: Integers, strata: Integers, *, draws: int = DRAWS, seed: int = 0
) -> tuple[Floats, float]:
    """Tests each group against all, column by column, and all of it at once.

    Args:
        values: Scores ``[n, t]``: one row an article, one column a target, NaN where it says nothing.
        labels: The group (outlet) of each row, from 0.
        strata: The event of each row; labels are shuffled within it.
        draws: Number of shuffles.
        seed: Seed of the shuffles.

    Returns:
        p-values ``[g, t]`` of each group and column, and the p-value of the hypothesis that no group differs in any.
    """
    groups = int(labels.max()) + 1
    scale = np.nanvar(values, axis=0) if len(values) else np.ones(values.shape[1])
    scale = np.where(np.nan_to_num(scale) > 0, scale, 1.0)
    observed = spread(values, labels, groups)
    at_least = np.ones_like(observed)
    total_at_least = 1
    total = (observed / scale).sum()
    for order in shuffles(strata, draws, seed):
        drawn = spread(values, labels[order], groups)
        at_least += drawn >= observed - 1e-12
        total_at_least += (drawn / scale).sum() >= total - 1e-12
    return at_least / (draws + 1), total_at_least / (draws + 1)


def false_positives(
    values: Floats,
    strata: Integers,
    *,
    splits: int = 200,
    alpha: float = 0.05,
    draws: int = 400,
    seed: int = 0,
) -> float:
    """The share of random halvings of one outlet's articles that the test calls different: it should be ``alpha``."""
    random = np.random.default_rng(seed)
    hits = 0
    for split in range(splits):
        labels = random.permutation(np.arange(len(values)) % 2)
        hits += p_values_of(values, labels, strata, draws=draws, seed=seed + split)[1] <= alpha
    return hits / splits


def interval(values: Sequence[float], *, draws: int = 1000, seed: int = 0) -> tuple[float, float]:
    """The 95% bootstrap interval of a mean, by the percentile method; the value itself where there is only one."""
    data = np.asarray(values, dtype=float)
    random = np.random.default_rng(seed)
    means = data[random.integers(0, len(data), (draws, len(data)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def adjusted(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for their number by the false discovery rate (Benjamini and Hochberg 1995), in order."""
    order = np.argsort(p_values)
    ranked = np.asarray(p_values, dtype=float)[order] * len(p_values) / np.arange(1, len(p_values) + 1)
    steps = np.minimum.accumulate(ranked[::-1])[::-1].clip(max=1.0)
    result = np.empty(len(p_values))
    result[order] = steps
    return [float(value) for value in result]
