"""Soft labels for text nobody labelled: several trained classifiers vote, one learns their average.

Distilling an ensemble into one network (Hinton et al. 2015) costs nothing at the time of use, and the unlabelled
articles bring what the labelled sentences lack: stretches of one voice, with the others taken out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from attribution.schema import AnnotatedArticle
from attribution.stance.classifier import Judgement, Query, StanceClassifier
from attribution.stance.judge import scene
from attribution.training.stance_examples import Example, Labelled


def queries_of(articles: Iterable[AnnotatedArticle], limit: int, seed: int = 0) -> list[tuple[str, Query]]:
    """At most ``limit`` units that mention a main actor, drawn from annotated articles, with the article's id."""
    found = [
        (item.article.id, query)
        for item in articles
        for query in scene(item.article, item.attributions, item.speakers).queries
    ]
    random.Random(seed).shuffle(found)
    return found[:limit]


def soft_examples(drawn: Sequence[tuple[str, Query]], teachers: Sequence[StanceClassifier]) -> Iterator[Example]:
    """The drawn units with the teachers' mean probabilities as labels."""
    votes = [list(teacher.judge(query for _, query in drawn)) for teacher in teachers]
    for (document, query), *judgements in zip(drawn, *votes, strict=True):
        yield Example(query.text, _targets(query, judgements), document)


def _targets(query: Query, judgements: Sequence[Judgement]) -> tuple[Labelled, ...]:
    means = np.mean([item.labels for item in judgements], axis=0)
    return tuple(
        Labelled(mentions, (float(row[0]), float(row[1]), float(row[2])))
        for mentions, row in zip(query.targets, means, strict=True)
    )
