"""``attribution annotate``: articles in, annotated articles out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from attribution.commands import Subparsers, device_options, heading, model_option, verb
from attribution.terminal import is_terminal, note, progress

if TYPE_CHECKING:
    from attribution.batch import Annotate, Progress, Summary
    from attribution.formats import Columns, Failure, Quotation
    from attribution.schema import AnnotatedArticle

SOME_FAILED = 3

_DETAILS = """\
IN is a file, a folder, a glob, or - for standard input: plain text, JSON Lines, CSV, Parquet or HTML, gzipped or not.
OUT is a file whose suffix tells the format (.jsonl native, .csv, .parquet, .jsonld; .gz), a folder for shards of many
articles, or - for standard output. Without -o, a terminal shows a table and a pipe gets native JSON Lines.

What cannot be read is named on standard error, and in OUT.failures.jsonl; the rest goes on (exit code 3)."""

_COLUMNS = ("text", "title", "outlet", "published", "url", "id", "language")


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution annotate``."""
    parser = verb(
        subparsers,
        "annotate",
        "Find who said what in articles, and how the outlet frames the actors.",
        details=_DETAILS,
        example="""attribution annotate news/ -o annotated.jsonl
                   attribution annotate archive.csv --text-column body -o quotations.csv
                   cat article.txt | attribution annotate -""",
    )
    parser.add_argument("inputs", nargs="+", metavar="IN", help="file, folder, glob, or - for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", help="file, folder, or - for standard output")
    parser.add_argument("--format", metavar="FORMAT", help="of IN: text, jsonl, json, csv, tsv, parquet, html")
    parser.add_argument("--to", metavar="FORMAT", help="of OUT: jsonl, csv, tsv, parquet, brat, citron, webannotation")
    parser.add_argument("--resume", action="store_true", help="go on behind what an earlier run left in OUT")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes (1); each loads the release")
    for name in _COLUMNS:
        flag = "--date-column" if name == "published" else f"--{name}-column"
        parser.add_argument(
            flag, dest=name, metavar="NAME", help=f"what IN calls the {name} (default: the usual names)"
        )
    model_option(parser)
    device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Annotates, writes or shows, and tells what could not be read."""
    from attribution.batch import annotate_files
    from attribution.formats import Columns

    columns = Columns(**{name: getattr(args, name) for name in _COLUMNS})
    last: Progress | None = None
    with _annotator(args) as annotate:
        if args.output is None and args.to is None and is_terminal():
            return _show(args, annotate, columns)
        events = annotate_files(
            args.inputs,
            annotate,
            args.output or "-",
            columns=columns,
            input_format=args.format,
            output_format=args.to,
            resume=args.resume,
        )
        try:
            for last in _watched(events, args):
                _tell(last.failure)
        except KeyboardInterrupt:
            if args.output and args.output != "-":
                note(f"attribution: what was done stands in {args.output}; --resume goes on from there")
            raise
    return _close(last.summary if last else None, args.output)


def load(model: str | None, device: str | None, batch_size: int | None) -> Annotate:
    """The annotating function of a release, in this process."""
    from attribution.annotator import Annotator

    return Annotator.load(model, device, batch_size).annotate


def _annotator(args: argparse.Namespace) -> AbstractContextManager[Annotate]:
    from attribution.batch import in_processes

    ready = partial(load, args.model, args.device, args.batch_size)
    return in_processes(ready, args.workers) if args.workers > 1 else _here(ready())


@contextmanager
def _here(annotate: Annotate) -> Iterator[Annotate]:
    yield annotate


def _watched(events: Iterable[Progress], args: argparse.Namespace) -> Iterator[Progress]:
    """The events, with a progress bar on a terminal."""
    from attribution.formats import total_bytes

    watched = is_terminal(sys.stderr) and not (args.output in (None, "-") and is_terminal())
    total = total_bytes(args.inputs, args.format) if watched else None
    with progress("annotating", total) as done:
        for event in events:
            done(int(event.record is not None), event.bytes_read)
            yield event


def _tell(failure: Failure | None) -> None:
    if failure is not None:
        note(f"attribution: {failure}")


def _close(summary: Summary | None, output: str | None) -> int:
    if summary is None:
        note("attribution: there is nothing to annotate (name files, folders or globs that hold articles)")
        return 1
    if is_terminal(sys.stderr):
        rate = summary.articles / summary.seconds if summary.seconds else 0.0
        parts = [f"{summary.articles:,} articles, {summary.attributions:,} quotations, {rate:.1f} articles/s"]
        parts += [f"{summary.skipped:,} were there already"] if summary.skipped else []
        parts += [f"{summary.failed:,} could not be read"] if summary.failed else []
        note("; ".join(parts) + (f"; written to {output}" if output and output != "-" else ""))
    if summary.failed:
        return SOME_FAILED if summary.articles or summary.skipped else 1
    return 0


def _show(args: argparse.Namespace, annotate: Annotate, columns: Columns) -> int:
    """Shows a table for each article, as soon as it is there."""
    from attribution.batch import Annotated, isolate
    from attribution.formats import Failure, read_located

    shown = failed = 0
    for event in isolate(read_located(args.inputs, format=args.format, columns=columns), annotate):
        if isinstance(event, Failure):
            _tell(event)
            failed += 1
        elif isinstance(event, Annotated):
            print_article(event.record)
            shown += 1
    if not shown:
        return _close(None, None) if not failed else 1
    return SOME_FAILED if failed else 0


def print_article(item: AnnotatedArticle) -> None:
    """Prints what was found in one article, for people."""
    from attribution.formats.quotation_table import rows
    from attribution.terminal import table

    quotations = [
        (
            _who(row),
            row.cue,
            " ".join(row.content.split()),
            "" if row.confidence is None else f"{min(100 * row.confidence, 99):.0f}",
        )
        for row in rows(item)
    ]
    table(("who", "cue", "what", ">%"), quotations, title=heading(item.article))
    stances = [(s.target, s.voice, s.label, s.role) for s in item.stances if not s.abstained and s.label != "neutral"]
    if stances:
        table(("target", "voice", "stance", "part"), stances)


def _who(row: Quotation) -> str:
    """The speaker, or the source in brackets, with role and affiliation on the next line."""
    standing = ", ".join(filter(None, (f"former {row.role}" if row.former else row.role, row.affiliation)))
    name = row.speaker or (f"({' '.join(row.source.split())})" if row.source else "-")
    return f"{name}\n{standing}" if standing else name
