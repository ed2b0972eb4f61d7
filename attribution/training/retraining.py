"""The retraining job: corrections in, a better release out, or none.

It goes from step to step, each leaving something in the job's folder that is there whole or not at all, so that a job
killed at any moment goes on where it was and ends with the same release. The corrections it works with are written
down first; what comes in meanwhile is for the next job.

::

    WORK/<job>/job.json             what the job set out to do
              /corrections.jsonl    the reviewed articles
              /training/            lessons, checkpoints, then model/
              /candidate/<name>/    the candidate as a release
              /before-0.jsonl …     what both find in the tests
              /report.json          how it ended; a job that has it is over
"""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from attribution import release as releases
from attribution.errors import ReleaseError, TrainingError
from attribution.quotations.finder import QuotationFinder
from attribution.quotations.storage import load_settings, save_settings
from attribution.release import DataSource, Facts, Release, drafting
from attribution.schema import AnnotatedArticle, now
from attribution.sealing import write_at_once
from attribution.training import finetuning
from attribution.training.calibration import calibrate
from attribution.training.gate import Verdict, judge
from attribution.training.planning import LEARNT, JobSettings, Plan, learnt_digests, plan
from attribution.training.proving import Test, calibration_articles, compare, frozen_tests, held_out_test, scores_of

JOB, CORRECTIONS, REPORT = "job.json", "corrections.jsonl", "report.json"
Tell = Callable[[str], None]


class Outcome(IntEnum):
    """How a job ended; the number is its exit code. A job that fails raises instead."""

    RELEASED = 0
    NOT_BETTER = 10
    NOTHING_NEW = 11
    BUSY = 12


@dataclass(frozen=True)
class Report:
    """What a job did.

    Attributes:
        outcome: How it ended.
        release: The new release, if there is one.
        parent: The release it started from.
        plan: What it learnt from and why not from the rest; ``None`` when another job was at it.
        reason: The verdict in one sentence.
        table: The verdict as rows.
    """

    outcome: Outcome
    release: str | None = None
    parent: str | None = None
    plan: dict[str, Any] | None = None
    reason: str = ""
    table: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self) | {"outcome": self.outcome.name.lower().replace("_", " ")}


def retrain(
    settings: JobSettings,
    fetch: Callable[[], Iterable[AnnotatedArticle]],
    *,
    publish: Callable[[Release], None] | None = None,
    tell: Tell = lambda _: None,
) -> Report:
    """Runs one job.

    Args:
        settings: See :class:`JobSettings`.
        fetch: Gives the reviewed articles, one record for each article.
        publish: Told of the new release once it is in use, as to update predictions; may be called again after a crash.
        tell: Told in a sentence what is being done.

    Raises:
        AttributionError: The job failed; the release in use is as it was, and running the job again goes on with it.
    """
    settings.work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.work / ".lock", timeout=0):
            return _locked(settings, fetch, publish, tell)
    except Timeout:
        return Report(Outcome.BUSY, reason="another job is at work here")


def rehearse(settings: JobSettings, fetch: Callable[[], Iterable[AnnotatedArticle]]) -> Plan:
    """What :func:`retrain` would do, without doing any of it."""
    base = Release.open(settings.models / releases.current(settings.models))
    return plan(list(fetch()), base, settings)


def _locked(
    settings: JobSettings,
    fetch: Callable[[], Iterable[AnnotatedArticle]],
    publish: Callable[[Release], None] | None,
    tell: Tell,
) -> Report:
    job = _unfinished(settings)
    if job:
        tell(f"going on with {job.name}, which was interrupted")
    else:
        job, planned = _begun(settings, list(fetch()))
        if job is None:
            return Report(Outcome.NOTHING_NEW, parent=planned.base, plan=planned.to_dict(), reason="nothing new")
    return _finish(settings, job, publish, tell)


def _unfinished(settings: JobSettings) -> Path | None:
    """The job that a crash cut short, if what it started from still holds; others of that kind are swept away."""
    current = releases.current(settings.models)
    found = None
    for path in sorted(settings.work.glob(f"*/{JOB}")):
        if (path.parent / REPORT).is_file():
            continue
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["settings"] == settings.digest() and current in (told["base"], told["name"]):
            found = path.parent
        else:
            shutil.rmtree(path.parent)
    return found


def _begun(settings: JobSettings, records: Sequence[AnnotatedArticle]) -> tuple[Path | None, Plan]:
    base = Release.open(settings.models / releases.current(settings.models))
    planned = plan(records, base, settings)
    key = _key(planned, settings)
    job = settings.work / key
    if not planned.is_new or (job / REPORT).is_file():
        return None, planned
    shutil.rmtree(job, ignore_errors=True)
    job.mkdir(parents=True)
    write_at_once(job / CORRECTIONS, "".join(f"{item.to_json()}\n" for item in records))
    told = {"name": f"{now()[:10].replace('-', '.')}-{key[:8]}", "base": base.name, "settings": settings.digest()}
    write_at_once(job / JOB, json.dumps(told, indent=1) + "\n")
    return job, planned


def _key(planned: Plan, settings: JobSettings) -> str:
    digests = learnt_digests([*planned.corrections, *planned.held_out])
    inputs = [planned.base, settings.digest(), digests]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


def _finish(settings: JobSettings, job: Path, publish: Callable[[Release], None] | None, tell: Tell) -> Report:
    told = json.loads((job / JOB).read_text(encoding="utf-8"))
    base = Release.open(settings.models / told["base"])
    lines = (job / CORRECTIONS).read_text(encoding="utf-8").split("\n")
    planned = plan([AnnotatedArticle.from_json(line) for line in lines if line], base, settings)
    tell(planned.told())
    _train(settings, job, base, planned, tell)
    candidate = _candidate(settings, job, base, planned, told["name"], tell)
    tests = [*frozen_tests(settings.gold, settings.corpus), *held_out_test(planned.held_out)]
    tell(f"measuring {base.name} and the candidate on {', '.join(test.name for test in tests)}")
    measured = compare(tests, base.directory, candidate, job)
    verdict = judge(measured, settings.bar())
    tell(verdict.reason)
    made = None
    if verdict.passed:
        facts = _facts(settings, base, planned, verdict, tests).model_copy(update={"scores": scores_of(measured)})
        made = _released(settings, candidate, told["name"], facts)
        if publish:
            tell("updating predictions for the reviewers")
            publish(made)
    outcome = Outcome.RELEASED if verdict.passed else Outcome.NOT_BETTER
    table = [row.to_dict() for row in verdict.rows]
    name = made.name if made else None
    report = Report(outcome, name, base.name, planned.to_dict(), verdict.reason, table)
    write_at_once(job / REPORT, json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n")
    shutil.rmtree(job / "training", ignore_errors=True)
    shutil.rmtree(job / "candidate", ignore_errors=True)
    return report


def _train(settings: JobSettings, job: Path, base: Release, planned: Plan, tell: Tell) -> None:
    training = job / "training"
    if (training / "trained").is_file():
        return
    start = base.part("quotations")
    if start is None:
        raise ReleaseError(f"{base.directory}: has no quotations part", "promote a release that has one")
    finetuning.prepare(training, planned.lessons, settings.quotations, start.resolve())
    tell(f"training on {len(planned.lessons)} articles")
    cache = settings.work / "encoded"
    if settings.launcher:
        command = [*shlex.split(settings.launcher), "-m", "attribution.training.finetuning", str(training), str(cache)]
        if subprocess.run(command, check=False, stdout=sys.stderr).returncode:
            raise TrainingError(f"{settings.launcher} failed", "see what it printed above")
    else:
        finetuning.finetune(training, cache)
    (training / "trained").touch()


def _candidate(settings: JobSettings, job: Path, base: Release, planned: Plan, name: str, tell: Tell) -> Path:
    """The candidate as a release: the new quotations part, calibrated, and the other parts of the release before it."""
    target = job / "candidate" / name
    if target.is_dir():
        return target
    tell("calibrating")
    shutil.rmtree(target.parent, ignore_errors=True)
    with drafting(target) as draft:
        for part in base.manifest.parts:
            shutil.copytree(base.directory / part, draft / part)
        model = job / "training" / finetuning.MODEL
        shutil.copytree(
            model, draft / "quotations", dirs_exist_ok=True, ignore=shutil.ignore_patterns("checkpoints", "runs")
        )
        _calibrated(settings, draft / "quotations", base)
        known = json.dumps(planned.learnt(), indent=0)
        (draft / "quotations" / LEARNT).write_text(f"{known}\n", encoding="utf-8")
    return target


def _calibrated(settings: JobSettings, folder: Path, base: Release) -> None:
    """Fits confidence and threshold, or keeps those of the release where there are no articles to fit them on."""
    kept = load_settings(base.directory / "quotations").get("calibration", {})
    articles = calibration_articles(settings.gold, settings.corpus)
    if articles:
        kept = asdict(calibrate(QuotationFinder.load(folder), articles))
    save_settings(folder, {**load_settings(folder), "calibration": kept})


def _facts(settings: JobSettings, base: Release, planned: Plan, verdict: Verdict, tests: Sequence[Test]) -> Facts:
    before = base.manifest.facts
    learnt = DataSource(
        name="reviewed articles", use="training", articles=len(planned.corrections), sha256=_hash(planned.corrections)
    )
    measured = [
        DataSource(name=test.name, use="test", articles=len(test.gold), sha256=_hash(test.gold)) for test in tests
    ]
    known = [item for item in before.data if item.use != "test" and item.name != learnt.name]
    return before.model_copy(
        update={
            "parent": base.name,
            "seed": settings.quotations.seed,
            "data": [*known, learnt, *measured],
            "settings": before.settings | {"retraining": settings.told()},
            "verdict": [row.to_dict() for row in verdict.rows],
        }
    )


def _hash(articles: Iterable[AnnotatedArticle]) -> str:
    found = hashlib.sha256()
    for item in articles:
        found.update(item.to_json().encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _released(settings: JobSettings, candidate: Path, name: str, facts: Facts) -> Release:
    """Puts the candidate among the releases, and into use; what an earlier try left behind is swept away."""
    target = settings.models / name
    for draft in settings.models.glob(f".{name}-*"):
        shutil.rmtree(draft)
    if not target.is_dir():
        with drafting(target, facts) as draft:
            for part in Release.open(candidate).manifest.parts:
                shutil.copytree(candidate / part, draft / part)
    if settings.promote and releases.current(settings.models) != name:
        releases.use(name, settings.models)
    return Release.open(target)
