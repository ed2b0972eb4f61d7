"""One small ASGI app: annotation for everyone, and a model backend for Label Studio.

``POST /annotate`` takes articles and gives annotated ones. ``/health``, ``/setup``, ``/predict`` and ``/webhook`` are
what Label Studio asks of a model backend, so that an article opened there shows the predictions of the release in use.

The release is loaded once. Requests that come in together are annotated together by one thread; when too many wait,
new ones are told to come back. When another release is put into use it is loaded beside the old one and then takes its
place between two batches, so no request is dropped. Webhooks are only written down: Label Studio waits one second.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import html
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Body, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from attribution import __version__
from attribution.errors import AttributionError
from attribution.schema import AnnotatedArticle, Article, content_id, now

if TYPE_CHECKING:
    from attribution.annotator import Annotator

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


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


class ArticleIn(BaseModel):
    """An article to annotate. Fields that are not known here are kept under ``meta``."""

    model_config = ConfigDict(extra="allow")

    text: Annotated[str, Field(min_length=1, description="The text; offsets in the answer count its code points.")]
    id: Annotated[str | None, Field(min_length=1, description="Made from the text when missing.")] = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = "en"
    targets: Annotated[
        list[dict[str, Any]] | None, Field(description='Judge stance toward just these: {"name": …, "aliases": […]}.')
    ] = None

    def article(self) -> Article:
        """The article in the contract's form."""
        known = self.model_dump(exclude={"targets", *(self.model_extra or {})})
        meta = dict(self.model_extra or {}) | ({"targets": self.targets} if self.targets is not None else {})
        return Article(**known | {"id": self.id or content_id(self.text), "meta": meta})


class AnnotateIn(BaseModel):
    """What ``/annotate`` takes."""

    model_config = ConfigDict(extra="forbid")

    articles: Annotated[list[ArticleIn], Field(min_length=1)]


class AnnotateOut(BaseModel):
    """What ``/annotate`` gives: one annotated article for each that was sent, in their order."""

    articles: list[AnnotatedArticle]


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


class Guard:
    """Lets only callers with the token in (all but ``/health``), and stops bodies that are too large as they come."""

    def __init__(self, app: App, token: str | None, limit: int) -> None:
        self.app, self.token, self.limit = app, token, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        if self.token and scope["path"] != "/health" and not _lets_in(headers.get("authorization", ""), self.token):
            await _refuse(scope, receive, send, 401, "this service asks for its token: Authorization: Bearer …")
            return
        announced = headers.get("content-length", "")
        if announced.isdigit() and int(announced) > self.limit:
            await _refuse(
                scope, receive, send, 413, f"a request may have {self.limit} bytes; send fewer articles at once"
            )
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body, which is small enough to be held, and hands it on."""
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            if len(body) > self.limit:
                await _refuse(
                    scope, receive, send, 413, f"a request may have {self.limit} bytes; send fewer articles at once"
                )
                return
            if not message.get("more_body"):
                break
        handed_on = False

        async def again() -> MutableMapping[str, Any]:
            nonlocal handed_on
            if handed_on:
                return await receive()
            handed_on = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    await JSONResponse({"detail": detail}, status, headers)(scope, receive, send)


def _lets_in(given: str, token: str) -> bool:
    """Whether an ``Authorization`` header holds the token: as a bearer, or as a password, as Label Studio sends it."""
    scheme, _, value = given.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
        except ValueError:
            return False
    elif scheme.lower() not in ("bearer", "token"):
        return False
    return hmac.compare_digest(value.strip().encode(), token.encode())


def create_app(
    annotator: Annotator,
    *,
    token: str | None = None,
    limits: Limits | None = None,
    events: Path | None = None,
    latest: Callable[[Annotator], Annotator] = lambda annotator: annotator,
) -> FastAPI:
    """The app.

    Args:
        annotator: What annotates.
        token: What callers must show; nobody is asked when ``None``.
        limits: What one request may ask.
        events: Where webhooks are written down, one JSON object a line; nowhere when ``None``.
        latest: Asked now and then for the annotator of the release in use.
    """
    limits = limits or Limits()
    batcher = Batcher(annotator, limits, latest)

    @asynccontextmanager
    async def working(_: FastAPI) -> AsyncIterator[None]:
        worker = asyncio.create_task(batcher.run())
        yield
        worker.cancel()
        batcher.close()

    app = FastAPI(
        title="attribution", version=__version__, description=__doc__, lifespan=working, docs_url=None, redoc_url=None
    )
    app.add_middleware(Guard, token=token, limit=limits.body)
    _add_annotation(app, batcher, limits)
    _add_backend(app, batcher, limits, events)
    _add_pages(app)
    return app


def _add_annotation(app: FastAPI, batcher: Batcher, limits: Limits) -> None:
    @app.post("/annotate", summary="Annotate articles")
    async def annotate(request: AnnotateIn) -> AnnotateOut:
        """Finds who said what in each article, who they are, and how the outlet frames its actors."""
        if len(request.articles) > limits.articles:
            raise HTTPException(413, f"a request may have {limits.articles} articles, this has {len(request.articles)}")
        for at, item in enumerate(request.articles):
            if len(item.text) > limits.characters:
                raise HTTPException(
                    413, f"articles[{at}] has {len(item.text)} characters; {limits.characters} are allowed"
                )
        return AnnotateOut(articles=await batcher.annotate([item.article() for item in request.articles]))


def _add_backend(app: FastAPI, batcher: Batcher, limits: Limits, events: Path | None) -> None:
    from attribution.review.tasks import answer, article_of

    @app.get("/health", summary="Whether the service works, and with which release")
    async def health() -> dict[str, Any]:
        return {"status": "UP", "release": batcher.annotator.release, "version": __version__}

    @app.post("/setup", summary="Label Studio: connect a project")
    async def setup(request: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:  # noqa: ARG001
        # The request holds an access token to Label Studio. It is not needed, not kept and not logged.
        return {"model_version": batcher.annotator.release or "unreleased"}

    @app.post("/predict", summary="Label Studio: predictions for tasks")
    async def predict(request: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """One prediction for each task; annotations that come along with a task are not looked at."""
        tasks = request.get("tasks")
        if not isinstance(tasks, list):
            raise HTTPException(422, "tasks: a list is needed")
        if len(tasks) > limits.articles:
            raise HTTPException(413, f"a request may have {limits.articles} tasks, this has {len(tasks)}")
        articles = [article_of(task) for task in tasks]
        usable = [item for item in articles if item and item.text.strip() and len(item.text) <= limits.characters]
        records = iter(await batcher.annotate(usable))
        empty: dict[str, Any] = {
            "result": [],
            "score": None,
            "model_version": batcher.annotator.release or "unreleased",
        }
        results = [
            answer(task, next(records)) if item in usable else empty for task, item in zip(tasks, articles, strict=True)
        ]
        return {"results": results, "model_version": empty["model_version"]}

    @app.post("/webhook", status_code=202, summary="Label Studio: something happened")
    async def webhook(request: Request) -> dict[str, str]:
        try:
            said = await request.json()
        except ValueError as error:
            raise HTTPException(422, "the body is not JSON") from error
        if events is not None and isinstance(said, dict):
            write_down(events, said)
        return {"status": "noted"}


def write_down(events: Path, said: dict[str, Any]) -> None:
    """Appends what a webhook said, without the texts it carries, to a file."""

    def ids(value: Any) -> list[int]:
        items = value if isinstance(value, list) else [value]
        return [int(item["id"]) for item in items if isinstance(item, dict) and isinstance(item.get("id"), int)]

    line = {
        "time": now(),
        "action": str(said.get("action", ""))[:80],
        **{name: ids(said[key]) for name, key in _EVENT_PARTS.items() if key in said},
    }
    events.parent.mkdir(parents=True, exist_ok=True)
    with events.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


_EVENT_PARTS = {"project": "project", "task": "task", "annotation": "annotation", "annotations": "annotations"}


def _add_pages(app: FastAPI) -> None:
    @app.exception_handler(AttributionError)
    async def failed(_: Request, error: AttributionError) -> JSONResponse:
        return JSONResponse({"detail": error.reason, "fix": error.fix}, 422)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()))


def page(described: dict[str, Any]) -> str:
    """The OpenAPI description as a page that needs nothing from the network."""
    rows = []
    for path, methods in described["paths"].items():
        for method, what in methods.items():
            summary, more = html.escape(what.get("summary", "")), html.escape(what.get("description", ""))
            rows.append(f"<h2><code>{method.upper()} {html.escape(path)}</code></h2><p>{summary}. {more}</p>")
    example = (
        'curl -H "Content-Type: application/json" -d \'{"articles": [{"text": "…"}]}\' http://127.0.0.1:8090/annotate'
    )
    return (
        "<!doctype html><meta charset=utf-8><title>attribution</title>"
        "<style>body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}code,pre{background:#f2f4f7;"
        "padding:2px 5px;border-radius:4px;overflow-x:auto}h2{font-size:1.05em;margin-top:1.6em}</style>"
        f"<h1>attribution {html.escape(described['info']['version'])}</h1><p>The whole description, for tools: "
        f"<a href=openapi.json>openapi.json</a></p><pre>{html.escape(example)}</pre>{''.join(rows)}"
    )
