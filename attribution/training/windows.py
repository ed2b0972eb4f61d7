"""Training examples of the quotation model: windows cut anew from the articles at every epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attribution.quotations.encoding import Wordpieces, tokenize
from attribution.quotations.labels import FLAT_TAGS, Labelled, labelled
from attribution.schema import AnnotatedArticle, Attribution

# Quotation marks of other conventions, each of one code point like the curly ones they replace, so that offsets stay.
_CURLY = "“”‘’"
_CONVENTIONS = ("\"\"''", "«»‘’", "„“‚‘", '""‘’')


CONVENTIONS = 1 + len(_CONVENTIONS)
"""How many ways there are to write an article's quotation marks, its own among them."""
NO_ANCHOR_LABEL, NO_FLAT_LABEL = -1.0, -100

Encoding = tuple[Wordpieces, list[Labelled]]


class Windows(torch.utils.data.Dataset[dict[str, Any]]):
    """Windows over annotated articles, as many as cover them once; where each begins is drawn at every access.

    Args:
        articles: The training articles.
        tokenizer: A :class:`tokenizers.Tokenizer`.
        size: Wordpieces of a window, special tokens included.
        respelled: Share of windows whose curly quotation marks are replaced by another convention.
        weights: How many times each article counts; all once by default.
        struck: Articles, by index, of which only part is known: their attributions are certain, those given here
            are certainly none, and of all the rest nothing is known.
        encodings: What :func:`encode` makes of each article and convention, if that was kept.
    """

    def __init__(
        self,
        articles: Sequence[AnnotatedArticle],
        tokenizer: Any,
        size: int,
        respelled: float = 0.25,
        weights: Sequence[int] | None = None,
        struck: Mapping[int, Sequence[Attribution]] | None = None,
        encodings: Mapping[tuple[int, int], Encoding] | None = None,
    ) -> None:
        self.articles = articles
        self.struck = struck or {}
        self.encodings = encodings
        self.tokenizer = tokenizer
        self.room = size - 2
        self.respelled = respelled
        self.cached: dict[tuple[int, int], Encoding] = {}
        self.slots = [
            (i, start)
            for i in range(len(articles))
            for _ in range(weights[i] if weights else 1)
            for start in range(0, max(len(self.encoded(i, 0)[0]), 1), self.room)
        ]

    def __len__(self) -> int:
        return len(self.slots)

    def encoded(self, index: int, convention: int) -> Encoding:
        """The wordpieces and labels of an article, its marks respelled (0: as they are)."""
        key = (index, convention)
        if self.encodings is not None:
            return self.encodings[key]
        if key not in self.cached:
            self.cached[key] = encode(self.articles[index], self.tokenizer, convention)
        return self.cached[key]

    def __getitem__(self, slot: int) -> dict[str, Any]:
        """One window: ``ids``, ``types``, ``inner``, ``anchors``, ``flat`` [n] and ``attributions``."""
        index, start = self.slots[slot]
        draw = torch.rand(2).tolist()
        convention = 1 + int(draw[0] / self.respelled * len(_CONVENTIONS)) if draw[0] < self.respelled else 0
        pieces, gold = self.encoded(index, convention)
        begin = max(0, min(start + int((draw[1] - 0.5) * self.room), len(pieces) - self.room))
        struck = labelled(pieces, self.struck[index]) if index in self.struck else None
        return window(pieces, gold, begin, min(begin + self.room, len(pieces)), struck)


def encode(item: AnnotatedArticle, tokenizer: Any, convention: int = 0) -> Encoding:
    """The wordpieces and labels of an article, its curly marks respelled by a convention (0: as they are)."""
    text = item.article.text
    if convention:
        text = text.translate(str.maketrans(_CURLY, _CONVENTIONS[convention - 1]))
    pieces = tokenize(text, tokenizer)
    return pieces, labelled(pieces, item.attributions)


def window(
    pieces: Wordpieces, gold: Sequence[Labelled], begin: int, end: int, struck: Sequence[Labelled] | None = None
) -> dict[str, Any]:
    """The part ``[begin, end)`` of an article as one training example.

    With ``struck`` only ``gold`` and what is struck out are known; the rest is marked so that it carries no loss.
    """
    anchors = np.full(end - begin, 0.0 if struck is None else NO_ANCHOR_LABEL, dtype=np.float32)
    flat = np.full(end - begin, 0 if struck is None else NO_FLAT_LABEL, dtype=np.int64)
    for item in struck or ():
        if begin <= item.anchor < end:
            anchors[item.anchor - begin] = 0.0
    inside = []
    for item in gold:
        _tag(flat, item, begin, end)
        if begin <= item.anchor < end:
            anchors[item.anchor - begin] = 1.0
            labels = np.zeros(end - begin, dtype=np.int64)
            for label, first, last in item.ranges:
                labels[max(first - begin, 0) : max(last - begin, 0)] = label
            inside.append((item.anchor - begin, labels))
    part = slice(begin, end)
    return {
        "ids": pieces.ids[part],
        "types": pieces.types[part],
        "inner": pieces.inner[part],
        "anchors": anchors,
        "flat": flat,
        "attributions": inside,
    }


def _tag(flat: NDArray[np.int64], item: Labelled, begin: int, end: int) -> None:
    for label, first, last in item.ranges:
        if begin < last and first < end:
            flat[max(first - begin, 0) : last - begin] = 2 * label
            if first >= begin:
                flat[first - begin] = 2 * label - 1
    assert flat.max(initial=0) < len(FLAT_TAGS)


class Collator:
    """Stacks windows into the tensors of :meth:`QuotationModel.forward`.

    Args:
        start: Vocabulary id of the token before a window.
        stop: Vocabulary id of the token behind it.
    """

    def __init__(self, start: int, stop: int) -> None:
        self.start = start
        self.stop = stop

    def __call__(self, items: Sequence[dict[str, Any]]) -> dict[str, Tensor]:
        """Stacks windows; :meth:`QuotationModel.forward` tells the shapes."""
        width = max(len(item["ids"]) for item in items) + 2
        batch = {
            "input_ids": torch.zeros(len(items), width, dtype=torch.long),
            "token_type_ids": torch.zeros(len(items), width, dtype=torch.long),
            "attention_mask": torch.zeros(len(items), width, dtype=torch.long),
            "anchor_labels": torch.full((len(items), width), NO_ANCHOR_LABEL),
            "flat_labels": torch.full((len(items), width), NO_FLAT_LABEL),
            "inner": torch.zeros(len(items), width, dtype=torch.bool),
        }
        names = {"ids": "input_ids", "types": "token_type_ids", "anchors": "anchor_labels", "flat": "flat_labels"}
        names["inner"] = "inner"
        rows, anchors, labels = [], [], []
        for row, item in enumerate(items):
            size = len(item["ids"])
            for name, target in names.items():
                batch[target][row, 1 : size + 1] = torch.from_numpy(item[name])
            batch["input_ids"][row, 0], batch["input_ids"][row, size + 1] = self.start, self.stop
            batch["attention_mask"][row, : size + 2] = 1
            for anchor, gold in item["attributions"]:
                rows.append(row)
                anchors.append(anchor + 1)
                labels.append(np.pad(gold, (1, width - size - 1)))
        batch["rows"] = torch.tensor(rows, dtype=torch.long)
        batch["anchors"] = torch.tensor(anchors, dtype=torch.long)
        batch["labels"] = torch.from_numpy(np.array(labels, dtype=np.int64).reshape(-1, width))
        return batch
