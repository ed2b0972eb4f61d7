"""The command line: finds the verbs, parses, runs one, and turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import pkgutil
import sys
from collections.abc import Sequence
from importlib import import_module

from attribution import __version__, commands
from attribution.errors import AttributionError

INTERRUPTED = 130
UNEXPECTED = 70

_ABOUT = """\
Who said what, on whose behalf, and how does the outlet itself frame the actors?
Reads news articles and finds every quotation with its cue, source and speaker, as exact spans of the text."""

_CODES = """\
exit codes: 0 done, 1 failed, 2 wrong usage, 3 done but some inputs could not be read, 130 interrupted
'attribution VERB --help' tells about one verb, with an example."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        argv: The arguments after the program's name; those of the process when ``None``.

    Returns:
        The exit code.
    """
    args = parser().parse_args(argv)
    try:
        return args.run(args) or 0
    except AttributionError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # The reader (head, less) has gone. Python would complain again when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", 1)
    except Exception as error:
        if os.environ.get("ATTRIBUTION_DEBUG"):
            raise
        what = " ".join(str(error).split())
        return _fail(
            f"unexpected {type(error).__name__}: {what} (set ATTRIBUTION_DEBUG=1 to see where; please report it)",
            UNEXPECTED,
        )


def parser() -> argparse.ArgumentParser:
    """The parser with every verb that stands in :mod:`attribution.commands`."""
    top = argparse.ArgumentParser(
        prog="attribution",
        description=_ABOUT,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"attribution {__version__}")
    subparsers = top.add_subparsers(title="verbs", metavar="VERB", required=True)
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda item: item.name):
        import_module(f"{commands.__name__}.{module.name}").register(subparsers)
    return top


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"attribution: {message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
