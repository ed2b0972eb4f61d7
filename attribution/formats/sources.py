"""From what a user names to files: paths, folders, globs and standard input, plain or gzipped."""

from __future__ import annotations

import glob
import gzip
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from attribution.formats.decoding import SAMPLE
from attribution.formats.failure import Failure

STDIN = "-"
SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_DOCUMENTS = frozenset({".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".xls", ".xlsx", ".zip", ".eml", ".warc"})
_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Source:
    """One file to read; ``format`` is ``None`` when its name does not tell."""

    path: str
    format: str | None


class _ReadsOnce(Protocol):
    def read1(self, size: int = -1, /) -> bytes: ...


class _Stream(io.RawIOBase):
    """Passes on what its source has, piece by piece, so that no byte before a damaged one is lost; never closes it."""

    def __init__(self, source: _ReadsOnce) -> None:
        self._source = source
        self.passed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._source.read1(len(buffer))
        buffer[: len(piece)] = piece
        self.passed += len(piece)
        return len(piece)


class Opened:
    """An opened source.

    Attributes:
        stream: Its unpacked bytes, from the start.
        head: The first bytes, still to be read from ``stream``.
    """

    def __init__(self, source: _ReadsOnce) -> None:
        self._raw = _Stream(source)
        self.stream = io.BufferedReader(self._raw, SAMPLE)
        if self.stream.peek(2)[:2] == b"\x1f\x8b":
            self.stream = io.BufferedReader(_Stream(gzip.GzipFile(fileobj=self.stream)), SAMPLE)
        self.head = self.stream.peek(SAMPLE)

    def bytes_read(self) -> int:
        """How many bytes of the file have been read, packed as they are."""
        return self._raw.passed


def format_of(name: str) -> str | None:
    """The format that a file's name tells, ``.gz`` left aside."""
    path = Path(name)
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    return SUFFIXES.get(suffix.lower())


def sniff(head: bytes) -> str:
    """The format that the first bytes of a file tell: Parquet, HTML, JSON Lines, or else plain text."""
    if head.startswith(b"PAR1"):
        return "parquet"
    head = head.removeprefix(_BOM)
    if _HTML.match(head):
        return "html"
    if re.match(rb'\s*\{\s*("|\})', head):
        return "json" if re.match(rb"\s*\{\s*[\r\n]", head) else "jsonl"
    return "json" if re.match(rb'\s*\[\s*\{\s*"', head) else "text"


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """Opens a source for reading.

    Raises:
        OSError: It cannot be opened or read.
    """
    if source.path == STDIN:
        yield Opened(cast("_ReadsOnce", sys.stdin.buffer))
        return
    with Path(source.path).open("rb") as file:
        yield Opened(file)


def expand(
    inputs: Sequence[str | Path], format: str | None = None, skip: Sequence[Path] = ()
) -> Iterator[Source | Failure]:
    """The files that the inputs stand for, in the order of the inputs, folders and globs sorted.

    Args:
        inputs: Files, folders, globs, ``-``.
        format: The format of all of them, if their names do not tell.
        skip: Files and folders that are left out of folders and globs.
    """
    skipped = frozenset(path.resolve() for path in skip)
    for item in inputs:
        name = str(item)
        if name == STDIN:
            yield Source(name, format)
        elif Path(name).is_dir():
            yield from _expand_folder(name, format, skipped)
        elif os.path.lexists(name):
            yield Source(name, format or format_of(name))
        elif glob.has_magic(name):
            yield from _expand_glob(name, format, skipped)
        else:
            yield Failure(path=name, reason="there is no such file or folder", fix="check the path")


def _expand_glob(pattern: str, format: str | None, skipped: frozenset[Path]) -> Iterator[Source | Failure]:
    names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
    for name in names:
        if not Path(name).is_dir():
            if not _is_within(Path(name), skipped):
                yield Source(name, format or format_of(name))
        elif "**" not in pattern:
            yield from _expand_folder(name, format, skipped)
    if not names:
        yield Failure(path=pattern, reason="no file matches this pattern", fix="check the pattern")


def _expand_folder(folder: str, format: str | None, skipped: frozenset[Path]) -> Iterator[Source | Failure]:
    troubles: list[OSError] = []
    found = False
    for path in _walk(folder, troubles):
        if skipped and _is_within(path, skipped):
            continue
        if known := format_of(path.name):
            found = True
            yield Source(str(path), format or known)
        elif path.suffix.lower() in _DOCUMENTS:
            found = True
            reason = f"{path.suffix} files are not read"
            yield Failure(path=str(path), reason=reason, fix="save it as text or HTML")
    for error in troubles:
        yield Failure(path=str(error.filename), reason=f"cannot be read: {error.strerror}", fix="check permissions")
    if not found and not troubles:
        fix = f"files are known by their suffix: {', '.join(sorted(SUFFIXES))}"
        yield Failure(path=folder, reason="the folder holds no article", fix=fix)


def _walk(folder: str, troubles: list[OSError]) -> Iterator[Path]:
    """All files in a folder and the folders in it, sorted, without hidden ones."""
    for root, folders, names in os.walk(folder, onerror=troubles.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root) / name for name in sorted(names) if not name.startswith("."))


def _is_within(path: Path, places: frozenset[Path]) -> bool:
    resolved = path.resolve()
    return resolved in places or not places.isdisjoint(resolved.parents)


def total_bytes(inputs: Sequence[str | Path], format: str | None = None) -> int | None:
    """The size of all files that the inputs stand for, or ``None`` when it cannot be known beforehand."""
    total = 0
    for source in expand(inputs, format):
        if isinstance(source, Failure):
            continue
        if source.path == STDIN or not Path(source.path).is_file():
            return None
        total += Path(source.path).stat().st_size
    return total
