"""Which articles tell of the same event: by a key of theirs, or by how much of their rarer vocabulary they share."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from attribution.schema import Article

SHARED = 0.18
_TOO_COMMON = 0.25
_WORD = re.compile(r"[^\W\d_][\w’'-]{2,}")

SIMILARITY = "similarity"


def strata(articles: Sequence[Article], by: str | None) -> list[int]:
    """The number of each article's event.

    Args:
        articles: The articles.
        by: A key of ``meta`` (``event``); :data:`SIMILARITY`; or ``None``, which puts all into one.

    Returns:
        Integers from 0, in order of first appearance; articles without the key are together.
    """
    if by is None:
        return [0] * len(articles)
    keys = _similar(articles) if by == SIMILARITY else [str(item.meta.get(by, "")) for item in articles]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return [numbers[key] for key in keys]


def _similar(articles: Sequence[Article]) -> list[str]:
    """Names of connected groups of articles whose rarer words overlap by at least :data:`SHARED` (Jaccard)."""
    words = [set(map(str.lower, _WORD.findall(f"{item.title or ''} {item.text}"))) for item in articles]
    spread = Counter(word for found in words for word in found)
    limit = max(4.0, _TOO_COMMON * len(articles))
    rare = [{word for word in found if 1 < spread[word] <= limit} for found in words]
    holders: dict[str, list[int]] = defaultdict(list)
    for index, found in enumerate(rare):
        for word in found:
            holders[word].append(index)
    root = list(range(len(articles)))
    for index, found in enumerate(rare):
        shared = Counter(other for word in found for other in holders[word] if other < index)
        for other, count in shared.items():
            if count >= SHARED * len(found | rare[other]):
                _join(root, index, other)
    return [str(_find(root, index)) for index in range(len(articles))]


def _find(root: list[int], index: int) -> int:
    while root[index] != index:
        root[index] = root[root[index]]
        index = root[index]
    return index


def _join(root: list[int], one: int, other: int) -> None:
    first, second = sorted((_find(root, one), _find(root, other)))
    root[second] = first
