"""GAP, a corpus of ambiguous pronouns (Webster et al., TACL 2018; Apache-2.0): which names go with *he* and *she*.

A tab-separated file (``gap-development.tsv``) with a heading; one pronoun and two names a line, each with its offset
and whether the pronoun means it::

    ID	Text	Pronoun	Pronoun-offset	A	A-offset	A-coref	B	B-offset	B-coref	URL
    development-1	Ann Lee met Bo Ray when she …	she	25	Ann Lee	0	TRUE	Bo Ray	12	FALSE	http://…
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from attribution.errors import FormatError

LICENCE = "Apache-2.0"

_SHE = {"she", "her", "hers"}
_HE = {"he", "his", "him"}


def read_names(path: str | Path) -> Iterator[tuple[str, str]]:
    """Each name that a pronoun means, with the gender of the pronoun (``m`` or ``f``).

    Raises:
        FormatError: The file lacks a column.
    """
    with Path(path).open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"Pronoun", "A", "A-coref", "B", "B-coref"} <= set(rows.fieldnames or ()):
            raise FormatError(f"{path} is no file of GAP", "name gap-development.tsv")
        for row in rows:
            pronoun = row["Pronoun"].lower()
            gender = "f" if pronoun in _SHE else "m" if pronoun in _HE else None
            for name in ("A", "B"):
                if gender and row[f"{name}-coref"].upper() == "TRUE":
                    yield row[name], gender


def given_names(path: str | Path, least: int = 2) -> dict[str, str]:
    """Given names (first words of longer names, lower case) that always went with one gender, seen ``least`` times."""
    counts: dict[str, Counter[str]] = {}
    for name, gender in read_names(path):
        words = name.lower().split()
        if len(words) > 1 and words[0].isalpha() and len(words[0]) > 1:
            counts.setdefault(words[0], Counter())[gender] += 1
    return {name: next(iter(seen)) for name, seen in sorted(counts.items()) if len(seen) == 1 and seen.total() >= least}
