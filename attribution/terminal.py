"""What the command line shows: plain lines, tables and progress on a terminal, and nothing extra in a pipe."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Protocol


def say(line: str = "") -> None:
    """Prints one line of result to standard output."""
    sys.stdout.write(f"{line}\n")


def note(line: str) -> None:
    """Prints one line beside the result, to standard error."""
    sys.stderr.write(f"{line}\n")


def say_json(value: Any) -> None:
    """Prints a value as indented JSON."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def is_terminal(stream: IO[Any] | None = None) -> bool:
    """Whether a stream (standard output when ``None``) is a terminal."""
    return bool((stream or sys.stdout).isatty())


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None) -> None:
    """Prints a table: with lines and fitted to the width on a terminal, tab-separated in a pipe.

    Args:
        columns: The headings; one that starts with ``>`` is aligned to the right.
        rows: Cells; ``None`` is shown as nothing.
        title: A heading, shown on a terminal only.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if is_terminal():
        _rich_table(columns, cells, title)
        return
    say("\t".join(name.removeprefix(">") for name in columns))
    for row in cells:
        say("\t".join(" ".join(cell.split()) for cell in row))


def _rich_table(columns: Sequence[str], cells: Iterable[Sequence[str]], title: str | None) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for name in columns:
        grid.add_column(name.removeprefix(">"), justify="right" if name.startswith(">") else "left", overflow="fold")
    for row in cells:
        grid.add_row(*(Text(cell) for cell in row))
    Console().print(grid)


class Advance(Protocol):
    """Tells a progress bar how far the job has come."""

    def __call__(self, number: int = 1, at: int | None = None) -> None:
        """Counts what has just been done; ``at`` is how much of the total that makes, if it is not the number."""


def _no_advance(number: int = 1, at: int | None = None) -> None:
    """Shows nothing."""
    del number, at


@contextmanager
def progress(what: str, total: int | None = None, unit: str = "articles") -> Iterator[Advance]:
    """Shows how far a job has come, how fast it goes and how long it will take; nothing when no terminal watches.

    Args:
        what: What is being done.
        total: How much there is, in whatever ``at`` counts; ``None`` if that is not known.
        unit: What is counted.

    Yields:
        A function to call when some have been done.
    """
    if not is_terminal(sys.stderr):
        yield _no_advance
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[count]:,} {task.fields[unit]}, {task.fields[rate]:.1f}/s"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total, count=0, rate=0.0, unit=unit)
        begun, count = time.monotonic(), 0

        def advance(number: int = 1, at: int | None = None) -> None:
            nonlocal count
            count += number
            rate = count / max(time.monotonic() - begun, 1e-6)
            bar.update(task, completed=count if at is None else at, count=count, rate=rate)

        yield advance
