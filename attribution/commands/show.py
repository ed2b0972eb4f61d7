"""``attribution show``: annotated articles to read, with what was found marked in the text."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from attribution.commands import Subparsers, heading, verb
from attribution.terminal import is_terminal, say

if TYPE_CHECKING:
    from rich.text import Text

    from attribution.schema import AnnotatedArticle, Attribution

_MARKS = {"content": ("[", "]"), "cue": ("<", ">"), "source": ("{", "}")}
_COLOURS = {"content": "bold", "cue": "magenta", "source": "cyan underline"}


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution show``."""
    parser = verb(
        subparsers,
        "show",
        "Show annotated articles with their quotations marked in the text.",
        details="Contents are bold, cues magenta, sources underlined; in a pipe [content], <cue>, {source}.",
        example="""attribution show annotated.jsonl
                   attribution show annotated.jsonl --article reservoir-vote""",
    )
    parser.add_argument("input", metavar="ANNOTATED", help="native file or folder; - is standard input")
    parser.add_argument("--article", metavar="ID", help="only the article with this id")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Shows."""
    from attribution.errors import InputError
    from attribution.formats import read_annotated

    shown = 0
    for item in read_annotated(args.input):
        if args.article in (None, item.article.id):
            _show(item)
            shown += 1
    if args.article and not shown:
        raise InputError(f"{args.input}: has no article {args.article!r}", "see the ids with: attribution quotes")
    return 0


def _show(item: AnnotatedArticle) -> None:
    title = heading(item.article)
    if is_terminal():
        from rich.console import Console
        from rich.rule import Rule

        console = Console()
        console.print(Rule(title, align="left"))
        console.print(_coloured(item))
        console.print()
    else:
        say(f"=== {title} ({item.article.id})\n{marked(item)}\n")
    for line in _legend(item):
        say(line)
    say()


def _coloured(item: AnnotatedArticle) -> Text:
    from rich.text import Text

    text = Text(item.article.text)
    for attribution in item.attributions:
        for role, colour in _COLOURS.items():
            for span in getattr(attribution, role):
                text.stylize(colour, span.start, span.end)
    return text


def marked(item: AnnotatedArticle) -> str:
    """The text with brackets around contents, cues and sources."""
    inserted: list[tuple[int, int, int, str]] = []
    for attribution in item.attributions:
        for role, (opening, closing) in _MARKS.items():
            for span in getattr(attribution, role):
                inserted.append((span.start, 1, -span.end, opening))
                inserted.append((span.end, 0, -span.start, closing))
    text, at, parts = item.article.text, 0, []
    for place, _, _, bracket in sorted(set(inserted)):
        parts += [text[at:place], bracket]
        at = place
    return "".join([*parts, text[at:]])


def _legend(item: AnnotatedArticle) -> Iterator[str]:
    for attribution in item.attributions:
        content = " … ".join(span.text for span in attribution.content)
        certain = "" if attribution.confidence is None else f" ({100 * attribution.confidence:.0f}%)"
        yield f"{_who(item, attribution)}, {attribution.kind}{certain}: {' '.join(content.split())}"
    for stance in item.stances:
        if not stance.abstained:
            finer = "".join(f", {leaf}" for leaf in stance.leaves)
            yield f"{stance.voice} voice on {stance.target}: {stance.label} ({stance.score:+.2f}){finer}"


def _who(item: AnnotatedArticle, attribution: Attribution) -> str:
    speaker = item.speaker_of(attribution)
    source = " ".join(span.text for span in attribution.source)
    if speaker is None or not speaker.name:
        return source or "?"
    standing = [speaker.role.text if speaker.role else "", speaker.affiliation.name if speaker.affiliation else ""]
    known = ", ".join(filter(None, standing))
    return f"{speaker.name} ({known})" if known else speaker.name
