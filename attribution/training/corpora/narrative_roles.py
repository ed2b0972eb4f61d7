"""Narrative roles of climate news (Frermann et al. 2023): hero, villain and victim of 428 articles; MIT.

The repository ``phenixace/narrative-framing`` keeps two tab-separated tables under ``data``: ``articles_metadata.tsv``
(article id, outlet, date, leaning, text, five frames) and ``role_and_frame_annoations.tsv`` (article id, entity,
stakeholder category, role, leaning, five frames). Entities are strings; a role holds for the article, so each sentence
that mentions the entity is an example.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from attribution.errors import InputError
from attribution.stance.aggregation import ROLES
from attribution.stance.sentences import sentences
from attribution.training.stance_examples import Example, Labelled

LICENCE = "MIT"
_ROLES = {"hero": "protagonist", "villain": "antagonist", "victim": "victim"}
_ARTICLES, _ANNOTATIONS = "articles_metadata.tsv", "role_and_frame_annoations.tsv"
_PRONOUNS = frozenset("i you he she it we they them us him her".split())

Roles = dict[str, str]


def read(folder: Path) -> Iterator[Example]:
    """Examples of the repository's ``data`` folder.

    Raises:
        InputError: One of the two tables is missing.
    """
    annotated: dict[str, Roles] = defaultdict(dict)
    for row in _rows(folder / _ANNOTATIONS):
        if len(row) > 3 and row[3].strip().lower() in _ROLES:
            annotated[row[0]][row[1].strip()] = _ROLES[row[3].strip().lower()]
    for row in _rows(folder / _ARTICLES):
        if row[0] in annotated:
            yield from examples(row[0], row[4], annotated[row[0]])


def _rows(path: Path) -> Iterator[list[str]]:
    if not path.is_file():
        raise InputError(f"{path}: is not there", "give the data folder of the narrative-framing repository")
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t")


def examples(document: str, text: str, roles: Roles) -> Iterator[Example]:
    """One example for each sentence that mentions an entity with a role; pronouns are passed over."""
    named = {entity: role for entity, role in roles.items() if entity.lower() not in _PRONOUNS and len(entity) > 1}
    for start, end in sentences(text):
        sentence = text[start:end]
        found = []
        for entity, role in named.items():
            pattern = rf"(?<!\w){re.escape(entity)}(?!\w)"
            spans = tuple(hit.span() for hit in re.finditer(pattern, sentence, re.IGNORECASE))
            if spans:
                found.append(Labelled(spans, role=ROLES.index(role)))
        if found:
            yield Example(sentence, tuple(found), document)
