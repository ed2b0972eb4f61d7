"""What a retraining job will learn from and measure on, and its settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np

from attribution.annotator import Annotator
from attribution.errors import ConfigurationError
from attribution.formats import polnear
from attribution.release import Release, models_directory
from attribution.schema import AnnotatedArticle, ReviewedPart
from attribution.sealing import write_at_once
from attribution.training.corrections import Lesson, base_lessons, quotation_lessons, teaches, usable
from attribution.training.gate import Bar
from attribution.training.jobs import gold_split
from attribution.training.learnt import Learnt
from attribution.training.proving import calibration_articles, frozen_tests
from attribution.training.quotations import QuotationSettings
from attribution.training.reliability import Doubt, doubts, expected_rate
from attribution.training.splitting import Split, split
from attribution.training.stance_settings import StanceSettings
from attribution.training.tables import read_table

T = TypeVar("T")
PARTS: tuple[ReviewedPart, ...] = get_args(ReviewedPart)
_QUOTATIONS = QuotationSettings(epochs=3, learning_rate=1e-4, head_learning_rate=4e-4, averaging=0.99)
_STANCE = StanceSettings(epochs=2, learning_rate=3e-5, head_learning_rate=2e-4, averaging=0.98)
_PATHS = ("gold", "corpus", "speaker_labels", "reported", "models", "work")


@dataclass(frozen=True)
class JobSettings:
    """Settings of a retraining job; the table ``[job]`` of a TOML file may set any of them.

    Attributes:
        gold: Folder of gold articles with ``splits.json``: train is replayed, dev calibrates, test is a frozen test.
        corpus: A clone of PolNeAR: train is replayed, one half of dev calibrates, the other is a frozen test.
        speaker_labels: Speaker labels for PolNeAR; with ``corpus``, the speaker part learns from them as well.
        reported: Items of framing in reported speech, replayed for the stance part.
        models: Where releases are; the usual place by default.
        work: Where jobs keep what they need to go on after a crash.
        parts: What is retrained when there are corrections of it.
        held_out: Share of the corrected articles that are never learnt from.
        weight: How many times a corrected article counts against one of the base corpus.
        replay: Articles of the base corpus for each corrected one, against forgetting (rehearsal, Robins 1995).
        replay_at_least: How many of them there are in any case.
        speaker_epochs: How often the rankers of speakers see every choice.
        leaf_minimum: Examples that a finer answer of a user's own needs before it is learnt.
        alpha: Significance level of the gate.
        tolerance: A fall of a figure up to this (of 1) is never called worse.
        screen: Whether corrections that contradict the release too often are set aside.
        promote: Whether a release that passes the gate is put into use.
        launcher: What starts the training, as ``torchrun --nproc-per-node 2``; this process by default.
        quotations: The training of the quotation part, from the table ``[quotations]``.
        stance: The training of the stance part, from the table ``[stance]``.
    """

    gold: Path | None = Path("annotations/gold")
    corpus: Path | None = None
    speaker_labels: Path | None = Path("annotations/polnear-speakers/train.jsonl")
    reported: Path | None = Path("annotations/stance/reported.jsonl")
    models: Path = field(default_factory=models_directory)
    work: Path = Path("runs/retraining")
    parts: tuple[ReviewedPart, ...] = PARTS
    held_out: float = 0.2
    weight: int = 2
    replay: float = 1.0
    replay_at_least: int = 30
    speaker_epochs: int = 40
    leaf_minimum: int = 20
    alpha: float = 0.05
    tolerance: float = 0.005
    screen: bool = True
    promote: bool = True
    launcher: str = ""
    quotations: QuotationSettings = _QUOTATIONS
    stance: StanceSettings = _STANCE

    @classmethod
    def from_toml(cls, path: Path) -> JobSettings:
        """Reads the tables ``[job]``, ``[quotations]`` and ``[stance]``; paths are seen from where it is run.

        Raises:
            ConfigurationError: A name is no setting, or a part is none.
        """
        table = read_table(path, "job", cls, ("quotations", "stance"))
        for name in set(_PATHS) & table.keys():
            table[name] = Path(table[name]) if table[name] else None
        table["parts"] = tuple(table.get("parts", PARTS))
        if strange := sorted(set(table["parts"]) - set(PARTS)):
            raise ConfigurationError(f"{path}: there is no part {strange[0]!r}", f"use some of {', '.join(PARTS)}")
        job = cls(**table)
        quotations = read_table(path, "quotations", QuotationSettings, ["encoder"])
        stance = read_table(path, "stance", StanceSettings, ["encoder", "start"])
        return replace(job, quotations=replace(job.quotations, **quotations), stance=replace(job.stance, **stance))

    def bar(self) -> Bar:
        """What the gate asks for."""
        return Bar(self.alpha, self.tolerance)

    def told(self) -> dict[str, Any]:
        """What is said about a job in the manifest of its release: no paths."""
        left_out = {*_PATHS, "promote", "launcher", "quotations", "stance"}
        plain = {name: value for name, value in vars(self).items() if name not in left_out}
        plain["parts"] = list(self.parts)
        training = {"quotations": asdict(self.quotations), "stance": asdict(self.stance)}
        for table in training.values():
            table.pop("encoder")
            table.pop("start", None)
        return plain | training

    def digest(self) -> str:
        """SHA-256 of all that decides about the outcome."""
        inputs = [str(path) for path in (self.gold, self.corpus, self.speaker_labels, self.reported)]
        return hashlib.sha256(json.dumps([self.told(), inputs], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Plan:
    """What a job learns from.

    Attributes:
        base: The release it starts from.
        parts: What has something new to learn, in the order of training.
        lessons: What the quotation part learns: corrections and replayed articles, in the order of training.
        train: Every corrected article that may be learnt from, whatever part of it was looked at.
        held_out: Corrected articles that are measured on.
        aside: Ids of corrected articles that touch a frozen test, or both sides.
        doubts: Corrected articles that wait for a second opinion.
        unusable: How many were flagged as bad text or no news.
        known: What each part of the release has learnt from before.
    """

    base: str
    parts: tuple[ReviewedPart, ...]
    lessons: list[Lesson]
    train: list[AnnotatedArticle]
    held_out: list[AnnotatedArticle]
    aside: list[str]
    doubts: list[Doubt]
    unusable: int
    known: Mapping[ReviewedPart, Learnt]

    @property
    def is_new(self) -> bool:
        """Whether there is a correction that the release has not learnt from."""
        return bool(self.parts)

    def teaching(self, part: ReviewedPart) -> list[AnnotatedArticle]:
        """The corrected articles that teach something about a part."""
        return [item for item in self.train if teaches(item, part)]

    def learnt(self, part: ReviewedPart) -> Learnt:
        """What a part made by this plan has learnt from, its ancestors included."""
        return self.known[part] | Learnt.of(self.teaching(part), part)

    def to_dict(self) -> dict[str, Any]:
        """Numbers, and what a person has to act on."""
        return {
            "corrections": len(self.train),
            **{f"of them teach {part}": len(self.teaching(part)) for part in PARTS},
            "replayed": self.replayed,
            "held out": len(self.held_out),
            "retrained": list(self.parts),
            "set aside": self.aside,
            "doubtful": [asdict(item) for item in self.doubts],
            "unusable": self.unusable,
        }

    @property
    def replayed(self) -> int:
        """How many articles are learnt again by the quotation part."""
        return max(0, len(self.lessons) - len(self.teaching("quotations")))

    def told(self) -> str:
        """One line for people."""
        return (
            f"{len(self.train)} corrected articles to learn {', '.join(self.parts) or 'nothing new'} from, "
            f"{len(self.held_out)} held out, {len(self.aside)} too close to a test, {len(self.doubts)} doubtful, "
            f"{self.unusable} unusable; {self.replayed} replayed"
        )


def plan(records: Sequence[AnnotatedArticle], base: Release, settings: JobSettings) -> Plan:
    """Sorts reviewed articles into what is learnt from, measured on and left alone, and draws what is replayed."""
    kept = [item for item in records if usable(item)]
    doubted = _doubted(kept, base, settings) if settings.screen and kept else []
    names = {item.article for item in doubted}
    kept = [item for item in kept if item.article.id not in names]
    known = {part: Learnt.read(base.directory / part) for part in PARTS}
    sides = _split(kept, known.values(), settings)
    train = [kept[at] for at in sides.train]
    parts = tuple(part for part in settings.parts if base.part(part) and _anything_new(train, part, known[part]))
    lessons = quotation_lessons(train, settings.weight) if "quotations" in parts else []
    return Plan(
        base=base.name,
        parts=parts,
        lessons=[*lessons, *_replayed(settings, lessons)] if lessons else [],
        train=train,
        held_out=[kept[at] for at in sides.held_out],
        aside=[kept[at].article.id for at in sides.aside],
        doubts=doubted,
        unusable=sum(not usable(item) for item in records),
        known=known,
    )


def _split(kept: Sequence[AnnotatedArticle], known: Iterable[Learnt], settings: JobSettings) -> Split:
    frozen = [item.article.text for test in frozen_tests(settings.gold, settings.corpus) for item in test.gold]
    frozen += [item.article.text for item in calibration_articles(settings.gold, settings.corpus)]
    learnt = frozenset().union(*(item.texts for item in known))
    return split([item.article.text for item in kept], frozen=frozen, learnt=learnt, share=settings.held_out)


def _anything_new(train: Sequence[AnnotatedArticle], part: ReviewedPart, known: Learnt) -> bool:
    return bool(Learnt.of((item for item in train if teaches(item, part)), part).records - known.records)


def write_folder(planned: Plan, part: ReviewedPart, settings: JobSettings, folder: Path) -> int:
    """Writes what reviewers said about one part as a folder of gold articles, for the trainer of that part.

    The train and dev splits of the gold articles go along; returns how many corrected articles there are.
    """
    corrected = planned.teaching(part)
    gold = {split: gold_split(settings.gold, split) for split in ("train", "dev")}
    splits = {item.article.id: split for split, items in gold.items() for item in items}
    splits |= {item.article.id: "train" for item in corrected}
    folder.mkdir(parents=True, exist_ok=True)
    for name, items in (("gold", [*gold["train"], *gold["dev"]]), ("reviewed", corrected)):
        write_at_once(folder / f"{name}.jsonl", "".join(f"{item.to_json()}\n" for item in items))
    write_at_once(folder / "splits.json", json.dumps(splits, indent=1) + "\n")
    return len(corrected)


def _doubted(records: Sequence[AnnotatedArticle], base: Release, settings: JobSettings) -> list[Doubt]:
    trusted = gold_split(settings.gold, "test")
    annotator = Annotator.load(base.directory)
    annotator.resolver = annotator.judge = None  # only quotations are compared
    found = list(annotator.annotate(item.article for item in [*trusted, *records]))
    rate = expected_rate(zip(trusted, found[: len(trusted)], strict=True))
    return doubts(zip(records, found[len(trusted) :], strict=True), rate)


def _replayed(settings: JobSettings, corrected: Sequence[Lesson]) -> list[Lesson]:
    """A sample of what the release has learnt from: gold articles, and at least half of PolNeAR where that is given."""
    known = {item.article.article.text for item in corrected}
    own = [item for item in gold_split(settings.gold, "train") if item.article.text not in known]
    base = list(polnear.read(settings.corpus, ["train"])) if settings.corpus else []
    number = max(settings.replay_at_least, round(settings.replay * len(corrected)))
    few = min(len(own), number - min(len(base), number // 2))
    draw = np.random.default_rng(settings.quotations.seed)
    return base_lessons([*sample(own, few, draw), *sample(base, number - few, draw)])


def sample(items: Sequence[T], number: int, draw: np.random.Generator) -> list[T]:
    """At most so many of the items, in the order they stand in."""
    return [items[at] for at in sorted(draw.permutation(len(items))[:number])]
