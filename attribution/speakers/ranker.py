"""Choosing among candidates: a small network over the features, or fixed weights where none was trained.

The network is a two-layer perceptron in numpy; its scores are compared by a softmax over the candidates and "none of
them", whose score is learned too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from attribution.errors import ReleaseError
from attribution.speakers.candidates import FEATURES

Array = NDArray[np.float32]

_WEIGHTS = {
    "named": 0.6, "same_sentence": 0.9, "previous_sentence": 0.9, "second_sentence": 0.3, "distance": -1.2,
    "nearest": 0.6, "last_speaker": 1.2,
    "last_named_source": 1.6, "has_spoken": 0.8, "gender_fits": 1.0, "gender_clashes": -5.0, "frequency": 0.25,
    "quoted": -1.2, "owner": -0.8,
    "after_preposition": -0.4, "subject": 0.6, "only_later": -2.0, "same_paragraph": 0.6, "noun_fits": 4.0,
    "words_fit": 2.0,
    "affiliation_fits": 2.5, "in_own_content": -1.0, "opens_sentence": 0.6, "speaks_in_sentence": 0.6,
    "noun_known_elsewhere": -1.0, "fits_kind": 0.5, "side_by_side": 1.5, "asked_for_two": 4.0,
}  # fmt: skip
_NONE = {"pronoun": 0.5, "person": 4.2, "organization": 4.2, "it": 1.0}
SORTS = tuple(_NONE)
"""The sorts of mentions, each with a score of its own for none of the candidates."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """A trained ranker.

    Attributes:
        hidden: ``[features, hidden]`` and its bias ``[hidden]``, then ``[hidden]`` to one score.
        linear: ``[features]``, added to the network's score.
        none: The score of "none of the candidates" for each of :data:`SORTS`, ``[4]``.
        temperature: What scores are divided by before the softmax, so that confidences are honest.
    """

    hidden: Array
    bias: Array
    out: Array
    linear: Array
    none: Array
    temperature: float = 1.0

    @classmethod
    def fixed(cls) -> Ranker:
        """The ranker with weights set by hand, for use without a trained one."""
        count = len(FEATURES)
        linear = np.array([_WEIGHTS.get(name, 0.0) for name in FEATURES], dtype=np.float32)
        empty = np.zeros((count, 1), dtype=np.float32)
        none = np.array(list(_NONE.values()), dtype=np.float32)
        return cls(empty, np.zeros(1, np.float32), np.zeros(1, np.float32), linear, none)

    @classmethod
    def load(cls, path: Path, names: Sequence[str] = FEATURES) -> Ranker:
        """Reads a ranker from a safetensors file.

        Args:
            path: The file.
            names: The features it has to read.

        Raises:
            ReleaseError: It was trained on other features than this version reads.
        """
        weights = {key: value.astype(np.float32) for key, value in load_file(path).items()}
        if len(weights["linear"]) != len(names):
            reason = f"{path}: reads {len(weights['linear'])} features, this version has {len(names)}"
            raise ReleaseError(reason, "take a release of this version, or train the speakers part again")
        temperature = float(weights.pop("temperature")[0])
        return cls(**weights, temperature=temperature)

    def save(self, path: Path) -> None:
        """Writes the ranker to a safetensors file."""
        weights = {name: getattr(self, name) for name in ("hidden", "bias", "out", "linear", "none")}
        save_file(weights | {"temperature": np.array([self.temperature], np.float32)}, path)

    def scores(self, rows: list[list[float]]) -> Array:
        """The score of each candidate, ``[candidates]``, from its features ``[candidates, features]``."""
        table = np.asarray(rows, dtype=np.float32)
        inner = np.maximum(table @ self.hidden + self.bias, 0.0)
        return np.asarray(inner @ self.out + table @ self.linear, dtype=np.float32)

    def probabilities(self, rows: list[list[float]], sort: int) -> Array:
        """The probability of each candidate and, last, of none, ``[candidates + 1]``.

        Args:
            rows: The candidates' features.
            sort: The sort of mention, a place in :data:`SORTS`.
        """
        scores = np.append(self.scores(rows), self.none[sort]) / self.temperature
        weights = np.exp(scores - scores.max())
        return np.asarray(weights / weights.sum(), dtype=np.float32)
