"""Which articles may be learnt from and which are kept for measuring, so that no text is ever on both sides.

Articles of nearly the same wording, as a wire story in several papers, form a group: their MinHash signatures (Broder
1997) over runs of five words agree in half of their places or more. A group goes one way as a whole. Whether an article
is held out is decided by the hash of its text alone, so it is the same on every machine and for ever; one such article
holds out its group. A group that holds a frozen test article, or a held-out article together with one that the release
has learnt from already, is used for nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from datasketch import MinHash, MinHashLSH

_WORDS_IN_RUN = 5
_PLACES = 128
_ALIKE = 0.5
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Split:
    """Positions of texts by what they may be used for."""

    train: tuple[int, ...]
    held_out: tuple[int, ...]
    aside: tuple[int, ...]


def split(
    texts: Sequence[str], *, frozen: Sequence[str] = (), learnt: Collection[str] = (), share: float = 0.2
) -> Split:
    """Decides what each text may be used for.

    Args:
        texts: The corrected articles.
        frozen: The articles of the frozen tests.
        learnt: What :func:`text_hash` gives for every corrected article that the release has learnt from.
        share: How many of the articles are held out.
    """
    sides: dict[str, list[int]] = {"train": [], "held_out": [], "aside": []}
    for group in near_duplicates([*texts, *frozen]):
        members = [at for at in group if at < len(texts)]
        sides[_side([texts[at] for at in members], len(members) < len(group), learnt, share)] += members
    return Split(*(tuple(sorted(sides[name])) for name in ("train", "held_out", "aside")))


def _side(texts: Sequence[str], meets_a_test: bool, learnt: Collection[str], share: float) -> str:
    if meets_a_test:
        return "aside"
    if not any(is_held_out(text, share) for text in texts):
        return "train"
    return "aside" if any(text_hash(text) in learnt for text in texts) else "held_out"


def is_held_out(text: str, share: float) -> bool:
    """Whether a text by itself is among the ``share`` that is never learnt from."""
    return int(text_hash(text)[:12], 16) < share * 16**12


def text_hash(text: str) -> str:
    """SHA-256 of a text, with runs of white space as one, so that a change of layout changes nothing."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()


def near_duplicates(texts: Sequence[str]) -> list[list[int]]:
    """Groups of positions of texts that share most of their wording, each group and all of them in order."""
    index = MinHashLSH(threshold=_ALIKE, num_perm=_PLACES)
    parent = list(range(len(texts)))
    signatures = [_signature(text) for text in texts]
    for at, signature in enumerate(signatures):
        for other in index.query(signature):
            if signatures[other].jaccard(signature) >= _ALIKE:
                parent[_root(parent, at)] = _root(parent, other)
        index.insert(at, signature)
    groups: dict[int, list[int]] = {}
    for at in range(len(texts)):
        groups.setdefault(_root(parent, at), []).append(at)
    return sorted(groups.values())


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        at = parent[at]
    return at


def _signature(text: str) -> MinHash:
    signature = MinHash(num_perm=_PLACES, seed=1)
    signature.update_batch([run.encode("utf-8", "surrogatepass") for run in _runs(text)])
    return signature


def _runs(text: str) -> Iterator[str]:
    words = _WORD.findall(text.casefold())
    if len(words) < _WORDS_IN_RUN:
        yield " ".join(words)
    for at in range(len(words) - _WORDS_IN_RUN + 1):
        yield " ".join(words[at : at + _WORDS_IN_RUN])
