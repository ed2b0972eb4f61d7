"""Which articles come first."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from attribution.review.queue import choose, gains
from attribution.schema import AnnotatedArticle, Article, Attribution, Span, Speaker


def article(number: int, confidence: float | None, outlet: str = "Courier", speaker: str = "Ana") -> AnnotatedArticle:
    text = "“Yes,” she said."
    quotation = Attribution(id="a", kind="direct", content=[Span.of(text, 0, 6)], speaker="s", confidence=confidence)
    return AnnotatedArticle(
        article=Article(id=f"n{number}", text=text, outlet=outlet),
        attributions=[quotation],
        speakers=[Speaker(id="s", name=speaker)],
    )


def test_the_most_doubtful_comes_first() -> None:
    records = [article(n, confidence) for n, confidence in enumerate((0.99, 0.2, 0.6))]

    assert [choice.index for choice in choose(records, random_share=0)] == [1, 2, 0]


def test_what_people_annotated_gains_nothing() -> None:
    assert sum(gains(article(1, None)).values()) == 0


def test_a_second_outlet_comes_before_more_of_the_same() -> None:
    records = [article(n, 0.2) for n in range(5)] + [article(9, 0.3, "Gazette", "Bo")]

    assert 5 in [choice.index for choice in choose(records, budget=2, random_share=0)]


def test_the_random_share_depends_on_the_ids_alone() -> None:
    first = [article(n, n / 50) for n in range(50)]
    second = [article(n, 1 - n / 50) for n in range(50)]

    drawn = [{c.index for c in choose(records, 20, 0.25) if c.drawn == "random"} for records in (first, second)]

    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 5


def test_random_articles_are_spread_over_the_queue() -> None:
    drawn = [choice.drawn for choice in choose([article(n, n / 40) for n in range(40)], 20, 0.25)]

    assert [Counter(drawn[at : at + 4])["random"] for at in range(0, 20, 4)] == [1] * 5


@given(st.lists(st.floats(0, 1), max_size=30), st.integers(0, 40), st.floats(0, 1))
def test_the_budget_is_kept_and_nobody_comes_twice(confidences: list[float], budget: int, share: float) -> None:
    choices = choose([article(n, c) for n, c in enumerate(confidences)], budget, share)

    assert len(choices) == min(budget, len(confidences))
    assert len({choice.index for choice in choices}) == len(choices)
