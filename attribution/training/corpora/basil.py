"""BASIL (Fan et al. 2019): a hundred events, each told by three US outlets, with bias spans; for evaluation only.

The repositories ``launchnlp/BASIL`` and ``marshallwhiteorg/emnlp19-media-bias`` keep one file an article and one for
its annotations::

    articles/2010/<event>_1.json          {"uuid", "triplet-uuid", "title", "source", "date", "url", "main-entities",
                                           "body-paragraphs": [["A sentence.", "Another."], …]}
    annotations/2010/<event>_1_ann.json   {"article-level-annotations": {"author_feeling_Ada_Lunt": "neg", …},
                                           "phrase-level-annotations": [{"id": "p6", "start": 0, "end": 9, "txt": "…",
                                               "target": "Ada_Lunt", "polarity": "neg", "quote": "no", …}]}

``id`` is the number of the sentence (or ``title``), ``start`` and ``end`` count within it. Nothing states that the
articles may be used to train models, so they are only measured on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attribution.errors import FormatError, InputError
from attribution.schema import Article

_FEELINGS = {"str-neg": -1, "neg": -1, "neu": 0, "pos": 1, "str-pos": 1}
_PREFIX = "author_feeling_"


@dataclass(frozen=True)
class BiasSpan:
    """A stretch of the text ``[start, end)`` that slants; ``in_quote`` when it stands in a quotation."""

    start: int
    end: int
    target: str
    polarity: int
    in_quote: bool


@dataclass(frozen=True)
class BasilArticle:
    """An article with its event in ``meta["event"]``, its spans, and its author's feeling toward each entity."""

    article: Article
    spans: tuple[BiasSpan, ...]
    feelings: dict[str, int]


def read(folder: Path) -> Iterator[BasilArticle]:
    """Reads a clone of the repository, article by article in order of their names.

    Raises:
        InputError: The folder has no ``articles``.
        FormatError: A file is not as above.
    """
    paths = sorted((folder / "articles").rglob("*.json"))
    if not paths:
        raise InputError(f"{folder}: holds no articles of BASIL", "give a clone of its repository")
    for path in paths:
        notes = folder / "annotations" / path.parent.name / f"{path.stem}_ann.json"
        try:
            yield _article(json.loads(path.read_text("utf-8")), json.loads(notes.read_text("utf-8")), path.stem)
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise FormatError(f"{path}: is not BASIL: {error}") from error


def _article(body: Mapping[str, Any], notes: Mapping[str, Any], name: str) -> BasilArticle:
    text, sentences = _text(body["body-paragraphs"])
    meta = {"event": body["triplet-uuid"]}
    article = Article(
        id=name, text=text, title=body.get("title"), outlet=body.get("source"), url=body.get("url"), meta=meta
    )
    feelings = {
        key.removeprefix(_PREFIX).replace("_", " "): _FEELINGS[value]
        for key, value in notes["article-level-annotations"].items()
        if key.startswith(_PREFIX) and value in _FEELINGS
    }
    spans = tuple(_span(item, text, sentences) for item in notes["phrase-level-annotations"] if item["id"] != "title")
    return BasilArticle(article, spans, feelings)


def _text(paragraphs: list[list[str]]) -> tuple[str, list[int]]:
    """The text, sentences a space and paragraphs a blank line apart, and where each sentence begins."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for number, paragraph in enumerate(paragraphs):
        for place, sentence in enumerate(paragraph):
            gap = " " if place else "\n\n" if number else ""
            starts.append(length + len(gap))
            parts += [gap, sentence]
            length += len(gap) + len(sentence)
    return "".join(parts), starts


def _span(item: Mapping[str, Any], text: str, sentences: list[int]) -> BiasSpan:
    start = sentences[int(item["id"].removeprefix("p"))] + int(item["start"])
    end = start + int(item["end"]) - int(item["start"])
    if end > len(text):
        raise ValueError(f"span {item['id']} [{item['start']}, {item['end']}) is outside its sentence")
    polarity = {"neg": -1, "pos": 1}.get(item["polarity"], 0)
    return BiasSpan(start, end, item["target"].replace("_", " "), polarity, item["quote"] == "yes")
