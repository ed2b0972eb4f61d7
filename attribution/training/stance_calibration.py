"""Fits temperature, aggregation and abstention of the stance judge on examples and articles it did not learn from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attribution.schema import AnnotatedArticle, Stance, Voice
from attribution.stance.aggregation import LABELS, START, UNNAMED, Reading, features, softmax
from attribution.stance.classifier import Query, StanceClassifier
from attribution.stance.judge import Key, Scene, collect, scene
from attribution.stance.targets import same_name
from attribution.training.stance_examples import Example, with_gold_targets

GROUPS: tuple[tuple[Voice, ...], ...] = (("outlet",), ("quoted", "reported"))  # that share their weights
_TEMPERATURES = np.round(np.arange(0.5, 3.01, 0.05), 2)
_COVERAGE = 0.6
_RIDGE = 0.01
_FOLDS = 5
_UNJUDGED = 0.5
_ENOUGH = 60  # stances that a fitted sharpness needs

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Observation:
    """What the classifier read about one gold stance, what is right, and the article (or event) it is from.

    ``judged`` is false for what a holder says of a target without a gold stance: most likely neutral.
    """

    readings: tuple[Reading, ...]
    voice: Voice
    label: int
    unit: str = ""
    judged: bool = True


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


def observations(classifier: StanceClassifier, articles: Iterable[AnnotatedArticle]) -> list[Observation]:
    """Readings for every gold stance that is not abstained, with gold attributions and gold targets.

    Targets that a quoted or reported voice speaks near, without a gold stance, are there as not judged.
    """
    found = []
    for item in map(with_gold_targets, articles):
        view = scene(item.article, item.attributions, item.speakers)
        seen = collect(view, list(classifier.judge(view.queries)))
        gold = {_key(view, stance): stance for stance in item.stances}
        unit = str(item.article.meta.get("event") or item.article.id)
        for key, sightings in seen.items():
            readings = tuple(sighting.reading for sighting in sightings)
            stance = gold.get(key)
            if stance is not None and not stance.abstained:
                found.append(Observation(readings, key[1], LABELS.index(stance.label), unit))
            elif stance is None and key[1] != "outlet":
                found.append(Observation(readings, key[1], LABELS.index("neutral"), unit, judged=False))
    return found


def _key(view: Scene, stance: Stance) -> Key:
    index = next((i for i, item in enumerate(view.targets) if same_name(item.name, stance.target)), -1)
    return index, stance.voice, stance.speaker


def fit_aggregation(seen: Sequence[Observation]) -> dict[str, Any]:
    """The ``aggregation`` entry of a release: a softmax regression for the outlet and one for all others.

    Sharpness and thresholds come from predictions for articles that the regression was not fitted on (five folds); a
    voice's threshold is the confidence that keeps accuracy at 85% where that leaves 60% decided; where a voice does not
    name the target, it is the one from which half of what is asserted has been annotated so.
    """
    weights: dict[str, Any] = {}
    thresholds: dict[str, float] = {}
    for voices in GROUPS:
        chosen = [item for item in seen if item.voice in voices]
        if any(item.judged for item in chosen):
            fitted, shares = _fitted(chosen)
            right = np.asarray([item.label for item in chosen])
            confidence, hit = shares.max(1), shares.argmax(1) == right
            named = np.asarray([any(reading.named for reading in item.readings) for item in chosen])
            for voice in voices:
                mine = np.asarray([item.voice == voice and item.judged for item in chosen]) & named
                weights[voice] = fitted.round(4).tolist()
                if mine.any():
                    thresholds[voice] = _threshold(confidence[mine], hit[mine])
            said = ~named & (shares.argmax(1) != LABELS.index("neutral"))
            if said.any():
                thresholds[UNNAMED] = _half_right(confidence[said], hit[said])
    return {"weights": weights, "thresholds": thresholds}


def _fitted(chosen: Sequence[Observation]) -> tuple[Floats, Floats]:
    """Weights ``[4, f]`` fitted on all, and probabilities ``[n, 4]`` of each by weights fitted without its fold."""
    rows = np.stack([features(item.readings) for item in chosen])
    right = np.asarray([item.label for item in chosen])
    sizes = _sizes(chosen)
    folds = np.asarray([int(hashlib.sha256(item.unit.encode()).hexdigest(), 16) % _FOLDS for item in chosen])
    logits = np.zeros((len(chosen), len(LABELS)))
    for fold in set(folds.tolist()):
        others = folds != fold
        if others.any():
            logits[~others] = rows[~others] @ _softmax_regression(rows[others], right[others], sizes[others]).T
    judged = np.asarray([item.judged for item in chosen])
    temperatures = _TEMPERATURES if judged.sum() >= _ENOUGH else [1.0]
    sharpness = 1 / min(temperatures, key=lambda value: _loss(logits[judged] / value, right[judged]))
    return _softmax_regression(rows, right, sizes) * sharpness, softmax(logits * sharpness)


def _sizes(chosen: Sequence[Observation]) -> Floats:
    """The weight of each observation: those not judged count together as much as a part of the judged ones."""
    judged = np.asarray([item.judged for item in chosen])
    unjudged = _UNJUDGED * judged.sum() / max(1, (~judged).sum())
    return np.where(judged, 1.0, min(1.0, unjudged))


def _softmax_regression(
    rows: Floats, right: NDArray[np.int64], sizes: Floats, steps: int = 3000, rate: float = 0.2
) -> Floats:
    """Weights ``[4, f]`` by gradient descent with a ridge toward the hand-set ones."""
    goal = np.eye(len(LABELS))[right]
    start = np.asarray(START)
    weights = start.copy()
    for _ in range(steps):
        errors = (softmax(rows @ weights.T) - goal) * sizes[:, None]
        weights -= rate * (errors.T @ rows / sizes.sum() + _RIDGE * (weights - start))
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


def _half_right(confidence: Floats, hit: NDArray[np.bool_], least: int = 5) -> float:
    """The lowest threshold from which at least half is right, of ``least`` or more; above all of them if none is."""
    for value in sorted(confidence):
        if (confidence >= value).sum() >= least and hit[confidence >= value].mean() >= 0.5:
            return round(float(value), 3)
    return round(float(confidence.max()) + 0.001, 3)
