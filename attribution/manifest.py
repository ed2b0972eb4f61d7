"""The manifest of a release: what it is made of and what is said about it. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pydantic import Field

from attribution.schema import Record


class DataSource(Record):
    """Data that a release was trained on, chosen with, or measured on."""

    name: str
    use: Literal["training", "development", "test"]
    licence: str = ""
    sha256: str | None = None
    articles: int | None = None


class Facts(Record):
    """What is said about a release beyond its files.

    Attributes:
        summary: One or two sentences for the card.
        parent: The release it was trained from.
        seed: Seed of the training.
        data: What it learnt from and was measured on.
        settings: The configuration of the training, by part.
        scores: Figures by part, then by test set, then by name; a figure is a number from 0 to 1 or a mapping with
            ``value``, ``low`` and ``high``.
        verdict: The rows of the table that let it pass, as the gate wrote them.
        limits: What it cannot do, a sentence each.
    """

    summary: str = ""
    parent: str | None = None
    seed: int | None = None
    data: list[DataSource] = Field(default_factory=list)
    settings: dict[str, Any] = Field(default_factory=dict)
    scores: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    verdict: list[dict[str, Any]] = Field(default_factory=list)
    limits: list[str] = Field(default_factory=list)


class File(Record):
    """One file of a release."""

    sha256: str
    size: int


class Manifest(Record):
    """The contents of ``release.json``. ``seal`` is the SHA-256 of all the rest."""

    format: Literal["attribution-release/1"] = "attribution-release/1"
    name: str
    created: str
    parts: list[str]
    libraries: dict[str, str]
    facts: Facts
    files: dict[str, File]
    seal: str = ""

    def sealed(self) -> Manifest:
        """The same manifest with its seal."""
        return self.model_copy(update={"seal": self._digest()})

    def is_intact(self) -> bool:
        """Whether the seal fits."""
        return self.seal == self._digest()

    def _digest(self) -> str:
        body = self.model_dump(mode="json", exclude={"seal"})
        return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


class Difference(NamedTuple):
    """One thing that two releases do not share; ``None`` where a release does not have it."""

    kind: str
    what: str
    before: Any
    after: Any


def differences(before: Manifest, after: Manifest) -> list[Difference]:
    """What differs between two releases: scores first, then settings, libraries and files."""
    sides = [_described(item) for item in (before, after)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    found = [Difference(kind, what, *(side.get((kind, what)) for side in sides)) for kind, what in names]
    kinds = ("score", "setting", "library", "file")
    return sorted((item for item in found if item.before != item.after), key=lambda item: kinds.index(item.kind))


def _described(manifest: Manifest) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for name, value in _flat(manifest.facts.scores):
        if not name.endswith((": low", ": high")):
            found["score", name.removesuffix(": value")] = value
    found |= {("setting", name): value for name, value in _flat(manifest.facts.settings)}
    found |= {("library", name): value for name, value in manifest.libraries.items()}
    found |= {("file", name): value.sha256[:12] for name, value in manifest.files.items()}
    return found


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _flat(item, f"{name}: {key}" if name else str(key))
    else:
        yield name, value
