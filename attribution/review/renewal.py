"""New predictions for the tasks of a project, once another release is in use."""

from __future__ import annotations

from attribution.annotator import Annotator
from attribution.release import Release
from attribution.review.client import Server
from attribution.review.interface import Taxonomy
from attribution.review.push import Pushed, push
from attribution.review.tasks import META, article_of
from attribution.schema import Article


def renew(server: Server, title: str, release: Release, taxonomy: Taxonomy | None = None) -> Pushed | None:
    """Annotates the articles of a project anew and updates their predictions; ``None`` when there is no project.

    Tasks that somebody works on or has finished stay as they are, see :func:`~attribution.review.push.push`. Doing it
    again changes nothing. ``taxonomy`` says what may be answered in the project.
    """
    project = server.project(title)
    if project is None:
        return None
    articles: list[Article] = []
    for task in server.tasks(project.id):
        article = article_of(task)
        if article and META in (task.get("meta") or {}):
            articles.append(article)
    return push(server, title, Annotator.load(release.directory).annotate(articles), taxonomy=taxonomy)
