"""The record of an input that could not be read or annotated."""

from __future__ import annotations

from attribution.errors import AttributionError
from attribution.schema import Record


class Failure(Record):
    """One file, line, row or article that failed while the rest went on.

    ``line`` and ``row`` count from 1; ``row`` leaves out the header. ``reason`` says what is wrong and ``fix`` what
    the reader can do about it.
    """

    path: str
    line: int | None = None
    row: int | None = None
    article: str | None = None
    reason: str
    fix: str = ""

    @property
    def where(self) -> str:
        """The place in words: ``news.csv, line 12``."""
        parts = [self.path]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" + (f" ({self.fix})" if self.fix else "")

    @classmethod
    def of(cls, path: str, error: AttributionError, line: int | None = None, row: int | None = None) -> Failure:
        """The failure that an error of this package amounts to, at a place."""
        return cls(path=path, line=line, row=row, reason=error.reason, fix=error.fix)
