"""Finer answers of a user's own taxonomy: "antagonist/corrupt official" where ours says "antagonist".

A leaf is a small logistic model on the classifier's states of a target, asked only where the answer above it was given.
Until there is one, or where it is not sure enough, the answer above stays as it is: a leaf adds and never replaces.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attribution.schema import AnnotatedArticle, Stance

LEAVES = "leaves.json"
KINDS = ("role", "stance")

Floats = NDArray[np.float64]
State = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Leaf:
    """One leaf, as it is kept in a release.

    Attributes:
        kind: Whether it refines a ``role`` or a ``stance``.
        weights: One number for each number of a state.
        bias: What is added to them.
        threshold: The probability from which the leaf is given.
        about: What it was trained on and how well it did on articles it had not seen, for the card.
    """

    kind: str
    weights: tuple[float, ...]
    bias: float
    threshold: float
    about: Mapping[str, float]

    def probability(self, state: State) -> float:
        """How likely the leaf is for a target's state ``[d]``."""
        return float(1 / (1 + np.exp(-(np.dot(self.weights, state) + self.bias))))


def parent(leaf: str) -> str:
    """The answer above a leaf, which is one of ours."""
    return leaf.partition("/")[0]


def pooled(states: Sequence[State]) -> Floats:
    """One state ``[d]`` for a target in one voice of an article: the mean over its sentences."""
    return np.asarray(np.mean(np.asarray(states, dtype=np.float64), axis=0))


def given(leaves: Mapping[str, Leaf], stance: Stance, state: State) -> list[str]:
    """The leaves that a stance gets: for its role and for its label the likeliest one that is likely enough."""
    found = []
    for kind, answer in (("role", stance.role), ("stance", stance.label)):
        offered = {name: leaf for name, leaf in leaves.items() if leaf.kind == kind and parent(name) == answer}
        ranked = sorted(((leaf.probability(state), name) for name, leaf in offered.items()), reverse=True)
        found += [name for chance, name in ranked[:1] if chance >= offered[name].threshold]
    return found


def still_fitting(leaves: Sequence[str], label: str, role: str) -> list[str]:
    """The leaves that remain when a person has changed the answers above them."""
    return [leaf for leaf in leaves if parent(leaf) in (label, role)]


def title_of(record: AnnotatedArticle, stance: Stance) -> str:
    """What a question about a stance is called: the target, and whose voice frames it."""
    if stance.voice == "outlet":
        return stance.target
    holder = next((item.name for item in record.speakers if item.id == stance.speaker and item.name), None)
    return f"{stance.target}, {stance.voice}: {holder}" if holder else f"{stance.target}, {stance.voice}"


def load(directory: Path) -> dict[str, Leaf]:
    """The leaves of a release's ``stance`` directory; none when it has no such file."""
    path = directory / LEAVES
    told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {name: Leaf(**{**leaf, "weights": tuple(leaf["weights"])}) for name, leaf in told.items()}


def save(leaves: Mapping[str, Leaf], directory: Path) -> None:
    """Writes leaves into a ``stance`` directory."""
    told = {name: asdict(leaf) for name, leaf in sorted(leaves.items())}
    (directory / LEAVES).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
