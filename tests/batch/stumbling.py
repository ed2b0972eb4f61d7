"""An annotator that finds nothing and stumbles over certain words; importable by the processes of a pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

from attribution.schema import AnnotatedArticle, Article


def annotate(articles: Iterable[Article]) -> Iterator[AnnotatedArticle]:
    """Raises at "bad", takes its process down at "deadly"."""
    for article in articles:
        if "bad" in article.text:
            raise ValueError("a bad word")
        if "deadly" in article.text:
            os._exit(9)
        yield AnnotatedArticle(article=article)


def load() -> Callable[[Iterable[Article]], Iterator[AnnotatedArticle]]:
    return annotate
