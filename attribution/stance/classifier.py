"""The trained stance classifier: texts with target mentions in, calibrated probabilities out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attribution.errors import ReleaseError
from attribution.stance.encoding import Offset, Pieces, StanceEncoding

MAX_PIECES = 192
BATCH = 64
_CHUNK = 2048

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Query:
    """A text and its targets, each given by the spans of all its mentions in the text."""

    text: str
    targets: tuple[tuple[Offset, ...], ...]


@dataclass(frozen=True)
class Judgement:
    """What the classifier says of one query.

    ``labels`` ``[t, 3]``: probabilities of unfavourable, neutral, favourable for each target; ``roles`` ``[t, 4]``: of
    protagonist, antagonist, victim, none; ``states`` ``[t, d]``: what both were decided on.
    """

    labels: Floats
    roles: Floats
    states: Floats


def batch_arrays(
    pieces: Sequence[Pieces], masks: Sequence[Sequence[Sequence[bool]]], pad_id: int
) -> dict[str, NDArray[Any]]:
    """Pads texts and their targets' masks to one batch, named as the network's arguments."""
    width, most = max(len(item.ids) for item in pieces), max(len(item) for item in masks)
    ids = np.full((len(pieces), width), pad_id, dtype=np.int64)
    types, attention = np.zeros_like(ids), np.zeros_like(ids)
    targets = np.zeros((len(pieces), most, width), dtype=bool)
    for row, (item, marks) in enumerate(zip(pieces, masks, strict=True)):
        length = len(item.ids)
        ids[row, :length], types[row, :length], attention[row, :length] = item.ids, item.features, 1
        for column, mark in enumerate(marks):
            targets[row, column, :length] = mark
    return {"input_ids": ids, "attention_mask": attention, "token_type_ids": types, "target_masks": targets}


class StanceClassifier:
    """The network with its tokenizer and temperature, ready to judge."""

    def __init__(self, network: Any, encoding: StanceEncoding, temperature: float = 1.0, device: str = "cpu") -> None:
        self.network = network.eval().to(device)
        self.encoding = encoding
        self.temperature = temperature
        self.device = device

    @classmethod
    def load(cls, directory: Path, device: str = "cpu") -> StanceClassifier:
        """Reads ``config.json``, ``tokenizer.json`` and ``model.safetensors`` of a release's ``stance`` directory.

        Raises:
            ReleaseError: One of the files is missing or does not fit the others.
        """
        from safetensors.torch import load_file

        from attribution.stance.model import build

        try:
            config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
            network = build(config["encoder"])
            weights = {name: value.float() for name, value in load_file(directory / "model.safetensors").items()}
            network.load_state_dict(weights)
            return cls(network, StanceEncoding.load(directory), config["temperature"], device)
        except (OSError, KeyError, ValueError, RuntimeError) as error:
            fix = "take a complete release directory, or train one with scripts/train-stance"
            raise ReleaseError(f"{directory}: the stance model cannot be loaded: {error}", fix) from error

    def judge(self, queries: Iterable[Query], batch_size: int = BATCH) -> Iterator[Judgement]:
        """Judges queries in order; they are read ahead and computed in batches of similar length."""
        waiting = iter(queries)
        while chunk := list(islice(waiting, _CHUNK)):
            yield from self._chunk(chunk, batch_size)

    def _chunk(self, chunk: Sequence[Query], batch_size: int) -> Iterator[Judgement]:
        encoded = [self._encode(query) for query in chunk]
        order = sorted(range(len(chunk)), key=lambda i: len(encoded[i][0].ids))
        found: dict[int, Judgement] = {}
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            found.update(zip(rows, self._batch([encoded[row] for row in rows]), strict=True))
        for index in range(len(chunk)):
            yield found[index]

    def _encode(self, query: Query) -> tuple[Pieces, list[list[bool]]]:
        pieces = self.encoding.encode(query.text)
        if len(pieces.ids) > MAX_PIECES:
            mentions = [span for target in query.targets for span in target]
            marked = [index for index, mark in enumerate(pieces.mask(mentions)) if mark]
            pieces = pieces.crop(marked[0] if marked else 1, MAX_PIECES)
        return pieces, [pieces.mask(target) for target in query.targets]

    def _batch(self, rows: Sequence[tuple[Pieces, list[list[bool]]]]) -> list[Judgement]:
        import torch

        arrays = batch_arrays([row[0] for row in rows], [row[1] for row in rows], self.encoding.pad_id)
        tensors = {name: torch.from_numpy(value).to(self.device) for name, value in arrays.items()}
        with torch.inference_mode(), torch.autocast(self.device.split(":")[0], torch.bfloat16, enabled=_has_bf16()):
            found = self.network(**tensors)
        labels = (found["label"].float() / self.temperature).softmax(-1).cpu().numpy()
        roles = found["role"].float().softmax(-1).cpu().numpy()
        states = found["state"].float().cpu().numpy()
        numbers = [len(targets) for _, targets in rows]
        return [Judgement(labels[i, :n], roles[i, :n], states[i, :n]) for i, n in enumerate(numbers)]


def _has_bf16() -> bool:
    """Whether this processor computes in bfloat16 natively; elsewhere it would be slower than float32."""
    import torch

    return torch.cuda.is_available() or (bool(torch.backends.cpu.get_cpu_capability() == "AVX512") and _avx512_bf16())


def _avx512_bf16() -> bool:
    import torch

    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
