"""A real proxy between the client and Label Studio that breaks what it is told to break."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Faults:
    """What to do with requests: the first rule whose method and part of the path fit, and that is not used up.

    ``status`` answers at once; ``drop`` cuts the connection before the request reaches the server, ``drop after`` when
    the server has carried it out; ``hang after`` keeps the answer back for ten seconds; a name in
    ``calls`` does something else first and then passes the request on.
    """

    rules: list[tuple[str, str, str | int, int]] = field(default_factory=list)
    calls: dict[str, Callable[[], None]] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)

    def add(self, method: str, path: str, what: str | int, times: int = 1) -> None:
        self.rules.append((method, path, what, times))

    def take(self, method: str, path: str) -> str | int | None:
        self.seen.append((method, path))
        for at, (verb, part, what, times) in enumerate(self.rules):
            if verb == method and part in path and times:
                self.rules[at] = (verb, part, what, times - 1)
                return what
        return None


@contextmanager
def proxy(target: str) -> Iterator[tuple[str, Faults]]:
    """Its address and its faults."""
    faults, goal = Faults(), urlsplit(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            what = faults.take(self.command, self.path)
            if isinstance(what, int):
                self.answer(what, b'{"detail": "made up"}', {"Retry-After": "0"})
                return
            if what == "drop":
                self.close_connection = True
                return
            if what in faults.calls:
                faults.calls[str(what)]()
            connection = http.client.HTTPConnection(goal.hostname or "", goal.port, timeout=120)
            headers = {key: value for key, value in self.headers.items() if key.lower() not in ("host", "connection")}
            connection.request(self.command, self.path, body, headers | {"Host": goal.netloc})
            got = connection.getresponse()
            content = got.read()
            connection.close()
            if what == "hang after":
                time.sleep(10)
            if what in ("drop after", "hang after"):
                self.close_connection = True
                return
            kept = {key: value for key, value in got.getheaders() if key.lower() == "content-type"}
            self.answer(got.status, content, kept)

        def answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", faults
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
