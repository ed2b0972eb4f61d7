"""The app: its routes, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Body, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse

from attribution import __version__, service
from attribution.errors import AttributionError
from attribution.service.batching import Batcher, Limits
from attribution.service.events import write_down
from attribution.service.guard import Guard
from attribution.service.messages import AnnotateIn, AnnotateOut
from attribution.service.page import page

if TYPE_CHECKING:
    from attribution.annotator import Annotator


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
        title="attribution",
        version=__version__,
        description=service.__doc__ or "",
        lifespan=working,
        docs_url=None,
        redoc_url=None,
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


def _add_pages(app: FastAPI) -> None:
    @app.exception_handler(AttributionError)
    async def failed(_: Request, error: AttributionError) -> JSONResponse:
        return JSONResponse({"detail": error.reason, "fix": error.fix}, 422)

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()))
