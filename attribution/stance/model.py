"""The stance classifier's network: one pass of an encoder serves every target of a text.

Each target's mention states are averaged, the average asks the whole text through an attention layer of its own, and
both together are classified. The idea of pooling aspects from one shared encoding is that of target-dependent BERT
(Gao et al. 2019); nothing about a target enters the encoder, so its cost does not grow with their number.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from attribution.encoder import build_encoder
from attribution.stance.encoding import FEATURES

LABELS = ("unfavourable", "neutral", "favourable")
ROLES = ("protagonist", "antagonist", "victim", "none")


class TargetAttention(nn.Module):
    """Multi-head attention in which each target asks the whole text for what concerns it."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)

    def _split(self, states: Tensor) -> Tensor:
        rows, length, width = states.shape
        return states.view(rows, length, self.heads, width // self.heads).transpose(1, 2)

    def forward(self, targets: Tensor, states: Tensor, attention_mask: Tensor) -> Tensor:
        """Targets ``[b, t, d]`` over states ``[b, n, d]`` gives ``[b, t, d]``."""
        query, key, value = (
            self._split(self.query(targets)),
            self._split(self.key(states)),
            self._split(self.value(states)),
        )
        allowed = attention_mask[:, None, None, :].bool()
        found = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=allowed)
        merged: Tensor = self.norm(found.transpose(1, 2).flatten(2))
        return merged


class TargetClassifier(nn.Module):
    """An encoder with three heads: label and narrative role per target, subjectivity per text.

    An encoder with twice as many token types as there are features is also told which pieces belong to some target.

    Args:
        encoder: Any encoder that takes ``token_type_ids`` and returns ``last_hidden_state``.
        width: The encoder's hidden size; one attention head for every 64 of it.
        dropout: Share of what the labels are decided on that is left out in training.
    """

    def __init__(self, encoder: nn.Module, width: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = encoder
        self.marks_targets = getattr(encoder.config, "type_vocab_size", 0) > FEATURES
        self.dropout = nn.Dropout(dropout)
        self.attention = TargetAttention(width, max(1, width // 64))
        self.join = nn.Sequential(nn.Linear(3 * width, width), nn.GELU(), nn.LayerNorm(width))
        self.label = nn.Linear(width, len(LABELS))
        self.role = nn.Linear(width, len(ROLES))
        self.subjectivity = nn.Linear(width, 2)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor, target_masks: Tensor
    ) -> dict[str, Tensor]:
        """Logits for texts ``[b, n]`` whose targets' pieces are marked in ``target_masks`` ``[b, t, n]``.

        Returns:
            ``label`` ``[b, t, 3]``, ``role`` ``[b, t, 4]``, ``subjectivity`` ``[b, 2]``, and ``state`` ``[b, t, d]``
            that the first two are decided on.
        """
        types = token_type_ids + FEATURES * target_masks.any(1) if self.marks_targets else token_type_ids
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=types
        ).last_hidden_state
        weights = target_masks.to(states.dtype)
        pooled = weights @ states / weights.sum(-1, keepdim=True).clamp(min=1)
        context = self.attention(pooled, states, attention_mask)
        joined = self.dropout(self.join(torch.cat([pooled, context, pooled * context], dim=-1)))
        return {
            "label": self.label(joined),
            "role": self.role(joined),
            "subjectivity": self.subjectivity(states[:, 0]),
            "state": joined,
        }


def build(config: dict[str, Any]) -> TargetClassifier:
    """A network without weights from the configuration of its encoder."""
    encoder = build_encoder(config)
    return TargetClassifier(encoder, encoder.config.hidden_size)


def widen_token_types(encoder: nn.Module, rows: int) -> None:
    """Gives a pretrained encoder ``rows`` token types, all starting as its first."""
    embeddings: Any = encoder.embeddings
    old = embeddings.token_type_embeddings.weight.data
    embeddings.token_type_embeddings = nn.Embedding(rows, old.shape[1])
    embeddings.token_type_embeddings.weight.data = old[:1].repeat(rows, 1)
    encoder.config.type_vocab_size = rows  # type: ignore[union-attr]
