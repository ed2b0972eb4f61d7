"""Gold articles and a release that has learnt such articles, small enough for seconds."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from harbour import framed, invented

from attribution import release
from attribution.training.planning import JobSettings
from attribution.training.quotations import QuotationSettings, new_model


@pytest.fixture(scope="session")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of gold articles with a train, a dev and a test split."""
    folder = tmp_path_factory.mktemp("gold")
    articles = [invented(seed) for seed in range(1, 25)]
    splits = ["train"] * 14 + ["dev"] * 4 + ["test"] * 6
    (folder / "a.jsonl").write_text("".join(f"{item.to_json()}\n" for item in articles), encoding="utf-8")
    named = {item.article.id: split for item, split in zip(articles, splits, strict=True)}
    (folder / "splits.json").write_text(json.dumps(named))
    return folder


@pytest.fixture(scope="session")
def known_release(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release whose quotations part has learnt articles with the cue "said"."""
    from attribution.quotations.finder import QuotationFinder
    from attribution.quotations.storage import load_settings, save_settings
    from attribution.training.calibration import calibrate
    from attribution.training.quotations import train

    torch.manual_seed(3)
    model = new_model(str(tiny_encoder))
    model.config.window, model.config.overlap, model.config.reach = 96, 32, 40
    output = tmp_path_factory.mktemp("trained") / "quotations"
    settings = QuotationSettings(
        encoder=str(tiny_encoder),
        epochs=12,
        batch_size=8,
        learning_rate=3e-3,
        head_learning_rate=3e-3,
        averaging=0.5,
        bf16=False,
    )
    learnt = [invented(seed) for seed in range(100, 140)] + [framed(seed) for seed in range(900, 930)]
    train(learnt, settings, output, model=model)
    found = calibrate(QuotationFinder.load(output), [invented(seed) for seed in range(200, 215)])
    save_settings(output, {**load_settings(output), "calibration": asdict(found)})
    models = tmp_path_factory.mktemp("known")
    with release.drafting(models / "2031.1") as draft:
        shutil.copytree(output, draft / "quotations", ignore=shutil.ignore_patterns("checkpoints", "runs"))
    return models / "2031.1"


@pytest.fixture
def job(known_release: Path, gold: Path, tmp_path: Path) -> JobSettings:
    """The settings of a small job on a copy of that release."""
    shutil.copytree(known_release, tmp_path / "models" / "2031.1")
    release.use("2031.1", tmp_path / "models")
    training = QuotationSettings(
        epochs=3, batch_size=8, learning_rate=2e-3, head_learning_rate=2e-3, averaging=0.5, bf16=False
    )
    return JobSettings(
        gold=gold, models=tmp_path / "models", work=tmp_path / "work", replay_at_least=6, quotations=training
    )
