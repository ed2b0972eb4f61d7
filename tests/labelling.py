"""A Label Studio for the tests: started once by scripts/label-studio, shared by all processes, stopped by the last."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from filelock import FileLock

from attribution.review.client import Server

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "scripts" / "label-studio"


OPENED: list[Server] = []


@pytest.fixture(autouse=True)
def close_connections() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


@dataclass(frozen=True)
class Running:
    """A server that runs: where, and who may log in."""

    url: str
    user: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    data: Path

    def server(self, url: str | None = None, **rest: object) -> Server:
        made = Server(url or self.url, self.token, **{"patience": (0.2, 0.5, 1.0), **rest})  # type: ignore[arg-type]
        OPENED.append(made)
        return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run_script(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(SCRIPT), *words], capture_output=True, text=True, check=False)


def running(data: Path) -> Running:
    who = json.loads((data / "account.json").read_text())
    port = json.loads((data / "server.json").read_text())["port"]
    return Running(f"http://127.0.0.1:{port}", who["user"], who["password"], who["token"], data)


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Label Studio; LABEL_STUDIO_TEST_DATA names the data directory of one that runs already."""
    if given := os.environ.get("LABEL_STUDIO_TEST_DATA"):
        yield running(Path(given))
        return
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    data, users = shared / "label-studio", shared / "label-studio-users"
    with FileLock(f"{users}.lock"):
        if not users.exists():
            started = run_script("start", "--data", str(data), "--port", str(free_port()), "--wait", "600")
            assert started.returncode == 0, started.stderr
        users.write_text(str(int(users.read_text() if users.exists() else 0) + 1))
    yield running(data)
    with FileLock(f"{users}.lock"):
        left = int(users.read_text()) - 1
        users.write_text(str(left))
        if left == 0:
            run_script("stop", "--data", str(data))
            users.unlink()


@pytest.fixture
def project(label_studio: Running, request: pytest.FixtureRequest) -> Iterator[str]:
    """The title of a project of its own for a test; it is deleted afterwards."""
    title = f"{request.node.name[:30]} {os.getpid()}"
    yield title
    server = label_studio.server()
    if found := server.project(title):
        server.delete_project(found.id)


@pytest.fixture
def submit(label_studio: Running) -> Callable[..., int]:
    """Submits an annotation as the editor does: ``submit(task, result, lead_time=…)``; returns its id."""

    def send(task: int, result: list[dict[str, object]], **rest: object) -> int:
        sdk = label_studio.server()._sdk
        made = sdk.annotations.create(id=task, result=result, **{"lead_time": 30.0, **rest})  # type: ignore[arg-type]
        return int(made.id or 0)

    return send


def ticked(*parts: str) -> dict[str, object]:
    """The answer to "I have checked"."""
    value = {"choices": list(parts or ("quotations", "speakers", "stance"))}
    return {"id": "answer-checked", "from_name": "checked", "to_name": "text", "type": "choices", "value": value}
