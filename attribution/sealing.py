"""Files on disk: their hashes, and writing that is there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, or of a folder: of the names and contents of all files in it, in order."""
    if path.is_file():
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    digest = hashlib.sha256()
    for name in files_in(path):
        digest.update(f"{name}\0{sha256_of(path / name)}\n".encode())
    return digest.hexdigest()


def files_in(directory: Path) -> list[str]:
    """The files of a folder and all below it, as paths from there, in order; hidden ones are left out."""
    found = (path.relative_to(directory) for path in directory.rglob("*") if path.is_file())
    named = (path for path in found if not any(part.startswith(".") for part in path.parts))
    return sorted(path.as_posix() for path in named)


def write_at_once(path: Path, text: str) -> None:
    """Replaces a file at one stroke: readers see the old text or the new one, also after a crash."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    _flush_file(draft)
    draft.replace(path)
    _flush_folder(path.parent)


def move_into_place(draft: Path, target: Path) -> None:
    """Moves a folder to its place, where it is seen only once all of it is on disk."""
    _flush(draft)
    draft.rename(target)
    _flush_folder(target.parent)


def _flush(directory: Path) -> None:
    for path in directory.rglob("*"):
        if path.is_file():
            _flush_file(path)
        else:
            _flush_folder(path)
    _flush_folder(directory)


def _flush_file(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _flush_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
