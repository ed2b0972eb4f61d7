from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from attribution import cli
from attribution.errors import ConfigurationError, InputError
from attribution.schema import AnnotatedArticle, Attribution

TEXT = "“We are ready,” said Ada Lunt. He added that the quay was shut."

Quote = Callable[..., Attribution]
Annotated = Callable[..., AnnotatedArticle]
Captured = pytest.CaptureFixture[str]


def parsers(
    parser: argparse.ArgumentParser, path: str = "attribution"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield f"{path} {name}", child
                yield from parsers(child, f"{path} {name}")


VERBS = dict(parsers(cli.parser()))


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_says_what_it_does_and_shows_an_example(name: str) -> None:
    parser = VERBS[name]
    assert parser.description
    assert "example:\n  attribution " in (parser.epilog or "")
    assert parser.format_help()


@pytest.mark.parametrize("name", VERBS)
def test_examples_can_be_parsed(name: str) -> None:
    import shlex

    lines = (VERBS[name].epilog or "").split("example:\n")[1].replace("\\\n", "").splitlines()
    for line in (line for line in lines if not line.strip().startswith("scripts/")):
        command = line[line.index("attribution ") :].split(">")[0].split("|")[0]
        words = shlex.split(command)
        assert callable(cli.parser().parse_args(words[1:]).run), line


def test_wrong_usage_exits_with_2(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["sing"])
    assert caught.value.code == 2
    assert "sing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (InputError("news.txt: is empty", "leave it out"), 1, "news.txt: is empty (leave it out)"),
        (ConfigurationError("no such device"), 2, "no such device"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (FileNotFoundError(2, "No such file or directory", "gone.txt"), 1, "gone.txt: No such file or directory"),
        (ValueError("two\nlines"), 70, "unexpected ValueError: two lines"),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    error: BaseException, code: int, message: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def fail(_: argparse.Namespace) -> int:
        raise error

    failing = argparse.ArgumentParser()
    failing.set_defaults(run=fail)
    monkeypatch.setattr(cli, "parser", lambda: failing)
    assert cli.main([]) == code
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith(f"attribution: {message}")
    assert written.err.count("\n") == 1


@pytest.fixture
def native(tmp_path: Path, quote: Quote, annotated: Annotated) -> Path:
    first = quote(TEXT, "“We are ready,”", "said", "Ada Lunt", speaker="s1", confidence=0.97)
    second = quote(TEXT, "that the quay was shut", "added", "He", kind="indirect", confidence=0.4)
    lunt = {"id": "s1", "name": "Ada Lunt", "kind": "person", "role": {"text": "harbour master"}}
    path = tmp_path / "native.jsonl"
    path.write_text(annotated(TEXT, first, second, speakers=[lunt]).to_json() + "\n", encoding="utf-8")
    return path


def test_evaluate_prints_json(native: Path, capsys: Captured) -> None:
    assert cli.main(["evaluate", "quotations", "--gold", str(native), "--predicted", str(native), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["overall"]["triple"]["f1"]["value"] == 1.0


@pytest.mark.parametrize("what", ["quotations", "speakers"])
def test_evaluate_prints_a_table(what: str, native: Path, capsys: Captured) -> None:
    assert cli.main(["evaluate", what, "--gold", str(native), "--predicted", str(native)]) == 0
    assert "100.0 [100.0, 100.0]" in capsys.readouterr().out


def test_evaluate_names_a_gold_file_that_is_not_there(tmp_path: Path, capsys: Captured) -> None:
    gone = str(tmp_path / "gone.jsonl")
    assert cli.main(["evaluate", "quotations", "--gold", gone, "--predicted", gone]) == 1
    assert "gone.jsonl" in capsys.readouterr().err


def test_quotes_filters(native: Path, capsys: Captured) -> None:
    assert cli.main(["quotes", str(native), "--speaker", "lunt", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["role"] == "harbour master"
    assert cli.main(["quotes", str(native), "--min-confidence", "0.5", "--kind", "indirect", "--json"]) == 0
    assert capsys.readouterr().out == ""
    assert cli.main(["quotes", str(native), "--containing", "QUAY"]) == 0
    header, row = capsys.readouterr().out.splitlines()
    assert dict(zip(header.split("\t"), row.split("\t"), strict=True))["content"] == "that the quay was shut"


def test_show_marks_the_text(native: Path, capsys: Captured) -> None:
    assert cli.main(["show", str(native)]) == 0
    shown = capsys.readouterr().out
    assert "[“We are ready,”] <said> {Ada Lunt}. {He} <added> [that the quay was shut]." in shown
    assert "Ada Lunt (harbour master), direct (97%): “We are ready,”" in shown
    assert cli.main(["show", str(native), "--article", "other"]) == 1


def test_convert_there_and_back(native: Path, tmp_path: Path) -> None:
    assert cli.main(["convert", str(native), str(tmp_path / "w3c.jsonld")]) == 0
    assert cli.main(["convert", str(tmp_path / "w3c.jsonld"), str(tmp_path / "back.jsonl")]) == 0
    before, after = (
        AnnotatedArticle.from_json(path.read_text(encoding="utf-8")) for path in (native, tmp_path / "back.jsonl")
    )
    assert after.attributions == before.attributions


def test_models_without_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr("attribution.release.models_directory", lambda: tmp_path)
    assert cli.main(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert cli.main(["models", "verify"]) == 1
    assert "no release in use" in capsys.readouterr().err


def run(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "attribution.cli", *words], capture_output=True, text=True, check=False, **options
    )  # type: ignore[call-overload, no-any-return]


def test_a_reader_that_goes_away_is_no_error(native: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    line = native.read_text(encoding="utf-8")
    many.write_text(line * 2000, encoding="utf-8")
    command = f"'{sys.executable}' -m attribution.cli show '{many}' | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_is_read_from_a_home_directory(tmp_path: Path) -> None:
    done = run("--version", env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)})
    assert done.returncode == 0
    assert done.stdout.startswith("attribution ")
    assert list(tmp_path.iterdir()) == []
