"""The kind of a name by its context: a small network over the encoder's states, beside the rules.

A name's states are averaged over its wordpieces; two layers in numpy give the probabilities of person, organisation,
place and anything else, which count as votes in :func:`attribution.speakers.names.decide_kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from attribution.speakers.layout import Layout
from attribution.speakers.names import Name

if TYPE_CHECKING:
    from attribution.quotations.encoding import Encoded

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KindTagger:
    """The trained network.

    Attributes:
        inner: ``[states, hidden]``.
        bias: ``[hidden]``.
        outer: ``[hidden, 4]``, one column for each of :data:`attribution.speakers.names.KINDS`.
        offset: ``[4]``.
    """

    inner: Array
    bias: Array
    outer: Array
    offset: Array

    @classmethod
    def load(cls, path: Path) -> KindTagger:
        """Reads a tagger from a safetensors file."""
        return cls(**{key: value.astype(np.float32) for key, value in load_file(path).items()})

    def save(self, path: Path) -> None:
        """Writes the tagger to a safetensors file, in half precision."""
        save_file({name: getattr(self, name).astype(np.float16) for name in ("inner", "bias", "outer", "offset")}, path)

    def votes(self, layout: Layout, names: list[Name], encoded: Encoded) -> Array:
        """The probability of each kind for each name, ``[names, 4]``."""
        states = name_states(layout, names, encoded)
        if states.shape[1] != self.inner.shape[0]:
            return np.zeros((len(names), 4), np.float32)  # trained with another encoder
        scores = np.maximum(states @ self.inner + self.bias, 0.0) @ self.outer + self.offset
        weights = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def name_states(layout: Layout, names: list[Name], encoded: Encoded) -> Array:
    """The mean state of each name's wordpieces, ``[names, states]``; zeros where a name has none."""
    states = np.asarray(encoded.states, dtype=np.float32)
    starts, ends = encoded.offsets[:, 0], encoded.offsets[:, 1]
    found = np.zeros((len(names), states.shape[1]), np.float32)
    for at, name in enumerate(names):
        first = int(np.searchsorted(ends, layout.starts[name.first], side="right"))
        last = int(np.searchsorted(starts, layout.ends[name.last - 1], side="left"))
        if first < last:
            found[at] = states[first:last].mean(axis=0)
    return found
