"""From sentences to one stance."""

import pytest

from attribution.stance.aggregation import Aggregator, Reading, deciding, features

NO_ROLE = (0.0, 0.0, 0.0, 1.0)
BAD, PLAIN, GOOD = (0.95, 0.04, 0.01), (0.02, 0.96, 0.02), (0.01, 0.04, 0.95)


def readings(*labels, roles=NO_ROLE):
    return [Reading(label, roles) for label in labels]


@pytest.mark.parametrize(
    ("labels", "expected", "sign"),
    [
        ([BAD, BAD], "unfavourable", -1),
        ([GOOD, GOOD, PLAIN], "favourable", 1),
        ([PLAIN, PLAIN], "neutral", 0),
        ([BAD, GOOD, BAD, GOOD], "mixed", 0),
    ],
)
def test_the_start_weights_decide_clear_cases(labels, expected, sign):
    verdict = Aggregator().verdict(readings(*labels), "outlet")
    assert verdict.label == expected
    assert (verdict.score > 0.3) - (verdict.score < -0.3) == sign
    assert 0 <= verdict.confidence <= 1


def test_a_voice_abstains_below_its_own_threshold():
    judge = Aggregator(thresholds={"outlet": 1.0, "quoted": 0.0})
    assert judge.verdict(readings(PLAIN), "outlet").abstained
    assert not judge.verdict(readings(PLAIN), "quoted").abstained


def test_weights_are_those_of_the_voice():
    always_good = [[0.0] * 6, [0.0] * 6, [9.0, 0, 0, 0, 0, 0], [0.0] * 6]
    judge = Aggregator.from_config({"weights": {"quoted": always_good}})
    assert judge.verdict(readings(BAD, BAD), "quoted").label == "favourable"
    assert judge.verdict(readings(BAD, BAD), "outlet").label == "unfavourable"


def test_the_headline_weighs_more_than_a_sentence():
    headline = [Reading(BAD, NO_ROLE, headline=True), Reading(PLAIN, NO_ROLE)]
    assert Aggregator().verdict(headline, "outlet").score < Aggregator().verdict(readings(BAD, PLAIN), "outlet").score


def test_a_role_needs_its_share():
    villain = (0.1, 0.8, 0.05, 0.05)
    assert Aggregator().verdict(readings(BAD, roles=villain), "outlet").role == "antagonist"
    assert Aggregator(role_threshold=0.9).verdict(readings(BAD, roles=villain), "outlet").role == "none"


def test_a_role_does_not_contradict_the_label():
    villain = (0.1, 0.8, 0.05, 0.05)
    assert Aggregator().verdict(readings(GOOD, GOOD, roles=villain), "outlet").role == "none"
    hero_after_all = (0.55, 0.8, 0.05, 0.05)
    assert Aggregator().verdict(readings(GOOD, GOOD, roles=hero_after_all), "outlet").role == "protagonist"


def test_repeating_it_and_not_naming_the_target_count_too():
    unnamed = [Reading(PLAIN, NO_ROLE), *(Reading(BAD, NO_ROLE, named=False) for _ in range(3))]
    few, many = features(readings(BAD)), features(readings(BAD, BAD, BAD))
    assert many[6] > few[6]
    assert (few[1], many[1]) == pytest.approx((0.95, 0.95))
    assert features(unnamed)[1] == pytest.approx(0.02)
    assert features(unnamed)[3] == pytest.approx(0.02)
    assert features(unnamed)[10] == pytest.approx(0.95)


def test_evidence_is_the_strongest_first_and_both_sides_of_mixed():
    weak_bad = (0.6, 0.3, 0.1)
    assert deciding(readings(PLAIN, weak_bad, BAD), "unfavourable") == [(2, "unfavourable"), (1, "unfavourable")]
    assert deciding(readings(BAD, GOOD), "mixed") in (
        [(0, "unfavourable"), (1, "favourable")],
        [(1, "favourable"), (0, "unfavourable")],
    )
    assert deciding(readings(PLAIN), "neutral") == []
    assert deciding(readings(PLAIN), "favourable") == [(0, "favourable")]
