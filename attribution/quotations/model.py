"""The quotation model: one encoder pass over the text, then one small labelling pass for each attribution.

An attribution is found by its *anchor*, the first wordpiece of its cue (of its content, where there is no cue). Given
an anchor, every wordpiece around it is labelled as content, cue or source *of that attribution*, or none, by a
linear-chain conditional random field whose potentials come from the pair (anchor, wordpiece). So tags of one
attribution constrain each other, linking needs no step of its own, and attributions may share sources, nest and
overlap.

The pair score follows the biaffine scorers of semantic role labelling (Dozat and Manning 2017; Cai et al. 2018), the
field that of Lafferty et al. 2001.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from attribution.encoder import build_encoder
from attribution.quotations import crf
from attribution.quotations.encoding import TYPE_ROWS
from attribution.quotations.labels import FLAT_TAGS, LABELS

_DISTANCES = 48
_DOUBTFUL_FROM = -2.2  # a probability of 0.1


@dataclass
class QuotationConfig:
    """Configuration of :class:`QuotationModel`: the encoder's own configuration and the sizes of the heads.

    Attributes:
        encoder: The encoder's configuration as a dictionary.
        pair_size: Width of the representation of a pair (anchor, wordpiece).
        window: Wordpieces in one encoder window, special tokens included.
        overlap: Wordpieces that neighbouring windows share.
        reach: Wordpieces to either side of an anchor that may belong to its attribution.
    """

    encoder: dict[str, Any]
    pair_size: int = 192
    window: int = 256
    overlap: int = 64
    reach: int = 128

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> QuotationConfig:
        """The configuration that a file holds, among other things."""
        return cls(**{field.name: config[field.name] for field in fields(cls) if field.name in config})

    def to_json_string(self) -> str:
        """As ``config.json`` holds it, and as a trainer notes it down."""
        return json.dumps({"model_type": "attribution-quotations", **asdict(self)}, indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Potentials:
    """What the conditional random field scores for A anchors over L positions.

    Attributes:
        states: [A, L, 4], score of each label at each position.
        begins: [A, L, 4], score of a stretch of the label beginning at the position.
        ends: [A, L, 4], score of a stretch of the label ending at the position.
        present: bool [A, L], false beyond the article.
    """

    states: Tensor
    begins: Tensor
    ends: Tensor
    present: Tensor


class PairScorer(nn.Module):
    """Potentials of every wordpiece around an anchor, from the two states and the signed distance between them."""

    def __init__(self, hidden: int, size: int) -> None:
        super().__init__()
        self.anchor = nn.Linear(hidden, 2 * size)
        self.piece = nn.Linear(hidden, 2 * size)
        self.distance = nn.Embedding(2 * _DISTANCES + 1, size)
        self.norm = nn.LayerNorm(size)
        self.mix = nn.Conv1d(size, 2 * size, kernel_size=5, padding=2, groups=size // 16)
        self.widen = nn.Linear(size, size)
        self.out = nn.Linear(size, 3 * len(LABELS))

    def forward(self, anchors: Tensor, pieces: Tensor, offsets: Tensor, present: Tensor) -> Potentials:
        """Scores pairs.

        Args:
            anchors: [A, d], encoder states of the anchors.
            pieces: [A, L, d], encoder states around each anchor, already projected by :meth:`project`.
            offsets: int [A, L], signed distance of each position from its anchor.
            present: bool [A, L].
        """
        added, factor = self.anchor(anchors).unsqueeze(1).chunk(2, dim=-1)
        plain, multiplied = pieces.chunk(2, dim=-1)
        pairs = self.norm(added + plain + factor * multiplied + self.distance(distance_bucket(offsets)))
        pairs = nn.functional.gelu(pairs) * present.unsqueeze(-1)
        pairs = pairs + nn.functional.glu(self._mixed(pairs), dim=-1)
        pairs = pairs + nn.functional.gelu(self.widen(pairs))
        states, begins, ends = self.out(pairs).float().chunk(3, dim=-1)
        return Potentials(states, begins, ends, present)

    def _mixed(self, pairs: Tensor) -> Tensor:
        """What ``mix`` makes of pairs [A, L, size]: [A, L, 2 * size].

        It is computed as on an image of one line, whose channels may stay side by side in memory: on a processor that
        is four times faster.
        """
        image = pairs.transpose(1, 2).unsqueeze(2)
        weight, padding = self.mix.weight.unsqueeze(2), (0, self.mix.kernel_size[0] // 2)
        mixed = nn.functional.conv2d(image, weight, self.mix.bias, padding=padding, groups=self.mix.groups)
        return mixed.squeeze(2).transpose(1, 2)

    def project(self, states: Tensor) -> Tensor:
        """The part of the pair representation that does not depend on the anchor: [..., d] -> [..., 2 * size]."""
        return self.piece(states)  # type: ignore[no-any-return]


def distance_bucket(offsets: Tensor) -> Tensor:
    """Buckets signed distances: exact to 16, then logarithmic to 512, as in T5 (Raffel et al. 2020)."""
    size = offsets.abs()
    exact = 16
    log = exact + ((size.clamp(min=1) / exact).log() / 3.466 * (_DISTANCES - exact)).long()
    bucket = torch.where(size < exact, size, log.clamp(max=_DISTANCES))
    return torch.where(offsets < 0, bucket, -bucket) + _DISTANCES


class QuotationModel(nn.Module):
    """An encoder with an anchor detector, a pair scorer and the transitions of the conditional random field.

    Args:
        config: Its configuration.
        encoder: An encoder in the manner of `transformers`; one whose weights are still to be loaded by default.
    """

    def __init__(self, config: QuotationConfig, encoder: Any = None) -> None:
        super().__init__()
        self.config = config
        encoder = encoder or build_encoder(config.encoder)
        if hasattr(encoder, "pooler"):
            encoder.pooler = None  # it would be one more matrix that nothing reads
        self.encoder = encoder
        hidden = encoder.config.hidden_size
        self.types = nn.Embedding(TYPE_ROWS, hidden)
        nn.init.zeros_(self.types.weight)  # so that training starts from the encoder as it is
        last = nn.Linear(hidden, 1)
        nn.init.constant_(last.bias, -4.0)  # anchors are one wordpiece in fifty
        self.detector = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), last)
        self.flat = nn.Linear(hidden, len(FLAT_TAGS))
        self.scorer = PairScorer(hidden, config.pair_size)
        self.transitions = nn.Parameter(torch.zeros(len(LABELS), len(LABELS)))

    def encode(self, ids: Tensor, types: Tensor, mask: Tensor) -> Tensor:
        """Encoder states [B, T, d] of windows [B, T] with their special tokens and their typographic state."""
        embedded = self.encoder.get_input_embeddings()(ids) + self.types(types)
        return self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state  # type: ignore[no-any-return]

    def potentials(self, states: Tensor, projected: Tensor, anchors: Tensor, bounds: Tensor, reach: int) -> Potentials:
        """Potentials around anchors, over ``2 * reach + 1`` positions with the anchor in the middle.

        Args:
            states: [N, d], encoder states of the wordpieces of several articles, one after the other.
            projected: [N, 2 * pair_size], what :meth:`PairScorer.project` makes of them.
            anchors: int [A], index of each anchor in ``states``.
            bounds: int [A, 2], half-open range of the anchor's article in ``states``.
            reach: Positions to either side.
        """
        offsets = torch.arange(-reach, reach + 1, device=states.device).expand(len(anchors), -1)
        positions = anchors.unsqueeze(1) + offsets
        present = (positions >= bounds[:, :1]) & (positions < bounds[:, 1:])
        pieces = projected[positions.clamp(0, len(states) - 1)]
        return self.scorer(states[anchors], pieces, offsets, present)  # type: ignore[no-any-return]

    def forward(
        self,
        input_ids: Tensor,
        token_type_ids: Tensor,
        attention_mask: Tensor,
        anchor_labels: Tensor,
        flat_labels: Tensor,
        rows: Tensor,
        anchors: Tensor,
        labels: Tensor,
        inner: Tensor,
    ) -> dict[str, Tensor]:
        """The training loss of a batch of B windows of T wordpieces with A gold attributions.

        Args:
            input_ids: int [B, T].
            token_type_ids: int [B, T].
            attention_mask: int [B, T].
            anchor_labels: float [B, T], 1 at anchors, -1 where nothing is known.
            flat_labels: int [B, T], indices into ``FLAT_TAGS``, -100 where nothing is known.
            rows: int [A], the window of each attribution.
            anchors: int [A], its anchor's position.
            labels: int [A, T], indices into ``LABELS`` over its window.
            inner: bool [B, T], pieces that continue a word.

        Returns:
            ``loss`` and its detached parts.
        """
        states = self.encode(input_ids, token_type_ids, attention_mask).float()
        found = self.detector(states).squeeze(-1)
        known = (anchor_labels >= 0) & (attention_mask > 0)
        detection = nn.functional.binary_cross_entropy_with_logits(found[known], anchor_labels[known], reduction="sum")
        flat = nn.functional.cross_entropy(self.flat(states).transpose(1, 2), flat_labels, reduction="sum")
        doubtful = self._doubtful(found, anchor_labels, flat_labels)
        all_rows = torch.cat([rows, doubtful[0]])
        gold = torch.cat([labels, labels.new_zeros(len(doubtful[0]), labels.shape[1])])
        labelling = self._labelling_loss(
            states, all_rows, torch.cat([anchors, doubtful[1]]), gold, attention_mask, inner
        )
        count = max(len(rows), 1)
        loss = (detection + 0.5 * labelling + 0.1 * flat) / count
        parts = {"detection": detection, "labelling": labelling, "flat": flat}
        return {"loss": loss, **{name: (part / count).detach() for name, part in parts.items()}}

    @staticmethod
    def _doubtful(found: Tensor, anchor_labels: Tensor, flat_labels: Tensor) -> tuple[Tensor, Tensor]:
        """Rows and positions that look like anchors and are none: they must come out empty.

        The further words of a cue are left out, since there the question is not whether but where.
        """
        in_cue = flat_labels == FLAT_TAGS.index("I-cue")
        scores = found.detach().masked_fill((anchor_labels != 0) | in_cue, -torch.inf).flatten()
        best = scores.topk(min(3 * found.shape[0], len(scores)))
        chosen = best.indices[best.values > _DOUBTFUL_FROM]
        return chosen // found.shape[1], chosen % found.shape[1]

    def _labelling_loss(
        self, states: Tensor, rows: Tensor, anchors: Tensor, gold: Tensor, mask: Tensor, inner: Tensor
    ) -> Tensor:
        if not len(rows):
            return states.sum() * 0.0
        length = states.shape[1]
        positions = torch.arange(length, device=states.device).expand(len(rows), -1)
        present = _without_special(mask)[rows]
        pieces = self.scorer.project(states)[rows]
        potentials = self.scorer(states[rows, anchors], pieces, positions - anchors.unsqueeze(1), present)
        return crf.negative_log_likelihood(potentials, self.transitions, gold, inner[rows]).sum()


def _without_special(mask: Tensor) -> Tensor:
    """The positions [B, T] that hold wordpieces of the text: neither padding nor the special ones at either end."""
    present = mask > 0
    following = nn.functional.pad(present, (0, 1))[:, 1:]
    inside = present & following
    inside[:, 0] = False
    return inside
