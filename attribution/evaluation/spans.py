"""Sets of code points as intervals: trimmed, joined, compared and aligned one to one.

A role of an attribution (its content, its cue, its source) is a set of code points. It is held as sorted, disjoint
intervals, which are small, hashable and quick to intersect. Whitespace at the edges of a span does not count, nor does
whitespace that is all that parts two spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from attribution.schema import Span

Intervals = tuple[tuple[int, int], ...]
"""Sorted, disjoint, half-open ``(start, end)`` pairs in code points."""

MATCH = 0.5
"""Two contents with at least this Jaccard index may be aligned."""


def intervals(text: str, spans: Iterable[Span]) -> Intervals:
    """The code points that spans of ``text`` cover, without whitespace at their edges."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(filter(None, (_trimmed(text, span.start, span.end) for span in spans))):
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start].isspace()):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def size(of: Intervals) -> int:
    """How many code points there are."""
    return sum(end - start for start, end in of)


def shared(a: Intervals, b: Intervals) -> int:
    """How many code points two sets have in common."""
    return sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in b)


def jaccard(a: Intervals, b: Intervals) -> float:
    """Shared code points over all code points of both; 0 when both are empty."""
    common = shared(a, b)
    return common / (size(a) + size(b) - common) if common else 0.0


def agree(a: Intervals, b: Intervals) -> bool:
    """Whether two sets overlap or are both empty."""
    return shared(a, b) > 0 if a and b else not a and not b


def align(
    gold: Sequence[Intervals],
    predicted: Sequence[Intervals],
    *,
    ties: NDArray[np.float64] | None = None,
    at_least: float = MATCH,
) -> list[tuple[int, int]]:
    """Aligns one to one, greedily: the pair with the highest Jaccard index first.

    Args:
        gold: One set of code points for each gold item.
        predicted: One set for each predicted item.
        ties: Preference among pairs of equal index, ``[gold, predicted]``; higher first, then the order of the items.
        at_least: The lowest Jaccard index that may be aligned.

    Returns:
        Pairs of positions in ``gold`` and ``predicted``; each position stands in at most one.
    """
    scored = [(jaccard(gold[i], predicted[j]), i, j) for i, j in _touching(gold, predicted)]
    candidates = [
        (-index, -float(ties[i, j]) if ties is not None else 0.0, i, j) for index, i, j in scored if index >= at_least
    ]
    pairs: list[tuple[int, int]] = []
    taken_gold: set[int] = set()
    taken_predicted: set[int] = set()
    for _, _, i, j in sorted(candidates):
        if i not in taken_gold and j not in taken_predicted:
            taken_gold.add(i)
            taken_predicted.add(j)
            pairs.append((i, j))
    return sorted(pairs)


def _touching(gold: Sequence[Intervals], predicted: Sequence[Intervals]) -> list[tuple[int, int]]:
    """Pairs whose outermost bounds overlap: all that can share a code point, found without comparing each with each."""
    a, b = _bounds(gold), _bounds(predicted)
    touching = (a[:, None, 0] < b[None, :, 1]) & (b[None, :, 0] < a[:, None, 1])
    return [(int(i), int(j)) for i, j in np.argwhere(touching)]


def _bounds(sets: Sequence[Intervals]) -> NDArray[np.int64]:
    return np.array([(item[0][0], item[-1][1]) if item else (0, 0) for item in sets], dtype=np.int64).reshape(-1, 2)
