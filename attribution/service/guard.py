"""Who is let in, and with how much."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi.responses import JSONResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


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
