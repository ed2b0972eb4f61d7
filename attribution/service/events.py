"""Webhooks, written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attribution.schema import now


def write_down(events: Path, said: dict[str, Any]) -> None:
    """Appends what a webhook said, without the texts it carries, to a file."""

    def ids(value: Any) -> list[int]:
        items = value if isinstance(value, list) else [value]
        return [int(item["id"]) for item in items if isinstance(item, dict) and isinstance(item.get("id"), int)]

    line = {
        "time": now(),
        "action": str(said.get("action", ""))[:80],
        **{name: ids(said[key]) for name, key in _EVENT_PARTS.items() if key in said},
    }
    events.parent.mkdir(parents=True, exist_ok=True)
    with events.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")


_EVENT_PARTS = {"project": "project", "task": "task", "annotation": "annotation", "annotations": "annotations"}
