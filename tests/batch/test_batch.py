"""Nothing lost, nothing doubled, in order, whatever happens in between."""

from __future__ import annotations

import contextlib
import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stumbling import annotate, load

from attribution.batch import Annotated, Progress, Skipped, annotate_files, in_processes, isolate, run
from attribution.errors import ConfigurationError, InputError, ReleaseError
from attribution.formats import Failure, Located, read_annotated
from attribution.schema import AnnotatedArticle, Article


def ahead(size: int) -> Callable[[Iterable[Article]], Iterator[AnnotatedArticle]]:
    """The same, but it takes ``size`` articles at once, as one that computes in batches does."""

    def in_portions(articles: Iterable[Article]) -> Iterator[AnnotatedArticle]:
        rest = iter(articles)
        while portion := list(islice(rest, size)):
            yield from list(annotate(portion))

    return in_portions


def articles(*texts: str) -> list[Article]:
    return [Article(id=str(number), text=text) for number, text in enumerate(texts)]


def last(events: Iterable[Progress]) -> Progress:
    *_, end = events
    return end


def ids(path: Path) -> list[str]:
    return [item.article.id for item in read_annotated(path)]


def failures(path: Path) -> list[Failure]:
    return [Failure.model_validate_json(line) for line in path.read_text().splitlines()]


@given(st.lists(st.sampled_from(["good", "bad", "failure", "done"]), max_size=12), st.integers(1, 5))
def test_each_item_is_one_event_and_order_stays(kinds: list[str], size: int) -> None:
    from array import array

    from attribution.batch.outputs import Finished, key_of

    items: list[Article | Failure] = [
        Failure(path=str(number), reason="unreadable") if kind == "failure" else Article(id=str(number), text=kind)
        for number, kind in enumerate(kinds)
    ]
    done = [key_of(item.id, item.text) for item in items if isinstance(item, Article) and item.text == "done"]
    events = list(isolate(iter(items), ahead(size), Finished(array("Q", done))))
    found = [event.record.article.id for event in events if isinstance(event, Annotated)]
    failed = [event.article or event.path for event in events if isinstance(event, Failure)]
    assert found == [str(number) for number, kind in enumerate(kinds) if kind == "good"]
    assert sorted(failed, key=int) == [str(number) for number, kind in enumerate(kinds) if kind in ("bad", "failure")]
    assert sum(isinstance(event, Skipped) for event in events) == kinds.count("done")
    assert len(events) == len(kinds)


def test_the_article_that_fails_is_named_with_its_place() -> None:
    located = [Located(item, "news.jsonl", line=at) for at, item in enumerate(articles("a", "bad", "c"), start=1)]
    (failure,) = (event for event in isolate(located, annotate) if isinstance(event, Failure))
    assert str(failure).startswith("news.jsonl, line 2: annotating it failed: ValueError: a bad word")
    assert failure.article == "1"
    assert failure.fix


def test_constant_memory() -> None:
    """No more articles are read ahead than the annotator takes."""
    taken = 0

    def source() -> Iterator[Article]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield Article(id=str(number), text="x")

    for count, _ in enumerate(isolate(source(), ahead(8)), start=1):
        assert taken <= count + 8


def test_many_failures_do_not_pile_up() -> None:
    broken = (Failure(path=str(number), reason="unreadable") for number in range(5000))
    assert sum(1 for _ in isolate(broken, annotate)) == 5000


def test_what_is_wrong_with_the_annotator_itself_is_raised() -> None:
    def broken(_: Iterable[Article]) -> Iterator[AnnotatedArticle]:
        raise ReleaseError("no weights")

    with pytest.raises(ReleaseError):
        list(isolate(articles("a"), broken))


def test_an_input_error_is_the_articles_fault() -> None:
    def picky(found: Iterable[Article]) -> Iterator[AnnotatedArticle]:
        for item in found:
            if item.text == "a":
                raise InputError("not this one")
            yield AnnotatedArticle(article=item)

    assert [type(event) for event in isolate(articles("a", "b"), picky)] == [Failure, Annotated]


def test_an_annotator_that_mixes_up_the_order_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="another was due"):
        list(isolate(articles("a", "b"), lambda found: annotate(reversed(list(found)))))


def test_an_annotator_that_drops_articles() -> None:
    (failure,) = isolate(articles("a"), lambda found: iter([None for _ in found][:0]))
    assert isinstance(failure, Failure)
    assert "gave 0 articles" in failure.reason


def test_an_error_in_the_source_is_not_blamed_on_an_article() -> None:
    def source() -> Iterator[Article]:
        yield from articles("a", "b")
        raise OSError("the disk is gone")

    events = isolate(source(), ahead(8))
    assert [type(event) for event in (next(events), next(events))] == [Annotated, Annotated]
    with pytest.raises(OSError, match="the disk is gone"):
        next(events)


def test_a_run_writes_records_failures_and_a_summary(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text('{"id": "1", "text": "a"}\n{"id": "2", "text": "bad"}\nnonsense\n')
    (tmp_path / "in" / "b.txt").write_text("words")
    out = tmp_path / "out.jsonl"
    end = last(annotate_files([tmp_path / "in"], annotate, out))
    assert ids(out)[0] == "1"
    assert len(ids(out)) == 2
    bad, nonsense = failures(tmp_path / "out.failures.jsonl")
    assert {bad.line, nonsense.line} == {2, 3}
    summary = json.loads((tmp_path / "out.summary.json").read_text())
    assert (summary["articles"], summary["failed"], summary["complete"]) == (2, 2, True)
    assert (end.summary.articles, end.summary.failed) == (2, 2)
    assert end.bytes_read == sum(path.stat().st_size for path in (tmp_path / "in").iterdir())


def test_no_failures_no_file_of_failures(tmp_path: Path) -> None:
    (tmp_path / "out.failures.jsonl").write_text("from an earlier run")
    list(run(articles("a"), annotate, tmp_path / "out.jsonl"))
    assert not (tmp_path / "out.failures.jsonl").exists()


def test_standard_output_gets_records_only(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    list(run(articles("a", "bad"), annotate, "-"))
    assert [json.loads(line)["article"]["id"] for line in capsysbinary.readouterr().out.splitlines()] == ["0"]


def test_shards(tmp_path: Path) -> None:
    out = tmp_path / "out"
    list(run(articles(*"abcdefg"), annotate, out, shard_size=3))
    assert [path.name for path in sorted(out.iterdir())] == [
        "articles-00000.jsonl.gz",
        "articles-00001.jsonl.gz",
        "articles-00002.jsonl.gz",
        "summary.json",
    ]
    assert [len(ids(path)) for path in sorted(out.glob("articles*"))] == [3, 3, 1]
    assert ids(out) == list("0123456")
    with pytest.raises(ConfigurationError, match="earlier run"):
        list(run(articles("a"), annotate, out))


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out"])
@pytest.mark.parametrize("stop", [0, 1, 4, 7])
def test_a_run_that_is_stopped_goes_on(tmp_path: Path, name: str, stop: int) -> None:
    out = tmp_path / name
    texts = articles("a", "b", "bad", "c", "d", "e", "f")
    stopped = run(texts, annotate, out, shard_size=2)
    list(islice(stopped, stop))
    stopped.close()
    end = last(run(texts, annotate, out, resume=True, shard_size=2))
    assert sorted(ids(out)) == ["0", "1", "3", "4", "5", "6"]
    assert end.summary.skipped + end.summary.articles == 6
    assert end.summary.failed == 1


@settings(max_examples=40)
@given(data=st.data(), suffix=st.sampled_from([".jsonl", ".jsonl.gz"]))
def test_a_file_cut_anywhere_is_resumed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, suffix: str
) -> None:
    out = tmp_path_factory.mktemp("cut") / f"out{suffix}"
    made = articles("a", "b 😀\u2028 c", "d\r\n" * 50, "a")
    list(run(made, annotate, out))
    whole = out.read_bytes()
    out.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    list(run(made, annotate, out, resume=True))
    assert [item.article for item in read_annotated(out)] == made
    assert [path.name for path in out.parent.glob("*.partial")] == []


def test_a_shard_cut_short_is_resumed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = articles(*"abcdefgh")
    list(run(made, annotate, out, shard_size=3))
    (out / "articles-00002.jsonl.gz").unlink()
    shard = out / "articles-00001.jsonl.gz"
    shard.write_bytes(shard.read_bytes()[:-20])
    list(run(made, annotate, out, shard_size=3, resume=True))
    assert ids(out) == list("01234567")


KILLED = """
import sys, itertools, time
from pathlib import Path
from attribution.batch import run
from attribution.schema import AnnotatedArticle, Article

def articles():
    return (Article(id=str(number), text=f"article {number} " * 40) for number in range(400))

def annotate(found):
    for item in found:
        time.sleep(0.0002)
        yield AnnotatedArticle(article=item)

if __name__ == "__main__":
    for step in run(articles(), annotate, sys.argv[1], resume=True, shard_size=90):
        if step.summary.articles == 130:
            print("now", flush=True)
"""


@pytest.mark.parametrize("name", ["out.jsonl", "out"])
def test_a_run_that_is_killed_goes_on(tmp_path: Path, name: str) -> None:
    script, out = tmp_path / "script.py", tmp_path / name
    script.write_text(KILLED)
    command = [sys.executable, str(script), str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"now\n"
        process.send_signal(signal.SIGKILL)
    subprocess.run(command, check=True, capture_output=True)
    assert ids(out) == [str(number) for number in range(400)]


def test_articles_of_the_same_id_are_all_kept(tmp_path: Path) -> None:
    made = [Article(id="x", text=text) for text in ("one", "two", "one", "three", "one")]
    out = tmp_path / "out.jsonl"
    stopped = run(made, annotate, out)
    list(islice(stopped, 2))
    stopped.close()
    assert last(run(made, annotate, out, resume=True)).summary.skipped == 2
    assert [item.article.text for item in read_annotated(out)] == ["one", "two", "one", "three", "one"]
    assert last(run(made, annotate, out, resume=True)).summary.articles == 0


def test_resuming_nothing_is_a_run(tmp_path: Path) -> None:
    assert last(run(articles("a"), annotate, tmp_path / "out.jsonl", resume=True)).summary.articles == 1


def test_resuming_does_not_touch_what_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    list(run(articles("a", "b"), annotate, out))
    before = out.read_bytes()
    list(run(articles("a", "b"), annotate, out, resume=True))
    assert out.read_bytes() == before


def test_resuming_over_another_file_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("my notes\nand more\n")
    with pytest.raises(InputError, match="line 1, is no annotated article"):
        list(run(articles("a"), annotate, out, resume=True))
    assert out.read_text() == "my notes\nand more\n"


@pytest.mark.parametrize("name", ["-", "out.csv", "out.parquet"])
def test_what_cannot_be_resumed(tmp_path: Path, name: str) -> None:
    out = name if name == "-" else tmp_path / name
    with pytest.raises(ConfigurationError):
        list(run(articles("a"), annotate, out, resume=True))


def test_a_table_is_written_too(tmp_path: Path) -> None:
    list(run(articles("a"), annotate, tmp_path / "out.csv"))
    assert (tmp_path / "out.csv").read_text().startswith("article_id,")
    list(run(articles("a"), annotate, tmp_path / "folder", format="brat"))
    assert (tmp_path / "folder" / "0.txt").read_text() == "a"


def test_a_run_does_not_read_what_it_writes(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "a"}\n{"text": ""}\n')
    for _ in range(2):
        end = last(annotate_files([tmp_path], annotate, tmp_path / "z.jsonl"))
        assert (end.summary.articles, end.summary.failed) == (1, 1)
    for _ in range(2):
        end = last(annotate_files([f"{tmp_path}/*.jsonl"], annotate, tmp_path / "z.jsonl"))
        assert (end.summary.articles, end.summary.failed) == (1, 1)


def test_input_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n')
    with pytest.raises(ConfigurationError, match="input and output"):
        list(annotate_files([path], annotate, path))
    assert path.read_text() == '{"text": "a"}\n'


def test_gzipped_output_holds_everything(tmp_path: Path) -> None:
    list(run(articles(*"abc"), annotate, tmp_path / "out.jsonl.gz"))
    assert gzip.decompress((tmp_path / "out.jsonl.gz").read_bytes()).count(b"\n") == 3


def test_processes_keep_the_order_and_survive_a_death(tmp_path: Path) -> None:
    made = articles(*["fine"] * 5, "bad", *["fine"] * 3, "deadly", *["fine"] * 3)
    with in_processes(load, workers=2, portion=2) as spread:
        end = last(run(made, spread, tmp_path / "out.jsonl"))
    assert ids(tmp_path / "out.jsonl") == [item.id for item in made if item.text == "fine"]
    assert sorted(item.article or "" for item in failures(tmp_path / "out.failures.jsonl")) == ["5", "9"]
    assert end.summary.failed == 2


def test_closing_a_run_early_leaves_an_honest_summary(tmp_path: Path) -> None:
    with contextlib.closing(run(articles("a", "b"), annotate, tmp_path / "out.jsonl")) as events:
        next(events)
    summary = json.loads((tmp_path / "out.summary.json").read_text())
    assert (summary["articles"], summary["complete"]) == (1, False)
