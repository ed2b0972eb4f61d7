"""Examples as the stance network sees them in training: encoded once, then padded to batches with some noise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import torch
from datasets import Dataset  # type: ignore[import-untyped]
from torch import Tensor

from attribution.stance.classifier import MAX_PIECES, batch_arrays
from attribution.stance.encoding import Pieces, StanceEncoding
from attribution.training.stance_examples import UNKNOWN, Example
from attribution.training.stance_settings import StanceSettings


def encoded(examples: Iterable[Example], encoding: StanceEncoding) -> Dataset:
    """Examples as columns; a target is the list of its pieces, all mentions and the main one.

    Targets that fall outside a text too long are left out.
    """
    rows = [_row(example, encoding) for example in examples]
    return Dataset.from_list([row for row in rows if row["main"] or row["subjective"] != UNKNOWN])


def _row(example: Example, encoding: StanceEncoding) -> dict[str, Any]:
    pieces = encoding.encode(example.text)
    spans = [span for target in example.targets for span in target.mentions[:1]]
    if len(pieces.ids) > MAX_PIECES:
        marked = np.flatnonzero(pieces.mask(spans)).tolist()
        pieces = pieces.crop(marked[0] if marked else 1, MAX_PIECES)
    kept = [target for target in example.targets if any(pieces.mask(target.mentions[:1]))]
    return {
        "ids": pieces.ids,
        "features": pieces.features,
        "length": len(pieces.ids),
        "main": [np.flatnonzero(pieces.mask(target.mentions[:1])).tolist() for target in kept],
        "all": [np.flatnonzero(pieces.mask(target.mentions)).tolist() for target in kept],
        "label": [list(target.label or (0.0, 0.0, 0.0)) for target in kept],
        "role": [target.role for target in kept],
        "subjective": example.subjective,
    }


class NoisyBatches:
    """Pads rows to a batch, with the noise that keeps a small data set from being learnt by heart."""

    def __init__(self, encoding: StanceEncoding, settings: StanceSettings) -> None:
        self.encoding = encoding
        self.settings = settings
        self.random = np.random.default_rng(settings.seed)

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """Rows of :func:`encoded` as the arguments of :class:`Supervised`."""
        pieces = [self._noisy(row) for row in rows]
        masks = [self._masks(row) or [[False] * len(row["ids"])] for row in rows]
        arrays = batch_arrays(pieces, masks, self.encoding.pad_id)
        most = arrays["target_masks"].shape[1]
        label = np.zeros((len(rows), most, 3), dtype=np.float32)
        role = np.full((len(rows), most), UNKNOWN, dtype=np.int64)
        for index, row in enumerate(rows):
            count = len(row["label"])
            if count:
                label[index, :count], role[index, :count] = row["label"], row["role"]
        goals = {"label": label, "role": role, "subjective": np.asarray([row["subjective"] for row in rows])}
        return {name: torch.from_numpy(value) for name, value in (arrays | goals).items()}

    def _noisy(self, row: dict[str, Any]) -> Pieces:
        ids = np.asarray(row["ids"])
        hidden = self.random.random(len(ids)) < self.settings.masked_words
        for target in row["all"]:
            if self.random.random() < self.settings.masked_targets:
                hidden[target] = True
        hidden[[0, -1]] = False
        return Pieces(np.where(hidden, self.encoding.mask_id, ids).tolist(), row["features"], [(0, 0)] * len(ids))

    def _masks(self, row: dict[str, Any]) -> list[list[bool]]:
        """Pools a target's main mention or all of them, by chance."""
        found = []
        for main, every in zip(row["main"], row["all"], strict=True):
            chosen = set(main if self.random.random() < 0.5 else every)
            found.append([index in chosen for index in range(len(row["ids"]))])
        return found
