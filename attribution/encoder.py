"""Encoders: BERT in plain torch, and any other through `transformers`.

To import that library takes longer than to annotate a first article, so BERT's few lines (Devlin et al. 2019) stand
here, with the library's names for every parameter: weights fit either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention


@dataclass
class BertSettings:
    """The part of a BERT's configuration that its computation depends on, by the names of `transformers`."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    hidden_dropout_prob: float = 0.0
    attention_probs_dropout_prob: float = 0.0

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> BertSettings:
        """The settings that a configuration names, among others."""
        return cls(**{field.name: config[field.name] for field in fields(cls) if field.name in config})


@dataclass(frozen=True)
class Encoding:
    """``last_hidden_state`` [B, T, d] under the name that every encoder gives it."""

    last_hidden_state: Tensor


class Bert(nn.Module):
    """A BERT without pooler."""

    def __init__(self, config: BertSettings) -> None:
        super().__init__()
        self.config = config
        self.embeddings = _Embeddings(config)
        self.encoder = nn.Module()
        self.encoder.layer = nn.ModuleList(_Layer(config) for _ in range(config.num_hidden_layers))

    @property
    def dtype(self) -> torch.dtype:
        """The type it computes in."""
        return self.embeddings.word_embeddings.weight.dtype

    def get_input_embeddings(self) -> nn.Embedding:
        """The embeddings of the wordpieces."""
        return self.embeddings.word_embeddings

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Encoding:
        """Encodes texts, given by their wordpieces int [B, T] or by the embeddings [B, T, d] of these.

        Args:
            input_ids: Either this,
            attention_mask: int [B, T], 0 at padding.
            token_type_ids: int [B, T]; 0 everywhere by default.
            inputs_embeds: or this.
        """
        words = self.embeddings.word_embeddings(input_ids) if inputs_embeds is None else inputs_embeds
        states = self.embeddings(words, token_type_ids)
        padded = attention_mask is not None and not bool(attention_mask.all())
        mask = attention_mask[:, None, None].bool() if attention_mask is not None and padded else None
        for layer in self.encoder.layer:  # type: ignore[union-attr]
            states = layer(states, mask)
        return Encoding(states)


class _Embeddings(nn.Module):
    def __init__(self, config: BertSettings) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position_embeddings = nn.Embedding(config.max_position_embeddings, config.hidden_size)
        self.token_type_embeddings = nn.Embedding(config.type_vocab_size, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, words: Tensor, types: Tensor | None) -> Tensor:
        rows = self.token_type_embeddings.weight[0] if types is None else self.token_type_embeddings(types)
        found: Tensor = self.dropout(self.LayerNorm(words + rows + self.position_embeddings.weight[: words.shape[1]]))
        return found


class _Layer(nn.Module):
    def __init__(self, config: BertSettings) -> None:
        super().__init__()
        self.attention = _Attention(config)
        self.intermediate = nn.Module()
        self.intermediate.dense = nn.Linear(config.hidden_size, config.intermediate_size)
        self.output = _Output(config.intermediate_size, config)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        states = self.attention(states, mask)
        wide = nn.functional.gelu(self.intermediate.dense(states))  # type: ignore[operator]
        return self.output(wide, states)  # type: ignore[no-any-return]


class _Attention(nn.Module):
    def __init__(self, config: BertSettings) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.dropped = config.attention_probs_dropout_prob
        self.self = nn.ModuleDict(
            {name: nn.Linear(config.hidden_size, config.hidden_size) for name in ("query", "key", "value")}
        )
        self.output = _Output(config.hidden_size, config)

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        query, key, value = (
            part(states).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in self.self.values()
        )
        dropped = self.dropped if self.training else 0.0
        found = scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropped)
        return self.output(found.transpose(1, 2).flatten(2), states)  # type: ignore[no-any-return]


class _Output(nn.Module):
    """What is found is projected, added to what went in, and normalised."""

    def __init__(self, width: int, config: BertSettings) -> None:
        super().__init__()
        self.dense = nn.Linear(width, config.hidden_size)
        self.LayerNorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, found: Tensor, before: Tensor) -> Tensor:
        return self.LayerNorm(self.dropout(self.dense(found)) + before)  # type: ignore[no-any-return]


def build_encoder(config: Mapping[str, Any]) -> Any:
    """An encoder whose weights are still to be loaded.

    Args:
        config: Its configuration as `transformers` writes it; ``model_type`` names the architecture.
    """
    if config["model_type"] == "bert" and config.get("hidden_act", "gelu") == "gelu":
        return Bert(BertSettings.of(config))
    from transformers import AutoConfig, AutoModel

    return AutoModel.from_config(AutoConfig.for_model(**config))  # type: ignore[no-untyped-call]
