from __future__ import annotations

import numpy as np
import pytest

from attribution.evaluation.counts import (
    Counts,
    Figure,
    calibration_error,
    count_confidence,
    count_matches,
    count_share,
    f1,
    share,
)
from attribution.evaluation.estimates import F1, Calibration, Resampled, Share, paired_bootstrap


def counted(*rows: tuple[int, int, int, int]) -> Counts:
    made: dict[str, dict[str, float]] = {}
    for at, (gold, found, predicted, right) in enumerate(rows):
        made[str(at)] = {}
        count_matches(made[str(at)], "x", gold=gold, found=found, predicted=predicted, right=right)
    return Counts.of(made)


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ((4, 2, 8, 2), (1 / 3, 1 / 4, 1 / 2)),
        ((3, 3, 3, 3), (1.0, 1.0, 1.0)),
        ((3, 0, 3, 0), (0.0, 0.0, 0.0)),
        ((3, 0, 0, 0), (0.0, None, 0.0)),
        ((0, 0, 3, 0), (0.0, 0.0, None)),
        ((0, 0, 0, 0), (None, None, None)),
    ],
    ids=["unequal", "equal", "none right", "nothing predicted", "nothing to find", "nothing at all"],
)
def test_precision_recall_and_f1(row: tuple[int, int, int, int], wanted: tuple[float | None, ...]) -> None:
    score = F1.of("x", Resampled(counted(row), draws=10))
    for got, expected in zip((score.f1.value, score.precision.value, score.recall.value), wanted, strict=True):
        assert got == (None if expected is None else pytest.approx(expected))
    assert (score.gold, score.predicted) == (row[0], row[2])


def test_counts_are_summed_before_the_division() -> None:
    score = F1.of("x", Resampled(counted((1, 1, 1, 1), (9, 0, 9, 0)), draws=0))
    assert score.f1.value == pytest.approx(0.1)


def test_the_interval_holds_the_figure_and_narrows_with_more_articles() -> None:
    few = F1.of("x", Resampled(counted(*[(4, at % 3, 4, at % 3) for at in range(9)]))).f1
    many = F1.of("x", Resampled(counted(*[(4, at % 3, 4, at % 3) for at in range(900)]))).f1
    for estimate in (few, many):
        assert estimate.value is not None
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low < estimate.value < estimate.high
    assert many.high - many.low < (few.high - few.low) / 5


def test_one_article_has_an_interval_of_no_width() -> None:
    estimate = F1.of("x", Resampled(counted((4, 2, 4, 2)))).f1
    assert estimate.low == estimate.high == estimate.value


def test_a_share_of_nothing_is_unknown() -> None:
    row: dict[str, float] = {}
    count_share(row, "x", 0, 0)
    assert Share.of("x", Resampled(Counts.of({"a": row}))).share.value is None
    assert Share.of("never counted", Resampled(Counts.of({"a": row}))).number == 0


def test_calibration_by_hand() -> None:
    row: dict[str, float] = {}
    for confidence, right in [(0.95, True), (0.95, False), (0.15, False), (1.0, True), (None, True)]:
        count_confidence(row, "x", confidence, right, 0.9)
    found = Calibration.of("x", Resampled(Counts.of({"a": row})), 0.9)
    # The top bin holds 2.9 of confidence and 2 right, the second 0.15 and none, over four decisions.
    assert found.ece.value == pytest.approx((0.9 + 0.15) / 4)
    assert found.precision.share.value == pytest.approx(2 / 3)
    assert found.coverage.share.value == pytest.approx(3 / 4)
    assert found.coverage.number == 4


def test_confidences_that_keep_their_word_have_no_error() -> None:
    row: dict[str, float] = {}
    for at in range(10):
        count_confidence(row, "x", 0.7, at < 7)
    assert Resampled(Counts.of({"a": row})).estimate(calibration_error("x")).value == pytest.approx(0.0)


def test_macro_f1_leaves_out_classes_that_do_not_occur() -> None:
    figure = Figure("macro_f1", tuple("abcdefgh"))
    assert figure(np.array([2.0, 2, 2, 2, 0, 0, 0, 0])) == pytest.approx(1.0)
    assert figure(np.array([2.0, 2, 2, 2, 2, 0, 2, 0])) == pytest.approx(0.5)


def test_the_same_system_twice_shows_no_difference() -> None:
    counts = counted(*[(4, at % 4, 4, at % 4) for at in range(20)])
    found = paired_bootstrap(counts, counts, f1("x"))
    assert (found.difference, found.low, found.high, found.p_worse) == (0.0, 0.0, 0.0, 0.5)


def test_a_system_that_is_better_everywhere_is_seen_as_better() -> None:
    before = counted(*[(4, at % 3, 4, at % 3) for at in range(20)])
    after = counted(*[(4, at % 3 + 1, 4, at % 3 + 1) for at in range(20)])
    found = paired_bootstrap(before, after, f1("x"))
    assert found.difference == pytest.approx(0.25)
    assert found.low is not None
    assert found.low > 0
    assert found.p_worse == 0.0
    assert paired_bootstrap(after, before, f1("x")).p_worse == 1.0


def test_articles_are_paired_by_id_whatever_their_order() -> None:
    before = counted(*[(4, at % 3, 4, at % 3) for at in range(9)])
    turned = Counts(before.ids[::-1], before.columns, before.values[::-1])
    found = paired_bootstrap(before, turned, f1("x"))
    assert (found.low, found.high) == (0.0, 0.0)


def test_other_articles_are_refused() -> None:
    with pytest.raises(ValueError, match="same articles"):
        paired_bootstrap(counted((1, 1, 1, 1)), counted((1, 1, 1, 1), (1, 1, 1, 1)), share("x"))
