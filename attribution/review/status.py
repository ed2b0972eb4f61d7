"""How the review is going: progress, how often reviewers agree with the model, time per article, the quarantine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from attribution.review.agreement import add
from attribution.review.client import Server
from attribution.review.pull import between_reviewers
from attribution.review.store import Quarantined, Store
from attribution.schema import Agreement, Review


@dataclass(frozen=True)
class Progress:
    """The tasks of a project: how many there are, are finished, begun, and skipped."""

    tasks: int
    finished: int
    begun: int
    skipped: int


@dataclass(frozen=True)
class Period:
    """The reviews of one week of predictions by one release. ``seconds`` is the median time for an article."""

    week: str
    release: str
    articles: int
    seconds: float | None
    agreement: dict[str, Agreement] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """Everything ``attribution review status`` shows.

    ``unbiased`` is the agreement with the model on the articles that were drawn at random.
    """

    progress: Progress | None
    periods: list[Period]
    unbiased: dict[str, Agreement]
    unbiased_articles: int
    reviewers: dict[str, Agreement]
    by_reviewer: dict[str, tuple[int, float | None]]
    quarantine: list[Quarantined]


def status(store: Store, server: Server | None = None, title: str | None = None) -> Status:
    """The state of the review.

    Args:
        store: What has been pulled.
        server: Asked for the progress when given.
        title: Of the project; all projects in the store when ``None``.
    """
    records = [record for record in store.current().values() if record.provenance.review]
    pairs = [(record.provenance.review, record.provenance.release or "unreleased") for record in records]
    mine = [(review, release) for review, release in pairs if review and title in (None, review.project)]
    drawn = [review for review, _ in mine if review.drawn == "random"]
    return Status(
        progress=_progress(server, title) if server and title else None,
        periods=_periods(mine),
        unbiased=add(review.agreement for review in drawn),
        unbiased_articles=len(drawn),
        reviewers=between_reviewers(store),
        by_reviewer=_by_reviewer([review for review, _ in mine]),
        quarantine=store.set_aside_items(),
    )


def _progress(server: Server, title: str) -> Progress | None:
    project = server.project(title)
    if project is None:
        return None
    tasks = list(server.tasks(project.id, whole=False))
    finished = sum(bool(task.get("total_annotations")) for task in tasks)
    skipped = sum(bool(task.get("cancelled_annotations")) and not task.get("total_annotations") for task in tasks)
    begun = sum(bool(task.get("drafts")) and not task.get("total_annotations") for task in tasks)
    return Progress(len(tasks), finished, begun, skipped)


def _periods(reviews: list[tuple[Review, str]]) -> list[Period]:
    groups: dict[tuple[str, str], list[Review]] = {}
    for review, release in reviews:
        year, week, _ = datetime.fromisoformat(review.time.replace("Z", "+00:00")).isocalendar()
        groups.setdefault((f"{year}-W{week:02}", release), []).append(review)
    return [
        Period(week, release, len(group), _median(group), add(review.agreement for review in group))
        for (week, release), group in sorted(groups.items())
    ]


def _by_reviewer(reviews: list[Review]) -> dict[str, tuple[int, float | None]]:
    groups: dict[str, list[Review]] = {}
    for review in reviews:
        groups.setdefault(review.reviewer, []).append(review)
    return {name: (len(group), _median(group)) for name, group in sorted(groups.items())}


def _median(reviews: list[Review]) -> float | None:
    seconds = [review.seconds for review in reviews if review.seconds is not None]
    return median(seconds) if seconds else None
