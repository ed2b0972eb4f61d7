from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.evaluation.spans import Intervals, agree, align, intervals, jaccard, shared, size
from attribution.schema import Span

TEXT = "  Ada Lunt  said it. "


def of(*pairs: tuple[int, int], text: str = TEXT) -> Intervals:
    return intervals(text, [Span.of(text, start, end) for start, end in pairs])


@pytest.mark.parametrize(
    ("pairs", "wanted"),
    [
        (((0, 12),), ((2, 10),)),
        (((2, 5), (6, 10)), ((2, 10),)),
        (((6, 10), (2, 5)), ((2, 10),)),
        (((2, 7), (5, 10)), ((2, 10),)),
        (((2, 5), (12, 16)), ((2, 5), (12, 16))),
        (((0, 2),), ()),
        ((), ()),
    ],
    ids=["edges", "parted by a space", "order", "overlap", "discontinuous", "only whitespace", "nothing"],
)
def test_spans_become_sets_of_code_points(pairs: tuple[tuple[int, int], ...], wanted: Intervals) -> None:
    assert of(*pairs) == wanted


def test_jaccard_by_hand() -> None:
    assert jaccard(((0, 10),), ((5, 15),)) == pytest.approx(5 / 15)
    assert jaccard(((0, 4), (6, 10)), ((2, 8),)) == pytest.approx(4 / 10)
    assert jaccard((), ()) == 0.0
    assert jaccard(((0, 1),), ()) == 0.0


def test_two_empty_sets_agree_and_one_does_not() -> None:
    assert agree((), ())
    assert not agree(((0, 1),), ())
    assert not agree((), ((0, 1),))
    assert agree(((0, 2),), ((1, 3),))
    assert not agree(((0, 2),), ((2, 3),))


def test_the_best_pair_is_aligned_first_and_only_once() -> None:
    gold = [((0, 10),), ((0, 8),)]
    predicted = [((0, 8),)]
    assert align(gold, predicted) == [(1, 0)]


def test_half_is_enough_and_less_is_not() -> None:
    assert align([((0, 10),)], [((0, 5),)]) == [(0, 0)]
    assert align([((0, 10),)], [((0, 4),)]) == []


def test_ties_decide_among_equals() -> None:
    same = [((0, 5),), ((0, 5),)]
    assert align(same, same) == [(0, 0), (1, 1)]
    assert align(same, same, ties=np.array([[0.0, 1.0], [1.0, 0.0]])) == [(0, 1), (1, 0)]


sets = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 6)).map(lambda p: of((p[0], p[0] + p[1]), text="x" * 40)), max_size=6
)


@given(sets, sets)
def test_no_item_is_aligned_twice(gold: list[Intervals], predicted: list[Intervals]) -> None:
    pairs = align(gold, predicted)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(jaccard(gold[i], predicted[j]) >= 0.5 for i, j in pairs)


@given(sets)
def test_what_is_compared_with_itself_is_aligned_whole(items: list[Intervals]) -> None:
    assert len(align(items, items)) == len(items)


@given(sets, sets)
def test_sizes_agree_with_sets_of_numbers(a: list[Intervals], b: list[Intervals]) -> None:
    for one, other in zip(a, b, strict=False):
        points = [{p for start, end in item for p in range(start, end)} for item in (one, other)]
        assert shared(one, other) == len(points[0] & points[1])
        assert size(one) == len(points[0])
