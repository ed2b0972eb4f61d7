"""Where reviewed articles are kept: append-only, each file named by what it holds.

::

    annotations/
      reviewed/3f/3f9a….jsonl             one reviewed article in the native format, never changed
      reviewed/3f/3f07….withdrawn.json    says that an annotation is withdrawn (deleted, skipped, edited into a fault)
      quarantine/7-12-31.json             an annotation that cannot be used, and why; gone once it is repaired
      pulled.json                         how far each project has been pulled

Writing is repeatable: the same review makes the same file. Of several versions of one annotation the latest counts, and
a withdrawal counts against the versions that are not later than it. Times are the server's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from attribution.errors import SchemaError
from attribution.schema import AnnotatedArticle, Review

Name = tuple[str, int, int]


@dataclass(frozen=True)
class Withdrawal:
    """Says that an annotation no longer counts, since when (server time, ISO 8601), and why."""

    server: str
    task: int
    annotation: int
    time: str
    reason: str


@dataclass(frozen=True)
class Quarantined:
    """An annotation that cannot be used. ``reasons`` are for the reviewer, ``link`` leads there; ``result`` is kept."""

    server: str
    project: int
    task: int
    annotation: int
    article: str
    reviewer: str
    time: str
    link: str
    reasons: list[str]
    result: list[dict[str, Any]] = field(default_factory=list)


class Store:
    """The reviewed articles under one directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.reviewed = root / "reviewed"
        self.quarantine = root / "quarantine"

    def put(self, record: AnnotatedArticle) -> bool:
        """Keeps a reviewed article; returns whether it was new."""
        return self._keep(record.to_json() + "\n", ".jsonl")

    def withdraw(self, withdrawal: Withdrawal) -> bool:
        """Keeps a withdrawal; returns whether it was new."""
        return self._keep(json.dumps(asdict(withdrawal), ensure_ascii=False, sort_keys=True) + "\n", ".withdrawn.json")

    def _keep(self, content: str, suffix: str) -> bool:
        raw = content.encode("utf-8", "surrogatepass")
        name = hashlib.sha256(raw).hexdigest()
        path = self.reviewed / name[:2] / f"{name}{suffix}"
        if path.exists():
            return False
        _write(path, raw)
        return True

    def versions(self) -> Iterator[tuple[Review, AnnotatedArticle]]:
        """Every version of every reviewed article that was ever kept.

        Raises:
            SchemaError: A file was changed or damaged after it was written.
        """
        for path in sorted(self.reviewed.glob("*/*.jsonl")):
            raw = path.read_bytes()
            if hashlib.sha256(raw).hexdigest() != path.name.partition(".")[0]:
                raise SchemaError(
                    f"{path} does not hold what its name says", "restore it, or delete it and pull --complete"
                )
            record = AnnotatedArticle.from_json(raw.rstrip(b"\n"))
            if record.provenance.review:
                yield record.provenance.review, record

    def withdrawals(self) -> list[Withdrawal]:
        """Every withdrawal."""
        paths = sorted(self.reviewed.glob("*/*.withdrawn.json"))
        return [Withdrawal(**json.loads(path.read_text("utf-8"))) for path in paths]

    def current(self) -> dict[Name, AnnotatedArticle]:
        """The latest version of each annotation that is not withdrawn, by server, task and annotation."""
        latest: dict[Name, tuple[str, AnnotatedArticle]] = {}
        for review, record in self.versions():
            name = name_of(review)
            if name not in latest or (review.time, record.to_json()) > (latest[name][0], latest[name][1].to_json()):
                latest[name] = (review.time, record)
        gone: dict[Name, str] = {}
        for item in self.withdrawals():
            name = (item.server, item.task, item.annotation)
            gone[name] = max(item.time, gone.get(name, ""))
        return {name: record for name, (time, record) in latest.items() if time > gone.get(name, "")}

    def set_aside(self, item: Quarantined) -> None:
        """Puts an annotation into quarantine, or says anew why it is there."""
        content = json.dumps(asdict(item), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        _write(self._quarantine_path(item.server, item.task, item.annotation), content.encode("utf-8", "surrogatepass"))

    def release(self, server: str, task: int, annotation: int) -> None:
        """Takes an annotation out of quarantine."""
        self._quarantine_path(server, task, annotation).unlink(missing_ok=True)

    def set_aside_items(self) -> list[Quarantined]:
        """What is in quarantine."""
        return [Quarantined(**json.loads(path.read_text("utf-8"))) for path in sorted(self.quarantine.glob("*.json"))]

    def _quarantine_path(self, server: str, task: int, annotation: int) -> Path:
        return self.quarantine / f"{hashlib.sha256(server.encode()).hexdigest()[:8]}-{task}-{annotation}.json"

    def cursor(self, server: str, project: int) -> str | None:
        """Up to when (server time) a project has been pulled."""
        found = self._cursors().get(f"{server} {project}")
        return str(found) if found else None

    def set_cursor(self, server: str, project: int, moment: str) -> None:
        """Remembers up to when a project has been pulled."""
        kept = self._cursors() | {f"{server} {project}": moment}
        _write(self.root / "pulled.json", (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode())

    def _cursors(self) -> dict[str, Any]:
        path = self.root / "pulled.json"
        found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
        return found


def name_of(review: Review) -> Name:
    """Which annotation a review is."""
    return review.server or "", review.task, review.annotation


def _write(path: Path, content: bytes) -> None:
    """Writes a file so that it is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
