"""Annotating in several processes at once."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context

from attribution.batch.isolation import Annotate
from attribution.schema import AnnotatedArticle, Article

_annotate: Annotate | None = None  # of this worker process


@contextmanager
def in_processes(load: Callable[[], Annotate], workers: int, portion: int = 16) -> Iterator[Annotate]:
    """An annotator that spreads its articles over processes and gives them back in order.

    A process that dies takes down only the articles it held: they raise, as any error does, and the next call starts
    afresh.

    Args:
        load: Makes the annotator of one process; must be importable by name, as for :mod:`pickle`.
        workers: How many processes.
        portion: How many articles are handed over at once.
    """
    pool = _Pool(load, workers)
    try:
        yield lambda articles: pool.annotate(iter(articles), portion)
    finally:
        pool.close()


class _Pool:
    """A pool of processes that is made anew when it breaks."""

    def __init__(self, load: Callable[[], Annotate], workers: int) -> None:
        self._load, self._workers = load, workers
        self._pool: ProcessPoolExecutor | None = None

    def annotate(self, articles: Iterator[Article], portion: int) -> Iterator[AnnotatedArticle]:
        waiting: deque[Future[list[AnnotatedArticle]]] = deque()
        try:
            while some := list(islice(articles, portion)):
                waiting.append(self._open().submit(_work, some))
                if len(waiting) > 2 * self._workers:
                    yield from waiting[0].result()
                    waiting.popleft()
            while waiting:
                yield from waiting[0].result()
                waiting.popleft()
        finally:
            self._settle(waiting)

    def _settle(self, waiting: Iterable[Future[list[AnnotatedArticle]]]) -> None:
        """Waits for what still runs, lest the death of its process fall on articles that come later."""
        running = [future for future in waiting if not future.cancel()]
        wait(running)
        if any(isinstance(future.exception(), BrokenProcessPool) for future in running):
            self.close()

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            threads = max(1, (os.cpu_count() or 1) // self._workers)
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), _start, (self._load, threads))
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _start(load: Callable[[], Annotate], threads: int) -> None:
    global _annotate  # noqa: PLW0603 - a process of the pool has no other place to keep its annotator
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))
    _annotate = load()


def _work(articles: list[Article]) -> list[AnnotatedArticle]:
    if _annotate is None:
        raise RuntimeError("this process has no annotator")
    return list(_annotate(articles))
