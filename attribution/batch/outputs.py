"""Where a batch writes: a stream, a file, or a folder of shards, and how a run goes on behind what is there.

A file ``quotes.jsonl`` has ``quotes.failures.jsonl`` and ``quotes.summary.json`` beside it. A folder holds::

    articles-00000.jsonl.gz   the native format, a fixed number of articles each
    articles-00001.jsonl.gz
    failures.jsonl            one failure a line, when there are any
    summary.json

A killed run may leave half a line, or a gzip member without its end. :func:`recover` cuts that off and tells which
articles are there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import zlib
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from attribution.errors import ConfigurationError, InputError
from attribution.formats import Writer, open_writer
from attribution.formats.sources import STDIN, Source, opened
from attribution.formats.writing import output_format
from attribution.schema import AnnotatedArticle, Article

SHARD_SIZE = 10_000
_FLUSH_PACKED_EVERY = 64  # articles; each flush costs a gzipped file some of its density
_SHARD = "articles-{:05d}.jsonl.gz"


@dataclass(frozen=True)
class Places:
    """The files of one output; ``failures`` and ``summary`` are ``None`` for a stream."""

    output: Path | None
    failures: Path | None = None
    summary: Path | None = None
    is_folder: bool = False

    @classmethod
    def of(cls, output: str | Path, format: str | None = None) -> Places:
        """The places that belong to an output: ``-``, a file, or a folder (one that exists or has no suffix)."""
        path = Path(output)
        if str(output) == STDIN:
            return cls(None)
        if format in (None, "jsonl") and (path.is_dir() or not path.suffix):
            return cls(path, path / "failures.jsonl", path / "summary.json", is_folder=True)
        stem = path.name.removesuffix(".gz").rpartition(".")[0] or path.name
        return cls(path, path.with_name(f"{stem}.failures.jsonl"), path.with_name(f"{stem}.summary.json"))

    def written(self) -> tuple[Path, ...]:
        """Everything a run may write."""
        return tuple(path for path in (self.output, self.failures, self.summary) if path is not None)


class Finished:
    """Which articles an output holds, counted: eight bytes each, so that ten million fit.

    An article is known by its id and its text, so that different articles of the same id are all kept, and of equal
    ones as many are done as the input has.
    """

    def __init__(self, keys: array[int] | None = None) -> None:
        found = np.frombuffer(keys, dtype=np.uint64) if keys else np.empty(0, dtype=np.uint64)
        self._keys, self._left = np.unique(found, return_counts=True)

    def take(self, article: Article) -> bool:
        """Whether the article is there; each time it is asked for, one of its kind is used up."""
        if not len(self._keys):
            return False
        at = int(np.searchsorted(self._keys, np.uint64(key_of(article.id, article.text))))
        if at == len(self._keys) or self._keys[at] != key_of(article.id, article.text) or not self._left[at]:
            return False
        self._left[at] -= 1
        return True


def key_of(id: str, text: str) -> int:
    """64 bits that stand for an article."""
    words = f"{id}\0{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "little")


def recover(path: Path) -> array[int]:
    """The keys of the articles in a file in the native format; what a killed run left unfinished is cut off.

    Raises:
        InputError: A line that is not the last one is broken: this is no output of an earlier run.
    """
    keys: array[int] = array("Q")
    whole = True
    try:
        with opened(Source(str(path), "jsonl")) as file:
            for line in file.stream:
                if not whole:
                    fix = "remove the file, or write to another one"
                    raise InputError(f"{path}, line {len(keys) + 1}, is no annotated article", fix)
                key = _key_in(line)
                whole = key is not None
                if key is not None:
                    keys.append(key)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        whole = False
    if not whole:
        _keep_lines(path, len(keys))
    return keys


def _key_in(line: bytes) -> int | None:
    if not line.endswith(b"\n"):
        return None
    try:
        article = json.loads(line)["article"]
        return key_of(article["id"], article["text"])
    except (ValueError, KeyError, TypeError):
        return None


def _keep_lines(path: Path, count: int) -> None:
    """Replaces a file by its first ``count`` lines, at one stroke."""
    if not count:
        path.write_bytes(b"")
        return
    kept = path.with_name(f"{path.name}.partial")
    with opened(Source(str(path), "jsonl")) as file, kept.open("wb") as raw:
        if path.suffix == ".gz":
            with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                packed.writelines(islice(file.stream, count))
        else:
            raw.writelines(islice(file.stream, count))
    shutil.copymode(path, kept)
    kept.replace(path)


class Output:
    """An open output.

    Attributes:
        finished: The articles that it held already.
    """

    def __init__(self, finished: Finished | None = None) -> None:
        self.finished = finished or Finished()

    def write(self, record: AnnotatedArticle) -> None:
        """Writes one article, so that a killed process loses at most the last few."""
        raise NotImplementedError


class FileOutput(Output):
    """Writes to one file or stream."""

    def __init__(self, writer: Writer, packed: bool, finished: Finished | None = None) -> None:
        super().__init__(finished)
        self._writer = writer
        self._every = _FLUSH_PACKED_EVERY if packed else 1
        self._count = 0

    def write(self, record: AnnotatedArticle) -> None:
        """Writes one article."""
        self._writer.write(record)
        self._count += 1
        if self._count % self._every == 0:
            self._writer.flush()


class ShardedOutput(Output):
    """Writes to the shards of a folder, one after the other, behind those that are there.

    Args:
        folder: Where they stand.
        size: How many articles a shard holds.
        stack: Closes the open shard at the end.
    """

    def __init__(self, folder: Path, size: int, stack: ExitStack) -> None:
        keys: array[int] = array("Q")
        self._number, self._filled = 0, 0
        for shard in _shards(folder):
            found = recover(shard)
            keys += found
            self._number, self._filled = int(shard.name.split("-")[1].split(".")[0]), len(found)
        super().__init__(Finished(keys))
        self._folder, self._size, self._stack = folder, size, stack
        self._shard: FileOutput | None = None

    def write(self, record: AnnotatedArticle) -> None:
        """Writes one article, to the next shard if this one is full."""
        if self._filled >= self._size:
            self._stack.close()
            self._shard, self._number, self._filled = None, self._number + 1, 0
        if self._shard is None:
            path = self._folder / _SHARD.format(self._number)
            self._shard = FileOutput(self._stack.enter_context(open_writer(path, append=True)), packed=True)
        self._shard.write(record)
        self._filled += 1


def _shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("articles-*.jsonl.gz"))


@contextmanager
def open_output(
    places: Places, format: str | None = None, resume: bool = False, shard_size: int = SHARD_SIZE
) -> Iterator[Output]:
    """Opens an output, and closes it afterwards.

    Args:
        places: Where it is.
        format: One of :data:`attribution.formats.FORMATS`, if the name does not tell.
        resume: Whether to go on behind what an earlier run left.
        shard_size: Articles in each shard of a folder.

    Raises:
        ConfigurationError: The format cannot be continued, or shards are in the way.
    """
    if places.is_folder and places.output is not None:
        with ExitStack() as stack:
            if not resume and _shards(places.output):
                fix = "resume it, or name another folder"
                raise ConfigurationError(f"{places.output} holds shards of an earlier run", fix)
            yield ShardedOutput(places.output, shard_size, stack)
        return
    path = places.output or STDIN
    finished = _finished(places.output, format) if resume else None
    with open_writer(path, format, append=finished is not None) as writer:
        yield FileOutput(writer, packed=str(path).endswith(".gz"), finished=finished)


def _finished(path: Path | None, format: str | None) -> Finished | None:
    if path is None:
        raise ConfigurationError("a run to standard output cannot be resumed", "name a file or folder with -o")
    if output_format(path, format) != "jsonl":
        raise ConfigurationError(f"{path} cannot be resumed", "write .jsonl or .jsonl.gz and convert it afterwards")
    return Finished(recover(path)) if path.is_file() else None
