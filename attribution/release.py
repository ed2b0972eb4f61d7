"""A release: one directory with everything that annotating needs, sealed so that a change is noticed.

::

    models/
        current                     the name of the release in use, one line
        history                     the names of all that were in use, one a line, for going back
        2026.11/
            release.json            the manifest: parts, files with their SHA-256, parent, data, settings, scores, seal
            README.md               the card, made from the manifest
            quotations/             weights, tokenizer, configuration, calibration of each part
            speakers/
            stance/

A release is written to a draft beside its place, flushed to disk and renamed into it, so that it is there whole or
not at all. It is never changed afterwards; only what is said about it (:func:`amend`) can be.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pydantic import ValidationError

from attribution.card import render
from attribution.errors import ReleaseError
from attribution.manifest import DataSource, Facts, File, Manifest
from attribution.schema import first_fault, now
from attribution.sealing import files_in, move_into_place, sha256_of, write_at_once

__all__ = [
    "DataSource",
    "Facts",
    "Manifest",
    "Release",
    "amend",
    "current",
    "drafting",
    "models_directory",
    "names",
    "read_manifest",
    "roll_back",
    "sha256_of",
    "use",
]

MANIFEST = "release.json"
CARD = "README.md"
CURRENT = "current"
HISTORY = "history"
PARTS = ("quotations", "speakers", "stance")
FETCH_AGAIN = "get the release again, or go back to another one with: attribution models rollback"

_PACKAGE = Path(__file__).parent
_LIBRARIES = ("attribution", "torch", "transformers", "tokenizers", "safetensors", "numpy")


@dataclass(frozen=True)
class Release:
    """A release directory that is known to be whole."""

    directory: Path
    manifest: Manifest

    @classmethod
    def open(cls, release: str | Path | None = None) -> Release:
        """Opens and verifies a release.

        Args:
            release: Its directory or, for one in ``models/``, its name; the release in use when ``None``.

        Raises:
            ReleaseError: It is not there, half-written, or was changed after it was made.
        """
        found = cls(*_located(release))
        found.verify()
        return found

    @property
    def name(self) -> str:
        """The name of the release."""
        return self.manifest.name

    def part(self, name: str) -> Path | None:
        """The folder of a part (``quotations``, ``speakers``, ``stance``), or ``None`` when the release has none."""
        return self.directory / name if name in self.manifest.parts else None

    def verify(self) -> None:
        """Compares every file with the manifest.

        Raises:
            ReleaseError: A file is missing, has another content, or does not belong to the release.
        """
        if not self.manifest.is_intact():
            raise ReleaseError(f"{self.directory / MANIFEST}: was changed after the release was made", FETCH_AGAIN)
        present = set(_part_files(self.directory))
        for name in sorted(present - set(self.manifest.files)):
            raise ReleaseError(f"{self.directory / name}: does not belong to the release", "remove the file")
        for name, wanted in self.manifest.files.items():
            path = self.directory / name
            if name not in present:
                raise ReleaseError(f"{path}: is missing from the release", FETCH_AGAIN)
            if path.stat().st_size != wanted.size or sha256_of(path) != wanted.sha256:
                raise ReleaseError(f"{path}: was changed after the release was made", FETCH_AGAIN)


def models_directory() -> Path:
    """Where releases are kept: inside an installed package, or ``models/`` of a checkout."""
    packed = _PACKAGE / "_models"
    return packed if packed.is_dir() else _PACKAGE.parent / "models"


def current(models: Path | None = None) -> str:
    """The name of the release in use.

    Raises:
        ReleaseError: No release is in use.
    """
    path = (models or models_directory()) / CURRENT
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise ReleaseError(
            f"{path}: there is no release in use", "give a release with --model, or promote one"
        ) from None


def use(name: str, models: Path | None = None) -> None:
    """Makes a release the one in use, at one stroke: readers see the old one or the new one.

    Raises:
        ReleaseError: The release is not there or not whole; the one in use stays.
    """
    models = models or models_directory()
    Release.open(models / name)
    used = _history(models)
    if used[-1:] != [name]:
        write_at_once(models / HISTORY, "".join(f"{item}\n" for item in [*used, name]))
    write_at_once(models / CURRENT, f"{name}\n")


def roll_back(models: Path | None = None) -> str:
    """Makes the release that was in use before the one in use again, and returns its name.

    Raises:
        ReleaseError: There was none before, or it is not whole any more; the one in use stays.
    """
    models = models or models_directory()
    earlier = _history(models)[:-1]
    if not earlier:
        raise ReleaseError(f"{models}: no other release was in use before", "promote one by its name")
    Release.open(models / earlier[-1])
    write_at_once(models / CURRENT, f"{earlier[-1]}\n")
    write_at_once(models / HISTORY, "".join(f"{name}\n" for name in earlier))
    return earlier[-1]


def _history(models: Path) -> list[str]:
    """What was in use, up to what is in use now: a change that was cut short may have left more."""
    path = models / HISTORY
    used = path.read_text(encoding="utf-8").split() if path.is_file() else []
    now_used = (models / CURRENT).read_text(encoding="utf-8").strip() if (models / CURRENT).is_file() else None
    if now_used is None:
        return []
    if now_used not in used:
        return [now_used]
    return used[: len(used) - used[::-1].index(now_used)]


def names(models: Path | None = None) -> list[str]:
    """The names of all releases in a directory, the oldest first."""
    found = [path.parent for path in (models or models_directory()).glob(f"*/{MANIFEST}")]
    return [path.name for path in sorted(found, key=lambda path: (read_manifest(path).created, path.name))]


def read_manifest(directory: Path) -> Manifest:
    """Reads the manifest of a release directory, without verifying the files.

    Raises:
        ReleaseError: There is none, or it is not one.
    """
    path = directory / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise ReleaseError(f"{directory}: is not a release: it has no {MANIFEST}", FETCH_AGAIN) from None
    except ValidationError as error:
        raise ReleaseError(f"{path}: {first_fault(error)}", FETCH_AGAIN) from error


@contextmanager
def drafting(target: Path, facts: Facts | None = None) -> Iterator[Path]:
    """Writes a release: yields a draft folder to put the parts into, then seals it and moves it to its place.

    Args:
        target: Where the release will stand; its last part is the name of the release.
        facts: What is to be said about it.

    Raises:
        ReleaseError: A release of that name is there already, or the draft has no part.
    """
    if target.exists():
        raise ReleaseError(f"{target}: is there already, and a release is never changed", "choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield draft
        _seal(draft, target.name, facts or Facts())
        for path in (draft, *draft.rglob("*")):  # some writers leave files that only their owner may read
            path.chmod(0o755 if path.is_dir() else 0o644)
        move_into_place(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def amend(directory: Path, facts: Facts) -> Release:
    """Changes what is said about a release, as its scores; the files of its parts are verified and stay.

    Raises:
        ReleaseError: The release is not whole.
    """
    release = Release.open(directory)
    manifest = release.manifest.model_copy(update={"facts": facts}).sealed()
    write_at_once(directory / CARD, render(manifest.model_dump(mode="json")))
    write_at_once(directory / MANIFEST, _as_json(manifest))
    return Release(directory, manifest)


def _located(release: str | Path | None) -> tuple[Path, Manifest]:
    if release is None:
        directory = models_directory() / current()
    else:
        named = models_directory() / release
        directory = named if len(Path(release).parts) == 1 and not Path(release).exists() else Path(release)
    if not directory.is_dir():
        raise ReleaseError(f"{directory}: there is no such release", "see: attribution models list")
    return directory, read_manifest(directory)


def _seal(draft: Path, name: str, facts: Facts) -> None:
    parts = [part for part in PARTS if (draft / part).is_dir()]
    if not parts:
        raise ReleaseError(f"release {name}: has no part", f"write at least one of: {', '.join(PARTS)}")
    files = {
        item: File(sha256=sha256_of(draft / item), size=(draft / item).stat().st_size) for item in _part_files(draft)
    }
    manifest = Manifest(
        name=name, created=now(), parts=parts, libraries=_libraries(), facts=facts, files=files
    ).sealed()
    (draft / CARD).write_text(render(manifest.model_dump(mode="json")), encoding="utf-8")
    (draft / MANIFEST).write_text(_as_json(manifest), encoding="utf-8")


def _as_json(manifest: Manifest) -> str:
    return json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def _libraries() -> dict[str, str]:
    installed = {item.metadata["Name"].lower(): item.version for item in metadata.distributions()}
    return {name: installed[name] for name in _LIBRARIES if name in installed}


def _part_files(directory: Path) -> list[str]:
    return [name for name in files_in(directory) if name not in {MANIFEST, CARD}]
