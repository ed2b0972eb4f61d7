"""Annotated articles into a Label Studio project: what is new is added, what a newer release sees otherwise is updated.

An article is known by its id and the hash of its text, both kept in the ``meta`` of its task. Before anything is sent
the project is asked what it holds; a request whose outcome is unknown (a time-out, a broken connection) is followed by
asking again, never by sending again. Two pushers at once can both add an article: whoever ends later sees more tasks
than expected and removes the doubles, always keeping the reviewed or else the oldest one, so both arrive at the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from attribution.errors import ReviewConnectionError
from attribution.review.client import Project, Server
from attribution.review.interface import INSTRUCTION, Taxonomy, interface
from attribution.review.queue import RANDOM_SHARE, Choice, choose
from attribution.review.tasks import META, model_version, text_hash, to_prediction, to_task
from attribution.schema import AnnotatedArticle

BATCH = 100
_LOOKS = 4

Key = tuple[str, str]


@dataclass
class Pushed:
    """What a push did. ``refused`` says for each article that cannot be stored why."""

    project: Project
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    in_work: int = 0
    doubles_removed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def push(
    server: Server,
    title: str,
    records: Iterable[AnnotatedArticle],
    *,
    budget: int | None = None,
    random_share: float = RANDOM_SHARE,
    taxonomy: Taxonomy | None = None,
    seed: str = "",
    advance: Callable[[int], None] = lambda _: None,
) -> Pushed:
    """Brings a project up to date with ``records``.

    Args:
        server: Where to.
        title: Of the project; made when it is not there.
        records: Annotated articles; of several with one id and text the last counts.
        budget: How many of them the project shall hold; all when ``None``.
        random_share: The share of them drawn at random.
        taxonomy: What may be answered.
        seed: Another seed draws other random articles.
        advance: Told how many articles have just been dealt with.
    """
    project = open_project(server, title, taxonomy or Taxonomy())
    pushed = Pushed(project)
    wanted = _by_key(records, pushed)
    held = tasks_by_key(server, project) if project.tasks else {}
    there = [record for key, record in wanted.items() if key in held]
    new = [record for key, record in wanted.items() if key not in held]
    room = None if budget is None else max(0, budget - len(there))
    chosen = choose(new, room, random_share, seed)
    _update(server, pushed, there, held, advance)
    _add(server, pushed, new, chosen, advance)
    _remove_doubles(server, pushed, project.tasks + pushed.added)
    if wanted and (pushed.added or pushed.updated):
        server.update_project(project.id, model_version=model_version(next(reversed(wanted.values()))))
    return pushed


def open_project(server: Server, title: str, taxonomy: Taxonomy) -> Project:
    """The project with this title and the present interface; made when it is not there."""
    config = interface(taxonomy)
    found = server.project(title)
    if found is None:
        made = server.create_project(title, config, INSTRUCTION)
        # Somebody else may have made one at the same moment; both take the older one.
        found = server.project(title) or made
        if found.id != made.id:
            server.delete_project(made.id)
    if found.config != config:
        server.update_project(found.id, config=config)
    return found


def key_of(record: AnnotatedArticle) -> Key:
    """What makes two articles the same article."""
    return record.article.id, text_hash(record.article.text)


def tasks_by_key(server: Server, project: Project) -> dict[Key, list[dict[str, Any]]]:
    """The tasks of a project that were pushed, by article; several for one article are doubles."""
    found: dict[Key, list[dict[str, Any]]] = {}
    for task in server.tasks(project.id, whole=False):
        kept = (task.get("meta") or {}).get(META)
        if isinstance(kept, dict):
            found.setdefault((str(kept.get("key")), str(kept.get("text"))), []).append(task)
    return found


def _by_key(records: Iterable[AnnotatedArticle], pushed: Pushed) -> dict[Key, AnnotatedArticle]:
    wanted: dict[Key, AnnotatedArticle] = {}
    for record in records:
        if reason := _unstorable(record):
            pushed.refused.append((record.article.id, reason))
        else:
            wanted[key_of(record)] = record
    return wanted


def _unstorable(record: AnnotatedArticle) -> str | None:
    """Why a database cannot hold an article, if so."""
    written = record.to_json()
    if "\\u0000" in written:
        return "it holds a NUL character, which PostgreSQL cannot store"
    try:
        record.article.text.encode("utf-8")
        written.encode("utf-8")
    except UnicodeEncodeError:
        return "it holds half of a surrogate pair, which is no character"
    return None if record.article.text.strip() else "it has no text"


def _add(
    server: Server,
    pushed: Pushed,
    records: Sequence[AnnotatedArticle],
    chosen: Sequence[Choice],
    advance: Callable[[int], None],
) -> None:
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start : start + BATCH]
        _send(server, pushed, [to_task(records[choice.index], choice.drawn) for choice in batch])
        advance(len(batch))


def _send(server: Server, pushed: Pushed, tasks: list[dict[str, Any]]) -> None:
    """Sends a batch; halves it when it is too large, and looks before it sends again when the outcome is unknown."""
    for look in range(_LOOKS):
        try:
            if tasks:
                server.import_tasks(pushed.project.id, tasks)
            pushed.added += len(tasks)
            return
        except ReviewConnectionError as error:
            if error.status == 413 and len(tasks) > 1:
                middle = len(tasks) // 2
                _send(server, pushed, tasks[:middle])
                _send(server, pushed, tasks[middle:])
                return
            if error.status == 413:
                pushed.refused.append((tasks[0]["meta"][META]["key"], "the server refuses it as too large"))
                return
            if not error.uncertain or look == _LOOKS - 1:
                raise
        time.sleep(server.patience[min(look, len(server.patience) - 1)] if server.patience else 0)
        held = tasks_by_key(server, pushed.project)
        arrived = [task for task in tasks if _task_key(task) in held]
        tasks = [task for task in tasks if _task_key(task) not in held]
        pushed.added += len(arrived)


def _task_key(task: dict[str, Any]) -> Key:
    return task["meta"][META]["key"], task["meta"][META]["text"]


def _update(
    server: Server,
    pushed: Pushed,
    records: Sequence[AnnotatedArticle],
    held: dict[Key, list[dict[str, Any]]],
    advance: Callable[[int], None],
) -> None:
    """Gives tasks that nobody has begun to review the predictions of these records."""
    stale: dict[int, AnnotatedArticle] = {}
    for record in records:
        task = min(held[key_of(record)], key=lambda item: int(item["id"]))
        current = to_task(record)["meta"][META]["current"]
        if task["meta"][META].get("current") == current and not task["meta"][META].get("pending"):
            pushed.unchanged += 1
            advance(1)
        elif task.get("total_annotations") or task.get("cancelled_annotations"):
            pushed.in_work += 1
            advance(1)
        else:
            stale[int(task["id"])] = record
    if stale:
        for task in server.tasks(pushed.project.id):
            if int(task["id"]) in stale:
                _replace_prediction(server, pushed, task, stale.pop(int(task["id"])))
                advance(1)


def _replace_prediction(server: Server, pushed: Pushed, task: dict[str, Any], record: AnnotatedArticle) -> None:
    if task.get("drafts") or task.get("annotations"):
        # A reviewer who has begun sees the rows of the old prediction; they must not change under the cursor.
        pushed.in_work += 1
        return
    fresh = to_task(record, task["meta"][META].get("drawn"))
    kept = fresh["meta"][META]
    kept["records"] = {**task["meta"][META].get("records", {}), **kept["records"]}
    number = int(task["id"])
    # In this order nobody ever sees the rows of one prediction with the answers of another; a push that was broken off
    # in between leaves the task pending, and the next one begins again.
    for old in task.get("predictions") or []:
        server.delete_prediction(int(old["id"]))
    server.update_task(number, data=fresh["data"], meta={META: kept | {"pending": True}})
    server.add_prediction(number, to_prediction(record, kept["current"]))
    server.update_task(number, data=fresh["data"], meta=fresh["meta"])
    pushed.updated += 1


def _remove_doubles(server: Server, pushed: Pushed, expected: int) -> None:
    """Removes what two pushers, or a request that arrived after all, have put there twice."""
    if server.project_by_id(pushed.project.id).tasks == expected:
        return
    for double in doubles(tasks_by_key(server, pushed.project)):
        server.delete_task(int(double["id"]))
        pushed.doubles_removed += 1


def doubles(held: dict[Key, list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """The tasks to remove: of each article all but the reviewed ones, or all but the oldest when none is reviewed."""
    for tasks in held.values():
        reviewed = [task for task in tasks if task.get("total_annotations") or task.get("cancelled_annotations")]
        kept = reviewed or [min(tasks, key=lambda item: int(item["id"]))]
        yield from (task for task in tasks if task not in kept)
