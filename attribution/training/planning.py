"""What a retraining job will learn from and measure on, and its settings."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from attribution.annotator import Annotator
from attribution.errors import ConfigurationError
from attribution.formats import polnear
from attribution.release import Release, models_directory
from attribution.schema import AnnotatedArticle, ReviewedPart
from attribution.sealing import write_at_once
from attribution.training.corrections import Lesson, base_lessons, quotation_lessons, usable, vouched_for
from attribution.training.gate import Bar
from attribution.training.jobs import gold_split
from attribution.training.proving import calibration_articles, frozen_tests
from attribution.training.quotations import QuotationSettings
from attribution.training.reliability import Doubt, doubts, expected_rate
from attribution.training.splitting import split, text_hash

LEARNT = "learnt.json"
"""In the quotations part of a release: the corrected articles that it and its ancestors learnt from, by digest."""

_GENTLE = QuotationSettings(epochs=3, learning_rate=5e-5, head_learning_rate=2e-4, averaging=0.99)


@dataclass(frozen=True)
class JobSettings:
    """Settings of a retraining job; the table ``[job]`` of a TOML file may set any of them.

    Attributes:
        gold: Folder of gold articles with ``splits.json``: train is replayed, dev calibrates, test is a frozen test.
        corpus: A clone of PolNeAR: train is replayed, one half of dev calibrates, the other is a frozen test.
        models: Where releases are; the usual place by default.
        work: Where jobs keep what they need to go on after a crash.
        held_out: Share of the corrected articles that are never learnt from.
        weight: How many times a corrected article counts against one of the base corpus.
        replay: Articles of the base corpus for each corrected one, against forgetting (rehearsal, Robins 1995).
        replay_at_least: How many of them there are in any case.
        alpha: Significance level of the gate.
        tolerance: A fall of a figure up to this (of 1) is never called worse.
        screen: Whether corrections that contradict the release too often are set aside.
        promote: Whether a release that passes the gate is put into use.
        launcher: What starts the training, as ``torchrun --nproc-per-node 2``; this process by default.
        quotations: The training, from the table ``[quotations]``.
    """

    gold: Path | None = Path("annotations/gold")
    corpus: Path | None = None
    models: Path = field(default_factory=models_directory)
    work: Path = Path("runs/retraining")
    held_out: float = 0.2
    weight: int = 3
    replay: float = 2.0
    replay_at_least: int = 100
    alpha: float = 0.05
    tolerance: float = 0.005
    screen: bool = True
    promote: bool = True
    launcher: str = ""
    quotations: QuotationSettings = field(default=_GENTLE)

    @classmethod
    def from_toml(cls, path: Path) -> JobSettings:
        """Reads the tables ``[job]`` and ``[quotations]`` of a TOML file; paths are seen from where it is run.

        Raises:
            ConfigurationError: A name is no setting.
        """
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        table, training = dict(told.get("job", {})), dict(told.get("quotations", {}))
        known = {item.name for item in fields(cls)} - {"quotations"}
        trainable = {item.name for item in fields(QuotationSettings)} - {"encoder"}
        for given, names in ((table, known), (training, trainable)):
            if unknown := sorted(set(given) - names):
                raise ConfigurationError(
                    f"{path}: unknown setting {unknown[0]!r}", f"use one of {', '.join(sorted(names))}"
                )
        for name in {"gold", "corpus", "models", "work"} & table.keys():
            table[name] = Path(table[name]) if table[name] else None
        quotations = QuotationSettings(**{**vars(_GENTLE), **training})
        return cls(**table, quotations=quotations)

    def bar(self) -> Bar:
        """What the gate asks for."""
        return Bar(self.alpha, self.tolerance)

    def told(self) -> dict[str, Any]:
        """What is said about a job in the manifest of its release: no paths."""
        left_out = {"gold", "corpus", "models", "work", "promote", "launcher", "quotations"}
        plain = {name: value for name, value in vars(self).items() if name not in left_out}
        training = {name: value for name, value in asdict(self.quotations).items() if name != "encoder"}
        return plain | {"quotations": training}

    def digest(self) -> str:
        """SHA-256 of all that decides about the outcome."""
        inputs = [str(self.gold), str(self.corpus)]
        return hashlib.sha256(json.dumps([self.told(), inputs], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """What a job learns from.

    Attributes:
        base: The release it starts from.
        lessons: Corrections and replayed articles of the base corpus, in the order of training.
        train: Every corrected article that may be learnt from, whatever part of it was looked at.
        held_out: Corrected articles that are measured on.
        aside: Ids of corrected articles that touch a frozen test, or both sides.
        doubts: Corrected articles that wait for a second opinion.
        unusable: How many were flagged as bad text or no news.
        known: What the release has learnt from before, as :func:`learnt_digests` tells it.
    """

    base: str
    lessons: list[Lesson]
    train: list[AnnotatedArticle]
    held_out: list[AnnotatedArticle]
    aside: list[str]
    doubts: list[Doubt]
    unusable: int
    known: dict[str, list[str]]

    @property
    def corrections(self) -> list[AnnotatedArticle]:
        """The corrected articles that teach something about quotations."""
        return [item for item in self.train if quotation_lessons([item])]

    @property
    def is_new(self) -> bool:
        """Whether there is a correction that the release has not learnt from."""
        return bool(set(learnt_digests(self.corrections)["records"]) - set(self.known["records"]))

    def learnt(self) -> dict[str, list[str]]:
        """What a release made by this plan has learnt from, its ancestors included."""
        new = learnt_digests(self.corrections)
        return {name: sorted({*self.known[name], *new[name]}) for name in new}

    def to_dict(self) -> dict[str, Any]:
        """Numbers, and what a person has to act on."""
        return {
            "corrections": len(self.corrections),
            "replayed": len(self.lessons) - len(self.corrections),
            "held out": len(self.held_out),
            "set aside": self.aside,
            "doubtful": [asdict(item) for item in self.doubts],
            "unusable": self.unusable,
        }

    def told(self) -> str:
        """One line for people."""
        return (
            f"{len(self.corrections)} corrected articles to learn from, {len(self.held_out)} held out, "
            f"{len(self.aside)} too close to a test, {len(self.doubts)} doubtful, {self.unusable} unusable; "
            f"{len(self.lessons) - len(self.corrections)} replayed"
        )


def plan(records: Sequence[AnnotatedArticle], base: Release, settings: JobSettings) -> Plan:
    """Sorts reviewed articles into what is learnt from, measured on and left alone, and draws what is replayed."""
    kept = [item for item in records if usable(item)]
    doubted = _doubted(kept, base, settings) if settings.screen and kept else []
    names = {item.article for item in doubted}
    kept = [item for item in kept if item.article.id not in names]
    learnt = _learnt(base)
    frozen = [item.article.text for test in frozen_tests(settings.gold, settings.corpus) for item in test.gold]
    frozen += [item.article.text for item in calibration_articles(settings.gold, settings.corpus)]
    texts = [item.article.text for item in kept]
    sides = split(texts, frozen=frozen, learnt=learnt["texts"], share=settings.held_out)
    lessons = quotation_lessons([kept[at] for at in sides.train], settings.weight)
    return Plan(
        base=base.name,
        lessons=[*lessons, *_replayed(settings, len(lessons))] if lessons else [],
        train=[kept[at] for at in sides.train],
        held_out=[kept[at] for at in sides.held_out],
        aside=[kept[at].article.id for at in sides.aside],
        doubts=doubted,
        unusable=sum(not usable(item) for item in records),
        known=learnt,
    )


def write_folder(planned: Plan, part: ReviewedPart, settings: JobSettings, folder: Path) -> int:
    """Writes what reviewers said about one part as a folder of gold articles, for the trainer of that part.

    The train and dev splits of the gold articles go along; returns how many corrected articles there are.
    """
    corrected = [item for item in planned.train if vouched_for(item, part)]
    gold = {split: gold_split(settings.gold, split) for split in ("train", "dev")}
    splits = {item.article.id: split for split, items in gold.items() for item in items}
    splits |= {item.article.id: "train" for item in corrected}
    folder.mkdir(parents=True, exist_ok=True)
    for name, items in (("gold", [*gold["train"], *gold["dev"]]), ("reviewed", corrected)):
        write_at_once(folder / f"{name}.jsonl", "".join(f"{item.to_json()}\n" for item in items))
    write_at_once(folder / "splits.json", json.dumps(splits, indent=1) + "\n")
    return len(corrected)


def learnt_digests(records: Iterable[AnnotatedArticle]) -> dict[str, list[str]]:
    """What a release keeps about the corrections it learnt from: hashes of their texts, and of all that was said."""
    kept = list(records)
    return {
        "texts": sorted({text_hash(item.article.text) for item in kept}),
        "records": sorted({_said(item) for item in kept}),
    }


def _said(record: AnnotatedArticle) -> str:
    plain = record.model_dump(mode="json", include={"article": {"text"}, "attributions": True, "speakers": True})
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _learnt(base: Release) -> dict[str, list[str]]:
    path = base.directory / "quotations" / LEARNT
    found: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {"texts": [], "records": []} | found


def _doubted(records: Sequence[AnnotatedArticle], base: Release, settings: JobSettings) -> list[Doubt]:
    trusted = gold_split(settings.gold, "test")
    annotator = Annotator.load(base.directory)
    annotator.resolver = annotator.judge = None  # only quotations are compared
    found = list(annotator.annotate(item.article for item in [*trusted, *records]))
    rate = expected_rate(zip(trusted, found[: len(trusted)], strict=True))
    return doubts(zip(records, found[len(trusted) :], strict=True), rate)


def _replayed(settings: JobSettings, corrected: int) -> list[Lesson]:
    """A sample of the base corpus: gold articles first, since they are few and varied."""
    own = gold_split(settings.gold, "train")
    base = list(polnear.read(settings.corpus, ["train"])) if settings.corpus else []
    number = max(settings.replay_at_least, round(settings.replay * corrected)) - len(own)
    drawn = np.random.default_rng(settings.quotations.seed).permutation(len(base))[: max(number, 0)]
    return base_lessons([*own, *(base[at] for at in sorted(drawn))])
