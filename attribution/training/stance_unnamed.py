"""Practice in reading sentences that do not name their target, made from sentences that do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from attribution.stance.unnamed import prefix
from attribution.training.stance_examples import Example, Labelled

_PRONOUNS = ("he", "she", "they", "it")


def unnamed_copies(examples: Iterable[Example], share: float, seed: int = 0) -> Iterator[Example]:
    """Copies of a share of the examples with one target: the name stands in front, a pronoun stands where it was."""
    random = Random(seed)
    for example in examples:
        if len(example.targets) == 1 and random.random() < share:
            yield _copy(example, random.choice(_PRONOUNS))


def _copy(example: Example, pronoun: str) -> Example:
    target = example.targets[0]
    name = example.text[slice(*target.mentions[0])]
    text = example.text
    for start, end in sorted(target.mentions, reverse=True):
        text = text[:start] + (pronoun.capitalize() if start == 0 else pronoun) + text[end:]
    before, places = prefix([name])
    return Example(before + text, (Labelled(tuple(places), target.label, target.role),), example.document)
