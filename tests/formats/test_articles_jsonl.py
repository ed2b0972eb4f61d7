from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import record, records

from attribution.errors import InputError, SchemaError
from attribution.formats import Columns, Failure, read_annotated, read_articles, write
from attribution.formats.jsonl import parse_article
from attribution.schema import AnnotatedArticle, Article, content_id

NAMES = Columns().in_json()


def test_a_text_is_enough() -> None:
    article = parse_article('{"text": "Ida Munk said no."}', NAMES)
    assert article == Article(id=content_id("Ida Munk said no."), text="Ida Munk said no.")


def test_fields_are_taken_and_the_rest_is_kept() -> None:
    line = {"text": "x", "id": 7, "outlet": "Gazette", "title": "T", "published": 2031, "url": "u", "language": "de"}
    beside = {"targets": [{"name": "Munk", "aliases": []}], "desk": "city", "nothing": None, "share": 0.5}
    article = parse_article(json.dumps(line | beside), NAMES)
    assert article.model_dump(exclude={"meta"}) == line | {"id": "7", "published": "2031"}
    assert article.meta == beside


def test_meta_is_not_nested() -> None:
    assert parse_article('{"text": "x", "meta": {"desk": "city"}, "page": 3}', NAMES).meta == {
        "desk": "city",
        "page": 3,
    }
    assert parse_article('{"text": "x", "meta": 3}', NAMES).meta == {"meta": 3}


def test_a_field_of_another_kind_is_kept_beside() -> None:
    article = parse_article('{"text": "x", "title": {"en": "T"}, "outlet": true, "id": null, "url": ""}', NAMES)
    assert article.title is None
    assert article.outlet is None
    assert article.url is None
    assert article.meta == {"title": {"en": "T"}, "outlet": True}
    assert article.id == content_id("x")


def test_other_names() -> None:
    names = Columns(text="body", outlet="paper").in_json()
    article = parse_article('{"body": "x", "paper": "Gazette", "text": "y"}', names)
    assert (article.text, article.outlet, article.meta) == ("x", "Gazette", {"text": "y"})


def test_half_a_surrogate_pair_is_replaced_everywhere() -> None:
    article = parse_article(r'{"text": "a\ud800b", "title": "\udfff", "k\ud800": ["\ud800"]}', NAMES)
    assert (article.text, article.title, article.meta) == ("a\ufffdb", "\ufffd", {"k\ufffd": ["\ufffd"]})
    AnnotatedArticle(article=article).to_json()


def test_no_number_that_json_lacks() -> None:
    article = parse_article('{"text": "x", "score": NaN, "big": 1e400, "year": 1.5}', NAMES)
    assert article.meta == {"score": None, "big": None, "year": 1.5}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["text", "id", "title", "published", "language", "meta", "x"]), json_values))
def test_any_object_is_an_article_that_can_be_written_or_a_reason(value: dict[str, object]) -> None:
    with contextlib.suppress(InputError):
        article = parse_article(json.dumps(value), NAMES)
        again = AnnotatedArticle.from_json(AnnotatedArticle(article=article).to_json())
        assert again.article == article


@settings(max_examples=40)
@given(records())
def test_of_a_native_line_the_article_is_taken(made: AnnotatedArticle) -> None:
    assert parse_article(made.to_json(), NAMES) == made.article


@settings(max_examples=25)
@given(st.lists(records(), max_size=3), st.sampled_from([".jsonl", ".jsonl.gz"]))
def test_the_native_format_comes_back(
    tmp_path_factory: pytest.TempPathFactory, made: list[AnnotatedArticle], suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"native{suffix}"
    assert write(made, path) == len(made)
    assert list(read_annotated(path)) == made


def test_lines_end_only_at_line_feeds(tmp_path: Path) -> None:
    made = [record("one\u2028two\x85three\x0bfour said no.")]
    write(made, tmp_path / "a.jsonl")
    assert list(read_annotated(tmp_path / "a.jsonl")) == made
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": "a\u2028b"}, ensure_ascii=False) + "\r\n")
    (article,) = read_articles([tmp_path / "b.jsonl"])
    assert isinstance(article, Article)
    assert article.text == "a\u2028b"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("{", "EOF"),
        ('{"schema": "attribution/1"}', "article: Field required"),
        (record().to_json().replace('"text":"no"', '"text":"xy"'), "span"),
        (record().to_json()[:-1] + ',"more":1}', "more"),
    ],
)
def test_strict_reading_names_file_and_line(tmp_path: Path, broken: str, reason: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(record().to_json() + "\n\n" + broken + "\n")
    reading = read_annotated(path)
    next(reading)
    with pytest.raises(SchemaError, match=reason) as caught:
        next(reading)
    assert f"{path}, line 3" in str(caught.value)


def test_strict_reading_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_annotated(tmp_path / "gone.jsonl"))
    with pytest.raises(InputError, match=r"holds no \.jsonl"):
        list(read_annotated(tmp_path))


def test_utf16_and_latin_1_lines(tmp_path: Path) -> None:
    line = json.dumps({"text": "Zoë said “no”."}, ensure_ascii=False) + "\n"
    (tmp_path / "a.jsonl").write_bytes(line.encode("utf-16"))
    (tmp_path / "b.jsonl").write_bytes(line.encode("cp1252"))
    assert [item.text for item in read_articles([tmp_path]) if isinstance(item, Article)] == ["Zoë said “no”."] * 2


def test_one_bad_line_costs_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one"}\nnonsense\n{"text": "two"}')
    one, bad, two = read_articles([tmp_path / "a.jsonl"])
    assert isinstance(bad, Failure)
    assert bad.line == 2
    assert "line 2" in str(bad)
    assert [item.text for item in (one, two) if isinstance(item, Article)] == ["one", "two"]
