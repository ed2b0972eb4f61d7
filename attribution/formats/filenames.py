"""Names of files for articles whose ids may hold anything."""

from __future__ import annotations

import re
from pathlib import Path

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 120


class FileNames:
    """Gives each article of a folder a name of its own, as like its id as a file system allows.

    Args:
        folder: The folder the files will stand in.
        suffix: Their suffix.
        append: Whether names of files that are there already are taken.
    """

    def __init__(self, folder: Path, suffix: str, append: bool = False) -> None:
        found = folder.glob(f"*{suffix}") if append else ()
        self._taken = {path.name.removesuffix(suffix).casefold() for path in found}  # some file systems ignore case

    def name(self, id: str) -> str:
        """A name for the article ``id``, without suffix; a second article of the same id gets a number."""
        stem = _UNSAFE.sub("_", id).strip("._") or "article"
        stem = stem.encode()[:_LONGEST].decode("utf-8", "ignore")
        name, number = stem, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.casefold())
        return name
