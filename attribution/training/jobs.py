"""The training jobs a person or a scheduler runs, from folders to a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

from attribution.errors import ConfigurationError, TrainingError
from attribution.formats import polnear
from attribution.formats.jsonl import read as read_native
from attribution.quotations.decoding import Calibration
from attribution.quotations.finder import QuotationFinder
from attribution.quotations.storage import load_model, load_settings, save_settings
from attribution.release import DataSource
from attribution.schema import AnnotatedArticle
from attribution.training.assembling import TRAINING, training_of
from attribution.training.calibration import calibrate
from attribution.training.quotations import QuotationSettings, train


def train_quotations(
    corpus: Path,
    output: Path,
    *,
    gold: Path | None = None,
    encoder: str | None = None,
    start: Path | None = None,
    config: Path | None = None,
    resume: bool = False,
) -> Calibration:
    """Trains the quotation model on the train split of PolNeAR and of gold articles; calibrates it on the dev splits.

    Args:
        corpus: A clone of PolNeAR.
        output: Folder of the trained model.
        gold: A folder of native articles with their ``splits.json``.
        encoder: Directory of the encoder to start from.
        start: Folder of a quotation model to go on from; then ``encoder`` is not needed.
        config: A TOML file with a table ``[quotations]``.
        resume: Whether to go on from the last checkpoint in ``output``.

    Returns:
        The calibration, which is saved with the model.

    Raises:
        ConfigurationError: There is neither an encoder nor a model to start from.
        TrainingError: A split has no articles.
    """
    settings = QuotationSettings.from_toml(config) if config else QuotationSettings()
    if not encoder and not start and not settings.encoder:
        raise ConfigurationError("there is nothing to start from", "give --encoder or --start")
    settings = replace(settings, encoder=str(start or encoder or settings.encoder))
    base, own = list(polnear.read(corpus, ["train"])), gold_split(gold, "train")
    model = load_model(start)[0].train() if start else None
    weights = [1] * len(base) + [settings.gold_weight] * len(own)
    train([*base, *own], settings, output, model=model, weights=weights, resume=resume)
    _tell(
        output, {"seed": settings.seed, "settings": _stages(settings, start), "data": _sources("training", base, own)}
    )
    return calibrate_quotations(corpus, output, gold)


def _stages(settings: QuotationSettings, start: Path | None) -> dict[str, Any]:
    """The settings of every stage of a training that went on from other weights, the first one first."""
    told = {name: value for name, value in asdict(settings).items() if name != "encoder"}
    if not start or not (before := training_of(start).get("settings")):
        return told
    return {"stages": [*before.get("stages", [before]), told]}


def _tell(output: Path, told: dict[str, Any]) -> None:
    """Writes down how the model was trained, for the manifest of a release."""
    (output / TRAINING).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _sources(
    use: Literal["training", "development"], corpus: Sequence[AnnotatedArticle], own: Sequence[AnnotatedArticle]
) -> list[dict[str, Any]]:
    split = "train" if use == "training" else "dev"
    kinds = ((f"PolNeAR {split}", "none stated", corpus), (f"the project's gold articles, {split}", "Apache-2.0", own))
    return [
        DataSource(name=name, use=use, licence=licence, sha256=_digest(items), articles=len(items)).model_dump()
        for name, licence, items in kinds
        if items
    ]


def _digest(articles: Iterable[AnnotatedArticle]) -> str:
    """SHA-256 over the articles as native lines, in order."""
    digest = hashlib.sha256()
    for item in articles:
        digest.update(item.to_json().encode())
    return digest.hexdigest()


def calibrate_quotations(corpus: Path, output: Path, gold: Path | None = None) -> Calibration:
    """Chooses confidence and threshold of a trained model on the dev splits, and saves them with it.

    Raises:
        TrainingError: There is no article in the dev splits.
    """
    base, own = list(polnear.read(corpus, ["dev"])), gold_split(gold, "dev")
    if not base and not own:
        raise TrainingError(f"{corpus} has no dev split", "calibration needs articles that were not trained on")
    calibration = calibrate(QuotationFinder.load(output), [*base, *own])
    save_settings(output, {**load_settings(output), "calibration": asdict(calibration)})
    told = training_of(output)
    kept = [item for item in told.get("data", []) if item["use"] != "development"]
    _tell(output, {**told, "data": kept + _sources("development", base, own)})
    return calibration


def gold_split(folder: Path | None, split: str) -> list[AnnotatedArticle]:
    """The articles of one split of a folder of native files with a ``splits.json`` (article id to split)."""
    if folder is None:
        return []
    splits = json.loads((folder / "splits.json").read_text(encoding="utf-8"))
    found = [article for path in sorted(folder.glob("*.jsonl")) for article in read_native(path)]
    return [item for item in found if splits.get(item.article.id) == split]
