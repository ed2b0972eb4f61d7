"""The labels of stance and role, with definitions and examples, in one file that users can extend.

Each label has an ``id``, a ``parent`` (``null`` at the top), a ``kind`` (``stance`` or ``role``), a ``definition``, and
examples to ``include`` and ``exclude``. A file of one's own adds labels under ours; a label that no model has been
trained on falls back to its nearest ancestor that one has.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Literal, Self

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from attribution.errors import ConfigurationError

Kind = Literal["stance", "role"]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class Label:
    """One label; ``include`` and ``exclude`` are examples of what does and does not fall under it."""

    id: str
    parent: str | None
    kind: Kind
    definition: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


_LABELS = TypeAdapter(list[Label])


class Taxonomy:
    """Labels by id.

    Args:
        labels: Every label, parents among them.

    Raises:
        ConfigurationError: An id stands twice, a parent is missing or of another kind, or a label is its own ancestor.
    """

    def __init__(self, labels: Iterable[Label]) -> None:
        self.labels: dict[str, Label] = {}
        for label in labels:
            if label.id in self.labels:
                raise ConfigurationError(f"label {label.id!r} is there twice", "give each label an id of its own")
            self.labels[label.id] = label
        for label in self.labels.values():
            self._check(label)

    @classmethod
    def load(cls, own: Path | None = None) -> Self:
        """The project's labels, with those of a file of one's own.

        Raises:
            ConfigurationError: The file is no list of labels, or its labels do not fit ours.
        """
        text = resources.files("attribution.stance").joinpath("taxonomy.json").read_text(encoding="utf-8")
        labels = _LABELS.validate_python(json.loads(text))
        if own is not None:
            try:
                labels += _LABELS.validate_json(own.read_bytes())
            except ValidationError as error:
                fix = 'write a JSON list of {"id", "parent", "kind", "definition", "include", "exclude"}'
                raise ConfigurationError(f"{own}: is no taxonomy: {error.errors()[0]['msg']}", fix) from error
        return cls(labels)

    def _check(self, label: Label) -> None:
        seen = {label.id}
        parent = label.parent
        while parent is not None:
            if parent not in self.labels or self.labels[parent].kind != label.kind:
                raise ConfigurationError(f"label {label.id!r}: there is no {label.kind} {parent!r} above it")
            if parent in seen:
                raise ConfigurationError(f"label {label.id!r} is its own ancestor")
            seen.add(parent)
            parent = self.labels[parent].parent

    def of_kind(self, kind: Kind, parent: str | None = None) -> list[Label]:
        """The labels right under ``parent`` (the top ones when ``None``), in the order of the file."""
        return [label for label in self.labels.values() if label.kind == kind and label.parent == parent]

    def resolve(self, label: str, trained: Collection[str] | None = None) -> str:
        """The label itself if a model knows it, else its nearest ancestor that one knows.

        Args:
            label: An id.
            trained: What the model has been trained on; the top labels when ``None``.

        Raises:
            ConfigurationError: There is no such label, or the model knows none of its ancestors.
        """
        known = {item.id for item in self.labels.values() if item.parent is None} if trained is None else trained
        current: str | None = label
        while current is not None:
            if current not in self.labels:
                raise ConfigurationError(f"there is no label {label!r}", f"use one of {', '.join(self.labels)}")
            if current in known:
                return current
            current = self.labels[current].parent
        raise ConfigurationError(f"no model knows the label {label!r} or one above it")
