"""A linear-chain conditional random field with potentials on states, on beginnings and on ends of stretches.

The four labels are those of ``model.LABELS``; label 0 is "none", whose stretches have no beginnings and ends of their
own. A label never changes inside a word. Everything is batched over A chains of L positions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from attribution.quotations.model import Potentials

IMPOSSIBLE = -1e4


def steps(potentials: Potentials, transitions: Tensor, inner: Tensor) -> Tensor:
    """Score of passing from each label to each other at each step: [A, L, from, to]; step 0 starts from "none".

    Beyond the text only "none" is possible, and a stretch that the text's edge cuts neither begins nor ends there.

    Args:
        potentials: See :class:`Potentials`.
        transitions: [4, 4], from, to.
        inner: bool [A, L], positions that continue a word.
    """
    begins, ends = _without_none(potentials.begins), _without_none(potentials.ends)
    previous_ends = torch.nn.functional.pad(ends, (0, 0, 1, 0))[:, :-1]
    change = transitions + begins.unsqueeze(2) + previous_ends.unsqueeze(3)
    stay = torch.eye(transitions.shape[0], dtype=torch.bool, device=transitions.device)
    change = change.masked_fill(inner[:, :, None, None] & ~stay, IMPOSSIBLE)
    passing = torch.where(stay, transitions.expand_as(change), change)
    edge = ~torch.nn.functional.pad(potentials.present, (1, 0))[:, :-1]
    scores = passing.masked_fill(edge[:, :, None, None], 0.0) + potentials.states.unsqueeze(2)
    beyond = torch.full_like(scores[0, 0], IMPOSSIBLE)
    beyond[:, 0] = 0.0
    return torch.where(potentials.present[:, :, None, None], scores, beyond)


def _without_none(scores: Tensor) -> Tensor:
    return torch.cat([torch.zeros_like(scores[..., :1]), scores[..., 1:]], dim=-1)


def log_partition(scores: Tensor) -> Tensor:
    """Log of the summed weight of all labellings: [A]; a product of matrices, halved at each round."""
    while scores.shape[1] > 1:
        if scores.shape[1] % 2:
            scores = torch.cat([scores, _identity_like(scores[:, :1])], dim=1)
        left, right = scores[:, 0::2], scores[:, 1::2]
        scores = torch.logsumexp(left.unsqueeze(-1) + right.unsqueeze(-3), dim=-2)
    return torch.logsumexp(scores[:, 0, 0], dim=-1)


def log_partition_in_steps(scores: Tensor) -> Tensor:
    """The same as :func:`log_partition`, step by step: many times faster, but slow to differentiate."""
    highest = scores.amax(dim=(2, 3))
    weights = (scores - highest[:, :, None, None]).exp()
    forward, sizes = weights[:, 0, :1], [highest.sum(dim=1)]
    for step in weights[:, 1:].unbind(dim=1):
        forward = torch.bmm(forward, step)
        size = forward.amax(dim=2, keepdim=True).clamp(min=1e-30)
        forward = forward / size
        sizes.append(size.log().flatten())
    return torch.stack(sizes).sum(dim=0) + forward.sum(dim=(1, 2)).log()


def _identity_like(scores: Tensor) -> Tensor:
    size = scores.shape[-1]
    identity = torch.full((size, size), IMPOSSIBLE, dtype=scores.dtype, device=scores.device).fill_diagonal_(0.0)
    return identity.expand_as(scores)


def path_score(scores: Tensor, labels: Tensor) -> Tensor:
    """Score [A] of the labellings ``labels`` [A, L] under step scores [A, L, from, to]."""
    previous = torch.nn.functional.pad(labels, (1, 0))[:, :-1]
    rows = torch.arange(labels.shape[0], device=labels.device)[:, None]
    columns = torch.arange(labels.shape[1], device=labels.device)[None]
    return scores[rows, columns, previous, labels].sum(dim=1)


def negative_log_likelihood(potentials: Potentials, transitions: Tensor, labels: Tensor, inner: Tensor) -> Tensor:
    """Loss [A] of gold labellings [A, L], 0 beyond the text."""
    scores = steps(potentials, transitions, inner)
    return log_partition(scores) - path_score(scores, labels)


def best_path(scores: Tensor) -> tuple[Tensor, Tensor]:
    """The best labelling [A, L] of each chain and its score [A] (Viterbi 1967)."""
    count, _, size, _ = scores.shape
    best = scores.new_full((count, size), IMPOSSIBLE)
    best[:, 0] = 0.0
    back = []
    for step in scores.unbind(dim=1):
        best, source = (best.unsqueeze(2) + step).max(dim=1)
        back.append(source)
    total, label = best.max(dim=1)
    path = [label]
    for source in reversed(back[1:]):
        label = source.gather(1, label.unsqueeze(1)).squeeze(1)
        path.append(label)
    return torch.stack(path[::-1], dim=1), total


def best_path_with(scores: Tensor, label: int) -> tuple[Tensor, Tensor]:
    """The best labelling of each chain in which ``label`` occurs, and its score.

    Every label is doubled, before and after the first occurrence, and a chain has to end among the second ones.
    """
    size = scores.shape[-1]
    doubled = scores.new_full((*scores.shape[:2], 2 * size, 2 * size), IMPOSSIBLE)
    doubled[..., :size, :size] = scores
    doubled[..., :size, label] = IMPOSSIBLE
    doubled[..., :size, size + label] = scores[..., label]
    doubled[..., size:, size:] = scores
    doubled[:, -1, :, :size] = IMPOSSIBLE
    path, score = best_path(doubled)
    return path % size, score
