"""Annotating many articles: nothing lost, nothing doubled, and one bad article stops no other.

The route of an article: :func:`annotate_files` reads it with its place, :func:`isolate` passes it through the annotator
and takes the blame to the one article that fails, :func:`run` writes what comes out and yields how far it has come.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from attribution.errors import AttributionError, ConfigurationError, InputError
from attribution.formats import Columns, Failure, Located, read_located
from attribution.formats.sources import STDIN
from attribution.outputs import SHARD_SIZE, Finished, Output, Places, open_output
from attribution.schema import AnnotatedArticle, Article, Record, now

Annotate = Callable[[Iterable[Article]], Iterator[AnnotatedArticle]]
Item = Located | Article | Failure

_MOST_WAITING = 1000  # events between two annotated articles


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


@dataclass(frozen=True)
class Skipped:
    """An article that the output held already."""

    bytes_read: int


@dataclass(frozen=True)
class Annotated:
    """An article that was annotated."""

    record: AnnotatedArticle
    bytes_read: int


Event = Annotated | Failure | Skipped


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


@dataclass
class _Feed:
    """Hands articles to the annotator and remembers those it has not given back.

    Attributes:
        waiting: Articles that were handed over, in order.
        events: What happened beside, to be told when the annotator lets go.
        error: What went wrong in the source of the articles itself.
    """

    items: Iterator[Item]
    finished: Finished
    waiting: deque[Located] = field(default_factory=deque)
    events: deque[Event] = field(default_factory=deque)
    error: BaseException | None = None
    ended: bool = False

    def __iter__(self) -> Iterator[Article]:
        while len(self.events) < _MOST_WAITING:
            try:
                item = next(self.items)
            except StopIteration:
                self.ended = True
                return
            except BaseException as error:  # not the annotator's fault, whose frames it would pass through
                self.error, self.ended = error, True
                return
            if located := self._to_annotate(item):
                self.waiting.append(located)
                yield located.article

    def _to_annotate(self, item: Item) -> Located | None:
        if isinstance(item, Failure):
            self.events.append(item)
            return None
        located = item if isinstance(item, Located) else Located(item, str(item.meta.get("path", "")))
        if self.finished.take(located.article):
            self.events.append(Skipped(located.bytes_read))
            return None
        return located

    def told(self) -> Iterator[Event]:
        """Empties ``events``."""
        while self.events:
            yield self.events.popleft()


def isolate(items: Iterable[Item], annotate: Annotate, finished: Finished | None = None) -> Iterator[Event]:
    """Annotates a stream; where the annotator raises, it tries the articles it held one by one.

    Args:
        items: Articles, with their places if these are known, and failures, which are passed on.
        annotate: Must give back an annotated article for each article, in order.
        finished: Articles to skip.

    Yields:
        An event for each item; the order of annotated articles is that of the input.

    Raises:
        AttributionError: The annotator itself is at fault, not an article: a release is missing, say.
    """
    feed = _Feed(iter(items), finished or Finished())
    while not feed.ended:
        try:
            for record in annotate(iter(feed)):
                yield _given_back(feed, record)
                yield from feed.told()
        except Exception as error:
            _raise_if_general(error)
        for located in tuple(feed.waiting):
            yield _one(located, annotate)
        feed.waiting.clear()
        yield from feed.told()
    if feed.error is not None:
        raise feed.error


def _given_back(feed: _Feed, record: AnnotatedArticle) -> Annotated:
    if not feed.waiting or feed.waiting[0].article.id != record.article.id:
        reason = f"the annotator gave back article {record.article.id} when another was due"
        raise ConfigurationError(reason, "use one that keeps the order of its articles")
    return Annotated(record, feed.waiting.popleft().bytes_read)


def _raise_if_general(error: Exception) -> None:
    if isinstance(error, AttributionError) and not isinstance(error, InputError):
        raise error


def _one(located: Located, annotate: Annotate) -> Annotated | Failure:
    """Annotates one article alone."""
    article = located.article
    try:
        found = list(annotate(iter([article])))
    except Exception as error:
        _raise_if_general(error)
        reason = f"annotating it failed: {type(error).__name__}: {error}"
    else:
        if len(found) == 1:
            return Annotated(found[0], located.bytes_read)
        reason = f"annotating it gave {len(found)} articles"
    fix = "the rest went on; report the article, or leave it out"
    return Failure(path=located.path, line=located.line, row=located.row, article=article.id, reason=reason, fix=fix)
