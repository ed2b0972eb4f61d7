"""Tables of articles: CSV, TSV and Parquet, a row an article.

::

    id,headline,date,publisher,body
    g1,Harbour to close,2031-04-02,Harbour Gazette,"The harbour will close, the mayor said."

Columns are known by their usual names (here all of them are) or by :class:`~attribution.formats.fields.Columns`; the
others go to ``Article.meta``. CSV may be separated by commas, semicolons, tabs or bars; the first line is the header.
A row that cannot be read is reported with its line, and the rows behind it are read.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from attribution.errors import FormatError, InputError
from attribution.formats.decoding import open_text
from attribution.formats.fields import Columns, to_article
from attribution.formats.sources import STDIN, Opened, Source
from attribution.schema import Article

_DELIMITERS = ",;\t|"
_ROWS_AT_ONCE = 32  # articles may be long
_LONGEST_ROW = 64 << 20  # characters
_QUOTING = 'close every quotation mark that opens a field, and double ("") those that belong to the text'

Place = dict[str, int]
Result = tuple[Article | InputError, Place]


class _Lines:
    """The lines of a file; those of the present row are kept, to read them again should the row be broken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._rest = iter(lines)
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._rest)
        self.row.append(line)
        self._size += len(line)
        if self._size > _LONGEST_ROW:
            raise csv.Error("the row does not end")
        return line

    def start_row(self) -> None:
        self.row, self._size = [], 0

    def skip_line(self) -> None:
        """Gives up the first line of the present row and goes back to the second."""
        self._again.extendleft(reversed(self.row[1:]))
        self.start_row()


def read_csv(file: Opened, columns: Columns, delimiter: str | None = None) -> Iterator[Result]:
    """The articles of an open CSV file with their line, or what is wrong with that line.

    Raises:
        InputError: The header has no column for the text.
    """
    stream = open_text(file.stream, file.head, newline="")
    first = next((line for line in stream if line.strip()), "")
    if first.lower().startswith("sep="):  # how spreadsheets tell the separator
        delimiter, first = first[4:5], next(stream, "")
    if not first:
        return
    rows = _rows(_Lines(chain([first], stream)), delimiter or _delimiter(first))
    header, _ = next(rows)
    if isinstance(header, InputError):
        raise header
    names = columns.in_table(header)
    for row, line in rows:
        if isinstance(row, InputError):
            yield row, {"line": line}
        elif row:
            yield _article(row, header, names), {"line": line}


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[list[str] | InputError, int]]:
    """Rows with the number of their first line; behind a broken row it goes on with the next line."""
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 1
    while True:
        lines.start_row()
        try:
            yield next(reader), start
            start += len(lines.row)
        except StopIteration:
            return
        except csv.Error as error:
            yield InputError(f"this is no row of CSV: {error}", _QUOTING), start
            lines.skip_line()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            start += 1


def _delimiter(header: str) -> str:
    counts = {mark: len(next(csv.reader([header], delimiter=mark), [])) for mark in _DELIMITERS}
    return max(counts, key=lambda mark: counts[mark])


def _article(row: list[str], header: list[str], names: dict[str, str]) -> Article | InputError:
    if len(row) > len(header) and any(row[len(header) :]):
        reason = f"the row has {len(row)} fields where the header has {len(header)}"
        return InputError(reason, "put fields that contain the separator between quotation marks")
    values = dict(zip(header, row, strict=False))
    try:
        return to_article({name: value for name, value in values.items() if value or name in names.values()}, names)
    except InputError as error:
        return error


def read_parquet(file: Opened, source: Source, columns: Columns) -> Iterator[Result]:
    """The articles of a Parquet file with their row, or what is wrong with that row; in constant memory.

    Raises:
        InputError: No column holds the text.
        FormatError: This is no Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    direct = source.path != STDIN and Path(source.path).is_file() and not source.path.lower().endswith(".gz")
    try:
        with pq.ParquetFile(source.path if direct else io.BytesIO(file.stream.read())) as table:
            names = columns.in_table(table.schema_arrow.names)
            rows = (row for batch in table.iter_batches(_ROWS_AT_ONCE) for row in batch.to_pylist())
            for number, row in enumerate(rows, start=1):
                try:
                    yield to_article(row, names), {"row": number}
                except InputError as error:
                    yield error, {"row": number}
    except pa.ArrowException as error:
        raise FormatError(f"this cannot be read as Parquet: {error}", "write the file again") from error
