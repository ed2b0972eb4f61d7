"""One module for each verb of the command line.

A module here is found by its name: it defines ``register(subparsers)``, which describes the verb and its flags and
names the function to run. That function parses, calls one function of the package, prints, and returns an exit code
(``None`` is success). Everything heavy is imported inside it, so that ``attribution --help`` stays instant::

    def register(subparsers: Subparsers) -> None:
        parser = verb(subparsers, "greet", "Greet an outlet.", example="attribution greet 'Harbour Gazette'")
        parser.add_argument("outlet", help="whom to greet")
        parser.set_defaults(run=run)

    def run(args: argparse.Namespace) -> int | None:
        from attribution.greeting import greet
        say(greet(args.outlet))
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attribution.schema import Article

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Subparsers = object

__all__ = ["Subparsers", "device_options", "heading", "model_option", "verb"]


def verb(
    subparsers: Subparsers, name: str, summary: str, *, example: str, details: str = ""
) -> argparse.ArgumentParser:
    """Adds a verb with its help: the summary, what there is to know beyond it, and an example that works.

    Args:
        subparsers: Where to add it.
        name: The verb, as it is typed.
        summary: One sentence.
        example: One or more command lines, one a line.
        details: Further paragraphs, shown as they are.
    """
    examples = "\n".join(f"  {line.strip()}" for line in example.strip().splitlines())
    return subparsers.add_parser(
        name,
        help=summary[0].lower() + summary[1:].rstrip("."),
        description=f"{summary}\n\n{details}".strip(),
        epilog=f"example:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def model_option(parser: argparse.ArgumentParser) -> None:
    """Adds ``--model``: the release to use."""
    parser.add_argument("--model", metavar="DIR", help="release directory (default: the release that came with this)")


def device_options(parser: argparse.ArgumentParser) -> None:
    """Adds ``--device`` and ``--batch-size``: where and in what portions the models compute."""
    parser.add_argument("--device", metavar="DEVICE", help="cpu, cuda or cuda:N (default: a GPU if there is one)")
    parser.add_argument("--batch-size", type=int, metavar="N", help="windows computed at once (default: chosen)")


def heading(article: Article) -> str:
    """What an article is called for people: its title, else its first line, else its id; and its outlet."""
    first = next((line.strip() for line in article.text.splitlines() if line.strip()), article.id)
    title = article.title or (first if len(first) <= 80 else f"{first[:79]}…")
    return " · ".join(filter(None, (title, article.outlet)))
