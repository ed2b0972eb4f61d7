"""Whatever a file holds: an article or a reason, and the files behind it are read."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.errors import FormatError
from attribution.formats import Failure, Located, read_articles, read_located, total_bytes
from attribution.formats.sources import sniff
from attribution.schema import Article, content_id

GOOD = '{"text": "Ida Munk said no."}\n'


def texts(*inputs: str | Path, **options: object) -> list[str]:
    return [item.text for item in read_articles(inputs, **options) if isinstance(item, Article)]  # type: ignore[arg-type]


def only(path: Path) -> Article | Failure:
    (item,) = read_articles([path])
    return item


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1))
def test_plain_text_is_the_file_and_nothing_else(text: str) -> None:
    from attribution.formats.plain import read

    data = text.encode()
    if text.strip() and b"\0" not in data and not text.startswith("\ufeff") and min(data) >= 32:
        article = read(data, "x.txt")
        assert article.text == text
        assert article.id == content_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "one\r\ntwo\rthree\n\n\nfour",
        '""""',
        "“ ” ‘ ’ « » „ “ ``so'' \"",
        "“She said ‘never “again” he",
        "👩‍👩‍👧 said 𝒳 to 🇹🇷",
        "قال الوزير: «لا».",
        "&amp; &quot;he said&quot;",
        "no end at all",
        "a\0b, and so on and so on",
        "e\u0301 stays two characters",
        "\u2028\x85 are no ends of files",
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_odd_text_stays_as_it_is(tmp_path: Path, text: str, packed: bool) -> None:
    path = tmp_path / ("a.txt.gz" if packed else "a.txt")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    article = only(path)
    assert isinstance(article, Article)
    assert article.text == text
    assert article.meta == {"path": str(path)}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t ", "empty"),
        ("a.txt", b"%PDF-1.4", "PDF"),
        ("a.txt", bytes(range(256)) * 9, "not text"),
        ("a.txt.gz", b"no gzip at all, and long enough", ""),
        ("a.jsonl", b"", "no article"),
        ("a.jsonl", b"\n\n", "no article"),
        ("a.jsonl", b"{", "not JSON"),
        ("a.jsonl", b"[" * 100_000, "not JSON"),
        ("a.jsonl", b'{"text": ' + b"9" * 5000 + b"}", "not JSON"),
        ("a.jsonl", b'{"text": 3}', "no text but int"),
        ("a.jsonl", b'{"text": null}', "empty"),
        ("a.jsonl", b'{"body": "x"}', "'body'"),
        ("a.jsonl", b'"words"', "no JSON object"),
        ("a.jsonl", b'{"schema": "attribution/9", "article": {"id": "x", "text": "y"}}', "attribution/9"),
        ("a.jsonl", b'{"schema": "attribution/1", "article": {"id": "x"}}', "article.text"),
        ("a.json", b"[1]", "no JSON object"),
        ("a.csv", b"", "no article"),
        ("a.csv", b"text\n", "no article"),
        ("a.csv", b"x,y\n1,2\n", "no column holds the text"),
        ("a.parquet", b"PAR1 no", "Parquet"),
        ("a.parquet", b"", "Parquet"),
        ("a.html", b"", "empty"),
        ("a.html", b"<html><body><nav>Home</nav></body></html>", ""),
        ("a.html", b"<!--", "no main text"),
        ("a.jsonl.gz", gzip.compress(GOOD.encode(), mtime=0)[:12], "cannot be read"),
        ("a.pdf", b"%PDF", "PDF"),
    ],
)
def test_what_is_no_article_is_named_and_the_next_file_is_read(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.jsonl").write_text(GOOD)
    *bad, good = read_articles([tmp_path / name, tmp_path / "z.jsonl"])
    assert isinstance(good, Article)
    for item in bad:
        if reason or isinstance(item, Failure):
            assert isinstance(item, Failure)
            assert item.path == str(tmp_path / name)
            assert reason in item.reason
            assert item.fix
            assert item.path in str(item)


@given(st.binary(max_size=300), st.sampled_from(["jsonl", "json", "csv", "tsv", "text", "parquet"]))
def test_no_bytes_make_a_reader_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes, format: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    assert list(read_articles([path], format=format))


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80).map(lambda inner: f"<html><body><p>{inner}"))
def test_no_page_makes_a_reader_raise(tmp_path_factory: pytest.TempPathFactory, page: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.html"
    path.write_text(page)
    assert len(list(read_articles([path]))) == 1


def test_missing_things_are_named(tmp_path: Path) -> None:
    nothing, pattern, folder = tmp_path / "no.txt", f"{tmp_path}/*.zip", tmp_path / "empty"
    folder.mkdir()
    failures = list(read_articles([nothing, pattern, folder]))
    assert [item.path for item in failures if isinstance(item, Failure)] == [str(nothing), pattern, str(folder)]


def test_a_dangling_link_and_an_unreadable_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone")
    (item,) = read_articles([tmp_path / "a.txt"])
    assert isinstance(item, Failure)


def test_folders_are_read_in_order_and_globs_too(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden.txt", ".git/c.txt", "a/picture.png", "c.JSONL", "a/y.txt.gz"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        text = GOOD if name.endswith("JSONL") else name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    assert texts(tmp_path) == ["b.txt", "Ida Munk said no.", "a/y.txt.gz", "a/z.txt"]
    assert texts(f"{tmp_path}/**/*.txt") == ["a/z.txt", "b.txt"]
    assert texts(f"{tmp_path}/[b]*") == ["b.txt"]


def test_a_document_in_a_folder_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "report.docx").write_bytes(b"PK")
    (item,) = read_articles([tmp_path])
    assert isinstance(item, Failure)
    assert ".docx" in item.reason


def test_what_is_to_be_skipped(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in ("a.jsonl", "out/b.jsonl", "out.jsonl"):
        (tmp_path / name).write_text(GOOD)
    found = read_located([tmp_path, f"{tmp_path}/*.jsonl"], skip=[tmp_path / "out", tmp_path / "out.jsonl"])
    assert [Path(item.path).name for item in found] == ["a.jsonl", "a.jsonl"]


def test_a_file_with_square_brackets_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "[1].txt").write_text("one")
    assert texts(tmp_path / "[1].txt") == ["one"]


def test_an_unknown_format_is_refused_at_once() -> None:
    with pytest.raises(FormatError, match="there is no input format 'doc'"):
        read_articles(["x"], format="doc").__next__()
    with pytest.raises(FormatError):
        read_located(["x"], format="doc")


class Stdin:
    """Standard input that hands out a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(data), 16)  # type: ignore[arg-type]


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    return lambda data: monkeypatch.setattr(sys, "stdin", Stdin(data))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("data", "found"),
    [
        (GOOD * 2, ["Ida Munk said no."] * 2),
        ("Just words.\n\nAnd more.", ["Just words.\n\nAnd more."]),
        ("\ufeff" + GOOD, ["Ida Munk said no."]),
        (json.dumps([{"text": "one"}, {"text": "two"}]), ["one", "two"]),
        (json.dumps({"text": "one"}, indent=1), ["one"]),
        ("{Editor’s note} words", ["{Editor’s note} words"]),
    ],
)
def test_standard_input_tells_its_format(
    stdin: Callable[[bytes], None], data: str, found: list[str], packed: bool
) -> None:
    stdin(gzip.compress(data.encode()) if packed else data.encode())
    assert texts("-") == found
    assert not sys.stdin.buffer.closed


def test_empty_standard_input(stdin: Callable[[bytes], None]) -> None:
    stdin(b"")
    (item,) = read_articles(["-"])
    assert isinstance(item, Failure)


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"PAR1", "parquet"),
        (b"<!DOCTYPE html><html>", "html"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<html lang="en">', "html"),
        (b"  <HTML>", "html"),
        (b'{"text"', "jsonl"),
        (b'{\n "text"', "json"),
        (b'[{"text"', "json"),
        (b"[...] he said", "text"),
        (b"Words", "text"),
    ],
)
def test_first_bytes_tell_the_format(head: bytes, format: str) -> None:
    assert sniff(head) == format


def test_damage_costs_only_what_lies_behind_it(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"text": f"{number} {content_id(str(number)) * 20}"}) + "\n" for number in range(3000))
    packed = gzip.compress(lines.encode())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    *articles, failure = read_articles([tmp_path / "a.jsonl.gz"])
    assert len(articles) > 1000
    assert [item.text.split()[0] for item in articles if isinstance(item, Article)] == [
        str(n) for n in range(len(articles))
    ]
    assert isinstance(failure, Failure)
    assert "to its end" in failure.reason


def test_places_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(GOOD + "\n" + "nonsense\n" + GOOD)
    (tmp_path / "b.txt").write_text("words")
    found = list(read_located([tmp_path]))
    assert [(Path(item.path).name, item.line) for item in found] == [
        ("a.jsonl", 1),
        ("a.jsonl", 3),
        ("a.jsonl", 4),
        ("b.txt", None),
    ]
    last = found[-1]
    assert isinstance(last, Located)
    assert last.bytes_read == total_bytes([tmp_path]) == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert total_bytes(["-"]) is None


def test_ten_megabytes_and_a_hundred_thousand_words(tmp_path: Path) -> None:
    long = "word " * 2_000_000
    (tmp_path / "a.txt").write_text(long)
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": long}))
    (tmp_path / "c.csv").write_text(f'text,id\n"{long}",1\n')
    assert texts(tmp_path) == [long] * 3
