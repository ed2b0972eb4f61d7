"""Tests of difference that hold for small outlets, too."""

import numpy as np
import pytest

from attribution.report.permutation import adjusted, false_positives, group_means, interval, p_values_of, shuffles


def one_stratum(values):
    return np.zeros(len(values), dtype=np.int64)


def test_means_leave_out_what_is_not_known():
    values = np.array([[1.0, np.nan], [3.0, 2.0], [np.nan, 4.0]])
    means, counts = group_means(values, np.array([0, 0, 1]), 2)
    np.testing.assert_allclose(means, [[2.0, 2.0], [0.0, 4.0]])
    np.testing.assert_allclose(counts, [[2, 1], [0, 1]])


def test_rows_stay_within_their_event():
    strata = np.array([0, 1, 0, 1, 1])
    for order in shuffles(strata, 20, seed=1):
        assert sorted(order) == [0, 1, 2, 3, 4]
        assert all(strata[order] == strata)


def test_a_plain_difference_is_found_and_equal_outlets_are_not_called_different():
    values = np.array([[-0.9], [-0.8], [-0.7], [-0.9], [0.1], [0.2], [0.0], [0.1]])
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    p, overall = p_values_of(values, labels, one_stratum(values), draws=500)
    assert overall < 0.05
    assert p.max() < 0.05
    p, overall = p_values_of(values[::2], labels[::2], one_stratum(values[::2]), draws=500)
    assert overall > 0.05, "two articles each prove nothing"


def test_a_difference_between_events_is_none_between_outlets():
    values = np.array([[-1.0], [-0.9], [0.9], [1.0]] * 3)
    labels = np.array([0, 1, 0, 1] * 3)
    strata = np.array([0, 0, 1, 1] * 3) + 2 * np.arange(3).repeat(4)
    _, within = p_values_of(values, labels, strata, draws=500)
    values[labels == 0] -= 0.5
    _, shifted = p_values_of(values, labels, strata, draws=500)
    _, over_all = p_values_of(values, labels, one_stratum(values), draws=500)
    assert shifted < 0.05 < over_all
    assert within >= shifted


def test_one_outlet_in_two_halves_differs_in_about_one_of_twenty():
    random = np.random.default_rng(7)
    values = random.normal(size=(30, 3))
    values[random.random(values.shape) < 0.3] = np.nan
    share = false_positives(values, one_stratum(values), splits=200, draws=200, seed=5)
    assert 0.01 <= share <= 0.1


def test_false_discovery_correction():
    assert adjusted([0.01, 0.04, 0.03, 0.2]) == pytest.approx([0.04, 0.0533, 0.0533, 0.2], abs=1e-3)
    assert adjusted([1.0, 0.9]) == [1.0, 1.0]
    assert adjusted([]) == []


def test_interval_holds_the_mean_and_is_a_point_for_one_value():
    low, high = interval([0.0, 1.0, 1.0, 0.0, 1.0])
    assert low <= 0.6 <= high
    assert interval([0.3]) == (0.3, 0.3)
