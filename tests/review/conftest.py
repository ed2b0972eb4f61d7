"""The browser, the service and an article for the tests of reviewing; the server itself comes from ``labelling``."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from labelling import (
    ROOT,
    Running,
    close_connections,
    free_port,
    label_studio,
    project,
    run_script,
    submit,
    ticked,
)

from attribution.schema import AnnotatedArticle

__all__ = ["Running", "close_connections", "free_port", "label_studio", "project", "run_script", "submit", "ticked"]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser; scripts/browser installs it where it may."""
    found = shutil.which("chromium")
    if found is None:
        subprocess.run([str(ROOT / "scripts" / "browser")], check=True)
        found = shutil.which("chromium")
    assert found, "no chromium: install the package of that name"
    return found


@pytest.fixture(scope="session")
def ferry() -> AnnotatedArticle:
    """An invented article about a ferry, annotated, with an emoji before the first quotation."""
    return AnnotatedArticle.from_json((Path(__file__).parent / "ferry.jsonl").read_text("utf-8"))


@dataclass(frozen=True)
class Service:
    """A running attribution serve."""

    url: str
    release: str


@pytest.fixture(scope="session")
def service(tiny_release: Path) -> Iterator[Service]:
    """The service with an untrained release, in a thread of its own."""
    import threading
    import time

    import uvicorn

    from attribution.annotator import Annotator
    from attribution.service import create_app

    annotator = Annotator.load(tiny_release, "cpu")
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(create_app(annotator), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield Service(f"http://127.0.0.1:{port}", str(annotator.release))
    server.should_exit = True
    thread.join()
