"""Training the tagger of names: states of the quotation encoder to person, organisation, place or anything else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from attribution.quotations.encoding import Encoded
from attribution.schema import AnnotatedArticle
from attribution.speakers.entities import find_entities
from attribution.speakers.kinds import KINDS, decide_kinds
from attribution.speakers.layout import Layout, read_layout
from attribution.speakers.names import Name, find_names, key_of
from attribution.speakers.tagger import KindTagger, name_states
from attribution.training.corpora.gum import Document

Array = NDArray[np.float32]

_GUM_KINDS = {"person": 0, "organization": 1, "place": 2}


@dataclass(frozen=True)
class Named:
    """The names of one text with a known kind: states ``[names, states]`` and places in :data:`KINDS` ``[names]``."""

    states: Array
    kinds: NDArray[np.int64]


def from_gum(document: Document, encoded: Encoded) -> Named:
    """Names of a GUM document; a name that is no entity of these types is anything else."""
    layout = read_layout(document.text)
    names = find_names(layout)
    ends = {(end, kind) for _, end, kind in document.entities}
    inside = [(start, end, kind) for start, end, kind in document.entities]

    def kind_of(name: Name) -> int:
        start, end = layout.starts[name.first], layout.ends[name.last - 1]
        exact = [kind for first, last, kind in inside if last == end and first <= start]
        found = min((kind for kind in exact), key=lambda kind: _GUM_KINDS.get(kind, 3), default="")
        return _GUM_KINDS.get(found, 3) if ends else 3

    return Named(name_states(layout, names, encoded), np.array([kind_of(name) for name in names], np.int64))


def from_gold(item: AnnotatedArticle, encoded: Encoded) -> Named:
    """Names of a gold article that are names of its speakers, and those that the rules are sure about."""
    layout = read_layout(item.article.text)
    names = find_names(layout)
    known = _gold_kinds(item)
    kinds = decide_kinds(layout, names)
    _, owners = find_entities(layout, names, kinds)
    chosen, labels = [], []
    for name, entity in zip(names, owners, strict=True):
        keys = {name.key} | {other.key for other in entity.names}
        gold = next((known[key] for key in keys if key in known), None)
        kind, certainty = kinds[name.key]
        if gold is None and certainty > 0.93:
            gold = KINDS.index(kind)
        if gold is not None:
            chosen.append(name)
            labels.append(gold)
    return Named(_states(layout, chosen, encoded), np.array(labels, np.int64))


def _states(layout: Layout, names: list[Name], encoded: Encoded) -> Array:
    return name_states(layout, names, encoded)


def _gold_kinds(item: AnnotatedArticle) -> dict[tuple[str, ...], int]:
    found = {}
    for speaker in item.speakers:
        if speaker.name and speaker.kind in {"person", "organization"}:
            key = tuple(part for word in speaker.name.lower().replace("’", "'").split() for part in key_of(word))
            found[key] = KINDS.index("person" if speaker.kind == "person" else "organization")
    return found


def train_kinds(
    data: Iterable[Named], *, hidden: int = 48, epochs: int = 30, rate: float = 2e-3, seed: int = 0
) -> KindTagger:
    """Fits the tagger with cross-entropy, dropout on the states and weight decay."""
    torch.manual_seed(seed)
    items = [item for item in data if len(item.kinds)]
    states = torch.from_numpy(np.concatenate([item.states for item in items]))
    kinds = torch.from_numpy(np.concatenate([item.kinds for item in items]))
    network = nn.Sequential(
        nn.Dropout(0.1), nn.Linear(states.shape[1], hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, len(KINDS))
    )
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05)
    for part in _batches(len(kinds), epochs):
        loss = nn.functional.cross_entropy(network(states[part]), kinds[part])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    weights = dict(network.named_parameters())
    arrays = (weights["1.weight"].T, weights["1.bias"], weights["4.weight"].T, weights["4.bias"])
    return KindTagger(*(np.ascontiguousarray(one.detach().numpy()).astype(np.float32) for one in arrays))


def _batches(count: int, epochs: int, size: int = 256) -> Iterator[torch.Tensor]:
    for _ in range(epochs):
        yield from torch.split(torch.randperm(count), size)


def accuracy(tagger: KindTagger, data: Sequence[Named]) -> float:
    """The share of names whose most probable kind is right."""
    right = total = 0
    for item in data:
        if len(item.kinds):
            scores = np.maximum(item.states @ tagger.inner + tagger.bias, 0) @ tagger.outer + tagger.offset
            right, total = right + int((scores.argmax(1) == item.kinds).sum()), total + len(item.kinds)
    return right / total if total else float("nan")
