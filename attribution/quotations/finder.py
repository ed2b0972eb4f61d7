"""Articles to attributions: the quotation model at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attribution.quotations import crf, decoding
from attribution.quotations.decoding import Calibration, Candidate
from attribution.quotations.encoding import Encoded, Wordpieces, territories, tokenize, windows
from attribution.quotations.labels import LABELS
from attribution.quotations.model import Potentials, QuotationModel
from attribution.quotations.storage import load_model, load_settings
from attribution.schema import Attribution

_ANCHOR_FROM = -2.0  # detector score from which an anchor is looked at: a probability of 0.12
_ANCHORS_AT_ONCE = 256
_PAIRS_AT_ONCE = 4096  # few enough to stay in a processor's cache
_SHORT_REACH = 56  # wordpieces to either side of an anchor that are tried first
_MARGIN = 4
_WORDPIECES_AT_ONCE = 24_000
_SECTION = 16_384  # wordpieces of a very long article that are worked on together


class QuotationFinder:
    """Finds the attributions of articles of any length.

    Args:
        model: The model, in evaluation mode.
        tokenizer: Its :class:`tokenizers.Tokenizer`.
        calibration: How scores become confidences, and which are high enough.
        batch_size: Windows in one pass of the encoder.
    """

    def __init__(
        self, model: QuotationModel, tokenizer: Any, calibration: Calibration | None = None, batch_size: int = 16
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.calibration = calibration or Calibration()
        self.batch_size = batch_size
        self.device = next(model.parameters()).device
        self._special = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
        fast = _fast_type(self.device)
        parts: tuple[torch.nn.Module, ...] = (model.encoder, model.types, model.scorer)
        for part in parts:
            part.to(fast)

    @classmethod
    def load(cls, directory: Path, device: str = "cpu", batch_size: int = 16) -> QuotationFinder:
        """Loads the folder ``quotations`` of a release.

        Raises:
            ReleaseError: The folder is incomplete.
        """
        model, tokenizer = load_model(directory)
        calibration = Calibration(**load_settings(directory).get("calibration", {}))
        model.to(device)
        return cls(model, tokenizer, calibration, batch_size)

    def find(self, texts: Iterable[str]) -> Iterator[tuple[Encoded, list[Attribution]]]:
        """The encoded article and its attributions for each text, in order.

        Memory does not grow with the number of texts. Of an article beyond 16,384 wordpieces no states are kept, so
        that it fits into memory as well: its ``Encoded.states`` has no rows.
        """
        for group in self._groups(texts):
            for pieces, states, candidates in self._read(group):
                selected = decoding.select(candidates, self.calibration)
                found = decoding.attributions(pieces.text, pieces.offsets, selected)
                yield Encoded(pieces.text, pieces.offsets[: len(states)], states), found

    def candidates(self, texts: Iterable[str]) -> Iterator[tuple[Wordpieces, list[Candidate]]]:
        """All that might be an attribution, before selection: what calibration is fitted on."""
        for group in self._groups(texts):
            for pieces, _, candidates in self._read(group):
                yield pieces, candidates

    def _groups(self, texts: Iterable[str]) -> Iterator[list[Wordpieces]]:
        group: list[Wordpieces] = []
        size = 0
        for text in texts:
            pieces = tokenize(text, self.tokenizer)
            if group and size + len(pieces) > _WORDPIECES_AT_ONCE:
                yield group
                group, size = [], 0
            group.append(pieces)
            size += len(pieces)
        if group:
            yield group

    @torch.inference_mode()
    def _read(self, group: Sequence[Wordpieces]) -> Iterator[tuple[Wordpieces, NDArray[np.float32], list[Candidate]]]:
        if len(group) == 1 and len(group[0]) > _SECTION:
            yield group[0], np.zeros((0, self.model.encoder.config.hidden_size), np.float32), self._by_section(group[0])
            return
        states = self._encode(group)
        ends = np.cumsum([len(pieces) for pieces in group])
        candidates = self._label(states, np.concatenate([pieces.inner for pieces in group]), ends)
        array = states.float().cpu().numpy()
        for pieces, end, found in zip(group, ends, candidates, strict=True):
            yield pieces, array[end - len(pieces) : end], found

    def _by_section(self, pieces: Wordpieces) -> list[Candidate]:
        """The candidates of an article too long to be held at once, section by section."""
        spans = windows(len(pieces), _SECTION, 4 * self.model.config.reach)
        found = []
        for (start, end), (begin, finish) in zip(spans, territories(spans), strict=True):
            section = pieces.part(start, end)
            ((_, _, candidates),) = self._read([section])
            found += [item.moved(start) for item in candidates if begin <= item.anchor + start < finish]
        return found

    def _encode(self, group: Sequence[Wordpieces]) -> Tensor:
        """Encoder states [N, d] of the wordpieces of several articles, one after the other."""
        config = self.model.config
        jobs = []
        base = 0
        for pieces in group:
            spans = windows(len(pieces), config.window - 2, config.overlap)
            jobs += [(pieces, span, own, base) for span, own in zip(spans, territories(spans), strict=True)]
            base += len(pieces)
        states = torch.zeros(
            base, self.model.encoder.config.hidden_size, device=self.device, dtype=self.model.encoder.dtype
        )
        jobs.sort(key=lambda job: job[1][1] - job[1][0])
        for at in range(0, len(jobs), self.batch_size):
            batch = jobs[at : at + self.batch_size]
            encoded = self._encode_windows([(pieces, span) for pieces, span, _, _ in batch])
            for row, (_, (start, _), (begin, finish), offset) in enumerate(batch):
                states[offset + begin : offset + finish] = encoded[row, begin - start + 1 : finish - start + 1]
        return states

    def _encode_windows(self, batch: Sequence[tuple[Wordpieces, tuple[int, int]]]) -> Tensor:
        width = max(end - start for _, (start, end) in batch) + 2
        ids, types, mask = (torch.zeros(len(batch), width, dtype=torch.long) for _ in range(3))
        for row, (pieces, (start, end)) in enumerate(batch):
            size = end - start
            ids[row, 0], ids[row, size + 1] = self._special
            ids[row, 1 : size + 1] = torch.from_numpy(pieces.ids[start:end])
            types[row, 1 : size + 1] = torch.from_numpy(pieces.types[start:end])
            mask[row, : size + 2] = 1
        return self.model.encode(ids.to(self.device), types.to(self.device), mask.to(self.device))

    def _label(self, states: Tensor, inner: NDArray[np.bool_], ends: NDArray[np.int64]) -> list[list[Candidate]]:
        """The candidates of each article, given the states of all of them."""
        found: list[list[Candidate]] = [[] for _ in ends]
        if not len(states):
            return found
        logits = self.model.detector(states.float()).squeeze(-1)
        anchors = (logits > _ANCHOR_FROM).nonzero().squeeze(-1)
        if not len(anchors):
            return found
        article = np.searchsorted(ends, anchors.cpu().numpy(), side="right")
        starts = np.concatenate([[0], ends[:-1]])
        bounds = torch.from_numpy(np.stack([starts[article], ends[article]], axis=1)).to(self.device)
        field = _Field(self.model, states, torch.from_numpy(inner).to(self.device), self.calibration.source_bonus)
        size = _ANCHORS_AT_ONCE
        labelled = (
            field.label(*part) for part in zip(torch.split(anchors, size), torch.split(bounds, size), strict=True)
        )
        places = anchors.cpu().numpy() - starts[article], article, logits[anchors].cpu().numpy()
        for anchor, owner, logit, item in zip(*(column.tolist() for column in places), chain(*labelled), strict=True):
            first = anchor - len(item.labels) // 2
            found[owner].append(Candidate(anchor, first, item.labels, logit, item.best, item.empty))
        return found


@dataclass(frozen=True)
class _Labelling:
    """The best labelling around an anchor, its log-probability if there is one, and that of there being none."""

    labels: NDArray[np.int64]
    best: float
    empty: float


class _Field:
    """The conditional random field over the states of some articles.

    Nearly all attributions lie close around their anchor, so a short reach is tried first, and the full one where the
    best labelling comes near the edge of the short one.
    """

    def __init__(self, model: QuotationModel, states: Tensor, inner: Tensor, source_bonus: float) -> None:
        self.model = model
        self.source_bonus = source_bonus
        self.states = states
        self.projected = model.scorer.project(states)
        self.inner = inner

    def label(self, anchors: Tensor, bounds: Tensor) -> list[_Labelling]:
        """The best labelling around each of A anchors, whose articles have the half-open ``bounds`` [A, 2]."""
        full = self.model.config.reach
        short = min(_SHORT_REACH, full)
        found = self._within(anchors, bounds, short)
        far = [i for i, item in enumerate(found) if item.labels[:_MARGIN].any() or item.labels[-_MARGIN:].any()]
        if far and short < full:
            chosen = torch.tensor(far, device=anchors.device)
            for i, item in zip(far, self._within(anchors[chosen], bounds[chosen], full), strict=True):
                found[i] = item
        return found

    def _within(self, anchors: Tensor, bounds: Tensor, reach: int) -> list[_Labelling]:
        potentials = self._potentials(anchors, bounds, reach)
        potentials.begins[..., LABELS.index("source")] += self.source_bonus
        positions = anchors.unsqueeze(1) + torch.arange(-reach, reach + 1, device=anchors.device)
        inner = self.inner[positions.clamp(0, len(self.inner) - 1)]
        scores = crf.steps(potentials, self.model.transitions, inner)
        total = crf.log_partition_in_steps(scores)
        empty = crf.path_score(scores, torch.zeros_like(positions))
        # Where much speaks for an attribution but little for any one way to delimit it, the likeliest single labelling
        # is the empty one. So the best labelling is sought among those that have a content and use the anchor.
        scores[:, reach, :, 0] = crf.IMPOSSIBLE
        labels, best = crf.best_path_with(scores, LABELS.index("content"))
        given = best - total - torch.log1p(-(empty - total).exp().clamp(max=1 - 1e-6))
        columns = labels.cpu().numpy(), given.tolist(), (empty - total).tolist()
        return [_Labelling(*row) for row in zip(*columns, strict=True)]

    def _potentials(self, anchors: Tensor, bounds: Tensor, reach: int) -> Potentials:
        size = _PAIRS_AT_ONCE // (2 * reach + 1) if anchors.device.type == "cpu" else _ANCHORS_AT_ONCE
        found = [
            self.model.potentials(self.states, self.projected, some, around, reach)
            for some, around in zip(torch.split(anchors, size), torch.split(bounds, size), strict=True)
        ]
        return Potentials(*(torch.cat([getattr(item, part.name) for item in found]) for part in fields(Potentials)))


def _fast_type(device: torch.device) -> torch.dtype:
    """The fastest type that is exact enough: bfloat16 where the processor computes in it."""
    if device.type == "cuda":
        return torch.bfloat16
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
