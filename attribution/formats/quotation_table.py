"""A table of quotations, CSV, TSV or Parquet: one row each, with who said it and where it stands.

::

    article_id,outlet,published,title,url,attribution_id,kind,content,content_spans,cue,cue_spans,source,source_spans,…
    g1,Harbour Gazette,2031-04-02,Harbour to close,,a1,direct,"“We will,” … “Soon.”",37:56;71:78,said,61:65,…

Parts of a discontinuous content are joined by `` … ``; ``content_spans`` gives their half-open offsets in code points
into the article's text. Articles without a quotation have no row. Read back, the rows are :class:`Quotation` records;
they do not hold the article, so the text around a quotation is not to be had from here.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from pydantic import ValidationError, field_validator

from attribution.errors import FormatError, SchemaError
from attribution.formats.decoding import open_text
from attribution.formats.sources import STDIN, Source, opened
from attribution.schema import (
    AnnotatedArticle,
    Attribution,
    Confidence,
    QuotationKind,
    Record,
    Span,
    SpeakerKind,
    first_fault,
)

JOINT = " … "
_ROWS_AT_ONCE = 4096


class Quotation(Record):
    """One row: a quotation, its speaker as far as known, and the article it stands in.

    ``*_spans`` are offsets into the article's text, ``12:40;52:71``.
    """

    article_id: str
    outlet: str | None = None
    published: str | None = None
    title: str | None = None
    url: str | None = None
    attribution_id: str
    kind: QuotationKind
    content: str
    content_spans: str
    cue: str | None = None
    cue_spans: str | None = None
    source: str | None = None
    source_spans: str | None = None
    speaker: str | None = None
    speaker_kind: SpeakerKind | None = None
    role: str | None = None
    former: bool | None = None
    affiliation: str | None = None
    confidence: Confidence | None = None
    speaker_confidence: Confidence | None = None
    release: str | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _nothing(cls, value: Any) -> Any:
        return None if value == "" else value

    def attribution(self) -> Attribution:
        """The attribution without its speaker."""
        return Attribution(
            id=self.attribution_id,
            kind=self.kind,
            content=_spans(self.content, self.content_spans),
            cue=_spans(self.cue, self.cue_spans),
            source=_spans(self.source, self.source_spans),
            confidence=self.confidence,
        )


COLUMNS = tuple(Quotation.model_fields)


def rows(record: AnnotatedArticle) -> Iterator[Quotation]:
    """The quotations of an article."""
    article = record.article
    for item in record.attributions:
        speaker = record.speaker_of(item)
        yield Quotation(
            article_id=article.id,
            outlet=article.outlet,
            published=article.published,
            title=article.title,
            url=article.url,
            attribution_id=item.id,
            kind=item.kind,
            **_part("content", item.content),
            **_part("cue", item.cue),
            **_part("source", item.source),
            speaker=speaker.name if speaker else None,
            speaker_kind=speaker.kind if speaker else None,
            role=speaker.role.text if speaker and speaker.role else None,
            former=speaker.role.former if speaker and speaker.role else None,
            affiliation=speaker.affiliation.name if speaker and speaker.affiliation else None,
            confidence=item.confidence,
            speaker_confidence=speaker.confidence if speaker else None,
            release=record.provenance.release,
        )


def _part(name: str, spans: Sequence[Span]) -> dict[str, Any]:
    if not spans:
        return {}
    offsets = ";".join(f"{span.start}:{span.end}" for span in spans)
    return {name: JOINT.join(span.text for span in spans), f"{name}_spans": offsets}


def _spans(text: str | None, offsets: str | None) -> list[Span]:
    """The spans of a cell: their lengths tell where the joined text is to be cut."""
    found, position = [], 0
    for piece in (offsets or "").split(";") if offsets else []:
        start, end = (int(number) for number in piece.split(":"))
        found.append(Span(start=start, end=end, text=(text or "")[position : position + end - start]))
        position += end - start + len(JOINT)
    return found


def read_quotations(path: str | Path) -> Iterator[Quotation]:
    """Reads a table of quotations; the name tells whether it is CSV, TSV or Parquet.

    Raises:
        FormatError: The columns are not those of such a table.
        SchemaError: A row is no quotation; the message names file and row.
    """
    source = Source(str(path), None)
    is_parquet = str(path).endswith((".parquet", ".pq"))
    for number, row in enumerate(_parquet_rows(path) if is_parquet else _csv_rows(source), start=1):
        try:
            yield Quotation.model_validate({name: row[name] for name in COLUMNS if name in row})
        except ValidationError as error:
            raise SchemaError(f"{path}, row {number}: {first_fault(error)}", "correct the row") from error


def _csv_rows(source: Source) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(sys.maxsize)
    with opened(source) as file:
        reader = csv.DictReader(
            open_text(file.stream, file.head, newline=""),
            delimiter="\t" if ".tsv" in Path(source.path).suffixes else ",",
        )
        _check_header(source.path, reader.fieldnames or [])
        yield from reader


def _parquet_rows(path: str | Path) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as table:
        _check_header(str(path), table.schema_arrow.names)
        for batch in table.iter_batches(_ROWS_AT_ONCE):
            yield from batch.to_pylist()


def _check_header(path: str, names: Sequence[str]) -> None:
    missing = [name for name, field in Quotation.model_fields.items() if field.is_required() and name not in names]
    if missing:
        raise FormatError(f"{path} is no table of quotations: there is no column {missing[0]!r}", "name another file")


class CsvWriter:
    """Writes a table of quotations as CSV, or as TSV; gzipped if its name ends in ``.gz``."""

    def __init__(self, path: str | Path, append: bool = False, tabs: bool = False) -> None:
        begun = append and Path(path).is_file()
        self._file = _open_table(path, append)
        self._rows = csv.writer(self._file, delimiter="\t" if tabs else ",")
        if not begun:
            self._rows.writerow(COLUMNS)

    def write(self, record: AnnotatedArticle) -> None:
        """Writes the quotations of one article."""
        for row in rows(record):
            self._rows.writerow(row.model_dump().values())

    def flush(self) -> None:
        """Hands everything written so far to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """Flushes and closes the file."""
        if self._file is sys.stdout:
            self._file.flush()
        else:
            self._file.close()


def _open_table(path: str | Path, append: bool) -> TextIO:
    if str(path) == STDIN:
        return sys.stdout
    mode = "a" if append else "w"
    if str(path).endswith(".gz"):
        return cast("TextIO", gzip.open(path, f"{mode}t", encoding="utf-8", newline=""))
    return cast("TextIO", Path(path).open(mode, encoding="utf-8", newline=""))


class ParquetWriter:
    """Writes a table of quotations as Parquet; it can be read only when it has been closed."""

    def __init__(self, path: str | Path, append: bool = False) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if append:
            raise FormatError(f"{path}: a Parquet file cannot be continued", "write JSONL and convert it afterwards")
        kinds = {"former": pa.bool_(), "confidence": pa.float64(), "speaker_confidence": pa.float64()}
        self._schema = pa.schema([(name, kinds.get(name, pa.string())) for name in COLUMNS])
        self._out = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[dict[str, Any]] = []

    def write(self, record: AnnotatedArticle) -> None:
        """Writes the quotations of one article."""
        self._waiting += [row.model_dump() for row in rows(record)]
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Writes the rows that wait as one row group."""
        import pyarrow as pa

        if self._waiting:
            self._out.write_table(pa.Table.from_pylist(self._waiting, schema=self._schema))
            self._waiting = []

    def close(self) -> None:
        """Writes what is left and closes the file."""
        self.flush()
        self._out.close()
