"""Joins gold and predicted articles by id, and refuses what cannot be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from attribution.errors import InputError
from attribution.evaluation.counts import Counts
from attribution.schema import AnnotatedArticle


def paired(
    gold: Iterable[AnnotatedArticle], predicted: Iterable[AnnotatedArticle]
) -> Iterator[tuple[AnnotatedArticle, AnnotatedArticle | None]]:
    """Every gold article with its prediction, or with ``None`` when there is no prediction, in the order of the gold.

    Raises:
        InputError: An id stands twice on one side, or the two sides have different texts for one id.
    """
    right = _by_id(gold, "gold")
    found = _by_id((item for item in predicted if item.article.id in right), "predicted")
    for name, item in right.items():
        other = found.get(name)
        if other is not None and other.article.text != item.article.text:
            raise InputError(
                f"article {name}: the text that was annotated is not the text of the gold article",
                "annotate the very same text: offsets only mean something in it",
            )
        yield item, other


def _by_id(articles: Iterable[AnnotatedArticle], side: str) -> dict[str, AnnotatedArticle]:
    found: dict[str, AnnotatedArticle] = {}
    for item in articles:
        if item.article.id in found:
            raise InputError(f"article {item.article.id} stands twice in the {side} articles", "keep one of the two")
        found[item.article.id] = item
    return found


def count_articles(
    gold: Iterable[AnnotatedArticle],
    predicted: Iterable[AnnotatedArticle],
    count: Callable[[AnnotatedArticle, AnnotatedArticle], dict[str, float]],
) -> Counts:
    """Counts each gold article against its prediction, or against an empty one where there is none.

    Args:
        gold: What is right.
        predicted: What was found; articles that are not in ``gold`` are left out.
        count: Counts one article; ``missing`` is added to what it gives.

    Raises:
        InputError: There is no gold article, or the articles do not fit together.
    """
    rows: dict[str, dict[str, float]] = {}
    for right, found in paired(gold, predicted):
        row = count(right, found or AnnotatedArticle(article=right.article))
        rows[right.article.id] = row | {"missing": float(found is None)}
    if not rows:
        raise InputError("there is no gold article to measure on", "give a gold file that holds at least one article")
    return Counts.of(rows)
