"""What a part of a release remembers about the corrected articles that it and its ancestors learnt from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from attribution.schema import AnnotatedArticle
from attribution.training.splitting import text_hash

LEARNT = "learnt.json"
_SAID: dict[str, set[str]] = {
    "quotations": {"attributions"},
    "speakers": {"attributions", "speakers"},
    "stance": {"attributions", "speakers", "stances"},
}


@dataclass(frozen=True)
class Learnt:
    """Hashes of the texts, so that they are never measured on, and of what was said, to tell what is new."""

    texts: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()

    @classmethod
    def of(cls, records: Iterable[AnnotatedArticle], part: str) -> Self:
        """What learning one part from these records will leave behind."""
        kept = list(records)
        texts = frozenset(text_hash(item.article.text) for item in kept)
        return cls(texts, frozenset(_said(item, part) for item in kept))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What the folder of a part says; nothing when it never learnt from corrections."""
        path = folder / LEARNT
        told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return cls(frozenset(told.get("texts", ())), frozenset(told.get("records", ())))

    def write(self, folder: Path) -> None:
        """Writes it down."""
        told = {"texts": sorted(self.texts), "records": sorted(self.records)}
        (folder / LEARNT).write_text(json.dumps(told, indent=0) + "\n", encoding="utf-8")

    def __or__(self, other: Self) -> Self:
        """Both together."""
        return type(self)(self.texts | other.texts, self.records | other.records)


def _said(record: AnnotatedArticle, part: str) -> str:
    include: dict[str, Any] = {"article": {"text"}, **dict.fromkeys(_SAID[part], True)}
    plain = record.model_dump(mode="json", include=include)
    review = record.provenance.review
    leaves = review.leaves if review and part == "stance" else {}
    return hashlib.sha256(json.dumps([plain, leaves], sort_keys=True).encode()).hexdigest()
