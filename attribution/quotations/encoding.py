"""Text to wordpieces with the typographic state an uncased encoder cannot see, and windows over long articles.

The state of a wordpiece is its case shape, whether it stands inside quotation marks, and whether it begins a paragraph:
16 combinations, each with an embedding of its own that the model adds to the wordpiece's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attribution.typography import inside_quotes

TYPE_ROWS = 16
_CAPITALISED, _CAPITALS, _NO_LETTER = 1, 2, 3
_INSIDE_QUOTES, _BEGINS_PARAGRAPH = 4, 8


@dataclass(frozen=True)
class Wordpieces:
    """An article as wordpieces, without special tokens.

    Attributes:
        text: The article.
        ids: int64 [n], vocabulary ids.
        types: int64 [n], typographic state, 0 to 15.
        offsets: int64 [n, 2], half-open code-point spans into ``text``.
        inner: bool [n], true where a wordpiece continues the word before it, so that no span may begin there.
    """

    text: str
    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    offsets: NDArray[np.int64]
    inner: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, start: int, end: int) -> Wordpieces:
        """The wordpieces ``[start, end)``; offsets stay those of the whole text."""
        part = slice(start, end)
        return Wordpieces(self.text, self.ids[part], self.types[part], self.offsets[part], self.inner[part])

    def covering(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of wordpieces that overlap the code points ``[start, end)``."""
        first = int(np.searchsorted(self.offsets[:, 1], start, side="right"))
        last = int(np.searchsorted(self.offsets[:, 0], end, side="left"))
        return first, max(first, last)


@dataclass(frozen=True)
class Encoded:
    """An article as the encoder sees it.

    Attributes:
        text: The article.
        offsets: int64 [n, 2], half-open code-point span of each wordpiece.
        states: float32 [n, d], the last encoder states, stitched over windows.
    """

    text: str
    offsets: NDArray[np.int64]
    states: NDArray[np.float32]


def tokenize(text: str, tokenizer: Any) -> Wordpieces:
    """Splits a text into wordpieces; ``tokenizer`` is a :class:`tokenizers.Tokenizer` without padding or truncation."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    kept = offsets[:, 1] > offsets[:, 0]
    words = np.array([-1 if word is None else word for word in encoding.word_ids], dtype=np.int64)[kept]
    offsets = offsets[kept]
    return Wordpieces(
        text=text,
        ids=np.array(encoding.ids, dtype=np.int64)[kept],
        types=_types(text, offsets),
        offsets=offsets,
        inner=np.concatenate([[False], words[1:] == words[:-1]]) if len(words) else np.zeros(0, dtype=bool),
    )


def _types(text: str, offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    starts, ends = offsets[:, 0], offsets[:, 1]
    quoted = np.frombuffer(bytes(inside_quotes(text)), dtype=np.uint8)[starts]
    line = np.searchsorted([at for at, character in enumerate(text) if character in "\r\n"], starts)
    begins = np.concatenate([[True], line[1:] > line[:-1]]) if len(starts) else np.zeros(0, dtype=bool)
    case = np.array([_case(text[start:end]) for start, end in zip(starts, ends, strict=True)], dtype=np.int64)
    types: NDArray[np.int64] = case + _INSIDE_QUOTES * quoted.astype(np.int64) + _BEGINS_PARAGRAPH * begins
    return types


def _case(piece: str) -> int:
    if not piece[0].isalpha():
        return _NO_LETTER
    if piece.islower() or not piece[0].isupper():
        return 0
    return _CAPITALS if len(piece) > 1 and piece.isupper() else _CAPITALISED


def windows(length: int, size: int, overlap: int) -> list[tuple[int, int]]:
    """Half-open ranges of at most ``size`` that cover ``length`` with at least ``overlap`` shared by neighbours.

    The ranges are of nearly equal length, so that none is a short remainder with little context.
    """
    if length <= size:
        return [(0, length)] if length else []
    count = -(-(length - overlap) // (size - overlap))
    starts = np.linspace(0, length - size, count).round().astype(int)
    return [(int(start), int(start) + size) for start in starts]


def territories(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """For each window the range whose states are taken from it: up to the middle of the overlap with its neighbours.

    That is where a position is farthest from the edges of every window that holds it.
    """
    for i, (start, end) in enumerate(spans):
        begin = (start + spans[i - 1][1]) // 2 if i else start
        finish = (spans[i + 1][0] + end) // 2 if i + 1 < len(spans) else end
        yield begin, finish
