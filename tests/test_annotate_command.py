from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from attribution import cli
from attribution.schema import AnnotatedArticle

TEXT = "“The harbour is shut,” said Ada Renn, the minister. He told us it will reopen."

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "two.jsonl").write_text(json.dumps({"id": "b", "text": TEXT}) + "\n", encoding="utf-8")
    return folder


def annotate(release: Path, *words: str) -> int:
    return cli.main(["annotate", "--model", str(release), "--device", "cpu", *words])


def test_a_folder_to_standard_output(tiny_release: Path, news: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert annotate(tiny_release, str(news)) == 0
    written = capfd.readouterr()
    found = [AnnotatedArticle.from_json(line) for line in written.out.splitlines()]
    assert [item.article.text for item in found] == [TEXT, TEXT]
    assert written.err == ""


def test_a_bad_file_is_named_and_the_rest_goes_on(
    tiny_release: Path, news: Path, tmp_path: Path, capsys: Captured
) -> None:
    (news / "empty.txt").write_text("")
    output = tmp_path / "out.jsonl"
    assert annotate(tiny_release, str(news), "-o", str(output)) == 3
    assert len(output.read_text(encoding="utf-8").splitlines()) == 2
    err = capsys.readouterr().err
    assert "empty.txt" in err
    assert err.count("\n") == 1


def test_nothing_but_bad_files(tiny_release: Path, tmp_path: Path, capsys: Captured) -> None:
    assert annotate(tiny_release, str(tmp_path / "gone.txt"), "-o", str(tmp_path / "out.jsonl")) == 1
    assert "gone.txt" in capsys.readouterr().err


def test_resume_adds_only_what_is_missing(tiny_release: Path, news: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    assert annotate(tiny_release, str(news / "one.txt"), "-o", str(output)) == 0
    before = output.read_text(encoding="utf-8")
    assert annotate(tiny_release, str(news), "-o", str(output), "--resume") == 0
    after = output.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert len(after.splitlines()) == 2


def test_columns_and_formats(tiny_release: Path, tmp_path: Path) -> None:
    table = tmp_path / "archive.csv"
    table.write_text(f'key,story,paper\nx,"{TEXT}",Harbour Gazette\n', encoding="utf-8")
    output = tmp_path / "quotations.csv"
    flags = ["--text-column", "story", "--outlet-column", "paper", "--id-column", "key"]
    assert annotate(tiny_release, str(table), "-o", str(output), *flags) == 0
    lines = output.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("article_id,outlet")
    assert lines[1].startswith("x,Harbour Gazette")


def test_standard_input(tiny_release: Path) -> None:
    command = [sys.executable, "-m", "attribution.cli", "annotate", "-", "--model", str(tiny_release)]
    done = subprocess.run(command, input=TEXT.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert AnnotatedArticle.from_json(done.stdout).article.text == TEXT


def test_a_terminal_gets_a_table(tiny_release: Path, news: Path) -> None:
    command = [sys.executable, "-m", "attribution.cli", "annotate", str(news / "one.txt"), "--model", str(tiny_release)]
    main, side = pty.openpty()
    with subprocess.Popen(
        command, stdout=side, stderr=subprocess.PIPE, env=os.environ | {"TERM": "dumb", "COLUMNS": "100"}
    ) as process:
        os.close(side)
        shown = read_all(main)
        assert process.wait() == 0
    assert "said Ada Renn" in shown
    assert "what" in shown
    assert "{" not in shown


def read_all(descriptor: int) -> str:
    found = io.BytesIO()
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:  # how a terminal says that the other side has gone
            break
        if not part:
            break
        found.write(part)
    os.close(descriptor)
    return found.getvalue().decode()


def test_workers_give_the_same(tiny_release: Path, news: Path, tmp_path: Path) -> None:
    for workers in (1, 2):
        output = tmp_path / f"{workers}.jsonl"
        assert annotate(tiny_release, str(news), "-o", str(output), "--workers", str(workers)) == 0
    one, two = (
        [AnnotatedArticle.from_json(line).attributions for line in (tmp_path / f"{n}.jsonl").read_text().splitlines()]
        for n in (1, 2)
    )
    assert [len(item) for item in one] == [len(item) for item in two]


def test_evaluate_with_a_release(tiny_release: Path, news: Path, tmp_path: Path, capsys: Captured) -> None:
    gold = tmp_path / "gold.jsonl"
    assert annotate(tiny_release, str(news / "two.jsonl"), "-o", str(gold)) == 0
    flags = ["--gold", str(gold), "--model", str(tiny_release), "--json"]
    assert cli.main(["evaluate", "quotations", *flags]) == 0
    assert json.loads(capsys.readouterr().out)["overall"]["attribution"]["recall"]["value"] > 0.9
    assert cli.main(["evaluate", "speakers", "--given-attributions", *flags]) == 0


def test_the_release_has_a_card(tiny_release: Path, capsys: Captured) -> None:
    assert cli.main(["models", "show", str(tiny_release)]) == 0
    assert capsys.readouterr().out.count("# attribution 2031.1") == 1
    assert cli.main(["models", "verify", str(tiny_release)]) == 0
    assert "whole" in capsys.readouterr().out
