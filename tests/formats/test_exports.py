"""Every export comes back as far as its format can hold it."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import record, records

from attribution.errors import ConfigurationError, FormatError, SchemaError
from attribution.formats import (
    FORMATS,
    Quotation,
    brat,
    citron,
    open_writer,
    read,
    read_quotations,
    webannotation,
    write,
)
from attribution.formats.quotation_table import rows
from attribution.schema import AnnotatedArticle, Attribution, Span, Speaker

Fresh = Callable[[str], Path]
some_records = st.lists(records(), min_size=1, max_size=2)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    """A path that is new each time."""
    return lambda name: tmp_path_factory.mktemp("out") / name


@settings(max_examples=15)
@given(made=some_records)
def test_web_annotation_comes_back_whole(fresh: Fresh, made: list[AnnotatedArticle]) -> None:
    path = fresh("a.jsonld")
    write(made, path)
    assert list(read(path)) == made
    assert len(json.loads(path.read_bytes())) == len(made)


@settings(max_examples=15)
@given(made=some_records, suffix=st.sampled_from([".csv", ".tsv", ".csv.gz", ".parquet"]))
def test_tables_come_back_row_by_row(fresh: Fresh, made: list[AnnotatedArticle], suffix: str) -> None:
    path = fresh(f"a{suffix}")
    write(made, path)
    found = list(read_quotations(path))
    assert found == [row for item in made for row in rows(item)]
    plain = {"speaker": None, "other_speakers": []}
    assert [row.attribution() for row in found] == [
        a.model_copy(update=plain) for item in made for a in item.attributions
    ]


@settings(max_examples=15)
@given(made=some_records)
def test_citron_comes_back_in_its_parts(fresh: Fresh, made: list[AnnotatedArticle]) -> None:
    path = fresh("folder")
    write(made, path, "citron")
    found = {item.article.text: item for item in read(path)}
    for item in made:
        again = found[item.article.text]
        if sum(other.article.text == item.article.text for other in made) == 1:
            assert [a.content for a in again.attributions] == [a.content for a in item.attributions]
            assert [a.source for a in again.attributions] == [a.source for a in item.attributions]
            assert [a.cue for a in again.attributions] == [a.cue[:1] for a in item.attributions]
            assert [a.confidence for a in again.attributions] == [a.confidence for a in item.attributions]
            assert [s.mentions for s in again.speakers] == [s.mentions for s in item.speakers if s.mentions]


def trimmed(attribution: Attribution) -> tuple[object, ...]:
    """What brat can hold of an attribution: no line break at an edge, no span of line breaks only."""
    parts = []
    for spans in (attribution.content, attribution.cue, attribution.source):
        pairs = []
        for span in spans:
            left = len(span.text) - len(span.text.lstrip("\r\n"))
            right = len(span.text.rstrip("\r\n"))
            pairs += [(span.start + left, span.start + right)] if left < right else []
        parts.append(pairs)
    return attribution.kind, attribution.confidence, *parts


@settings(max_examples=25)
@given(made=some_records)
def test_brat_comes_back_but_for_line_breaks_at_edges(fresh: Fresh, made: list[AnnotatedArticle]) -> None:
    path = fresh("folder")
    write(made, path, "brat")
    found = [(item.article, [trimmed(a) for a in item.attributions]) for item in brat.read(path)]
    for item in made:
        kept = [parts for a in item.attributions if (parts := trimmed(a))[2]]
        article = item.article.model_copy(update={"meta": {}})
        assert (article, kept) in found
    assert len(found) == len(made)


TEXT = "Ida Munk, the mayor,\nsaid “no” and “never”. It rained."


@pytest.fixture
def example() -> AnnotatedArticle:
    content = [Span.of(TEXT, 26, 30), Span.of(TEXT, 35, 42)]
    item = Attribution(
        id="a1",
        kind="direct",
        content=content,
        cue=[Span.of(TEXT, 21, 25)],
        source=[Span.of(TEXT, 0, 25)],
        confidence=0.5,
    )
    munk = Speaker(id="s1", name="Ida Munk", kind="person", mentions=[Span.of(TEXT, 0, 8)])
    base = record(TEXT)
    article = base.article.model_copy(update={"url": "https://gazette.example/a"})
    return AnnotatedArticle(article=article, attributions=[item.model_copy(update={"speaker": "s1"})], speakers=[munk])


def test_brat_as_a_reader_sees_it(example: AnnotatedArticle) -> None:
    assert list(brat.to_lines(example)) == [
        "T1\tContent 26 30\t“no”",
        "T2\tContent 35 42\t“never”",
        "T3\tCue 21 25\tsaid",
        "T4\tSource 0 20;21 25\tIda Munk, the mayor, said",
        "T5\tAttribution 21 25\tsaid",
        "E1\tAttribution:T5 Content:T1 Content2:T2 Cue:T3 Source:T4",
        "A1\tKind E1 direct",
        "#1\tAnnotatorNotes E1\tspeaker: Ida Munk (person); confidence: 0.5",
    ]


def test_brat_that_does_not_fit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("short")
    (tmp_path / "a.ann").write_text("T1\tContent 0 99\tx\nT2\tAttribution 0 5\tx\nE1\tAttribution:T2 Content:T1\n")
    with pytest.raises(FormatError, match=r"a\.ann does not fit a\.txt"):
        list(read(tmp_path))


def test_citron_as_a_reader_sees_it(example: AnnotatedArticle) -> None:
    (quote,) = citron.to_document(example)["quotes"]
    assert quote == {
        "id": "a1",
        "cue": {"start": 21, "end": 25, "text": "said"},
        "sources": [{"start": 0, "end": 25, "text": "Ida Munk, the mayor,\nsaid"}],
        "contents": [{"start": 26, "end": 30, "text": "“no”"}, {"start": 35, "end": 42, "text": "“never”"}],
        "coreferences": [{"start": 0, "end": 8, "text": "Ida Munk"}],
        "confidence": 0.5,
    }


def test_citron_speakers_come_back(tmp_path: Path, example: AnnotatedArticle) -> None:
    write([example], tmp_path / "out", "citron")
    (again,) = read(tmp_path / "out")
    assert [item.mentions for item in again.speakers] == [example.speakers[0].mentions]
    assert again.attributions[0].speaker == again.speakers[0].id
    (single,) = read(tmp_path / "out" / "g1.json")
    assert single == again


@pytest.mark.parametrize("document", ["[]", "{}", '{"text": "x", "quotes": [{}]}', "nonsense"])
def test_what_is_no_citron_document_is_named(tmp_path: Path, document: str) -> None:
    (tmp_path / "a.json").write_text(document)
    with pytest.raises(FormatError, match=r"a\.json is no Citron document"):
        list(read(tmp_path / "a.json"))


def test_web_annotation_as_a_reader_sees_it(example: AnnotatedArticle) -> None:
    page = webannotation.to_page(example)
    assert page["type"] == "AnnotationPage"
    (item,) = page["items"]
    assert item["id"] == "urn:attribution:article:g1#a1"
    assert [target["source"] for target in item["target"]] == ["https://gazette.example/a"] * 2
    assert item["target"][0]["selector"] == [
        {"type": "TextPositionSelector", "start": 26, "end": 30},
        {"type": "TextQuoteSelector", "exact": "“no”", "prefix": TEXT[:26], "suffix": TEXT[30:]},
    ]
    assert [body.get("value") for body in item["body"]] == ["direct", "Ida Munk", None, None]


@pytest.mark.parametrize("line", ["{}", "nonsense", '{"items": [{}], "attribution:article": {"id": "x", "text": "y"}}'])
def test_what_is_no_annotation_page_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.jsonld").write_text(f"[\n{line}\n]\n")
    with pytest.raises(FormatError, match="line 2"):
        list(read(tmp_path / "a.jsonld"))


def test_an_empty_list_of_pages(tmp_path: Path) -> None:
    assert write([], tmp_path / "a.jsonld") == 0
    assert json.loads((tmp_path / "a.jsonld").read_text()) == []
    assert list(read(tmp_path / "a.jsonld")) == []


def test_a_table_as_a_reader_sees_it(tmp_path: Path, example: AnnotatedArticle) -> None:
    write([example], tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert {key: value for key, value in row.items() if value} == {
        "article_id": "g1",
        "url": "https://gazette.example/a",
        "attribution_id": "a1",
        "kind": "direct",
        "content": "“no” … “never”",
        "content_spans": "26:30;35:42",
        "cue": "said",
        "cue_spans": "21:25",
        "source": "Ida Munk, the mayor,\nsaid",
        "source_spans": "0:25",
        "speaker": "Ida Munk",
        "speaker_kind": "person",
        "confidence": "0.5",
    }


def test_tables_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n1\n")
    with pytest.raises(FormatError, match="no column 'article_id'"):
        list(read_quotations(tmp_path / "a.csv"))
    (tmp_path / "b.csv").write_text("article_id,attribution_id,kind,content,content_spans\ng,a,loud,x,0:1\n")
    with pytest.raises(SchemaError, match=r"b\.csv, row 1: kind"):
        list(read_quotations(tmp_path / "b.csv"))


def test_a_table_can_be_continued(tmp_path: Path) -> None:
    for number in (1, 2):
        with open_writer(tmp_path / "a.csv", append=True) as writer:
            writer.write(record(id=f"g{number}"))
    assert [row.article_id for row in read_quotations(tmp_path / "a.csv")] == ["g1", "g2"]
    assert all(isinstance(row, Quotation) for row in read_quotations(tmp_path / "a.csv"))


@pytest.mark.parametrize("format", ["brat", "citron"])
def test_ids_of_all_kinds_get_files_of_their_own(tmp_path: Path, format: str) -> None:
    ids = ["a/b", "a:b", "a b", "..", "/etc/x", "é" * 200, "x", "X", "x"]
    made = [record(f"Munk said no{number}.", name) for number, name in enumerate(ids)]
    write(made, tmp_path / "out", format)
    again = list(read(tmp_path / "out"))
    assert sorted(item.article.text for item in again) == sorted(item.article.text for item in made)
    assert [path for path in tmp_path.rglob("*") if path.parent not in (tmp_path, tmp_path / "out")] == []


@pytest.mark.parametrize("suffix", [".parquet", ".jsonld"])
def test_formats_that_cannot_be_continued_say_so(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(FormatError, match="cannot be continued"), open_writer(tmp_path / f"a{suffix}", append=True):
        pass


def test_choosing_a_format(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="does not tell a format"):
        write([], tmp_path / "a.doc")
    with pytest.raises(FormatError, match="there is no format 'doc'") as caught:
        write([], tmp_path / "a", "doc")
    assert all(name in caught.value.fix for name in FORMATS)
    with pytest.raises(FormatError, match="standard output"):
        write([], "-", "brat")
    with pytest.raises(FormatError, match="not written gzipped"):
        write([], tmp_path / "a.parquet.gz")
    with pytest.raises(FormatError, match="cannot be read from csv"):
        read(tmp_path / "a.csv")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        write([], tmp_path / "file" / "a.jsonl")


def test_folders_that_are_missing_are_made(tmp_path: Path) -> None:
    write([record()], tmp_path / "a" / "b" / "c.jsonl.gz")
    assert list(read(tmp_path / "a" / "b" / "c.jsonl.gz")) == [record()]


def test_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write([record()], "-")
    assert capsysbinary.readouterr().out == record().to_json().encode() + b"\n"


def test_gzipped_output_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write([record()], tmp_path / name)
    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()).endswith(b"}\n")


def test_the_public_surface_is_sorted() -> None:
    from attribution import formats

    constants, classes, functions = [], [], []
    for name in formats.__all__:
        (constants if name.isupper() else classes if name[0].isupper() else functions).append(name)
        assert hasattr(formats, name)
    assert formats.__all__ == [*sorted(constants), *sorted(classes), *sorted(functions)]
