from __future__ import annotations

import itertools

import pytest
import torch

from attribution.quotations import crf
from attribution.quotations.model import Potentials

CHAINS, LENGTH, LABELS = 4, 5, 4


def random_potentials(seed: int) -> tuple[Potentials, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    present = torch.tensor([[1, 1, 1, 1, 1], [0, 1, 1, 1, 0], [1, 1, 1, 0, 0], [0, 0, 1, 1, 1]]).bool()
    shape = (CHAINS, LENGTH, LABELS)
    inner = torch.zeros(CHAINS, LENGTH, dtype=torch.bool)
    inner[0, 2] = True
    return Potentials(draw(*shape), draw(*shape), draw(*shape), present), draw(LABELS, LABELS), inner


def by_hand(
    potentials: Potentials, transitions: torch.Tensor, inner: torch.Tensor, chain: int, path: tuple[int, ...]
) -> float:
    total, before = 0.0, 0
    for at, label in enumerate(path):
        if not potentials.present[chain, at]:
            if label:
                return -1e4
            before = label
            continue
        total += float(potentials.states[chain, at, label])
        if at and potentials.present[chain, at - 1]:
            total += float(transitions[before, label])
            if label != before:
                if inner[chain, at]:
                    return -1e4
                total += float(potentials.begins[chain, at, label]) if label else 0.0
                total += float(potentials.ends[chain, at - 1, before]) if before else 0.0
        before = label
    return total


@pytest.mark.parametrize("seed", range(3))
def test_partition_and_best_path_agree_with_enumeration(seed: int) -> None:
    potentials, transitions, inner = random_potentials(seed)
    scores = crf.steps(potentials, transitions, inner)
    partition, (paths, best) = crf.log_partition(scores), crf.best_path(scores)
    in_steps = crf.log_partition_in_steps(scores)
    everything = list(itertools.product(range(LABELS), repeat=LENGTH))
    for chain in range(CHAINS):
        each = torch.tensor([by_hand(potentials, transitions, inner, chain, path) for path in everything])
        assert torch.isclose(torch.logsumexp(each, 0), partition[chain], atol=1e-4)
        assert torch.isclose(partition[chain], in_steps[chain], atol=1e-4)
        assert torch.isclose(each.max(), best[chain], atol=1e-4)
        assert tuple(paths[chain].tolist()) == everything[int(each.argmax())]


@pytest.mark.parametrize("seed", range(3))
def test_best_path_with_a_label_is_the_best_of_those_that_have_it(seed: int) -> None:
    potentials, transitions, inner = random_potentials(seed)
    paths, best = crf.best_path_with(crf.steps(potentials, transitions, inner), label=2)
    everything = [path for path in itertools.product(range(LABELS), repeat=LENGTH) if 2 in path]
    for chain in range(CHAINS):
        each = torch.tensor([by_hand(potentials, transitions, inner, chain, path) for path in everything])
        assert torch.isclose(each.max(), best[chain], atol=1e-4)
        assert tuple(paths[chain].tolist()) == everything[int(each.argmax())]


def test_gold_path_costs_less_the_likelier_it_is() -> None:
    potentials, transitions, inner = random_potentials(7)
    scores = crf.steps(potentials, transitions, inner)
    best, _ = crf.best_path(scores)
    other = best.clone()
    other[0, 0] = (other[0, 0] + 1) % LABELS
    cost = crf.negative_log_likelihood(potentials, transitions, best, inner)
    assert (cost >= 0).all()
    assert crf.negative_log_likelihood(potentials, transitions, other, inner)[0] > cost[0]


def test_label_never_changes_inside_a_word_nor_beyond_the_text() -> None:
    for seed in range(20):
        potentials, transitions, inner = random_potentials(seed)
        paths, _ = crf.best_path(crf.steps(potentials, transitions, inner))
        assert paths[0, 1] == paths[0, 2]
        assert not paths[~potentials.present].any()
