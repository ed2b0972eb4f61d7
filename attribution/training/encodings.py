"""Encoded articles on disk: the columns that windows are cut from, kept under the hash of what they are made of."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from datasets import Dataset, load_from_disk  # type: ignore[import-untyped]
from numpy.typing import NDArray

from attribution.quotations.encoding import Wordpieces
from attribution.quotations.labels import Labelled
from attribution.schema import AnnotatedArticle, Span
from attribution.training.windows import CONVENTIONS, Encoding, encode

_FORMAT = "1"  # another number when the columns change
Key = tuple[int, int]


class Encodings(Mapping[Key, Encoding]):
    """Encoded articles by index and convention of quotation marks.

    Args:
        rows: A row for each article and convention: ``ids``, ``types``, ``starts``, ``ends``, ``inner`` and, for each
            stretch of a label, five numbers in ``ranges``: attribution, anchor, label, first, last + 1.
        articles: The articles.
    """

    def __init__(self, rows: Dataset, articles: Sequence[AnnotatedArticle]) -> None:
        self.rows = rows.with_format("numpy")
        self.articles = articles

    @classmethod
    def kept(cls, articles: Sequence[AnnotatedArticle], tokenizer: Any, cache: Path) -> Self:
        """The encodings of articles, from ``cache`` if they are there, else made and put there at one stroke."""
        place = cache / digest(articles, tokenizer)
        if not place.is_dir():
            cache.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix=".encoding-", dir=cache))
            Dataset.from_list(list(_rows(articles, tokenizer))).save_to_disk(draft)
            _settle(draft, place)
        return cls(load_from_disk(place), articles)

    def __getitem__(self, key: Key) -> Encoding:
        """The wordpieces and labels of an article under a convention."""
        index, convention = key
        row = self.rows[index * CONVENTIONS + convention]
        offsets = np.stack([_integers(row["starts"]), _integers(row["ends"])], axis=1)
        ids, types = _integers(row["ids"]), _integers(row["types"])
        inner = _integers(row["inner"]).astype(bool)
        pieces = Wordpieces(self.articles[index].article.text, ids, types, offsets, inner)
        return pieces, _labels(_integers(row["ranges"]).reshape(-1, 5))

    def __iter__(self) -> Iterator[Key]:
        return ((index, convention) for index in range(len(self.articles)) for convention in range(CONVENTIONS))

    def __len__(self) -> int:
        return len(self.rows)


def digest(articles: Sequence[AnnotatedArticle], tokenizer: Any) -> str:
    """SHA-256 over the texts, the attributions and the tokenizer."""
    found = hashlib.sha256(f"{_FORMAT}\n{tokenizer.to_str()}\n".encode())
    for item in articles:
        labels = [[_places(spans) for spans in (one.content, one.cue, one.source)] for one in item.attributions]
        found.update(f"{item.article.text!r} {labels}\n".encode())
    return found.hexdigest()


def _places(spans: Sequence[Span]) -> list[tuple[int, int]]:
    return [(span.start, span.end) for span in spans]


def _rows(articles: Sequence[AnnotatedArticle], tokenizer: Any) -> Iterator[dict[str, Any]]:
    for item in articles:
        for convention in range(CONVENTIONS):
            pieces, gold = encode(item, tokenizer, convention)
            yield {
                "ids": pieces.ids,
                "types": pieces.types,
                "starts": pieces.offsets[:, 0],
                "ends": pieces.offsets[:, 1],
                "inner": pieces.inner.astype(np.int64),
                "ranges": [n for at, one in enumerate(gold) for part in one.ranges for n in (at, one.anchor, *part)],
            }


def _labels(ranges: NDArray[np.int64]) -> list[Labelled]:
    found: dict[int, tuple[int, list[tuple[int, int, int]]]] = {}
    for at, anchor, label, first, last in ranges.tolist():
        found.setdefault(at, (anchor, []))[1].append((label, first, last))
    return [Labelled(anchor, tuple(parts)) for anchor, parts in found.values()]


def _integers(values: Any) -> NDArray[np.int64]:
    return np.asarray(values, dtype=np.int64)


def _settle(draft: Path, place: Path) -> None:
    """Moves a folder to its place; another process may have been faster, and has made the same."""
    try:
        draft.rename(place)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not place.is_dir():
            raise
