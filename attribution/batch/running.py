"""Running a batch: from files to annotated files, with a count of what became of each article."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from attribution.batch.isolation import Annotate, Event, Item, Skipped, isolate
from attribution.batch.outputs import SHARD_SIZE, Output, Places, open_output
from attribution.errors import ConfigurationError
from attribution.formats import Columns, Failure, read_located
from attribution.formats.sources import STDIN
from attribution.schema import AnnotatedArticle, Record, now


class Summary(Record):
    """How a run ended: its numbers, and whether it came to the end of its input.

    ``articles`` counts those this run annotated, ``skipped`` those that an earlier run had.
    """

    articles: int = 0
    failed: int = 0
    skipped: int = 0
    attributions: int = 0
    seconds: float = 0.0
    started: str
    finished: str | None = None
    complete: bool = False


@dataclass(frozen=True)
class Progress:
    """One thing that happened, and how far the run has come with it.

    Attributes:
        summary: The numbers so far.
        bytes_read: How much of the input has been read, packed as it is.
        record: The article that was annotated.
        failure: Or the input that failed; if both are ``None``, an article that was there already was passed over.
    """

    summary: Summary
    bytes_read: int = 0
    record: AnnotatedArticle | None = None
    failure: Failure | None = None


def annotate_files(
    inputs: Sequence[str | Path],
    annotate: Annotate,
    output: str | Path = STDIN,
    *,
    columns: Columns | None = None,
    input_format: str | None = None,
    output_format: str | None = None,
    resume: bool = False,
    shard_size: int = SHARD_SIZE,
) -> Iterator[Progress]:
    """Annotates files and writes the result.

    Args:
        inputs: Files, folders, globs, or ``-``: see :func:`attribution.formats.read_located`. What the run itself
            writes is left out of folders and globs.
        annotate: Turns articles into annotated ones, in order, like ``Annotator.annotate``.
        output: A file, a folder (for shards), or ``-`` for standard output.
        columns: What tables and JSON objects call the fields of an article.
        input_format: The format of the inputs, if their names do not tell.
        output_format: One of :data:`attribution.formats.FORMATS`, if the name does not tell.
        resume: Whether to go on behind what an earlier run left in ``output``; what failed then is tried again.
        shard_size: Articles in each shard.

    Yields:
        How far it has come, after each article.

    Raises:
        ConfigurationError: The output is one of the inputs, cannot be written or cannot be resumed.
    """
    places = Places.of(output, output_format)
    for item in inputs:
        if places.output and places.output.exists() and Path(item).exists() and places.output.samefile(item):
            raise ConfigurationError(f"{output} is input and output", "write to another file or folder")
    items = read_located(inputs, format=input_format, columns=columns, skip=places.written())
    yield from run(items, annotate, output, format=output_format, resume=resume, shard_size=shard_size)


def run(
    items: Iterable[Item],
    annotate: Annotate,
    output: str | Path = STDIN,
    *,
    format: str | None = None,
    resume: bool = False,
    shard_size: int = SHARD_SIZE,
) -> Iterator[Progress]:
    """Annotates articles and writes the result; see :func:`annotate_files`.

    Failures go to a file beside the output, as does a summary in the end.
    """
    places = Places.of(output, format)
    with ExitStack() as stack:
        target = stack.enter_context(open_output(places, format, resume, shard_size))
        tally = stack.enter_context(_Tally(places))
        for event in isolate(items, annotate, target.finished):
            yield tally.count(event, target)
        tally.complete = True


class _Tally:
    """Counts events, writes them where they belong, and leaves a summary."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._begun = time.monotonic()
        self._failures: IO[str] | None = None
        self._summary = Summary(started=now())
        self._bytes_read = 0
        self.complete = False

    def __enter__(self) -> _Tally:
        if self._places.failures:
            self._places.failures.unlink(missing_ok=True)  # an earlier run's: what failed is tried again
        return self

    def count(self, event: Event, target: Output) -> Progress:
        """Writes what the event brought and tells how far the run has come."""
        seconds = time.monotonic() - self._begun
        before = self._summary
        if isinstance(event, Failure):
            self._write_failure(event)
            self._summary = before.model_copy(update={"failed": before.failed + 1, "seconds": seconds})
            return Progress(self._summary, self._bytes_read, failure=event)
        self._bytes_read = event.bytes_read
        if isinstance(event, Skipped):
            self._summary = before.model_copy(update={"skipped": before.skipped + 1, "seconds": seconds})
            return Progress(self._summary, self._bytes_read)
        target.write(event.record)
        more = len(event.record.attributions)
        update = {"articles": before.articles + 1, "attributions": before.attributions + more, "seconds": seconds}
        self._summary = before.model_copy(update=update)
        return Progress(self._summary, self._bytes_read, record=event.record)

    def _write_failure(self, failure: Failure) -> None:
        if self._places.failures is None:
            return
        if self._failures is None:
            self._failures = self._places.failures.open("w", encoding="utf-8")
        self._failures.write(failure.model_dump_json() + "\n")
        self._failures.flush()

    def __exit__(self, *_: object) -> None:
        if self._failures:
            self._failures.close()
        if self._places.summary:
            update = {"finished": now(), "complete": self.complete}
            self._places.summary.parent.mkdir(parents=True, exist_ok=True)
            self._places.summary.write_text(self._summary.model_copy(update=update).model_dump_json(indent=1) + "\n")
