"""``attribution quotes``: the quotations of annotated articles as a table, by speaker, kind, outlet or confidence."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from attribution.commands import Subparsers, verb
from attribution.terminal import is_terminal, say, table

if TYPE_CHECKING:
    from attribution.formats import Quotation


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution quotes``."""
    parser = verb(
        subparsers,
        "quotes",
        "List who said what in annotated articles.",
        details="On a terminal a table; in a pipe tab-separated with all columns, or JSON Lines with --json.",
        example="""attribution quotes annotated.jsonl --speaker farrant
                   attribution quotes annotated.jsonl --kind direct --min-confidence 0.9 > quotes.tsv""",
    )
    parser.add_argument("inputs", nargs="+", metavar="ANNOTATED", help="native files or folders; - is standard input")
    parser.add_argument("--speaker", metavar="TEXT", help="only speakers or sources that hold this text")
    parser.add_argument("--affiliation", metavar="TEXT", help="only affiliations that hold this text")
    parser.add_argument("--outlet", metavar="TEXT", help="only outlets that hold this text")
    parser.add_argument("--containing", metavar="TEXT", help="only quotations that hold this text")
    parser.add_argument("--kind", choices=("direct", "indirect", "mixed"), help="only quotations of this kind")
    parser.add_argument("--min-confidence", type=float, metavar="P", help="only quotations at least as certain")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with all columns")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Lists."""
    from attribution.formats import read_annotated
    from attribution.formats.quotation_table import COLUMNS, rows

    found = (row for name in args.inputs for item in read_annotated(name) for row in rows(item) if _wanted(row, args))
    if args.json:
        for row in found:
            say(row.model_dump_json())
    elif is_terminal():
        columns = ("article", "speaker", "role, affiliation", "kind", "cue", "quotation", ">%")
        table(columns, [_short(row) for row in found])
    else:
        table(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in found))


def _wanted(row: Quotation, args: argparse.Namespace) -> bool:
    if args.kind and row.kind != args.kind:
        return False
    if args.min_confidence is not None and (row.confidence is None or row.confidence < args.min_confidence):
        return False
    held = (
        (args.speaker, f"{row.speaker or ''}\n{row.source or ''}"),
        (args.affiliation, row.affiliation),
        (args.outlet, row.outlet),
        (args.containing, row.content),
    )
    return all(not wanted or wanted.casefold() in (text or "").casefold() for wanted, text in held)


def _short(row: Quotation) -> tuple[str | None, ...]:
    speaker = row.speaker or (f"({row.source})" if row.source else "?")
    standing = ", ".join(filter(None, (f"former {row.role}" if row.former else row.role, row.affiliation)))
    certain = None if row.confidence is None else f"{100 * row.confidence:.0f}"
    return (row.title or row.article_id, speaker, standing, row.kind, row.cue, row.content, certain)
