"""From sentences to one stance per target and voice: pooling, calibrated decision, abstention, evidence.

Each sentence that mentions the target gives probabilities. They are pooled into a handful of numbers (how strong the
strongest sentence on either side is, and the average), on which a small softmax regression, fitted on annotated
articles, decides. Its probability is the confidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from attribution.schema import NarrativeRole, StanceLabel, Voice

LABELS: tuple[StanceLabel, ...] = ("unfavourable", "neutral", "favourable", "mixed")
ROLES: tuple[NarrativeRole, ...] = ("protagonist", "antagonist", "victim", "none")
HEADLINE_WEIGHT = 2.0
_CONTRADICTIONS: dict[NarrativeRole, StanceLabel] = {"antagonist": "favourable", "protagonist": "unfavourable"}
EVIDENCE_FROM = 0.5
UNNAMED = "unnamed"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """The classifier's probabilities for one target in one sentence.

    ``labels`` are those of unfavourable, neutral, favourable; ``roles`` those of :data:`ROLES`; ``named`` tells whether
    the sentence names the target.
    """

    labels: Sequence[float]
    roles: Sequence[float]
    headline: bool = False
    named: bool = True


@dataclass(frozen=True)
class Verdict:
    """What a voice makes of a target, before spans are attached. ``score`` runs from -1 to 1."""

    label: StanceLabel
    score: float
    confidence: float
    abstained: bool
    role: NarrativeRole


# Set by hand: rows are labels, columns the features below. Used until a release brings fitted weights, which are pulled
# toward these, since annotated articles are few.
START = tuple(
    (*row, *[0.0] * 7)
    for row in (
        (-1.2, 2.0, -1.0, 2.2, -1.0, 0.0),
        (1.3, -2.0, -2.0, -1.0, -1.0, 0.0),
        (-1.2, -1.0, 2.0, -1.0, 2.2, 0.0),
        (-3.0, 0.0, 0.0, 2.0, 2.0, 0.3),
    )
)


@dataclass(frozen=True)
class Aggregator:
    """The fitted decision.

    Args:
        weights: For each voice, one row a label of :data:`LABELS` and one column a feature of :func:`features`.
        thresholds: For each voice, the confidence below which it abstains; under ``unnamed`` the one for voices that
            never name the target.
        role_threshold: The mean probability a narrative role other than ``none`` needs.
    """

    weights: dict[str, Sequence[Sequence[float]]] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)
    role_threshold: float = 0.5

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """From the ``aggregation`` part of a release's configuration."""
        return cls(config.get("weights", {}), config.get("thresholds", {}), config.get("role_threshold", 0.5))

    def probabilities(self, readings: Sequence[Reading], voice: Voice) -> Floats:
        """Probabilities ``[4]`` of :data:`LABELS` for the voice that all readings are from."""
        weights = np.asarray(self.weights.get(voice, START), dtype=float)
        return softmax(weights @ features(readings)[: weights.shape[1]])  # an older release knows fewer features

    def verdict(self, readings: Sequence[Reading], voice: Voice) -> Verdict:
        """The label with its score and confidence; abstains below the voice's threshold."""
        shares = self.probabilities(readings, voice)
        best = int(shares.argmax())
        confidence = float(shares[best])
        return Verdict(
            label=LABELS[best],
            score=round(balance(readings, LABELS[best]), 3),
            confidence=round(confidence, 3),
            abstained=confidence < self._threshold(readings, voice),
            role=self._role(readings, LABELS[best]),
        )

    def _threshold(self, readings: Sequence[Reading], voice: Voice) -> float:
        named = any(item.named for item in readings)
        return self.thresholds.get(voice if named else UNNAMED, 0.5 if named else 0.8)

    def _role(self, readings: Sequence[Reading], label: StanceLabel) -> NarrativeRole:
        """The likeliest role that does not contradict the label: nobody is favourable to an antagonist."""
        means = np.average([item.roles for item in readings], axis=0, weights=_weights(readings))
        fitting = [index for index, role in enumerate(ROLES[:-1]) if _CONTRADICTIONS.get(role) != label]
        best = max(fitting, key=lambda index: float(means[index]))
        return ROLES[best] if means[best] >= self.role_threshold else "none"


def features(readings: Sequence[Reading]) -> Floats:
    """What a label is decided on, ``[13]``.

    One; of the sentences that name the target mean and maximum of unfavourable and of favourable, and the logarithm of
    their number; for either side the logarithm of one plus the sum over all sentences, since a long article shows its
    stance by repeating it; the headline; the maximum of the sentences that do not name it; and whether any does.
    """
    named, unnamed = _trusted(readings), [item for item in readings if not item.named]
    means, peaks = _means(readings), _peaks(named)
    sums = np.log1p(np.sum([item.labels for item in readings], axis=0))
    head = _peaks([item for item in readings if item.headline])
    beside = _peaks(unnamed if len(unnamed) < len(readings) else [])
    pairs = (means, peaks), (sums, head, beside)
    first, second = ([value[side] for value in group for side in (0, 2)] for group in pairs)
    return np.asarray([1.0, *first, math.log(len(named)), *second, float(len(unnamed) < len(readings))])


def _trusted(readings: Sequence[Reading]) -> list[Reading]:
    """The sentences that name the target; all if none does."""
    return [item for item in readings if item.named] or list(readings)


def _peaks(readings: Sequence[Reading]) -> Floats:
    """The highest probabilities ``[3]``, zeros without a sentence."""
    return np.max([item.labels for item in readings] or [(0.0, 0.0, 0.0)], axis=0)  # type: ignore[no-any-return]


def _means(readings: Sequence[Reading]) -> Floats:
    trusted = _trusted(readings)
    means: Floats = np.average([item.labels for item in trusted], axis=0, weights=_weights(trusted))
    return means


def balance(readings: Sequence[Reading], label: StanceLabel) -> float:
    """The mean of favourable less unfavourable, from -1 to 1, never on the other side of the label.

    It orders outlets better than the label's own probabilities, which tell sure from unsure and not weak from strong.
    """
    means = _means(readings)
    score = float(np.clip(means[2] - means[0], -1, 1))
    return {"favourable": max(score, 0.0), "unfavourable": min(score, 0.0)}.get(label, score)


def softmax(logits: Floats) -> Floats:
    """Probabilities from logits, along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def _weights(readings: Sequence[Reading]) -> list[float]:
    return [HEADLINE_WEIGHT if item.headline else 1.0 for item in readings]


def deciding(readings: Sequence[Reading], label: StanceLabel, limit: int = 3) -> list[tuple[int, StanceLabel]]:
    """Which readings speak for a label, strongest first, with what each of them says.

    A neutral verdict needs no evidence; a mixed one is shown by both sides.
    """
    sides: dict[StanceLabel, tuple[int, ...]] = {"unfavourable": (0,), "favourable": (2,), "mixed": (0, 2)}
    found: list[tuple[float, int, StanceLabel]] = []
    for side in sides.get(label, ()):
        ranked = sorted(((reading.labels[side], index) for index, reading in enumerate(readings)), reverse=True)
        kept = [(share, index) for share, index in ranked if share >= EVIDENCE_FROM] or ranked[:1]
        found += [(share, index, LABELS[side]) for share, index in kept[:limit]]
    return [(index, name) for _, index, name in sorted(found, key=lambda item: -item[0])]
