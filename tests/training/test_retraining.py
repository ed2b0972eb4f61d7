from __future__ import annotations

import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from harbour import invented

from attribution import release
from attribution.errors import AttributionError, ConfigurationError
from attribution.release import Release
from attribution.schema import AnnotatedArticle
from attribution.training.planning import LEARNT, JobSettings
from attribution.training.retraining import REPORT, Outcome, rehearse, retrain
from attribution.training.simulation import Reviewer, careless, malicious, perfect, reviewed
from attribution.training.splitting import is_held_out

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")


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


_RUN = """
import sys, pickle, warnings
from pathlib import Path
sys.path[:0] = {paths!r}
import torch
torch.set_num_threads(1)
from attribution.training.retraining import retrain
job, records = pickle.loads(Path(sys.argv[1]).read_bytes())
sys.exit(retrain(job, lambda: records).outcome)
"""


def test_a_job_killed_at_any_moment_ends_with_the_same_release(job: JobSettings, tmp_path: Path) -> None:
    records = corrections()
    undisturbed = replace(job, models=tmp_path / "elsewhere" / "models", work=tmp_path / "elsewhere" / "work")
    shutil.copytree(job.models, undisturbed.models)
    (tmp_path / "job").write_bytes(pickle.dumps((job, records)))
    (tmp_path / "other").write_bytes(pickle.dumps((undisturbed, records)))
    code = _RUN.format(paths=[str(Path(__file__).parent)])
    begun = time.monotonic()
    assert (
        subprocess.run([sys.executable, "-c", code, tmp_path / "other"], check=False, env=_one_thread()).returncode == 0
    )
    taken = time.monotonic() - begun
    draw = random.Random(5)
    for _ in range(3):
        running = subprocess.Popen([sys.executable, "-c", code, tmp_path / "job"], env=_one_thread())
        time.sleep(draw.uniform(0.3, 1.0) * taken)
        running.send_signal(signal.SIGKILL)
        running.wait()
        for name in release.names(job.models):
            Release.open(job.models / name)
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "job"], check=False, env=_one_thread())
    assert done.returncode in (Outcome.RELEASED, Outcome.NOTHING_NEW)
    one, other = (Release.open(item.models / in_use(item)) for item in (job, undisturbed))
    assert one.name == other.name
    assert one.manifest.files == other.manifest.files
    assert one.manifest.facts == other.manifest.facts
    assert files(job.models) == {"2031.1", one.name, "current", "history"}
    assert (next(path for path in job.work.glob(f"*/{REPORT}"))).is_file()


def _one_thread() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1"}


def test_settings_refuse_what_they_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "job.toml"
    path.write_text('[job]\nheld_out = 0.3\ncorpus = ""\n[quotations]\nepochs = 1\n')
    found = JobSettings.from_toml(path)
    assert (found.held_out, found.corpus, found.quotations.epochs) == (0.3, None, 1)
    for text in ("[job]\nheldout = 1\n", '[quotations]\nencoder = "x"\n'):
        path.write_text(text)
        with pytest.raises(ConfigurationError):
            JobSettings.from_toml(path)
