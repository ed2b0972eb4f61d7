"""The one place that talks to Label Studio.

Every request goes through :meth:`Server._ask`, which waits when the server asks for it, tries reading again, and turns
whatever goes wrong into a :class:`~attribution.errors.ReviewConnectionError` that says what to do. A request that
changes something is never repeated blindly: when its outcome is unknown the error is ``uncertain``, and the caller
looks before anything else.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from attribution.errors import ConfigurationError, MissingExtraError, ReviewConnectionError

URL = "http://127.0.0.1:8080"
URL_VARIABLE = "LABEL_STUDIO_URL"
TOKEN_VARIABLE = "LABEL_STUDIO_API_KEY"
PATIENCE = (1.0, 2.0, 4.0, 8.0)
PAGE = 200

Answer = TypeVar("Answer")

_FIXES = {
    401: "the server does not know this token: take a new one from Account & Settings, see docs/review.md",
    403: "this account may not do that: ask for a role that may manage projects, see docs/review.md",
    404: "check --url and --project; the project may have been deleted",
    413: "raise the limit for request bodies of the proxy in front of Label Studio (nginx: client_max_body_size)",
    429: "the server is asking for fewer requests: try again later",
}


@dataclass(frozen=True)
class Project:
    """A project on the server. ``tasks`` is how many it holds."""

    id: int
    title: str
    config: str
    model_version: str | None
    tasks: int


def find_token(file: Path | None = None) -> str:
    """The access token: from a file, or from the environment; never from a command line.

    Raises:
        ConfigurationError: There is none.
    """
    token = file.read_text("utf-8").strip() if file else os.environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        where = f"the file {file} is empty" if file else f"neither --token-file nor {TOKEN_VARIABLE} is given"
        raise ConfigurationError(f"no token for Label Studio: {where}", "see docs/review.md on where to get one")
    return token


class Server:
    """A Label Studio server.

    Args:
        url: Its address.
        token: A legacy token or a personal access token.
        timeout: Seconds that one request may take.
        patience: Seconds to wait before each further try.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 120.0, patience: tuple[float, ...] = PATIENCE) -> None:
        try:
            import httpx
            from label_studio_sdk import LabelStudio
        except ImportError as error:
            raise MissingExtraError("label-studio-sdk", "review") from error
        # The library below logs whole requests at debug level, and their headers hold the token.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self.url = url.rstrip("/")
        self.patience = patience
        self._options: dict[str, Any] = {"max_retries": 0, "timeout_in_seconds": int(timeout)}
        self._http = httpx.Client(timeout=timeout, follow_redirects=True)
        self._sdk: Any = LabelStudio(  # type: ignore[no-untyped-call]
            base_url=self.url, api_key=token, httpx_client=self._http
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection."""
        self._http.close()

    def whoami(self) -> str:
        """The address of the account that the token belongs to."""
        user = self._ask(lambda: self._sdk.users.whoami(request_options=self._options))
        return str(user.email or user.username or user.id)

    def people(self) -> dict[int, str]:
        """The accounts of the server by id."""
        users = self._ask(lambda: self._sdk.users.list(request_options=self._options))
        return {int(user.id): str(user.email or user.username or user.id) for user in users if user.id is not None}

    def project(self, title: str) -> Project | None:
        """The project with this title, the oldest if there are several."""
        found = self._ask(lambda: list(self._sdk.projects.list(title=title, request_options=self._options)))
        same = sorted((item for item in found if item.title == title), key=lambda item: int(item.id or 0))
        return self.project_by_id(int(same[0].id or 0)) if same else None

    def project_by_id(self, identity: int) -> Project:
        """The project with this id."""
        found = self._ask(lambda: self._sdk.projects.get(id=identity, request_options=self._options))
        return _project(found)

    def create_project(self, title: str, config: str, instruction: str) -> Project:
        """Makes a project whose tasks are shown in the order in which they were imported."""
        made = self._ask(
            lambda: self._sdk.projects.create(
                title=title,
                label_config=config,
                expert_instruction=instruction,
                show_instruction=True,
                sampling="Sequential sampling",
                show_collab_predictions=True,
                request_options=self._options,
            ),
            writes=True,
        )
        return self.project_by_id(int(made.id or 0))

    def update_project(self, project: int, *, config: str | None = None, model_version: str | None = None) -> None:
        """Changes the interface of a project, or which predictions it shows."""
        given = {"label_config": config, "model_version": model_version}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        self._ask(lambda: self._sdk.projects.update(id=project, request_options=self._options, **changes))

    def delete_project(self, project: int) -> None:
        """Deletes a project with all it holds; it is no error when it is gone already."""
        self._gone_is_fine(lambda: self._sdk.projects.delete(id=project, request_options=self._options))

    def import_tasks(self, project: int, tasks: list[dict[str, Any]]) -> None:
        """Adds tasks with their predictions."""
        self._ask(
            lambda: self._sdk.projects.import_tasks(
                id=project, request=tasks, return_task_ids=True, request_options=self._options
            ),
            writes=True,
        )

    def add_prediction(self, task: int, prediction: dict[str, Any]) -> None:
        """Adds a prediction to a task.

        Label Studio's bulk import checks predictions against the configuration, does not know the controls of a
        ``Repeater``, and drops what it does not know without an error; one at a time they are kept as they are.
        """
        self._ask(
            lambda: self._sdk.predictions.create(
                task=task,
                result=prediction["result"],
                score=prediction["score"],
                model_version=prediction["model_version"],
                request_options=self._options,
            ),
            writes=True,
        )

    def update_task(self, task: int, *, data: dict[str, Any], meta: dict[str, Any]) -> None:
        """Replaces what a task shows and keeps."""
        options = self._options
        self._ask(lambda: self._sdk.tasks.update(id=str(task), data=data, meta=meta, request_options=options))

    def delete_task(self, task: int) -> None:
        """Deletes a task; it is no error when it is gone already."""
        self._gone_is_fine(lambda: self._sdk.tasks.delete(id=str(task), request_options=self._options))

    def delete_prediction(self, prediction: int) -> None:
        """Deletes a prediction; it is no error when it is gone already."""
        self._gone_is_fine(lambda: self._sdk.predictions.delete(id=prediction, request_options=self._options))

    def tasks(
        self, project: int, *, updated_after: datetime | None = None, whole: bool = True
    ) -> Iterator[dict[str, Any]]:
        """The tasks of a project, page by page, in the order of their ids.

        Args:
            project: Its id.
            updated_after: Only those changed after this moment.
            whole: Whether annotations and predictions are wanted too.
        """
        query = _updated_after(updated_after) if updated_after else None
        number = 1
        while True:
            page = self._ask(lambda: self._page(project, number, query, whole))  # noqa: B023
            yield from page["tasks"]
            if number * PAGE >= page["total"]:
                return
            number += 1

    def _page(self, project: int, number: int, query: str | None, whole: bool) -> dict[str, Any]:
        # The library turns each task into objects, which takes longer than the request; its own HTTP client is used.
        parameters = {"project": project, "page": number, "page_size": PAGE, "fields": "all" if whole else "task_only"}
        answer = self._sdk._client_wrapper.httpx_client.request(
            "api/tasks",
            method="GET",
            params=parameters | ({"query": query} if query else {}),
            request_options=self._options,
        )
        if answer.status_code >= 400:
            from label_studio_sdk.core.api_error import ApiError

            raise ApiError(status_code=answer.status_code, headers=dict(answer.headers), body=answer.text)
        found: dict[str, Any] = answer.json()
        return found

    def export(self, project: int) -> list[dict[str, Any]]:
        """A snapshot of all tasks with annotations, drafts and predictions, through Label Studio's export."""
        exports = self._sdk.projects.exports
        options = {"predictions": {"only_id": False}, "drafts": {"only_id": False}}
        made = self._ask(
            lambda: exports.create(id=project, serialization_options=options, request_options=self._options)
        )
        number = int(made.id or 0)
        try:
            while (
                state := self._ask(lambda: exports.get(project, number, request_options=self._options)).status
            ) != "completed":
                if state == "failed":
                    raise ReviewConnectionError("Label Studio could not make an export", "its own log says why")
                time.sleep(0.2)
            content = self._ask(
                lambda: b"".join(exports.download(project, number, export_type="JSON", request_options=self._options))
            )
        finally:
            self._gone_is_fine(lambda: exports.delete(project, number, request_options=self._options))
        found: list[dict[str, Any]] = json.loads(content)
        return found

    def backends(self, project: int) -> dict[int, str]:
        """The model backends of a project: their addresses by id."""
        found = self._ask(lambda: self._sdk.ml.list(project=project, request_options=self._options))
        return {int(item.id or 0): str(item.url) for item in found}

    def add_backend(self, project: int, url: str, title: str) -> int:
        """Connects a model backend."""
        made = self._ask(
            lambda: self._sdk.ml.create(project=project, url=url, title=title, request_options=self._options),
            writes=True,
        )
        return int(made.id or 0)

    def delete_backend(self, backend: int) -> None:
        """Disconnects a model backend; it is no error when it is gone already."""
        self._gone_is_fine(lambda: self._sdk.ml.delete(id=backend, request_options=self._options))

    def webhooks(self, project: int) -> dict[int, str]:
        """The webhooks of a project: their addresses by id."""
        found = self._ask(lambda: self._sdk.webhooks.list(project=str(project), request_options=self._options))
        return {int(item.id or 0): str(item.url) for item in found}

    def delete_webhook(self, webhook: int) -> None:
        """Removes a webhook; it is no error when it is gone already."""
        self._gone_is_fine(lambda: self._sdk.webhooks.delete(id=webhook, request_options=self._options))

    def _gone_is_fine(self, request: Callable[[], Any]) -> None:
        try:
            self._ask(request)
        except ReviewConnectionError as error:
            if error.status != 404:
                raise

    def _ask(self, request: Callable[[], Answer], *, writes: bool = False) -> Answer:
        """Carries out a request; one that only reads, or may be done twice, is tried again when it fails."""
        for wait in (*self.patience, None):
            try:
                return request()
            except Exception as error:
                fault = self._fault(error, writes)
                if wait is None or not _may_try_again(fault, writes):
                    raise fault from error
                time.sleep(_asked_to_wait(error, wait))
        raise AssertionError("unreachable")

    def _fault(self, error: Exception, writes: bool) -> ReviewConnectionError:
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        if isinstance(error, ApiError):
            status = error.status_code or 0
            fix = _FIXES.get(status, "the log of Label Studio says more; try again" if status >= 500 else "")
            return ReviewConnectionError(
                f"Label Studio at {self.url} answered {status}: {_detail(error.body)}",
                fix,
                status=status,
                uncertain=writes and status >= 500,
            )
        if isinstance(error, httpx.ConnectError):
            return ReviewConnectionError(
                f"nobody answers at {self.url}", "start it (scripts/label-studio start) or correct --url", status=0
            )
        if isinstance(error, httpx.TransportError | json.JSONDecodeError):
            return ReviewConnectionError(
                f"the connection to {self.url} broke off: {type(error).__name__}",
                "run the same command again",
                uncertain=writes,
            )
        raise error


def _project(found: Any) -> Project:
    return Project(
        int(found.id),
        str(found.title),
        str(found.label_config or ""),
        found.model_version or None,
        int(found.task_number or 0),
    )


def _may_try_again(fault: ReviewConnectionError, writes: bool) -> bool:
    if fault.status == 429:
        return True
    if writes or fault.status == 0:
        return False
    return fault.status is None or fault.status >= 500


def _asked_to_wait(error: Exception, wait: float) -> float:
    """What the server asks for in ``Retry-After``, at most a minute, or ``wait``."""
    headers = {str(key).lower(): value for key, value in (getattr(error, "headers", None) or {}).items()}
    asked = str(headers.get("retry-after", ""))
    return min(float(asked), 60.0) if asked.isdigit() else wait


def _detail(body: Any) -> str:
    said = [body[key] for key in ("detail", "validation_errors") if body.get(key)] if isinstance(body, dict) else body
    words = " ".join(str(said).split())
    return words if len(words) <= 200 else words[:199] + "…"


def _updated_after(moment: datetime) -> str:
    value = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    rule = {"filter": "filter:tasks:updated_at", "operator": "greater", "type": "Datetime", "value": value}
    return json.dumps({"filters": {"conjunction": "and", "items": [rule]}})
