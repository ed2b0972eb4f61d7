"""Articles of all requests, annotated together by one thread beside the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import HTTPException

from attribution.errors import AttributionError
from attribution.schema import AnnotatedArticle, Article

if TYPE_CHECKING:
    from attribution.annotator import Annotator


@dataclass(frozen=True)
class Limits:
    """What one request may ask, and how much may wait."""

    body: int = 20 * 1024 * 1024
    """Bytes of a request."""
    articles: int = 200
    """Articles in a request."""
    characters: int = 500_000
    """Characters of an article."""
    waiting: int = 1000
    """Articles that may wait; beyond it the answer is 503 with ``Retry-After``."""
    batch: int = 32
    """Articles annotated together."""
    gather: float = 0.005
    """Seconds to wait for others to join a batch."""


@dataclass
class _Job:
    article: Article
    done: asyncio.Future[AnnotatedArticle]


@dataclass
class Batcher:
    """Annotates articles from all requests together, in one thread beside the event loop.

    ``latest`` is asked before each batch and returns another annotator when a new release is in use.
    """

    annotator: Annotator
    limits: Limits
    latest: Callable[[Annotator], Annotator] = lambda annotator: annotator
    every: float = 5.0
    _queue: asyncio.Queue[_Job] = field(default_factory=asyncio.Queue)
    # Always the same thread: each one that computes would keep buffers of its own.
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "annotator"))
    _looked: float = 0.0
    _waiting: int = 0

    async def annotate(self, articles: Sequence[Article]) -> list[AnnotatedArticle]:
        """Annotates the articles of one request.

        Raises:
            HTTPException: 503 when too many wait already.
        """
        if self._waiting + len(articles) > self.limits.waiting:
            raise HTTPException(503, "too many articles are waiting; try again in a moment", {"Retry-After": "5"})
        loop = asyncio.get_running_loop()
        jobs = [_Job(article, loop.create_future()) for article in articles]
        self._waiting += len(jobs)
        try:
            for job in jobs:
                self._queue.put_nowait(job)
            return list(await asyncio.gather(*(job.done for job in jobs)))
        finally:
            self._waiting -= len(jobs)

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            batch = await self._gather()
            await self._refresh()
            if batch:
                await self._annotate(batch)

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _gather(self) -> list[_Job]:
        """The jobs that are there, and those that join within a moment; none when nobody asks for a while."""
        try:
            batch = [await asyncio.wait_for(self._queue.get(), self.every)]
        except TimeoutError:
            return []
        await asyncio.sleep(self.limits.gather)
        while len(batch) < self.limits.batch and not self._queue.empty():
            batch.append(self._queue.get_nowait())
        return [job for job in batch if not job.done.done()]

    async def _refresh(self) -> None:
        if time.monotonic() - self._looked < self.every:
            return
        self._looked = time.monotonic()
        try:
            loop = asyncio.get_running_loop()
            self.annotator = await loop.run_in_executor(self._thread, self.latest, self.annotator)
        except AttributionError:
            # A release that cannot be loaded never takes the place of one that works.
            return

    async def _annotate(self, batch: list[_Job]) -> None:
        try:
            articles = [job.article for job in batch]
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._thread, lambda: list(self.annotator.annotate(articles)))
        except Exception as error:
            # One article may spoil a batch: then each is tried alone, and only that one fails.
            if len(batch) > 1:
                for job in batch:
                    await self._annotate([job])
            elif not batch[0].done.done():
                batch[0].done.set_exception(error)
            return
        for job, record in zip(batch, found, strict=True):
            if not job.done.done():
                job.done.set_result(record)
