"""Training rankers: choices among candidates, or none of them, by features; with calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from attribution.speakers.ranker import Ranker


@dataclass(frozen=True)
class Example:
    """One choice: the features of the candidates and which of them are right.

    Attributes:
        rows: ``[candidates, features]``.
        right: The places of right candidates; empty when none of them is.
        sort: The sort of mention, a place in :data:`attribution.speakers.ranker.SORTS`.
        article: The article's id.
        weight: How much it counts.
    """

    rows: NDArray[np.float32]
    right: tuple[int, ...]
    sort: int
    article: str
    weight: float = 1.0


class Network(nn.Module):
    """The ranker while it is trained; see :class:`attribution.speakers.ranker.Ranker`."""

    def __init__(self, features: int, sorts: int, start: Ranker | None = None, hidden: int = 24) -> None:
        super().__init__()
        self.inner = nn.Linear(features, hidden)
        self.out = nn.Linear(hidden, 1, bias=False)
        self.linear = nn.Linear(features, 1, bias=False)
        self.none = nn.Parameter(torch.ones(sorts))
        with torch.no_grad():
            self.out.weight.mul_(0.3)
            self.linear.weight.mul_(0.1)
            if start is not None:
                self.linear.weight.copy_(torch.tensor(start.linear)[None] * 0.5)

    def forward(self, rows: torch.Tensor, mask: torch.Tensor, sort: torch.Tensor) -> torch.Tensor:
        """Log-probabilities ``[batch, candidates + 1]``, the last column for none of the candidates."""
        scores = (self.out(torch.relu(self.inner(rows))) + self.linear(rows)).squeeze(-1)
        scores = scores.masked_fill(~mask, -1e4)
        none = self.none[sort][:, None]
        return torch.cat([scores, none], dim=1).log_softmax(dim=1)

    def ranker(self, temperature: float = 1.0) -> Ranker:
        """The trained weights as the resolver reads them."""

        def array(tensor: torch.Tensor) -> NDArray[np.float32]:
            return np.ascontiguousarray(tensor.detach().numpy().astype(np.float32))

        return Ranker(
            array(self.inner.weight.T),
            array(self.inner.bias),
            array(self.out.weight[0]),
            array(self.linear.weight[0]),
            array(self.none),
            temperature,
        )


def train_ranker(
    data: Sequence[Example],
    *,
    sorts: int,
    start: Ranker | None = None,
    epochs: int = 100,
    rate: float = 4e-3,
    decay: float = 0.3,
    seed: int = 0,
) -> Network:
    """Fits a ranker: the log of the summed probability of all right candidates, or of "none".

    Args:
        data: The choices.
        sorts: How many sorts of mentions there are.
        start: A ranker whose linear weights are begun with.
        epochs: How often every choice is seen.
        rate: The highest learning rate.
        decay: Weight decay.
        seed: Seed of order, noise and first weights.
    """
    torch.manual_seed(seed)
    network = Network(data[0].rows.shape[1], sorts, start)
    rows, mask, target, sort, weight = _batch(data)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    network.train()
    for _ in range(epochs):
        for part in torch.split(torch.randperm(len(data)), 128):
            noisy = rows[part] * (torch.rand_like(rows[part]) > 0.05)
            logs = network(noisy, mask[part], sort[part])
            loss = -(logs + target[part].log()).logsumexp(dim=1)
            optimizer.zero_grad()
            (loss * weight[part]).mean().backward()
            optimizer.step()
        schedule.step()
    return network.eval()


def merged(networks: Sequence[Network], temperature: float) -> Ranker:
    """One ranker whose scores are the mean of several: their hidden units side by side."""
    parts = [network.ranker() for network in networks]
    return Ranker(
        hidden=np.concatenate([part.hidden for part in parts], axis=1),
        bias=np.concatenate([part.bias for part in parts]),
        out=(np.concatenate([part.out for part in parts]) / len(parts)).astype(np.float32),
        linear=np.mean([part.linear for part in parts], axis=0, dtype=np.float32),
        none=np.mean([part.none for part in parts], axis=0, dtype=np.float32),
        temperature=temperature,
    )


def _batch(data: Sequence[Example]) -> tuple[torch.Tensor, ...]:
    most = max(len(item.rows) for item in data)
    rows = torch.zeros(len(data), most, data[0].rows.shape[1])
    mask = torch.zeros(len(data), most, dtype=torch.bool)
    target = torch.zeros(len(data), most + 1)
    for at, item in enumerate(data):
        rows[at, : len(item.rows)] = torch.from_numpy(item.rows)
        mask[at, : len(item.rows)] = True
        target[at, list(item.right) or [most]] = 1.0
    sort = torch.tensor([item.sort for item in data])
    return rows, mask, target, sort, torch.tensor([item.weight for item in data])


def temperature_of(networks: Sequence[tuple[Network, Sequence[Example]]]) -> float:
    """The temperature at which the confidences of held-out choices are most likely (Guo et al. 2017)."""
    best, lowest = 1.0, float("inf")
    for temperature in np.linspace(0.6, 3.0, 25):
        loss = 0.0
        for network, data in networks:
            ranker = network.ranker(float(temperature))
            for item in data:
                chances = ranker.probabilities(item.rows.tolist(), item.sort)
                right = sum(chances[at] for at in item.right) if item.right else chances[-1]
                loss -= float(np.log(max(right, 1e-6)))
        if loss < lowest:
            best, lowest = float(temperature), loss
    return best


def best_threshold(parts: Sequence[tuple[Ranker, Sequence[Example]]]) -> float:
    """The least probability of a choice at which right choices are found best (F1) in what was held back."""
    found: list[tuple[float, bool]] = []
    wanted = 0
    for ranker, data in parts:
        for item in data:
            chances = ranker.probabilities(item.rows.tolist(), item.sort)[:-1]
            found.append((float(chances.max()), int(chances.argmax()) in item.right))
            wanted += bool(item.right)

    def f1(threshold: float) -> float:
        kept = [right for chance, right in found if chance >= threshold]
        return 2 * sum(kept) / (len(kept) + wanted) if kept else 0.0

    return max((round(float(at), 2) for at in np.arange(0.3, 0.8, 0.02)), key=f1)
