from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from made_up import record, records

from attribution.errors import FormatError, MissingExtraError
from attribution.formats import open_writer, read, write
from attribution.schema import AnnotatedArticle, Attribution, Span


def test_without_spacy_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'attribution\[spacy\]'"):
        write([], tmp_path / "a.spacy")
    assert not (tmp_path / "a.spacy").exists()


def test_what_a_reader_sees(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    write([record()], tmp_path / "a.spacy")
    (doc,) = spacy.tokens.DocBin().from_disk(tmp_path / "a.spacy").get_docs(spacy.blank("en").vocab)
    assert doc.text == record().article.text
    assert [(span.text, span.label_, span.id_) for span in doc.spans["content"]] == [("no", "indirect", "a1")]


def test_a_span_that_cuts_a_token_is_widened(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    text = "Ida Munk said no."
    cut = [Span.of(text, 2, 6), Span.of(text, 3, 4)]  # the second is a space, which is in no token
    made = record(text).model_copy(update={"attributions": [Attribution(id="a1", kind="indirect", content=cut)]})
    write([made], tmp_path / "a.spacy")
    (doc,) = spacy.tokens.DocBin().from_disk(tmp_path / "a.spacy").get_docs(spacy.blank("en").vocab)
    assert [span.text for span in doc.spans["content"]] == ["Ida Munk"]
    assert list(read(tmp_path / "a.spacy")) == [made]


@settings(max_examples=15)
@given(made=records())
def test_records_come_back(tmp_path_factory: pytest.TempPathFactory, made: AnnotatedArticle) -> None:
    spacy = pytest.importorskip("spacy")
    path = tmp_path_factory.getbasetemp() / "any.spacy"
    write([made], path)
    assert list(read(path)) == [made]
    (doc,) = spacy.tokens.DocBin().from_disk(path).get_docs(spacy.blank("en").vocab)
    assert doc.text == made.article.text


def test_what_is_no_docbin(tmp_path: Path) -> None:
    pytest.importorskip("spacy")
    (tmp_path / "a.spacy").write_bytes(b"nothing of the kind")
    with pytest.raises(FormatError, match="cannot be read as a DocBin"):
        list(read(tmp_path / "a.spacy"))
    with pytest.raises(FormatError, match="cannot be continued"), open_writer(tmp_path / "a.spacy", append=True):
        pass
