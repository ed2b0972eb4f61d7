"""The retraining job: corrections in, a better release out, or none.

It goes from step to step, each leaving something in the job's folder that is there whole or not at all, so that a job
killed at any moment goes on where it was and ends with the same release. The corrections it works with are written
down first; what comes in meanwhile is for the next job.

::

    WORK/<job>/job.json             what the job set out to do
              /corrections.jsonl    the reviewed articles
              /training/<part>/     lessons, checkpoints, then model/
              /candidates/<part>/   the candidate as a release, with that part and those before it that passed
              /before/, /<part>/    what each of them finds in the tests
              /report.json          how it ended; a job that has it is over
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from attribution import release as releases
from attribution.release import DataSource, Facts, Release, drafting
from attribution.schema import AnnotatedArticle, now
from attribution.sealing import write_at_once
from attribution.training.learnt import Learnt
from attribution.training.planning import PARTS, JobSettings, Plan, plan
from attribution.training.proving import Test, frozen_tests, held_out_tests, scores_of
from attribution.training.trials import Bench, Trial

JOB, CORRECTIONS, REPORT = "job.json", "corrections.jsonl", "report.json"
Tell = Callable[[str], None]
_LARGE = ("training", "candidates")


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
    said = [sorted(Learnt.of([*planned.train, *planned.held_out], part).records) for part in PARTS]
    inputs = [planned.base, settings.digest(), said]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


def _finish(settings: JobSettings, job: Path, publish: Callable[[Release], None] | None, tell: Tell) -> Report:
    told = json.loads((job / JOB).read_text(encoding="utf-8"))
    base = Release.open(settings.models / told["base"])
    lines = (job / CORRECTIONS).read_text(encoding="utf-8").split("\n")
    planned = plan([AnnotatedArticle.from_json(line) for line in lines if line], base, settings)
    tell(planned.told())
    tests = [*frozen_tests(settings.gold, settings.corpus), *held_out_tests(planned.held_out)]
    trials = list(Bench(settings, job, base, planned, told["name"], tests, tell).run())
    passed = [trial for trial in trials if trial.passed]
    made = None
    if passed:
        made = _released(settings, passed[-1].candidate.release, told["name"], _facts(settings, base, planned, trials))
        if publish:
            tell("updating predictions for the reviewers")
            publish(made)
    report = Report(
        Outcome.RELEASED if passed else Outcome.NOT_BETTER,
        made.name if made else None,
        base.name,
        planned.to_dict(),
        "; ".join(f"{trial.part} {trial.reason}" for trial in trials),
        _table(trials),
    )
    write_at_once(job / REPORT, json.dumps(report.to_dict(), indent=1, ensure_ascii=False) + "\n")
    for name in _LARGE:
        shutil.rmtree(job / name, ignore_errors=True)
    return report


def _table(trials: Iterable[Trial]) -> list[dict[str, Any]]:
    return [row for trial in trials for row in trial.rows]


def _facts(settings: JobSettings, base: Release, planned: Plan, trials: Sequence[Trial]) -> Facts:
    """What is said about the new release: the figures of the parts that passed, and the whole verdict."""
    before = base.manifest.facts
    passed = [trial for trial in trials if trial.passed]
    tests = [*frozen_tests(settings.gold, settings.corpus), *held_out_tests(planned.held_out)]
    known = [item for item in before.data if item.use != "test" and item.name != _REVIEWED]
    return before.model_copy(
        update={
            "parent": base.name,
            "seed": settings.quotations.seed,
            "data": [*known, _reviewed(planned, passed), *map(_tested, tests)],
            "scores": before.scores | scores_of(item for trial in passed for item in trial.measured),
            "settings": before.settings | {"retraining": settings.told()},
            "verdict": _table(trials),
        }
    )


_REVIEWED = "reviewed articles"


def _reviewed(planned: Plan, passed: Iterable[Trial]) -> DataSource:
    learnt = {item.article.id: item for trial in passed for item in planned.teaching(trial.part)}
    return DataSource(name=_REVIEWED, use="training", articles=len(learnt), sha256=_hash(learnt.values()))


def _tested(test: Test) -> DataSource:
    return DataSource(name=test.name, use="test", articles=len(test.gold), sha256=_hash(test.gold))


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
