"""``attribution compare``: how outlets differ in stance, in whom they quote, and in what they call things."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attribution.commands import Subparsers, verb
from attribution.terminal import note, say, say_json, table

if TYPE_CHECKING:
    from attribution.report.comparison import Comparison

_DETAILS = """\
Compares the outlets' own voices toward each target, the share of their quotations by affiliation, and the words they
use for the same thing. Each difference comes with a permutation test, so that a small outlet does not look extreme by
chance. Group articles by event if outlets covered different events."""


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution compare``."""
    parser = verb(
        subparsers,
        "compare",
        "Compare outlets over annotated articles.",
        details=_DETAILS,
        example="""attribution compare annotated.jsonl
                   attribution compare annotated.jsonl --group-by event --target "Kesh Front" -o comparison/""",
    )
    parser.add_argument("inputs", nargs="+", metavar="ANNOTATED", help="native files or folders; - is standard input")
    parser.add_argument(
        "--group-by", metavar="KEY", help="compare within events: a key of meta, or 'similarity' (default: over all)"
    )
    parser.add_argument(
        "--target", action="append", default=[], metavar="NAME", help="only this target; may be repeated"
    )
    parser.add_argument("--least", type=int, default=2, metavar="N", help="articles a row must rest on (default: 2)")
    parser.add_argument("--draws", type=int, default=2000, metavar="N", help="shuffles of the tests (default: 2000)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the shuffles (default: 0)")
    parser.add_argument("--rows", type=int, default=20, metavar="N", help="rows of each table to print (default: 20)")
    parser.add_argument("--json", action="store_true", help="print the whole comparison as JSON")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="also write CSV, JSON and Markdown files there"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Compares and prints."""
    from attribution.formats import read_annotated
    from attribution.report.comparison import compare
    from attribution.report.writing import write

    articles = (item for name in args.inputs for item in read_annotated(name))
    found = compare(
        articles, group_by=args.group_by, targets=args.target, draws=args.draws, seed=args.seed, least=args.least
    )
    if args.output:
        for path in write(found, args.output):
            note(f"wrote {path}")
    if args.json:
        say_json(found.to_dict())
    else:
        _show(found, args.rows)


def _show(found: Comparison, limit: int) -> None:
    from attribution.report import writing

    within = f", within {found.events} events" if found.events > 1 else ""
    say(f"{sum(found.outlets.values())} articles of {len(found.outlets)} outlets{within}")
    say(f"all stances together: p = {found.p:.3f}")
    stances = [writing.stance_cells(row) for row in sorted(found.stances, key=lambda row: row.p)]
    sources = [writing.source_cells(row) for row in sorted(found.sources, key=lambda row: row.p)]
    namings = [writing.naming_cells(row) for row in sorted(found.namings, key=lambda row: row.p)]
    _part("The outlet's own stance", writing.STANCE_COLUMNS, stances, limit)
    _part("Who is quoted, by affiliation", writing.SOURCE_COLUMNS, sources, limit)
    _part("Naming, in the outlet's own voice", writing.naming_columns(found), namings, limit)


def _part(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], limit: int) -> None:
    say()
    say(title if rows else f"{title}: too few articles")
    if rows:
        table(columns, rows[:limit])
    if len(rows) > limit:
        say(f"({len(rows) - limit} more; --rows shows more, -o writes all)")
