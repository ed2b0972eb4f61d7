"""Connecting a running ``attribution serve`` to a project, and taking it away without leaving anything behind."""

from __future__ import annotations

from attribution.errors import ReviewError
from attribution.review.client import Project, Server

TITLE = "attribution"


def connect(server: Server, title: str, url: str) -> bool:
    """Lets the service at ``url`` predict for a project; returns whether it had not been connected before."""
    project = _project(server, title)
    if url.rstrip("/") in _addresses(server, project):
        return False
    server.add_backend(project.id, url.rstrip("/"), TITLE)
    return True


def disconnect(server: Server, title: str, url: str) -> tuple[int, int]:
    """Takes the service at ``url`` away from a project; returns how many backends and webhooks were removed.

    Label Studio adds a webhook for each backend and forgets it when the backend goes.
    """
    project, address = _project(server, title), url.rstrip("/")
    backends = [number for number, found in server.backends(project.id).items() if found.rstrip("/") == address]
    for number in backends:
        server.delete_backend(number)
    hooks = [number for number, found in server.webhooks(project.id).items() if (found + "/").startswith(address + "/")]
    for number in hooks:
        server.delete_webhook(number)
    return len(backends), len(hooks)


def _project(server: Server, title: str) -> Project:
    project = server.project(title)
    if project is None:
        raise ReviewError(
            f"there is no project {title!r} on {server.url}", "push something first, or correct --project"
        )
    return project


def _addresses(server: Server, project: Project) -> set[str]:
    return {url.rstrip("/") for url in server.backends(project.id).values()}
