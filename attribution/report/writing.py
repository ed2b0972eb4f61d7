"""A comparison as files: one CSV a table, the whole as JSON, and a page of Markdown to read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from attribution.report.comparison import LABELS, Comparison, NamingRow, SourceRow, StanceRow

Row = Sequence[str | int | float]

STANCE_COLUMNS = ("target", "outlet", "articles", "abstained", *LABELS, "score", "low", "high", "p", "q")
SOURCE_COLUMNS = ("affiliation", "outlet", "attributions", "share", "low", "high", "p", "q")

_EXPLAINED = """\
*Stance* is the outlet's own voice: what is quoted or reported is left out. Scores run from -1 (unfavourable) to 1
(favourable), with the 95% interval over articles. *p* is the share of random reassignments of articles to outlets that
come out at least as different{within}; *q* is *p* corrected for the number of rows. Below 0.05 in *q* is worth a look;
above it, do not report a difference."""


def write(found: Comparison, folder: Path) -> list[Path]:
    """Writes ``comparison.json``, ``comparison.md``, ``stances.csv``, ``sources.csv`` and ``namings.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "comparison.json": json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n",
        "comparison.md": markdown(found),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    tables = {
        "stances.csv": (STANCE_COLUMNS, [stance_cells(row) for row in found.stances]),
        "sources.csv": (SOURCE_COLUMNS, [source_cells(row) for row in found.sources]),
        "namings.csv": (naming_columns(found), [naming_cells(row) for row in found.namings]),
    }
    for name, (columns, rows) in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
    return [folder / name for name in (*texts, *tables)]


def stance_cells(row: StanceRow) -> Row:
    """The cells of one row under :data:`STANCE_COLUMNS`."""
    counts = [row.labels[label] for label in LABELS]
    return [
        row.target,
        row.outlet,
        row.articles,
        row.abstained,
        *counts,
        *_rounded(row.score, row.low, row.high, row.p, row.q),
    ]


def source_cells(row: SourceRow) -> Row:
    """The cells of one row under :data:`SOURCE_COLUMNS`."""
    return [row.affiliation, row.outlet, row.attributions, *_rounded(row.share, row.low, row.high, row.p, row.q)]


def naming_columns(found: Comparison) -> Sequence[str]:
    """The columns of the naming table: a count for each outlet."""
    return ("target", "text", *sorted(found.outlets), "p", "q")


def naming_cells(row: NamingRow) -> Row:
    """The cells of one row under :func:`naming_columns`."""
    return [row.target, row.text, *(row.counts[name] for name in sorted(row.counts)), *_rounded(row.p, row.q)]


def _rounded(*values: float) -> list[float]:
    return [round(value, 3) for value in values]


def markdown(found: Comparison) -> str:
    """The comparison as a page: what was compared, three tables, and how to read them."""
    within = " within their event" if found.events > 1 else ""
    outlets = ", ".join(f"{name} ({number})" for name, number in sorted(found.outlets.items()))
    parts = [
        "# Comparison of outlets",
        f"Articles: {outlets}. Events: {found.events}. All stances together: p = {found.p:.3f}.",
        _EXPLAINED.format(within=within),
        "## Stance",
        *_table(STANCE_COLUMNS, [stance_cells(row) for row in found.stances]),
        "## Who is quoted",
        "Mean share of the attributed words of an article, by affiliation of the speaker.",
        *_table(SOURCE_COLUMNS, [source_cells(row) for row in found.sources]),
        "## Naming",
        "Uses in the outlet's own voice.",
        *_table(naming_columns(found), [naming_cells(row) for row in found.namings]),
    ]
    return "\n\n".join(parts) + "\n"


def _table(columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        yield "Too few articles."
        return
    lines = [columns, ["---"] * len(columns), *rows]
    yield "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
