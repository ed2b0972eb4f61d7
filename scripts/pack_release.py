"""Puts the release in use, and no other, into the wheel, so that ``pip install .`` alone can annotate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackRelease(BuildHookInterface[Any]):
    """Adds ``models/current`` and the release it names to the wheel, as ``attribution/_models``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before the wheel is built; an editable install reads ``models/`` where it stands."""
        current = Path(self.root, "models", "current")
        if version == "editable" or not current.is_file():
            return
        name = current.read_text(encoding="utf-8").strip()
        build_data["force_include"] |= {
            str(current): "attribution/_models/current",
            str(current.parent / name): f"attribution/_models/{name}",
        }
