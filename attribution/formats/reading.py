"""Reading articles from whatever a user names, without ever failing as a whole."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from attribution.errors import FormatError, InputError
from attribution.formats import jsonl, plain, table, webpage
from attribution.formats.failure import Failure
from attribution.formats.fields import Columns
from attribution.formats.sources import Opened, Source, expand, opened, sniff
from attribution.schema import Article

LARGEST = 256 << 20  # bytes of one plain text or page; longer ones are no articles

Results = Iterator[tuple[Article | InputError, dict[str, int]]]  # each with its line or row


class Located(NamedTuple):
    """An article and where it was read; ``bytes_read`` counts over all inputs so far, packed as they are."""

    article: Article
    path: str
    line: int | None = None
    row: int | None = None
    bytes_read: int = 0


def _whole(read: Callable[[bytes, str], Article]) -> Callable[[Opened, Source, Columns], Results]:
    """A reader of files that are one article each."""

    def results(file: Opened, source: Source, columns: Columns) -> Results:  # noqa: ARG001 - as all readers
        data = file.stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise FormatError(f"the file is longer than {LARGEST >> 20} MB", "split it into articles")
        yield read(data, source.path), {}

    return results


READERS: dict[str, Callable[[Opened, Source, Columns], Results]] = {
    "text": _whole(plain.read),
    "html": _whole(webpage.read),
    "jsonl": lambda file, _, columns: jsonl.read_articles(file, columns),
    "json": lambda file, _, columns: jsonl.read_document(file, columns),
    "csv": lambda file, _, columns: table.read_csv(file, columns),
    "tsv": lambda file, _, columns: table.read_csv(file, columns, "\t"),
    "parquet": table.read_parquet,
}


def read_located(
    inputs: Sequence[str | Path],
    *,
    format: str | None = None,
    columns: Columns | None = None,
    skip: Sequence[Path] = (),
) -> Iterator[Located | Failure]:
    """Reads articles, each with the place it comes from.

    Args:
        inputs: Files, folders (searched for files with a known suffix), globs, or ``-`` for standard input; gzipped or
            not.
        format: One of :data:`READERS`, if the names of the files do not tell.
        columns: What tables and JSON objects call the fields of an article.
        skip: Files and folders to leave out of folders and globs, such as those the results go to.

    Yields:
        Articles in order, and a failure for everything that is none.

    Raises:
        FormatError: There is no such format.
    """
    if format is not None and format not in READERS:
        raise FormatError(f"there is no input format {format!r}", f"choose one of {', '.join(READERS)}")
    named = [inputs] if isinstance(inputs, str | Path) else inputs
    return _read_all(expand(named, format, skip), columns or Columns())


def read_articles(
    inputs: Sequence[str | Path],
    *,
    format: str | None = None,
    columns: Columns | None = None,
) -> Iterator[Article | Failure]:
    """Reads articles as :func:`read_located` does, without their places."""
    for item in read_located(inputs, format=format, columns=columns):
        yield item.article if isinstance(item, Located) else item


def _read_all(sources: Iterable[Source | Failure], columns: Columns) -> Iterator[Located | Failure]:
    done = 0
    for source in sources:
        if isinstance(source, Failure):
            yield source
            continue
        last = done
        for item in _read_source(source, columns, done):
            last = item.bytes_read if isinstance(item, Located) else last
            yield item
        path = Path(source.path)
        done = done + path.stat().st_size if path.is_file() else last


def _read_source(source: Source, columns: Columns, before: int) -> Iterator[Located | Failure]:
    path, empty = source.path, True
    try:
        with opened(source) as file:
            read = READERS[source.format or sniff(file.head)]
            for result, place in read(file, source, columns):
                empty = False
                if isinstance(result, InputError):
                    yield Failure.of(path, result, **place)
                else:
                    yield Located(result, path, bytes_read=before + file.bytes_read(), **place)
        if empty:
            yield Failure(path=path, reason="there is no article in it", fix="leave it out, or fill it")
    except InputError as error:
        yield Failure.of(path, error)
    except (OSError, EOFError, zlib.error, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        behind = "" if empty else " to its end"
        yield Failure(path=path, reason=f"cannot be read{behind}: {reason}", fix="check that it is whole and readable")
