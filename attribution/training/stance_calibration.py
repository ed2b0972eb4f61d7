"""Fits temperature, aggregation and abstention of the stance judge on examples and articles it did not learn from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attribution.schema import AnnotatedArticle, Voice
from attribution.stance.aggregation import LABELS, START, Reading, features
from attribution.stance.classifier import Query, StanceClassifier
from attribution.stance.judge import Key, Scene, collect, scene
from attribution.stance.targets import same_name
from attribution.training.stance_examples import Example

VOICES: tuple[Voice, ...] = ("outlet", "quoted", "reported")
_TEMPERATURES = np.round(np.arange(0.5, 3.01, 0.05), 2)
_COVERAGE = 0.6
_RIDGE = 0.02

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Observation:
    """What the classifier read about one gold stance, and what is right."""

    readings: tuple[Reading, ...]
    voice: Voice
    label: int


def fit_temperature(classifier: StanceClassifier, examples: Sequence[Example]) -> float:
    """The temperature with the smallest negative log-likelihood on labelled examples (Guo et al. 2017)."""
    known = [item for item in examples if any(target.label for target in item.targets)]
    queries = (Query(item.text, tuple(target.mentions[:1] for target in item.targets)) for item in known)
    shares, right = [], []
    for item, found in zip(known, classifier.judge(queries), strict=True):
        for target, row in zip(item.targets, found.labels, strict=True):
            if target.label:
                shares.append(row)
                right.append(int(np.argmax(target.label)))
    logits = np.log(np.maximum(np.asarray(shares, dtype=float), 1e-9)) * classifier.temperature
    return float(min(_TEMPERATURES, key=lambda value: _loss(logits / value, np.asarray(right))))


def _loss(logits: Floats, right: NDArray[np.int64]) -> float:
    shifted = logits - logits.max(1, keepdims=True)
    normal = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return float(-normal[np.arange(len(right)), right].mean())


def with_gold_targets(item: AnnotatedArticle) -> AnnotatedArticle:
    """The article, asking for the targets of its own stances by all their names."""
    names: dict[str, set[str]] = {}
    for stance in item.stances:
        names.setdefault(stance.target, set()).update(span.text for span in stance.mentions)
    wanted = [{"name": name, "aliases": sorted(forms - {name})} for name, forms in names.items()]
    article = item.article.model_copy(update={"meta": item.article.meta | {"targets": wanted}})
    return item.model_copy(update={"article": article})


def observations(classifier: StanceClassifier, articles: Iterable[AnnotatedArticle]) -> list[Observation]:
    """Readings for every gold stance that is not abstained, with gold attributions and gold targets."""
    found = []
    for item in map(with_gold_targets, articles):
        view = scene(item.article, item.attributions, item.speakers)
        seen = collect(view, list(classifier.judge(view.queries)))
        for stance in item.stances:
            key = _key(view, stance.target, stance.voice, stance.speaker)
            if key in seen and not stance.abstained:
                readings = tuple(sighting.reading for sighting in seen[key])
                found.append(Observation(readings, stance.voice, LABELS.index(stance.label)))
    return found


def _key(view: Scene, target: str, voice: Voice, speaker: str | None) -> Key:
    index = next((i for i, item in enumerate(view.targets) if same_name(item.name, target)), -1)
    return index, voice, speaker


def fit_aggregation(seen: Sequence[Observation]) -> dict[str, Any]:
    """The ``aggregation`` entry of a release: one softmax regression over all voices, thresholds for each.

    The voices share their weights, since articles with gold stances are few; a voice's threshold is the confidence
    that keeps accuracy highest while at least 60% are decided.
    """
    rows = np.stack([features(item.readings) for item in seen])
    right = np.asarray([item.label for item in seen])
    weights = _softmax_regression(rows, right)
    logits = rows @ weights.T
    shares = np.exp(logits - logits.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    confidence, hit = shares.max(1), shares.argmax(1) == right
    thresholds = {}
    for voice in VOICES:
        chosen = np.asarray([item.voice == voice for item in seen])
        if chosen.any():
            thresholds[voice] = _threshold(confidence[chosen], hit[chosen])
    return {"weights": {voice: weights.round(4).tolist() for voice in VOICES}, "thresholds": thresholds}


def _softmax_regression(rows: Floats, right: NDArray[np.int64], steps: int = 4000, rate: float = 0.2) -> Floats:
    """Weights ``[4, 6]`` by gradient descent with a ridge toward the hand-set ones."""
    goal = np.eye(len(LABELS))[right]
    start = np.asarray(START)
    weights = start.copy()
    for _ in range(steps):
        logits = rows @ weights.T
        shares = np.exp(logits - logits.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        weights -= rate * ((shares - goal).T @ rows / len(rows) + _RIDGE * (weights - start))
    return weights


def _threshold(confidence: Floats, hit: NDArray[np.bool_]) -> float:
    """The lowest threshold with at least 85% right among those decided; that of 60% coverage where none has."""
    floor = float(np.quantile(confidence, 1 - _COVERAGE))
    for value in sorted(confidence):
        if value > floor:
            break
        if hit[confidence >= value].mean() >= 0.85:
            return round(float(value), 3)
    return round(floor, 3)
