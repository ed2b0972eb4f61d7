"""Writing annotated articles in a format that a name or a suffix chooses, and reading them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from attribution.errors import ConfigurationError, FormatError, InputError
from attribution.formats import brat, citron, jsonl, polnear, quotation_table, spacy_docbin, webannotation
from attribution.formats.sources import STDIN
from attribution.schema import AnnotatedArticle

FORMATS = {
    "jsonl": "the native format, one annotated article a line",
    "csv": "a table with a row for each quotation",
    "tsv": "the same, separated by tabs",
    "parquet": "the same, as Parquet",
    "brat": "a folder of brat standoff",
    "citron": "a folder of BBC Citron's JSON",
    "webannotation": "W3C Web Annotation, JSON-LD",
    "spacy": "spaCy's DocBin (needs the extra spacy)",
}
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonld": "webannotation",
    ".spacy": "spacy",
}


class Writer(Protocol):
    """What all writers can do."""

    def write(self, record: AnnotatedArticle) -> None:
        """Writes one article."""

    def flush(self) -> None:
        """Hands what was written to the operating system, as far as the format allows."""

    def close(self) -> None:
        """Ends the file."""


def output_format(path: str | Path, format: str | None = None) -> str:
    """The format to write to a path: the one asked for, or what its suffix tells; standard output gets JSON Lines.

    Raises:
        FormatError: There is no such format, or the suffix tells none.
    """
    if format is not None and format not in FORMATS:
        raise FormatError(f"there is no format {format!r}", f"choose one of {', '.join(FORMATS)}")
    name = Path(path)
    suffix = Path(name.stem).suffix if name.suffix == ".gz" else name.suffix
    found = format or ("jsonl" if str(path) == STDIN else _SUFFIXES.get(suffix.lower()))
    if found is None:
        raise FormatError(f"the name {path} does not tell a format", f"name one of {', '.join(FORMATS)}")
    if name.suffix == ".gz" and found not in ("jsonl", "csv", "tsv"):
        raise FormatError(f"{path}: {found} is not written gzipped", "leave .gz away")
    return found


@contextmanager
def open_writer(path: str | Path, format: str | None = None, append: bool = False) -> Iterator[Writer]:
    """Opens a writer and closes it afterwards; folders that are missing are made.

    Args:
        path: A file, a folder for ``brat`` and ``citron``, or ``-`` for standard output.
        format: One of :data:`FORMATS`; by default the one the suffix tells.
        append: Whether to go on behind what is there.

    Raises:
        FormatError: The format is unknown or cannot be continued.
        ConfigurationError: The path cannot be written.
    """
    name = output_format(path, format)
    if str(path) == STDIN and name not in ("jsonl", "csv", "tsv"):
        raise FormatError(f"{name} cannot be written to standard output", "name a file or folder")
    try:
        if str(path) != STDIN:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        writer = _WRITERS[name](path, append)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}", "choose another place") from error
    try:
        yield writer
    finally:
        writer.close()


def _csv(path: str | Path, append: bool) -> Writer:
    return quotation_table.CsvWriter(path, append)


def _tsv(path: str | Path, append: bool) -> Writer:
    return quotation_table.CsvWriter(path, append, tabs=True)


_WRITERS: dict[str, Callable[[str | Path, bool], Writer]] = {
    "jsonl": jsonl.JsonlWriter,
    "csv": _csv,
    "tsv": _tsv,
    "parquet": quotation_table.ParquetWriter,
    "brat": brat.BratWriter,
    "citron": citron.CitronWriter,
    "webannotation": webannotation.WebAnnotationWriter,
    "spacy": spacy_docbin.SpacyWriter,
}


def write(records: Iterable[AnnotatedArticle], path: str | Path, format: str | None = None) -> int:
    """Writes records and returns their number; see :func:`open_writer`."""
    count = 0
    with open_writer(path, format) as writer:
        for record in records:
            writer.write(record)
            count += 1
    return count


def read_annotated(path: str | Path) -> Iterator[AnnotatedArticle]:
    """Reads the native format strictly: a file, gzipped or not, ``-`` for standard input, or a folder of such files.

    Raises:
        InputError: There is nothing to read.
        SchemaError: A line breaks the contract; the message names file and line.
    """
    if str(path) == STDIN or not Path(path).is_dir():
        yield from jsonl.read(path)
        return
    files = sorted(
        file
        for file in Path(path).iterdir()
        if file.name.endswith((".jsonl", ".jsonl.gz")) and not file.name.endswith("failures.jsonl")
    )
    if not files:
        raise InputError(f"{path} holds no .jsonl file", "name a file or folder in the native format")
    for file in files:
        yield from jsonl.read(file)


def read(path: str | Path, format: str | None = None) -> Iterator[AnnotatedArticle]:
    """Reads annotated articles in any format that holds them whole.

    Args:
        path: A file or folder, or ``-`` for the native format from standard input.
        format: ``jsonl``, ``brat``, ``polnear``, ``citron``, ``webannotation`` or ``spacy``; by default what the path
            tells.

    Raises:
        InputError: It cannot be read, or the format does not hold whole articles.
    """
    name = format or _format_read(path)
    if name not in _READERS:
        reason = f"{path}: annotated articles cannot be read from {name}"
        raise FormatError(reason, f"name one of {', '.join(_READERS)}")
    return _READERS[name](path)


_READERS: dict[str, Callable[[str | Path], Iterator[AnnotatedArticle]]] = {
    "jsonl": read_annotated,
    "brat": brat.read,
    "polnear": polnear.read,
    "citron": citron.read,
    "webannotation": webannotation.read,
    "spacy": spacy_docbin.read,
}


def _format_read(path: str | Path) -> str:
    folder = Path(path)
    if str(path) == STDIN or not folder.is_dir():
        return "citron" if folder.suffix == ".json" else output_format(path)
    if polnear.is_polnear(folder):
        return "polnear"
    if any(folder.glob("*.ann")):
        return "brat"
    return "citron" if any(folder.glob("*.json")) and not any(folder.glob("*.jsonl*")) else "jsonl"
