from __future__ import annotations

import random
from collections.abc import Callable

from harbour import invented

from attribution.evaluation import quotations
from attribution.schema import AnnotatedArticle
from attribution.training.gate import Bar, Measured, Verdict, judge
from attribution.training.reliability import contradictions, doubts, expected_rate
from attribution.training.simulation import careless, malicious, perfect, reviewed

GOLD = [invented(seed, quotations=5) for seed in range(40)]
BAR = Bar(draws=1000)


def found(share: float, seed: int) -> list[AnnotatedArticle]:
    """What a release that misses a share of the quotations would find."""
    draw = random.Random(seed)

    def keep(item: AnnotatedArticle) -> AnnotatedArticle:
        kept = [a.model_copy(update={"confidence": 0.97}) for a in item.attributions if draw.random() >= share]
        return item.model_copy(update={"attributions": kept})

    return [keep(item) for item in GOLD]


def verdict(before: list[AnnotatedArticle], *tests: list[AnnotatedArticle]) -> Verdict:
    old = quotations.count(GOLD, before)
    return judge(
        [Measured(f"test {n}", "quotations", old, quotations.count(GOLD, t)) for n, t in enumerate(tests)], BAR
    )


def test_better_passes_and_says_where() -> None:
    result = verdict(found(0.4, 1), found(0.1, 2))
    assert result.passed
    assert "attribution F1 on test 0" in result.reason
    row = next(row for row in result.rows if row.figure == "attribution F1")
    assert row.judgement == "better"
    assert row.to_dict()["test"] == "test 0 (40)"
    assert row.low > 0


def test_worse_on_one_test_outweighs_better_on_another() -> None:
    result = verdict(found(0.3, 1), found(0.0, 2), found(0.6, 3))
    assert not result.passed
    assert "on test 1" in result.reason


def test_the_same_again_is_not_better() -> None:
    same = found(0.3, 1)
    result = verdict(same, same)
    assert not result.passed
    assert {row.judgement for row in result.rows} == {"same"}


def test_luck_does_not_pass() -> None:
    passed = [verdict(found(0.3, seed), found(0.3, seed + 100)).passed for seed in range(20)]
    assert sum(passed) <= 2


def test_a_loss_within_the_tolerance_is_no_loss() -> None:
    before, after = found(0.0, 1), found(0.0, 1)
    after[0] = after[0].model_copy(update={"attributions": after[0].attributions[1:]})
    strict = judge([Measured("t", "quotations", quotations.count(GOLD, before), quotations.count(GOLD, after))], BAR)
    assert not [row for row in strict.rows if row.judgement == "worse"]


def reviews(who: Callable[..., AnnotatedArticle], seed: int, name: str = "Orla") -> list[AnnotatedArticle]:
    return list(reviewed(GOLD[:12], who, name=name, seed=seed))


def test_honest_reviewers_are_believed_and_careless_ones_are_not() -> None:
    predicted = found(0.3, 1)
    rate = expected_rate(zip(GOLD, predicted, strict=True))
    for seed in range(20):
        assert doubts(zip(reviews(perfect, seed), predicted[:12], strict=True), rate) == []
        for who in (careless, malicious):
            assert len(doubts(zip(reviews(who, seed), predicted[:12], strict=True), rate)) == 12


def test_one_poisoned_article_is_found_among_good_ones() -> None:
    predicted = found(0.0, 1)
    records = reviews(perfect, 1)
    records[4] = reviews(malicious, 1)[4]
    (doubt,) = doubts(zip(records, predicted[:12], strict=True), 0.1)
    assert doubt.article == records[4].article.id
    assert "contradicts 5 of 5" in doubt.reason


def test_what_was_adjudicated_is_not_doubted() -> None:
    predicted = found(0.0, 1)
    settled = [
        item.model_copy(
            update={
                "provenance": item.provenance.model_copy(
                    update={"review": item.provenance.review.model_copy(update={"adjudicated": True})}  # type: ignore[union-attr]
                )
            }
        )
        for item in reviews(malicious, 1)
    ]
    assert doubts(zip(settled, predicted[:12], strict=True), 0.1) == []


def test_contradictions_count_other_sources_too() -> None:
    gold = GOLD[0]
    sure = [item.model_copy(update={"confidence": 0.95}) for item in gold.attributions]
    predicted = gold.model_copy(update={"attributions": sure})
    assert contradictions(gold, predicted) == (0, 5)
    turned = [item.model_copy(update={"source": gold.attributions[at - 1].source}) for at, item in enumerate(sure)]
    assert contradictions(gold.model_copy(update={"attributions": turned}), predicted) == (5, 5)
