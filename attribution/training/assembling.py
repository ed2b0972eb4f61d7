"""From trained parts to a release: copied, sealed, then measured by the very commands its users have."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from attribution.errors import TrainingError
from attribution.evaluation import quotations
from attribution.measuring import Prediction, measure_quotations
from attribution.release import DataSource, Facts, Release, amend, drafting

TRAINING = "training.json"
"""What a part says about its training: ``seed``, ``data`` (sources as in the manifest), ``settings``, ``scores``."""

_SUMMARY = (
    "Finds direct, indirect and mixed quotations in English news with cue, source and speaker, and judges how each "
    "voice of an article frames its main actors. Every span is a slice of the article."
)
_LIMITS = (
    "English only; most of the training articles are on politics in the United States, of 2015 and 2016.",
    "The corpus marks one level of attribution: of a quotation inside a quotation, often only one is found.",
    "A confidence is calibrated on news articles; on other kinds of text it is likely too high.",
)


def assemble(parts: Mapping[str, Path], target: Path, parent: str | None = None) -> Release:
    """Copies trained parts into a release directory and seals it.

    Args:
        parts: The folder of each part, by name.
        target: Where the release will stand.
        parent: The release it was trained from.

    Raises:
        TrainingError: The folder of a part is not there.
        ReleaseError: A release stands there already.
    """
    for name, folder in parts.items():
        if not folder.is_dir():
            raise TrainingError(f"{folder}: there is no trained part {name}", "train it first, see: attribution train")
    told = {name: training_of(folder) for name, folder in parts.items()}
    with drafting(target, _facts(told, parent)) as draft:
        for name, folder in parts.items():
            shutil.copytree(folder, draft / name, ignore=shutil.ignore_patterns("checkpoints", "runs", ".*"))
    return Release.open(target)


def training_of(folder: Path) -> dict[str, Any]:
    """What the folder of a trained part says about its training; empty when it says nothing."""
    path = folder / TRAINING
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return told


def _facts(told: Mapping[str, Mapping[str, Any]], parent: str | None) -> Facts:
    data = {json.dumps(item, sort_keys=True): item for part in told.values() for item in part.get("data", [])}
    return Facts(
        summary=_SUMMARY,
        parent=parent,
        seed=next((part["seed"] for part in told.values() if "seed" in part), None),
        data=[DataSource.model_validate(item) for item in data.values()],
        settings={name: part["settings"] for name, part in told.items() if "settings" in part},
        scores={name: part["scores"] for name, part in told.items() if "scores" in part},
        limits=list(_LIMITS),
    )


def measure(release: Release, tests: Mapping[str, Path]) -> Release:
    """Measures the quotations of a release on test sets, and writes the figures into its manifest and card.

    Args:
        release: The release.
        tests: Gold files or folders by the name that the card gives them.
    """
    prediction = Prediction(release=str(release.directory))
    measured = {name: _headlines(measure_quotations(path, prediction)) for name, path in tests.items()}
    facts = release.manifest.facts
    return amend(release.directory, facts.model_copy(update={"scores": {**facts.scores, "quotations": measured}}))


def _headlines(scores: quotations.QuotationScores) -> dict[str, Any]:
    overall = scores.overall
    figures = {
        "source exact F1": overall.source.f1,
        "cue exact F1": overall.cue.f1,
        "content exact F1": overall.content.f1,
        "triple exact F1": overall.triple.f1,
        "attribution F1": overall.attribution.f1,
        "source overlaps, of aligned": overall.source_overlaps.share,
        "direct quotations, attribution F1": scores.by_kind["direct"].attribution.f1,
        "ECE of the confidence": scores.calibration.ece,
    }
    return {name: asdict(figure) for name, figure in figures.items()}
