from __future__ import annotations

import json
from pathlib import Path

import pytest
from harbour import invented

from attribution.cli import main
from attribution.review.store import Store
from attribution.training.planning import JobSettings
from attribution.training.simulation import malicious, perfect, reviewed

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture
def config(job: JobSettings, tmp_path: Path) -> Path:
    path = tmp_path / "job.toml"
    path.write_text(f'[job]\ngold = "{job.gold}"\nmodels = "{job.models}"\nwork = "{job.work}"\nheld_out = 0.0\n')
    return path


def test_a_dry_run_tells_what_it_would_do(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(tmp_path / "annotations")
    for name, who, first in (("Ada", perfect, 500), ("Bob", malicious, 600)):
        for item in reviewed([invented(seed) for seed in range(first, first + 4)], who, name=name):
            told = item.provenance.review
            assert told
            numbered = told.model_copy(update={"server": name})
            store.put(item.model_copy(update={"provenance": item.provenance.model_copy(update={"review": numbered})}))
    given = ["train", "job", "--config", str(config), "--annotations", str(tmp_path / "annotations")]
    assert main([*given, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "corrections\t4" in out
    assert "waits for a second opinion" in out
    assert "Bob contradicts" in out
    assert "Ada" not in out
    assert main(["train", "corrections", str(tmp_path / "folder"), "--part", "speakers", *given[2:]]) == 0
    assert "4 corrected articles" in capsys.readouterr().out


def test_the_exit_code_says_how_a_job_ended(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["train", "job", "--config", str(config), "--annotations", str(tmp_path)]
    assert main([*given, "--json"]) == 11
    assert json.loads(capsys.readouterr().out)["outcome"] == "nothing new"
    config.write_text(config.read_text() + '[review]\nurl = "http://127.0.0.1:1"\n')
    assert main(given) == 2
    assert "needs a project" in capsys.readouterr().err


def test_a_release_is_not_better_than_itself(job: JobSettings, capsys: pytest.CaptureFixture[str]) -> None:
    same = str(job.models / "2031.1")
    assert main(["train", "gate", same, same, "--gold", str(job.gold), "--json"]) == 10
    told = json.loads(capsys.readouterr().out)
    assert not told["passed"]
    assert {row["judgement"] for row in told["table"]} == {"same"}
