"""NewsSD-ENG (Antici et al. 2023): sentences of English news, subjective or objective; CC BY 4.0.

Comma-separated with a header line ``Sentence,Label,Solved conflict``; labels are ``SUBJ`` and ``OBJ``. What a sentence
quotes from a third party counts as objective.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from attribution.errors import FormatError
from attribution.formats.sources import Source, opened
from attribution.training.stance_examples import Example

LICENCE = "CC BY 4.0"
_LABELS = {"SUBJ": 1, "OBJ": 0}


def read(path: Path) -> Iterator[Example]:
    """Examples without targets from one file, gzipped or not.

    Raises:
        FormatError: A column is missing or a label unknown.
    """
    with opened(Source(str(path), "csv")) as file:
        for number, row in enumerate(csv.DictReader(io.TextIOWrapper(file.stream, "utf-8", newline="")), start=2):
            try:
                yield Example(row["Sentence"].strip(), (), f"{path.name}:{number}", _LABELS[row["Label"]])
            except KeyError as error:
                raise FormatError(f"{path}, row {number}: is not NewsSD: {error}", "give its .csv file") from error
