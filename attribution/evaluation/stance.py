"""How well stances are judged, given the target: by voice, with calibration and abstention.

A gold stance is joined to the predicted one of the same target, voice and speaker. Macro-F1 runs over favourable,
neutral and unfavourable and takes the best guess even where the model abstains; a stance that was not predicted counts
as missed, and a predicted ``mixed`` as wrong. Gold stances that are ``mixed`` or abstained are left out: no single
label is right there. *Coverage* is the share that is not abstained, *accuracy when decided* is over those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from attribution.errors import InputError
from attribution.evaluation.counts import (
    Counts,
    Figure,
    calibration_error,
    count_confidence,
    count_matches,
    count_share,
    share,
)
from attribution.evaluation.estimates import DRAWS, F1, Calibration, Estimate, Resampled, Share
from attribution.evaluation.names import normalised
from attribution.evaluation.pairing import paired
from attribution.schema import AnnotatedArticle, NarrativeRole, Stance, StanceLabel

LABELS = ("favourable", "neutral", "unfavourable")
VOICES = ("outlet", "quoted", "reported")
GROUPS = ("all", *VOICES)


@dataclass(frozen=True)
class Judgement:
    """One gold label with what was predicted for it.

    Attributes:
        unit: What is resampled for the intervals: the article, or the document a sentence is from.
        voice: Whose stance it is.
        gold: The right label.
        predicted: The predicted label, ``None`` when there is none.
        confidence: The confidence of the prediction.
        abstained: Whether the model would rather not say.
        gold_role: The right narrative role, ``None`` when it was not annotated.
        predicted_role: The predicted narrative role.
    """

    unit: str
    voice: str
    gold: StanceLabel
    predicted: StanceLabel | None
    confidence: float | None = None
    abstained: bool = False
    gold_role: NarrativeRole | None = None
    predicted_role: NarrativeRole | None = None


def macro_f1(group: str) -> Figure:
    """The mean F1 of the three labels in a group (``all`` or a voice)."""
    parts = ("gold", "found", "predicted", "right")
    return Figure("macro_f1", tuple(f"{group}/{label}/{part}" for label in LABELS for part in parts))


HEADLINES: dict[str, Figure] = {
    "stance macro-F1": macro_f1("all"),
    "stance macro-F1, outlet": macro_f1("outlet"),
    "accuracy when decided": share("all/decided"),
    "ECE, outlet": calibration_error("outlet/confidence"),
}
"""The figures a release is judged by; all but ``ECE`` are better when higher."""


@dataclass(frozen=True)
class VoiceScores:
    """The figures of one voice, or of all.

    Attributes:
        macro_f1: Mean F1 of the three labels.
        by_label: Precision, recall and F1 of each label.
        accuracy: Share of the best guesses that are right.
        coverage: Share that is not abstained.
        accuracy_when_decided: Share of those that are right.
        role: Share of the narrative roles that are right, where one was annotated.
        calibration: Of the confidences.
    """

    macro_f1: Estimate
    by_label: dict[str, F1]
    accuracy: Share
    coverage: Share
    accuracy_when_decided: Share
    role: Share
    calibration: Calibration


@dataclass(frozen=True)
class StanceScores:
    """Everything measured about stance: over all voices and for each."""

    units: int
    overall: VoiceScores
    by_voice: dict[str, VoiceScores]

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries and numbers, for JSON."""
        return asdict(self)


def evaluate(
    gold: Iterable[AnnotatedArticle], predicted: Iterable[AnnotatedArticle], *, draws: int = DRAWS, seed: int = 0
) -> StanceScores:
    """Scores the stances of predicted against those of gold articles, joined by article id.

    Args:
        gold: What is right.
        predicted: What was judged, for the same targets.
        draws: Bootstrap samples for the 95% intervals; 0 for none.
        seed: Seed of the samples.

    Raises:
        InputError: The text of a predicted article is not that of the gold article, or an id stands twice.
    """
    return evaluate_judgements(judgements(gold, predicted), draws=draws, seed=seed)


def evaluate_judgements(found: Iterable[Judgement], *, draws: int = DRAWS, seed: int = 0) -> StanceScores:
    """Scores labels that are already joined, as those of single sentences with one target."""
    return scores(count(found), draws=draws, seed=seed)


def judgements(gold: Iterable[AnnotatedArticle], predicted: Iterable[AnnotatedArticle]) -> Iterator[Judgement]:
    """Joins every usable gold stance to the prediction for its target, voice and speaker."""
    for right, found in paired(gold, predicted):
        guesses = list(found.stances) if found else []
        for stance in right.stances:
            if stance.abstained or stance.label == "mixed":
                continue
            match = next((item for item in guesses if found and _same_stance(right, stance, found, item)), None)
            yield Judgement(
                unit=right.article.id,
                voice=stance.voice,
                gold=stance.label,
                predicted=match.label if match else None,
                confidence=match.confidence if match else None,
                abstained=match.abstained if match else True,
                gold_role=stance.role,
                predicted_role=match.role if match else None,
            )


def _same_stance(right: AnnotatedArticle, gold: Stance, found: AnnotatedArticle, guess: Stance) -> bool:
    if gold.voice != guess.voice or _holder(right, gold) != _holder(found, guess):
        return False
    if normalised(gold.target) == normalised(guess.target):
        return True
    names = {normalised(span.text) for span in gold.mentions}
    return normalised(guess.target) in names


def _holder(article: AnnotatedArticle, stance: Stance) -> str:
    speaker = next((item for item in article.speakers if item.id == stance.speaker), None)
    return normalised(speaker.name) if speaker and speaker.name else ""


def count(found: Iterable[Judgement]) -> Counts:
    """Counts for each unit, from which :func:`scores` and the paired bootstrap make every figure."""
    rows: dict[str, dict[str, float]] = {}
    for item in found:
        row = rows.setdefault(item.unit, {})
        for group in ("all", item.voice):
            _count_judgement(row, group, item)
    if not rows:
        raise InputError("there is no gold stance to measure on", "give gold that holds stances with a single label")
    return Counts.of(rows)


def _count_judgement(row: dict[str, float], group: str, item: Judgement) -> None:
    right = item.predicted == item.gold
    for label in LABELS:
        is_gold, is_predicted = item.gold == label, item.predicted == label
        hit = is_gold and is_predicted
        count_matches(row, f"{group}/{label}", gold=is_gold, found=hit, predicted=is_predicted, right=hit)
    decided = item.predicted is not None and not item.abstained
    count_share(row, f"{group}/accuracy", 1, right)
    count_share(row, f"{group}/coverage", 1, decided)
    count_share(row, f"{group}/decided", decided, decided and right)
    if item.gold_role is not None:
        count_share(row, f"{group}/role", 1, item.gold_role == item.predicted_role)
    if item.predicted is not None:
        count_confidence(row, f"{group}/confidence", item.confidence, right)


def scores(counts: Counts, *, draws: int = DRAWS, seed: int = 0) -> StanceScores:
    """Turns counts into figures with intervals."""
    resampled = Resampled(counts, draws, seed)
    found: Mapping[str, VoiceScores] = {group: _voice(group, resampled) for group in GROUPS}
    return StanceScores(len(counts.ids), found["all"], {voice: found[voice] for voice in VOICES})


def _voice(group: str, resampled: Resampled) -> VoiceScores:
    return VoiceScores(
        macro_f1=resampled.estimate(macro_f1(group)),
        by_label={label: F1.of(f"{group}/{label}", resampled) for label in LABELS},
        accuracy=Share.of(f"{group}/accuracy", resampled),
        coverage=Share.of(f"{group}/coverage", resampled),
        accuracy_when_decided=Share.of(f"{group}/decided", resampled),
        role=Share.of(f"{group}/role", resampled),
        calibration=Calibration.of(f"{group}/confidence", resampled),
    )
