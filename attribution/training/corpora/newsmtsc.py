"""NewsMTSC (Hamborg and Donnay 2021): sentences of US news with a target and the sentiment toward it; MIT.

The repository ``fhamborg/NewsMTSC`` keeps JSON Lines; one object is one sentence with one or more targets::

    {"primary_gid": "…", "sentence_normalized": "…",
     "targets": [{"Input.gid": "…", "from": 0, "to": 6, "mention": "…", "polarity": 2.0,
                  "further_mentions": [{"from": 9, "to": 12, "mention": "she"}]}]}

``polarity`` is 2 (negative), 4 (neutral) or 6 (positive); ids begin with the document's. A neutral target is taken to
play no narrative role, which teaches the role head to say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attribution.errors import FormatError
from attribution.formats.sources import Source, opened
from attribution.stance.aggregation import ROLES
from attribution.training.stance_examples import UNKNOWN, Example, Labelled, one_hot

LICENCE = "MIT"
_LABELS = {2: -1, 4: 0, 6: 1}


def read(path: Path) -> Iterator[Example]:
    """Examples of one file (``train.jsonl``), gzipped or not.

    Raises:
        FormatError: A line is not as above; the message names it.
    """
    with opened(Source(str(path), "jsonl")) as file:
        for number, line in enumerate(file.stream, start=1):
            try:
                record = json.loads(line)
                targets = tuple(_target(record["sentence_normalized"], item) for item in record["targets"])
                yield Example(record["sentence_normalized"], targets, document_of(record["primary_gid"]))
            except (ValueError, KeyError, TypeError) as error:
                raise FormatError(f"{path}, line {number}: is not NewsMTSC: {error}") from error


def _target(text: str, item: Mapping[str, Any]) -> Labelled:
    mentions = [(int(item["from"]), int(item["to"]))]
    if text[slice(*mentions[0])] != item["mention"]:
        raise ValueError(f"the text has no {item['mention']!r} at {mentions[0]}")
    mentions += [(int(more["from"]), int(more["to"])) for more in item.get("further_mentions") or []]
    label = _LABELS[int(item["polarity"])]
    return Labelled(tuple(mentions), one_hot(label), UNKNOWN if label else ROLES.index("none"))


def document_of(identifier: str) -> str:
    """The document an id belongs to: its first two parts, three where the first names a version of a corpus."""
    parts = identifier.split("_")
    return "_".join(parts[: 3 if parts[0] == "polusa" else 2])
