"""Both releases on the frozen tests and on held-out corrections: predictions, kept as files, and what is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attribution.annotator import Annotator
from attribution.errors import InputError
from attribution.evaluation import quotations, speakers
from attribution.evaluation.counts import Counts
from attribution.evaluation.estimates import Resampled
from attribution.formats import polnear
from attribution.schema import AnnotatedArticle
from attribution.sealing import write_at_once
from attribution.training.corrections import vouched_for
from attribution.training.gate import HEADLINES, Measured
from attribution.training.jobs import gold_split
from attribution.training.splitting import is_held_out

HELD_OUT = "held-out corrections"


@dataclass(frozen=True)
class Test:
    """Gold articles under the name that tables give them, with the parts that they are gold for."""

    name: str
    gold: tuple[AnnotatedArticle, ...]
    parts: tuple[str, ...]


def frozen_tests(gold: Path | None, corpus: Path | None) -> list[Test]:
    """The test split of gold articles, and one half of the dev split of PolNeAR; the other half is for calibration."""
    tests = [Test("gold test", tuple(gold_split(gold, "test")), ("quotations", "speakers"))]
    if corpus:
        measured = tuple(item for item in polnear.read(corpus, ["dev"]) if is_held_out(item.article.text, 0.5))
        tests.append(Test("PolNeAR dev, half", measured, ("quotations",)))
    return [test for test in tests if test.gold]


def calibration_articles(gold: Path | None, corpus: Path | None) -> list[AnnotatedArticle]:
    """What confidences are fitted on: articles that are neither learnt from nor measured on."""
    half = [item for item in polnear.read(corpus, ["dev"]) if not is_held_out(item.article.text, 0.5)] if corpus else []
    return [*half, *gold_split(gold, "dev")]


def held_out_test(records: Iterable[AnnotatedArticle]) -> list[Test]:
    """Held-out corrections as a test of quotations, and of speakers where reviewers looked at those."""
    kept = list(records)
    both = tuple(item for item in kept if _all_looked_at(item))
    rest = tuple(item for item in kept if vouched_for(item, "quotations") and not _all_looked_at(item))
    if not both:
        return [Test(HELD_OUT, rest, ("quotations",))] if rest else []
    return [Test(HELD_OUT, (*both, *rest), ("quotations",)), Test(f"{HELD_OUT}, speakers", both, ("speakers",))]


def _all_looked_at(record: AnnotatedArticle) -> bool:
    return vouched_for(record, "quotations") and vouched_for(record, "speakers")


def predict(release: Path, test: Test, keep: Path) -> list[AnnotatedArticle]:
    """What a release finds in the articles of a test; kept in a file, and read from it the next time."""
    if keep.is_file():
        lines = keep.read_text(encoding="utf-8", errors="surrogatepass").split("\n")
        return [AnnotatedArticle.from_json(line) for line in lines if line]
    found = list(Annotator.load(release).annotate(item.article for item in test.gold))
    keep.parent.mkdir(parents=True, exist_ok=True)
    write_at_once(keep, "".join(f"{item.to_json()}\n" for item in found))
    return found


def compare(tests: Sequence[Test], before: Path, after: Path, work: Path) -> list[Measured]:
    """Counts of two release directories on every test; predictions are kept in ``work``."""
    found = []
    for number, test in enumerate(tests):
        old = predict(before, test, work / f"before-{number}.jsonl")
        new = predict(after, test, work / f"after-{number}.jsonl")
        found += [
            Measured(test.name, part, _counts(part, test.gold, old), _counts(part, test.gold, new))
            for part in test.parts
        ]
    if not found:
        raise InputError("there is nothing to measure on", "give a folder of gold articles with a test split")
    return found


def _counts(part: str, gold: Sequence[AnnotatedArticle], predicted: Sequence[AnnotatedArticle]) -> Counts:
    return speakers.count(gold, predicted) if part == "speakers" else quotations.count(gold, predicted)


def scores_of(measured: Iterable[Measured]) -> dict[str, dict[str, dict[str, Any]]]:
    """The candidate's figures with their intervals, as a manifest holds them."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for item in measured:
        resampled = Resampled(item.after)
        figures = {name: vars(resampled.estimate(figure)) for name, figure in HEADLINES[item.part].items()}
        found.setdefault(item.part, {})[item.test] = figures
    return found
