"""``attribution convert``: annotated articles from one format to another."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from attribution.commands import Subparsers, verb
from attribution.terminal import Advance, note, progress

if TYPE_CHECKING:
    from attribution.schema import AnnotatedArticle


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution convert``."""
    parser = verb(
        subparsers,
        "convert",
        "Convert annotated articles to another format.",
        details="""\
Formats to write: jsonl (native), csv, tsv and parquet (a row for each quotation), brat, citron, webannotation.
Formats to read: jsonl, brat, polnear, citron, webannotation. Suffixes and folders tell them; flags decide.""",
        example="""attribution convert annotated.jsonl quotations.csv
                   attribution convert annotated.jsonl standoff/ --to brat""",
    )
    parser.add_argument("input", metavar="IN", help="file or folder; - is standard input")
    parser.add_argument("output", metavar="OUT", help="file or folder; - is standard output")
    parser.add_argument("--from", dest="source", metavar="FORMAT", help="format of IN")
    parser.add_argument("--to", dest="target", metavar="FORMAT", help="format of OUT")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Converts."""
    from attribution.formats import read, write

    with progress("converting") as done:
        records = read(args.input, args.source)
        number = write((_counted(item, done) for item in records), args.output, args.target)
    note(f"{number} articles converted")


def _counted(item: AnnotatedArticle, done: Advance) -> AnnotatedArticle:
    done(1)
    return item
