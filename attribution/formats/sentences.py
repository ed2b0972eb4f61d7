"""Sentences with a target and a label: gold for stance without articles.

One sentence a line; the span is half-open, in code points; -1 is unfavourable, 0 neutral, 1 favourable::

    {"text": "The board praised Ada Lunt.", "target": {"span": [18, 26]}, "label": 1}

``document`` or ``id`` may name what the sentence is from; other fields are passed over.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attribution.errors import FormatError, InputError
from attribution.formats.sources import Source, opened
from attribution.schema import StanceLabel, content_id

LABELS: dict[int, StanceLabel] = {-1: "unfavourable", 0: "neutral", 1: "favourable"}


@dataclass(frozen=True)
class Sentence:
    """A sentence, the half-open span of its target in code points, the right label, and what it is from."""

    text: str
    target: tuple[int, int]
    label: StanceLabel
    document: str


def holds_sentences(path: str | Path) -> bool:
    """Whether the first line of a file is a sentence with a target and a label."""
    if not Path(path).is_file():
        return False
    with opened(Source(str(path), "jsonl")) as file:
        line = next((line for line in file.stream if line.strip()), b"")
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and {"text", "target", "label"} <= set(record)


def read(path: str | Path) -> Iterator[Sentence]:
    """Reads a file of sentences, gzipped or not.

    Raises:
        FormatError: A line is not such a sentence; the message names file and line.
        InputError: The file cannot be read.
    """
    try:
        with opened(Source(str(path), "jsonl")) as file:
            for number, line in enumerate(file.stream, start=1):
                if line.strip():
                    yield _sentence(line, f"{path}, line {number}")
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path} cannot be read: {error}", "check that the file is there and complete") from error


def _sentence(line: bytes, where: str) -> Sentence:
    fix = 'write {"text": "…", "target": {"span": [start, end]}, "label": -1, 0 or 1} a line'
    try:
        record: dict[str, Any] = json.loads(line)
        text, (start, end), label = str(record["text"]), record["target"]["span"], LABELS[record["label"]]
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(f"{where}: is no sentence with a target and a label", fix) from error
    if not 0 <= start < end <= len(text):
        raise FormatError(f"{where}: the span [{start}, {end}) is not within the text", fix)
    return Sentence(text, (start, end), label, str(record.get("document") or record.get("id") or content_id(text)))
