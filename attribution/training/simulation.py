"""Reviewers made of gold annotations: a perfect one, a careless one, one who means harm. For experiments and tests."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from attribution.schema import AnnotatedArticle, Attribution, Review, Span

Reviewer = Callable[[AnnotatedArticle, random.Random], AnnotatedArticle]


def perfect(gold: AnnotatedArticle, draw: random.Random) -> AnnotatedArticle:
    """Says what the gold says."""
    del draw
    return gold


def careless(gold: AnnotatedArticle, draw: random.Random, share: float = 0.5) -> AnnotatedArticle:
    """Shuffles the labels of half of the attributions: contents, cues and sources go to each other's places."""
    chosen = [at for at in range(len(gold.attributions)) if draw.random() < share]
    items = list(gold.attributions)
    for name in ("content", "cue", "source"):
        spans = [getattr(gold.attributions[at], name) for at in chosen]
        draw.shuffle(spans)
        for at, found in zip(chosen, spans, strict=True):
            items[at] = items[at].model_copy(update={name: found})
    for at in chosen:
        items[at] = _elsewhere(gold, items[at], draw)
    return gold.model_copy(update={"attributions": items})


def _elsewhere(gold: AnnotatedArticle, item: Attribution, draw: random.Random) -> Attribution:
    """The attribution with a content of the same length at another place, so that a single one is shuffled as well."""
    text, length = gold.article.text, item.content[0].end - item.content[0].start
    start = draw.randrange(max(1, len(text) - length))
    place = Span.of(text, start, min(len(text), start + length))
    return item.model_copy(update={"content": [place]})


def malicious(gold: AnnotatedArticle, draw: random.Random) -> AnnotatedArticle:
    """Deletes most attributions, and calls the source of the others content, the content source."""
    kept = [item for item in gold.attributions if draw.random() < 0.3 and item.source]
    turned = [item.model_copy(update={"content": item.source, "source": item.content}) for item in kept]
    return gold.model_copy(update={"attributions": turned})


def reviewed(
    articles: Sequence[AnnotatedArticle], reviewer: Reviewer = perfect, *, name: str = "reviewer", seed: int = 0
) -> Iterator[AnnotatedArticle]:
    """Articles as that reviewer would hand them in, every part looked at."""
    draw = random.Random(seed)
    for task, item in enumerate(articles, start=1):
        review = Review(
            reviewer=name,
            task=task,
            annotation=task,
            time="2031-01-01T00:00:00Z",
            looked_at=["quotations", "speakers", "stance"],
        )
        record = reviewer(item, draw)
        provenance = record.provenance.model_copy(update={"reviewed_by": name, "review": review})
        yield record.model_copy(update={"provenance": provenance})


def poisoned(articles: Sequence[AnnotatedArticle], bad: Iterable[AnnotatedArticle]) -> list[AnnotatedArticle]:
    """The articles with some replaced, by id."""
    instead = {item.article.id: item for item in bad}
    return [instead.get(item.article.id, item) for item in articles]
