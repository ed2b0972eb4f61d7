"""GUM, the Georgetown University Multilayer corpus (Zeldes, LREC 2017): named entities for the tagger of names.

Its repository holds CoNLL-U files in ``dep/`` with entities in the last column, opened and closed around tokens, the
type second in each::

    # newdoc id = GUM_news_harbour
    # text = Ann Lee runs Harbour Works.
    1	Ann	Ann	PROPN	NNP	…	Entity=(1-person-new-cf1-2-sgl
    2	Lee	Lee	PROPN	NNP	…	Entity=1)
    3	runs	run	VERB	VBZ	…	_
    4	Harbour	Harbour	PROPN	NNP	…	Entity=(2-organization-new-cf2-2-sgl
    5	Works	Works	PROPN	NNP	…	Entity=2)|SpaceAfter=No

The licence differs by genre; only the genres under CC BY are read unless others are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attribution.errors import FormatError

LICENCE = "CC BY 4.0 (genres news, interview, academic, court)"
FREE_GENRES = ("news", "interview", "academic", "court")

_OPENED = re.compile(r"\((?P<id>\d+)-(?P<type>[a-z]+)[^()]*(?P<closed>\))?|(?P<end>\d+)\)")
_SPACE = re.compile(r"(?:^|\|)SpaceAfter=No(?:\||$)")
_ENTITY = re.compile(r"(?:^|\|)Entity=([^|]+)")


@dataclass
class Document:
    """One document: its text, and the spans of its proper entities with their types."""

    id: str
    text: str = ""
    entities: list[tuple[int, int, str]] = field(default_factory=list)


def read(folder: str | Path, genres: Sequence[str] = FREE_GENRES) -> Iterator[Document]:
    """The documents of some genres, from a clone of the corpus or a folder of its ``.conllu`` files.

    Raises:
        FormatError: There are no such files.
    """
    folder = Path(folder)
    paths = sorted((folder / "dep" if (folder / "dep").is_dir() else folder).glob("*.conllu"))
    if not paths:
        raise FormatError(f"{folder} holds no .conllu file of GUM", "name the clone of the corpus")
    for path in paths:
        parts = path.stem.split("_")
        if len(parts) > 1 and parts[1] in genres:
            yield parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, content: str) -> Document:
    """Reads one file: tokens joined as they were, a blank line before each paragraph, entities with a proper noun."""
    document = Document(name)
    pieces: list[str] = []
    length = 0
    open_entities: dict[str, tuple[int, str, bool]] = {}
    for line in content.splitlines():
        if line.startswith("# newpar") and pieces:
            pieces.append("\n\n")
            length += 2
        columns = line.split("\t")
        if len(columns) != 10 or not columns[0].isdigit():
            continue
        form, proper, misc = columns[1], columns[3] == "PROPN", columns[9]
        start, end = length, length + len(form)
        open_entities = {key: (first, kind, seen or proper) for key, (first, kind, seen) in open_entities.items()}
        _entities(document, open_entities, misc, (start, end), proper)
        gap = "" if _SPACE.search(misc) else " "
        pieces += [form, gap]
        length = end + len(gap)
    document.text = "".join(pieces)
    return document


def _entities(
    document: Document, opened: dict[str, tuple[int, str, bool]], misc: str, span: tuple[int, int], proper: bool
) -> None:
    """Opens and closes the entities that one token's last column names."""
    found = _ENTITY.search(misc)
    for mark in _OPENED.finditer(found[1]) if found else ():
        key = mark["id"] or mark["end"]
        if mark["id"]:
            opened[key] = (span[0], mark["type"], proper)
        if (mark["end"] or mark["closed"]) and key in opened:
            start, kind, named = opened.pop(key)
            if named:
                document.entities.append((start, span[1], kind))
