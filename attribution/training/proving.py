"""Both releases on the frozen tests and on held-out corrections: predictions, kept as files, and what is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attribution.annotator import Annotator
from attribution.errors import InputError
from attribution.evaluation import quotations, speakers, stance
from attribution.evaluation.counts import Counts
from attribution.evaluation.estimates import Resampled
from attribution.formats import polnear
from attribution.release import read_manifest
from attribution.schema import AnnotatedArticle, ReviewedPart
from attribution.sealing import write_at_once
from attribution.training.corrections import teaches, vouched_for
from attribution.training.gate import HEADLINES, Measured
from attribution.training.jobs import gold_split
from attribution.training.splitting import is_held_out
from attribution.training.stance_examples import with_gold_targets

HELD_OUT = "held-out corrections"


@dataclass(frozen=True)
class Test:
    """Gold articles under the name that tables give them, with the parts that they are gold for."""

    name: str
    gold: tuple[AnnotatedArticle, ...]
    parts: tuple[ReviewedPart, ...]


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a release directory, and the name that its predictions are kept under."""

    name: str
    release: Path

    def measures(self, part: str) -> bool:
        """Whether the release has what a part is measured with."""
        return part in read_manifest(self.release).parts


def frozen_tests(gold: Path | None, corpus: Path | None) -> list[Test]:
    """The test split of gold articles, and one half of the dev split of PolNeAR; the other half is for calibration."""
    tests = [Test("gold test", tuple(gold_split(gold, "test")), ("quotations", "speakers", "stance"))]
    if corpus:
        measured = tuple(item for item in polnear.read(corpus, ["dev"]) if is_held_out(item.article.text, 0.5))
        tests.append(Test("PolNeAR dev, half", measured, ("quotations",)))
    return [test for test in tests if test.gold]


def calibration_articles(gold: Path | None, corpus: Path | None) -> list[AnnotatedArticle]:
    """What confidences are fitted on: articles that are neither learnt from nor measured on."""
    half = [item for item in polnear.read(corpus, ["dev"]) if not is_held_out(item.article.text, 0.5)] if corpus else []
    return [*half, *gold_split(gold, "dev")]


def held_out_tests(records: Iterable[AnnotatedArticle]) -> list[Test]:
    """Held-out corrections as tests of what reviewers looked at; speakers are found end to end, so they need both."""
    kept = [item for item in records if vouched_for(item, "quotations")]
    both = tuple(item for item in kept if teaches(item, "speakers"))
    framed = tuple(item for item in records if teaches(item, "stance"))
    found = [
        Test(HELD_OUT, tuple(kept), ("quotations",)),
        Test(f"{HELD_OUT}, speakers", both, ("speakers",)),
        Test(f"{HELD_OUT}, stance", framed, ("stance",)),
    ]
    return [test for test in found if test.gold]


def predict(release: Path, test: Test, keep: Path, *, of_stance: bool = False) -> list[AnnotatedArticle]:
    """What a release finds in the articles of a test; kept in a file, and read from it the next time.

    Stances are judged toward the gold targets, with the gold quotations and speakers.
    """
    if keep.is_file():
        lines = keep.read_text(encoding="utf-8", errors="surrogatepass").split("\n")
        return [AnnotatedArticle.from_json(line) for line in lines if line]
    annotator = Annotator.load(release)
    found = _judged(annotator, test) if of_stance else _annotated(annotator, test)
    keep.parent.mkdir(parents=True, exist_ok=True)
    write_at_once(keep, "".join(f"{item.to_json()}\n" for item in found))
    return found


def _annotated(annotator: Annotator, test: Test) -> list[AnnotatedArticle]:
    annotator.judge = None
    return list(annotator.annotate(item.article for item in test.gold))


def _judged(annotator: Annotator, test: Test) -> list[AnnotatedArticle]:
    assert annotator.judge is not None
    asked = [(with_gold_targets(item).article, item.attributions, item.speakers) for item in test.gold]
    found = annotator.judge.judge_all(asked)
    return [item.model_copy(update={"stances": stances}) for item, (stances, _) in zip(test.gold, found, strict=True)]


def compare(
    tests: Sequence[Test], before: Side, after: Side, work: Path, parts: Collection[str] = tuple(HEADLINES)
) -> list[Measured]:
    """Counts of two releases on every test; predictions are kept in ``work``.

    Args:
        tests: The tests.
        before: The release that is in use.
        after: The candidate.
        work: A folder.
        parts: What to measure, as far as both releases have it.

    Raises:
        InputError: There is nothing to measure on.
    """
    found = []
    for number, test in enumerate(tests):
        for part in test.parts:
            if part in parts and before.measures(part) and after.measures(part) and _has_gold(test, part):
                counts = [_counts(part, test, side, work / side.name, number) for side in (before, after)]
                found.append(Measured(test.name, part, *counts))
    if not found:
        raise InputError("there is nothing to measure on", "give a folder of gold articles with a test split")
    return found


def _has_gold(test: Test, part: str) -> bool:
    usable = (one for item in test.gold for one in item.stances if not one.abstained and one.label != "mixed")
    return part != "stance" or any(usable)


def _counts(part: str, test: Test, side: Side, work: Path, number: int) -> Counts:
    if part == "stance":
        found = predict(side.release, test, work / f"stance-{number}.jsonl", of_stance=True)
        return stance.count(stance.judgements(test.gold, found))
    found = predict(side.release, test, work / f"{number}.jsonl")
    return speakers.count(test.gold, found) if part == "speakers" else quotations.count(test.gold, found)


def scores_of(measured: Iterable[Measured]) -> dict[str, dict[str, dict[str, Any]]]:
    """The candidate's figures with their intervals, as a manifest holds them."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for item in measured:
        resampled = Resampled(item.after)
        figures = {name: vars(resampled.estimate(figure)) for name, figure in HEADLINES[item.part].items()}
        found.setdefault(item.part, {})[item.test] = figures
    return found
