"""JSON Lines: the native format ``attribution/1``, and articles to read.

Written and read strictly, one annotated article a line (see :mod:`attribution.schema`)::

    {"schema": "attribution/1", "article": {"id": "g1", "text": "Ms Orr said no.", …}, "attributions": [
      {"id": "a1", "kind": "indirect", "content": [{"start": 12, "end": 14, "text": "no"}], …}], "speakers": [], …}

Articles are read leniently: a text is enough, what is no field of an article goes to ``meta``, an id that is missing
is made from the text, and of a native line the article is taken::

    {"text": "Ms Orr said no."}
    {"id": "g2", "text": "…", "outlet": "Harbour Gazette", "published": "2031-04-02", "targets": [{"name": "Orr"}]}
"""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pydantic import ValidationError

from attribution.errors import InputError, SchemaError
from attribution.formats.decoding import open_text
from attribution.formats.fields import Columns, check_text, jsonable, to_article
from attribution.formats.sources import STDIN, Opened, Source, opened
from attribution.schema import SCHEMA, AnnotatedArticle, Article, first_fault

Place = dict[str, int]


def read_articles(file: Opened, columns: Columns) -> Iterator[tuple[Article | InputError, Place]]:
    """The articles of an open file with their line, or what is wrong with that line; empty lines are passed over."""
    names = columns.in_json()
    for number, line in enumerate(open_text(file.stream, file.head, newline="\n"), start=1):
        if line.strip():
            try:
                yield parse_article(line, names), {"line": number}
            except InputError as error:
                yield error, {"line": number}


def read_document(file: Opened, columns: Columns) -> Iterator[tuple[Article | InputError, Place]]:
    """The articles of a JSON document: one object, or a list of them."""
    names = columns.in_json()
    found = _loads(open_text(file.stream, file.head, newline="").read())
    for number, item in enumerate(found if isinstance(found, list) else [found], start=1):
        try:
            yield _article(item, names), {"row": number}
        except InputError as error:
            yield error, {"row": number}


def parse_article(line: str, names: dict[str, str]) -> Article:
    """The article of one line.

    Raises:
        InputError: It is not JSON, or no article.
    """
    return _article(_loads(line), names)


def _loads(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        at = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"this is not JSON: {reason}{at}", "write one JSON object a line") from error


def _article(record: Any, names: dict[str, str]) -> Article:
    if not isinstance(record, dict):
        raise InputError(f"this is no JSON object but {type(record).__name__}", 'write {"text": "…"} a line')
    if not (isinstance(record.get("article"), dict) and "schema" in record):
        return to_article(record, names)
    if record["schema"] != SCHEMA:
        raise SchemaError(f"schema {record['schema']!r} is not known", f"this version reads {SCHEMA}")
    try:
        article = Article.model_validate(jsonable(record["article"]))
    except ValidationError as error:
        raise SchemaError(f"article.{first_fault(error)}", f"make it an article of {SCHEMA}") from error
    check_text(article.text)
    return article


def read(path: str | Path) -> Iterator[AnnotatedArticle]:
    """Reads a file in the native format strictly; ``-`` is standard input.

    Raises:
        InputError: The file cannot be read.
        SchemaError: A line breaks the contract; the message names file and line.
    """
    number = 0
    try:
        with opened(Source(str(path), "jsonl")) as file:
            for number, line in enumerate(file.stream, start=1):
                if line.strip():
                    yield _record(line, path, number)
    except (OSError, EOFError, zlib.error) as error:
        reason = f"{path} cannot be read behind line {number}: {getattr(error, 'strerror', None) or error}"
        raise InputError(reason, "check that the file is there and complete") from error


def _record(line: bytes, path: str | Path, number: int) -> AnnotatedArticle:
    try:
        return AnnotatedArticle.model_validate_json(line)
    except ValidationError as error:
        raise SchemaError(f"{path}, line {number}: {first_fault(error)}", f"make it a line of {SCHEMA}") from error


class JsonlWriter:
    """Writes the native format to a file, gzipped if its name ends in ``.gz``, or to standard output (``-``).

    With ``append``, an existing file is continued; a gzipped one gets a further member, which all tools read.
    """

    def __init__(self, path: str | Path, append: bool = False) -> None:
        self._keeps_open = str(path) == STDIN
        self._raw = _raw(path, append)
        self._out = self._raw
        if str(path).endswith(".gz"):
            self._out = cast("BinaryIO", gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, mtime=0))

    def write(self, record: AnnotatedArticle) -> None:
        """Writes one article."""
        self._out.write(record.to_json().encode() + b"\n")

    def flush(self) -> None:
        """Hands everything written so far to the operating system, so that a killed process loses none of it."""
        self._out.flush()
        self._raw.flush()

    def close(self) -> None:
        """Flushes and closes the file."""
        if self._out is not self._raw:
            self._out.close()
        if self._keeps_open:
            self._raw.flush()
        else:
            self._raw.close()


def _raw(path: str | Path, append: bool) -> BinaryIO:
    return sys.stdout.buffer if str(path) == STDIN else Path(path).open("ab" if append else "wb")
