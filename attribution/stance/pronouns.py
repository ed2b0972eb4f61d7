"""Which actor a pronoun means: in the outlet's sentences, and in the words of others."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from attribution.stance.sentences import sentences
from attribution.stance.targets import Offset, Target, disjoint, same_name

_BACK, _AHEAD = 900, 200  # characters before and behind a spoken pronoun in which its actor must be named
_SPOKEN_PRONOUN = re.compile(r"\b(?:he|she|his|him|her|they|them|their|it|its)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]im|[Hh]er)\b")
_PRONOUNS = frozenset("he she his him her hers it its they them their who whose i we you".split())


def pronouns(targets: Sequence[Target], text: str, blocked: Sequence[Offset] = ()) -> list[Target]:
    """Adds *he* and *she* where exactly one person was named just before, in the same or the previous sentence.

    Args:
        targets: The targets of the article.
        text: Its text.
        blocked: Stretches whose pronouns are left alone (quotations: their *he* is somebody else's).
    """
    masked = text
    for start, end in blocked:  # so that nothing inside a quotation decides whom the outlet's pronouns mean
        masked = masked[:start] + "_" * (end - start) + masked[end:]
    people = {
        span: i
        for i, target in enumerate(targets)
        if target.kind == "person"
        for span in target.mentions
        if masked[slice(*span)] == text[slice(*span)]
    }
    taken = {span for target in targets for span in target.mentions}
    added: dict[int, list[Offset]] = defaultdict(list)
    before: set[int] = set()
    for first, last in sentences(masked):
        here = {span: index for span, index in people.items() if first <= span[0] < last}
        for found in _PRONOUN.finditer(text, first, last):
            gender = "f" if found.group().lower() in {"she", "her"} else "m"
            earlier = _fitting({i for span, i in here.items() if span[1] <= found.start()}, targets, gender)
            earlier = earlier or _fitting(before, targets, gender)
            free = not any(start <= found.start() < end for start, end in blocked) and found.span() not in taken
            if len(earlier) == 1 and free:
                added[next(iter(earlier))].append(found.span())
        before = set(here.values()) or before
    return [
        replace(target, mentions=tuple(disjoint(sorted({*target.mentions, *added[index]}))))
        for index, target in enumerate(targets)
    ]


def spoken_pronouns(
    targets: Sequence[Target], text: str, spoken: Sequence[tuple[int, int, str | None]]
) -> list[Target]:
    """Adds *he*, *she*, *they* and *it* inside other people's words to the actor named last before, else right after.

    Args:
        targets: The targets of the article.
        text: Its text.
        spoken: Stretches of quoted and reported words, each with the name of who speaks. Neither the speaker nor an
            actor whom the stretch names itself is ever meant.
    """
    added: dict[int, list[Offset]] = defaultdict(list)
    places = sorted((span, index) for index, target in enumerate(targets) for span in target.mentions)
    for start, end, speaker in spoken:
        named = {index for span, index in places if start <= span[0] < end}
        named |= {index for index, target in enumerate(targets) if speaker and same_name(speaker, target.name)}
        others = [(span, index) for span, index in places if index not in named]
        for found in _SPOKEN_PRONOUN.finditer(text, start, end):
            at = found.start()
            if not any(span[0] <= at < span[1] for span, _ in places):
                fitting = [(span, index) for span, index in others if _may_mean(targets[index], found.group().lower())]
                before = [index for span, index in fitting if at - _BACK <= span[0] < at]
                after = [index for span, index in fitting if at < span[0] <= end + _AHEAD]
                if before or after:
                    added[before[-1] if before else after[0]].append(found.span())
    return [
        replace(target, mentions=tuple(disjoint(sorted({*target.mentions, *added[index]}))))
        for index, target in enumerate(targets)
    ]


def _may_mean(target: Target, pronoun: str) -> bool:
    if pronoun in {"he", "him", "his"}:
        return target.kind in {"person", "other"} and target.gender != "f"
    if pronoun in {"she", "her"}:
        return target.kind in {"person", "other"} and target.gender != "m"
    return target.kind != "person"


def is_pronoun(words: str) -> bool:
    """Whether a mention is nothing but a personal or possessive pronoun."""
    return words.lower() in _PRONOUNS


def _fitting(indices: set[int], targets: Sequence[Target], gender: str) -> set[int]:
    """Those of the right gender; those of unknown gender only where nobody is of the right one."""
    known = {index for index in indices if targets[index].gender == gender}
    return known or {index for index in indices if targets[index].gender is None}
