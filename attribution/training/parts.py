"""How each part of a release is trained anew from corrections: the corrections, and what it must not forget.

Each trainer writes the folder of its part under ``model`` in a folder of its own. Quotations go on from the last
checkpoint when they were interrupted; the other two take minutes and begin again.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import load_file

from attribution.errors import TrainingError
from attribution.quotations.finder import QuotationFinder
from attribution.quotations.storage import load_settings, save_settings
from attribution.schema import AnnotatedArticle, ReviewedPart
from attribution.speakers import SpeakerResolver
from attribution.stance.classifier import StanceClassifier
from attribution.training import finetuning, speakers, stance
from attribution.training.calibration import calibrate
from attribution.training.corpora import polnear_speakers
from attribution.training.finetuning import MODEL
from attribution.training.jobs import gold_split
from attribution.training.planning import JobSettings, Plan, sample
from attribution.training.proving import calibration_articles
from attribution.training.stance_calibration import fit_aggregation, observations
from attribution.training.stance_examples import Example, of_article, read_lines

_STANCES_TO_FIT = 30  # fewer say too little about how to weigh the sentences of an article


@dataclass(frozen=True)
class Lessons:
    """What a part is trained with.

    Attributes:
        settings: Those of the job.
        planned: What it learns from.
        best: The release, or candidate, to go on from.
        folder: Where to work; the trained part ends in ``folder / "model"``.
    """

    settings: JobSettings
    planned: Plan
    best: Path
    folder: Path


def train_part(part: ReviewedPart, lessons: Lessons) -> Path:
    """Trains a part, unless that was done before a crash; returns its folder."""
    done = lessons.folder / "trained"
    if not done.is_file():
        _TRAINERS[part](lessons)
        done.touch()
    return lessons.folder / MODEL


def _quotations(lessons: Lessons) -> None:
    settings, folder = lessons.settings, lessons.folder
    start = (lessons.best / "quotations").resolve()
    finetuning.prepare(folder, lessons.planned.lessons, settings.quotations, start)
    cache = settings.work / "encoded"
    if settings.launcher:
        command = [*shlex.split(settings.launcher), "-m", "attribution.training.finetuning", str(folder), str(cache)]
        if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
            raise TrainingError(f"{settings.launcher} failed", "see what it printed above")
    else:
        finetuning.finetune(folder, cache)


def calibrate_quotations(folder: Path, before: Path, settings: JobSettings) -> None:
    """Fits confidence and threshold, or keeps those of the release where there are no articles to fit them on."""
    kept = load_settings(before / "quotations").get("calibration", {})
    articles = calibration_articles(settings.gold, settings.corpus)
    if articles:
        kept = asdict(calibrate(QuotationFinder.load(folder), articles))
    save_settings(folder, {**load_settings(folder), "calibration": kept})


def _speakers(lessons: Lessons) -> None:
    """The ranker learns anew from all there is; names, genders and their tagger stay those of the release."""
    before = SpeakerResolver.load(lessons.best / "speakers")
    articles = _distinct([*lessons.planned.teaching("speakers"), *_speaker_gold(lessons.settings)])
    finder = QuotationFinder.load(lessons.best / "quotations")
    found = finder.find(item.article.text for item in articles)
    encoded = {item.article.id: states for item, (states, _) in zip(articles, found, strict=True)}
    told = _plain(lessons.best / "speakers" / "config.json", {"data"})
    shutil.rmtree(lessons.folder, ignore_errors=True)
    speakers.train(
        articles,
        lessons.folder / MODEL,
        tagger=lambda _: before.tagger,  # it stays, whichever articles are left out
        encoded=encoded,
        genders=before.genders,
        about=told,
        epochs=lessons.settings.speaker_epochs,
    )


def _speaker_gold(settings: JobSettings) -> list[AnnotatedArticle]:
    found = gold_split(settings.gold, "train")
    if settings.corpus and settings.speaker_labels and settings.speaker_labels.is_file():
        found += polnear_speakers.read(settings.speaker_labels, settings.corpus)
    return [item for item in found if item.speakers]


def _distinct(articles: Sequence[AnnotatedArticle]) -> list[AnnotatedArticle]:
    """The first article of each id."""
    return list({item.article.id: item for item in reversed(articles)}.values())[::-1]


def _stance(lessons: Lessons) -> None:
    """The classifier goes on from the release; how sentences are weighed is fitted anew on development articles."""
    before, folder = lessons.best / "stance", lessons.folder
    shutil.rmtree(folder, ignore_errors=True)
    encoder = stance_encoder(before, folder / "encoder")
    settings = replace(lessons.settings.stance, encoder=str(encoder), start=str(before))
    network = stance.train(_stance_examples(lessons), settings, folder / "work")
    config = _plain(before / "config.json", {"temperature", "aggregation", "data"})
    stance.save(network, settings, folder / MODEL, **config)
    seen = observations(StanceClassifier.load(folder / MODEL), gold_split(lessons.settings.gold, "dev"))
    if sum(item.judged for item in seen) >= _STANCES_TO_FIT:
        stance.save(network, settings, folder / MODEL, **config | {"aggregation": fit_aggregation(seen)})


def _stance_examples(lessons: Lessons) -> list[Example]:
    settings = lessons.settings
    corrected = lessons.planned.teaching("stance")
    number = max(settings.replay_at_least, round(settings.replay * len(corrected)))
    texts = {item.article.text for item in corrected}
    own = [item for item in gold_split(settings.gold, "train") if item.article.text not in texts]
    replayed = sample(own, number, np.random.default_rng(settings.stance.seed))
    found = [example for item in corrected for example in of_article(item)] * settings.weight
    found += [example for item in replayed for example in of_article(item)]
    return found + _reported(settings.reported)


def _reported(path: Path | None) -> list[Example]:
    """The train split of the items of framing in reported speech."""
    if path is None or not path.is_file():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    train = {line["id"] for line in lines if line["split"] == "train"}
    return [item for item in read_lines(path) if item.document in train]


def stance_encoder(part: Path, folder: Path) -> Path:
    """Writes the encoder of a stance part, with its tokenizer, in the layout that training starts from."""
    from transformers import AutoConfig, AutoModel

    config = json.loads((part / "config.json").read_text(encoding="utf-8"))["encoder"]
    weights = load_file(part / "model.safetensors")
    encoder = AutoModel.from_config(AutoConfig.for_model(**config), add_pooling_layer=False)  # type: ignore[no-untyped-call]
    prefix = "encoder."
    encoder.load_state_dict({name[len(prefix) :]: w.float() for name, w in weights.items() if name.startswith(prefix)})
    encoder.save_pretrained(folder)
    shutil.copyfile(part / "tokenizer.json", folder / "tokenizer.json")
    return folder


def _plain(path: Path, names: set[str]) -> dict[str, Any]:
    """Some entries of a configuration, as far as they are there."""
    told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {name: value for name, value in told.items() if name in names}


_TRAINERS: dict[ReviewedPart, Callable[[Lessons], None]] = {
    "quotations": _quotations,
    "speakers": _speakers,
    "stance": _stance,
}
