"""What the command line shows: plain lines, tables and progress on a terminal, and nothing extra in a pipe."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any


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


@contextmanager
def progress(what: str, total: int | None = None, unit: str = "articles") -> Iterator[Callable[[int], None]]:
    """Shows how far a job has come, how fast it goes and how long it will take; nothing when no terminal watches.

    Args:
        what: What is being done.
        total: How many there will be, if that is known.
        unit: What is counted.

    Yields:
        A function to call with the number that has just been done.
    """
    if not is_terminal(sys.stderr):
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.1f} {unit}/s" if speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda number: bar.advance(task, number)
