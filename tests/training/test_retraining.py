from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from filelock import FileLock
from harbour import invented, work

from attribution import release
from attribution.errors import AttributionError, ConfigurationError
from attribution.release import Release
from attribution.schema import AnnotatedArticle
from attribution.training.jobs import gold_split
from attribution.training.learnt import LEARNT
from attribution.training.planning import JobSettings, write_folder
from attribution.training.retraining import REPORT, Outcome, rehearse, retrain
from attribution.training.simulation import Reviewer, careless, malicious, perfect, reviewed
from attribution.training.splitting import is_held_out

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")

KILLS = int(os.environ.get("KILLS", "2"))
"""How often the job is killed; more take longer."""


def corrections(number: int = 16, who: Reviewer = perfect, cue: str = "whispered") -> list[AnnotatedArticle]:
    """Articles with a cue that the release does not know; the same number of them is held out each time."""
    made = [invented(seed, cue) for seed in range(300, 400)]
    kept = [item for item in made if not is_held_out(item.article.text, 0.2)][: number - number // 4]
    held = [item for item in made if is_held_out(item.article.text, 0.2)][: number // 4]
    return list(reviewed([*kept, *held], who))


def in_use(job: JobSettings) -> str:
    return release.current(job.models)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_corrections_make_a_better_release(job: JobSettings) -> None:
    told: list[str] = []
    published: list[str] = []
    report = retrain(job, corrections, publish=lambda made: published.append(made.name), tell=told.append)
    assert report.outcome is Outcome.RELEASED
    assert report.release == in_use(job) == published[0]
    made = Release.open(job.models / in_use(job))
    assert made.manifest.facts.parent == "2031.1"
    assert made.manifest.facts.verdict == report.table
    better = [row for row in report.table if row["judgement"] == "better"]
    assert any(row["test"].startswith("held-out corrections (4)") for row in better)
    card = (made.directory / "README.md").read_text()
    assert "## Verdict" in card
    assert "reviewed articles | trained on | 12 |" in card
    assert str(job.models.parent) not in card + (made.directory / "release.json").read_text()
    learnt = json.loads((made.directory / "quotations" / LEARNT).read_text())
    assert len(learnt["texts"]) == 12
    again = retrain(job, corrections)
    assert again.outcome is Outcome.NOTHING_NEW
    assert files(job.models) == {"2031.1", made.name, "current", "history"}
    release.roll_back(job.models)
    assert in_use(job) == "2031.1"


def test_a_dry_run_touches_nothing(job: JobSettings) -> None:
    before = files(job.models)
    planned = rehearse(job, lambda: corrections(8))
    assert planned.is_new
    assert (planned.to_dict()["corrections"], planned.to_dict()["held out"]) == (6, 2)
    assert "6 corrected articles" in planned.told()
    assert files(job.models) == before
    assert not job.work.exists()


def test_corrections_of_a_part_become_a_folder_for_its_trainer(job: JobSettings, tmp_path: Path) -> None:
    records = corrections(8)
    first = records[0].provenance
    assert first.review
    only = first.model_copy(update={"review": first.review.model_copy(update={"looked_at": ["speakers"]})})
    records[0] = records[0].model_copy(update={"provenance": only})
    planned = rehearse(job, lambda: records)
    assert write_folder(planned, "speakers", job, tmp_path / "speakers") == 6
    assert write_folder(planned, "quotations", job, tmp_path / "quotations") == 5
    learnt = {item.article.id for item in gold_split(tmp_path / "speakers", "train")}
    assert records[0].article.id in learnt
    assert not {item.article.id for item in planned.held_out} & learnt
    assert not learnt & {item.article.id for item in gold_split(job.gold, "test")}


def test_nothing_comes_of_nothing(job: JobSettings) -> None:
    assert retrain(job, list).outcome is Outcome.NOTHING_NEW
    tests = [json.loads(line) for line in (job.gold / "a.jsonl").read_text().splitlines()[-6:]]  # type: ignore[operator]
    twins = [AnnotatedArticle.model_validate(item) for item in tests]
    report = retrain(job, lambda: reviewed(twins))
    assert report.outcome is Outcome.NOTHING_NEW
    assert report.plan is not None
    assert len(report.plan["set aside"]) == 6


def test_what_the_release_knows_is_not_better_and_is_not_tried_again(job: JobSettings) -> None:
    def known() -> Sequence[AnnotatedArticle]:
        return corrections(8, cue="said")

    quick = replace(job, quotations=replace(job.quotations, epochs=1))
    report = retrain(quick, known)
    assert report.outcome is Outcome.NOT_BETTER
    assert in_use(job) == "2031.1"
    assert files(job.models) == {"2031.1", "current", "history"}
    assert retrain(quick, known).outcome is Outcome.NOTHING_NEW


@pytest.mark.parametrize("who", [careless, malicious])
def test_careless_and_malicious_reviewers_are_set_aside(job: JobSettings, who: Reviewer) -> None:
    report = retrain(job, lambda: corrections(28, who, cue="said"))
    assert report.outcome is Outcome.NOTHING_NEW
    assert report.plan is not None
    assert {item["reviewer"] for item in report.plan["doubtful"]} == {"reviewer"}


@pytest.mark.parametrize("who", [careless, malicious])
def test_the_gate_alone_stops_them_too(job: JobSettings, who: Reviewer) -> None:
    quick = replace(job, screen=False, quotations=replace(job.quotations, epochs=2))
    assert retrain(quick, lambda: corrections(12, who, cue="said")).outcome is Outcome.NOT_BETTER
    assert in_use(job) == "2031.1"


def test_two_jobs_do_not_meet(job: JobSettings) -> None:
    job.work.mkdir()
    with FileLock(job.work / ".lock"):
        assert retrain(job, list).outcome is Outcome.BUSY
    assert retrain(job, list).outcome is Outcome.NOTHING_NEW


def test_a_failure_leaves_the_release_in_use(job: JobSettings) -> None:
    broken = replace(job, launcher=f"{sys.executable} -c 'raise SystemExit(3)'")
    with pytest.raises(AttributionError):
        retrain(broken, corrections)
    assert in_use(job) == "2031.1"
    assert files(job.models) == {"2031.1", "current", "history"}


def started(job: JobSettings, records: list[AnnotatedArticle]) -> BaseProcess:
    """The job in a process of its own, forked from one that has imported everything and done nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["attribution.training.retraining", "transformers.trainer"])
    process = context.Process(target=work, args=(job, records))
    process.start()
    return process


def elsewhere(job: JobSettings, folder: Path) -> JobSettings:
    """The same job on a copy of the releases."""
    shutil.copytree(job.models, folder / "models")
    return replace(job, models=folder / "models", work=folder / "work")


def ended(process: BaseProcess) -> int | None:
    process.join()
    return process.exitcode


def test_a_job_killed_at_any_moment_ends_with_the_same_release(job: JobSettings, tmp_path: Path) -> None:
    records, draw = corrections(), random.Random(5)
    undisturbed = elsewhere(job, tmp_path / "undisturbed")
    assert ended(started(undisturbed, [])) == Outcome.NOTHING_NEW  # now everything is imported
    begun = time.monotonic()
    assert ended(started(undisturbed, records)) == Outcome.RELEASED
    taken = time.monotonic() - begun
    wanted = Release.open(undisturbed.models / in_use(undisturbed)).manifest
    for number in range(KILLS):
        killed = elsewhere(job, tmp_path / str(number))
        process = started(killed, records)
        process.join((number + draw.random()) / KILLS * taken)
        process.kill()
        process.join()
        for name in release.names(killed.models):
            Release.open(killed.models / name)
        assert ended(started(killed, records)) in (Outcome.RELEASED, Outcome.NOTHING_NEW)
        made = Release.open(killed.models / in_use(killed)).manifest
        assert (made.name, made.files, made.facts) == (wanted.name, wanted.files, wanted.facts)
        assert files(killed.models) == {"2031.1", made.name, "current", "history"}
        assert len(list(killed.work.glob(f"*/{REPORT}"))) == 1


def test_settings_refuse_what_they_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "job.toml"
    path.write_text('[job]\nheld_out = 0.3\ncorpus = ""\n[quotations]\nepochs = 1\n')
    found = JobSettings.from_toml(path)
    assert (found.held_out, found.corpus, found.quotations.epochs) == (0.3, None, 1)
    for text in (
        "[job]\nheldout = 1\n",
        '[quotations]\nencoder = "x"\n',
        "[stance]\nrate = 1\n",
        '[job]\nparts = ["cue"]\n',
    ):
        path.write_text(text)
        with pytest.raises(ConfigurationError):
            JobSettings.from_toml(path)


def test_the_settings_that_come_along_are_the_usual_ones() -> None:
    path = Path(__file__).parents[2] / "scripts" / "retrain.toml"
    assert JobSettings.from_toml(path) == JobSettings()
