"""spaCy's DocBin (https://spacy.io/api/docbin): the articles as documents with span groups, for training and viewing.

::

    docs = list(DocBin().from_disk("quotes.spacy").get_docs(spacy.blank("en").vocab))
    docs[0].spans["content"]      [“We will go,”]       label: the kind, id: the attribution
    docs[0].spans["cue"]          [said]
    docs[0].spans["source"]       [Ida Munk]
    docs[0].user_data["attribution/1"]                  the whole record as JSON

A spaCy span begins and ends with a token, so one that cuts a token is widened to it, and one that holds none (a space)
is left out; the record beside it has the exact offsets. The tokens are those of spaCy's blank English pipeline, and a
document's text is the article's. All documents are held in memory until the file is closed. Needs the extra ``spacy``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attribution.errors import FormatError, MissingExtraError
from attribution.schema import AnnotatedArticle

_RECORD = "attribution/1"


def _spacy() -> Any:
    try:
        import spacy
        import spacy.tokens
    except ImportError as error:
        raise MissingExtraError("spacy", "spacy") from error
    return spacy


class SpacyWriter:
    """Writes a DocBin when it is closed."""

    def __init__(self, path: str | Path, append: bool = False) -> None:
        if append:
            raise FormatError(f"{path}: a DocBin cannot be continued", "write JSONL and convert it afterwards")
        self._path = Path(path)
        spacy = _spacy()
        self._tokenizer = spacy.blank("en").tokenizer
        self._docs = spacy.tokens.DocBin(store_user_data=True)

    def write(self, record: AnnotatedArticle) -> None:
        """Adds one article."""
        doc = self._tokenizer(record.article.text)
        parts: dict[str, list[Any]] = {"content": [], "cue": [], "source": []}
        for item in record.attributions:
            for name, spans in (("content", item.content), ("cue", item.cue), ("source", item.source)):
                parts[name] += [
                    doc.char_span(span.start, span.end, item.kind, alignment_mode="expand", span_id=item.id)
                    for span in spans
                ]
        for name, found in parts.items():
            doc.spans[name] = [span for span in found if span is not None and len(span)]
        doc.user_data[_RECORD] = record.to_json()
        self._docs.add(doc)

    def flush(self) -> None:
        """A DocBin is written as a whole."""

    def close(self) -> None:
        """Writes the file."""
        self._docs.to_disk(self._path)


def read(path: str | Path) -> Iterator[AnnotatedArticle]:
    """Reads the records that :class:`SpacyWriter` put beside its documents.

    Raises:
        FormatError: The documents are not from this package.
    """
    spacy = _spacy()
    try:
        docs = spacy.tokens.DocBin().from_disk(path)
    except (OSError, ValueError) as error:
        raise FormatError(f"{path} cannot be read as a DocBin: {error}", "name another file") from error
    for doc in docs.get_docs(spacy.blank("en").vocab):
        if _RECORD not in doc.user_data:
            raise FormatError(f"{path} holds no record of this package", "name a file that it wrote")
        yield AnnotatedArticle.from_json(doc.user_data[_RECORD])
