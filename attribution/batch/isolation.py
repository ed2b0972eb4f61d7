"""Passing articles through an annotator, so that the one article it fails on is the only one that is lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from attribution.batch.outputs import Finished
from attribution.errors import AttributionError, ConfigurationError, InputError
from attribution.formats import Failure, Located
from attribution.schema import AnnotatedArticle, Article

Annotate = Callable[[Iterable[Article]], Iterator[AnnotatedArticle]]
Item = Located | Article | Failure

_MOST_WAITING = 1000  # events between two annotated articles


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
