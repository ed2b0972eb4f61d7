"""Finished work out of Label Studio and into the store.

The first pull of a project, and every ``complete`` one, reads an export: a snapshot of everything. Later ones ask only
for tasks changed since the last, with an overlap, because reading an annotation again makes the very same file. The
place reached is written down last, so a pull that breaks off is simply done again.

An annotation is either kept, or in quarantine with reasons a reviewer can act on, or withdrawn because it was deleted
or skipped; nothing vanishes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any, get_args

from attribution.errors import ReviewConnectionError, ReviewError
from attribution.review.agreement import add, compare
from attribution.review.client import Project, Server
from attribution.review.interface import Taxonomy
from attribution.review.layout import Layout
from attribution.review.rebuild import Rebuilt
from attribution.review.resolution import by_article
from attribution.review.store import Quarantined, Store, Withdrawal
from attribution.review.tasks import META, Shown, from_annotation, leaves_of
from attribution.schema import Agreement, AnnotatedArticle, Review, ReviewedPart

# Two clocks, a slow pull, a transaction that ends late: what was changed shortly before the last pull is read again.
OVERLAP = timedelta(minutes=15)


@dataclass
class Pulled:
    """What a pull found. ``agreement`` is that between reviewers of the same article."""

    kept: int = 0
    known: int = 0
    withdrawn: int = 0
    unfinished: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)
    agreement: dict[str, Agreement] = field(default_factory=dict)


def pull(
    server: Server,
    title: str,
    store: Store,
    *,
    taxonomy: Taxonomy | None = None,
    complete: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Pulled:
    """Brings the store up to date with a project.

    Args:
        server: Where from.
        title: Of the project.
        store: Where to.
        taxonomy: What could be answered.
        complete: Read everything, not only what changed.
        advance: Told how many tasks have just been dealt with.

    Raises:
        ReviewError: There is no such project.
    """
    project = server.project(title)
    if project is None:
        raise ReviewError(
            f"there is no project {title!r} on {server.url}", "push something first, or correct --project"
        )
    reader = _Reader(server, project, store, taxonomy or Taxonomy(), _people(server))
    since = None if complete else store.cursor(server.url, project.id)
    tasks: Iterable[dict[str, Any]]
    tasks = server.tasks(project.id, updated_after=_moment(since) - OVERLAP) if since else server.export(project.id)
    latest = since or ""
    for task in tasks:
        reader.read(task)
        latest = max(latest, str(task.get("updated_at") or ""))
        advance(1)
    if latest:
        store.set_cursor(server.url, project.id, latest)
    reader.pulled.agreement = between_reviewers(store)
    return reader.pulled


def between_reviewers(store: Store) -> dict[str, Agreement]:
    """The agreement of each two reviewers of an article on the parts that both looked at."""
    found = []
    for records in by_article(store).values():
        for one, other in combinations(records, 2):
            reviews = one.provenance.review, other.provenance.review
            if reviews[0] and reviews[1]:
                found.append(compare(one, other, set(reviews[0].looked_at) & set(reviews[1].looked_at)))
    return add(found)


def _people(server: Server) -> dict[int, str]:
    try:
        return server.people()
    except ReviewConnectionError as error:
        # An account without the right to list others can still pull; reviewers are then known by number.
        if error.status != 403:
            raise
        return {}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


class _Reader:
    """Deals with one task after the other."""

    def __init__(
        self, server: Server, project: Project, store: Store, taxonomy: Taxonomy, people: dict[int, str]
    ) -> None:
        self.server, self.project, self.store, self.taxonomy, self.people = server, project, store, taxonomy, people
        self.pulled = Pulled()
        self.known: dict[int, dict[int, str]] = {}
        for (url, task, annotation), record in store.current().items():
            if url == server.url and record.provenance.review:
                self.known.setdefault(task, {})[annotation] = record.provenance.review.time

    def read(self, task: dict[str, Any]) -> None:
        number = int(task["id"])
        annotations = task.get("annotations") or []
        self.pulled.unfinished += bool(task.get("drafts")) and not annotations
        for annotation in annotations:
            self._read_annotation(task, annotation)
        there = {int(annotation["id"]) for annotation in annotations}
        for gone in self.known.get(number, {}).keys() - there:
            self._withdraw(number, gone, str(task["updated_at"]), "deleted in Label Studio")
        self._release_gone(number, there)

    def _release_gone(self, task: int, there: set[int]) -> None:
        for item in self.store.set_aside_items() if self.store.quarantine.exists() else ():
            if (item.server, item.task) == (self.server.url, task) and item.annotation not in there:
                self.store.release(item.server, item.task, item.annotation)

    def _read_annotation(self, task: dict[str, Any], annotation: dict[str, Any]) -> None:
        number, identity, time = int(task["id"]), int(annotation["id"]), str(annotation["updated_at"])
        if annotation.get("was_cancelled"):
            self._withdraw(number, identity, time, "skipped by the reviewer")
            self.store.release(self.server.url, number, identity)
            return
        try:
            record = self._record(task, annotation)
        except ReviewError as error:
            self._set_aside(task, annotation, [str(error)])
            return
        if isinstance(record, list):
            self._set_aside(task, annotation, record)
            return
        if self.store.put(record):
            self.pulled.kept += 1
        else:
            self.pulled.known += 1
        self.store.release(self.server.url, number, identity)

    def _record(self, task: dict[str, Any], annotation: dict[str, Any]) -> AnnotatedArticle | list[str]:
        """The reviewed record, or why there is none."""
        rebuilt, layout, shown = from_annotation(task, annotation.get("result") or [], self.taxonomy)
        faults = rebuilt.faults or closing_faults(rebuilt, layout)
        return faults or self._reviewed(task, annotation, rebuilt, layout, shown)

    def _reviewed(
        self,
        task: dict[str, Any],
        annotation: dict[str, Any],
        rebuilt: Rebuilt,
        layout: Layout,
        shown: Shown,
    ) -> AnnotatedArticle:
        who = self._reviewer(annotation)
        looked_at = [part for part in get_args(ReviewedPart) if part in layout.checked]
        review = Review(
            reviewer=who,
            task=int(task["id"]),
            annotation=int(annotation["id"]),
            time=str(annotation["updated_at"]),
            project=self.project.title,
            server=self.server.url,
            seconds=annotation.get("lead_time"),
            looked_at=looked_at,
            flags=list(layout.flags),  # type: ignore[arg-type]
            note=layout.note,
            leaves=leaves_of(task, annotation.get("result") or []),
            adjudicated=bool(annotation.get("ground_truth")),
            drawn=task["meta"][META].get("drawn"),
            deleted=rebuilt.deleted,
            changed=rebuilt.changed,
            agreement=compare(shown.record, rebuilt.record, looked_at),
        )
        provenance = rebuilt.record.provenance.model_copy(update={"reviewed_by": who, "review": review})
        return rebuilt.record.model_copy(update={"provenance": provenance})

    def _reviewer(self, annotation: dict[str, Any]) -> str:
        by = annotation.get("completed_by")
        if isinstance(by, dict):
            return str(by.get("email") or f"account {by.get('id')}")
        return self.people.get(int(by), f"account {by}") if by is not None else "unknown account"

    def _set_aside(self, task: dict[str, Any], annotation: dict[str, Any], reasons: list[str]) -> None:
        number, identity, time = int(task["id"]), int(annotation["id"]), str(annotation["updated_at"])
        kept = (task.get("meta") or {}).get(META)
        item = Quarantined(
            server=self.server.url,
            project=self.project.id,
            task=number,
            annotation=identity,
            article=str(kept.get("key")) if isinstance(kept, dict) else "",
            reviewer=self._reviewer(annotation),
            time=time,
            link=f"{self.server.url}/projects/{self.project.id}/data?task={number}&annotation={identity}",
            reasons=list(dict.fromkeys(reasons)),
            result=annotation.get("result") or [],
        )
        self.store.set_aside(item)
        self.pulled.quarantined.append(item)
        self._withdraw(number, identity, time, "edited into something that cannot be used")

    def _withdraw(self, task: int, annotation: int, time: str, reason: str) -> None:
        """Withdraws what had been kept; the time is the server's, so that doing it again is the same."""
        if annotation in self.known.get(task, {}):
            since = max(time, self.known[task][annotation])
            self.pulled.withdrawn += self.store.withdraw(Withdrawal(self.server.url, task, annotation, since, reason))


def closing_faults(rebuilt: Rebuilt, layout: Layout) -> list[str]:
    """What the ticks and flags at the end contradict or lack."""
    faults = []
    if not (layout.checked or layout.flags or rebuilt.changed or rebuilt.deleted):
        faults.append("nothing is ticked as checked and nothing was changed; tick what was checked and update")
    if "no quotations" in layout.flags and rebuilt.record.attributions:
        marked = len(rebuilt.record.attributions)
        faults.append(
            f"the article is flagged as having no quotations, but {marked} are marked; delete them or the flag"
        )
    return faults
