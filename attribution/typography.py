"""Which stretches of a text stand inside quotation marks.

Double marks of any style open and close a region: “ ” „ “ « » » « ” ” " `` ''. Single marks (‘ ’ ') do so only where
they cannot be apostrophes. A region that a paragraph leaves open goes on in the next paragraph if that one begins with
an opening mark (quotations over several paragraphs carry no closing mark), and else ends with its paragraph, so one odd
mark never spoils more than its own paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLOSERS = {
    "“": {"”", '"', "''"},
    "„": {"“", "”", '"'},
    "‟": {"”", '"'},
    "«": {"»"},
    "»": {"«", "»"},
    "”": {"”"},
    "``": {"''", '"'},
    '"': {'"', "”"},
    "''": {"''", '"'},  # some wires write both marks as two apostrophes
}
_DOUBLE_MARK = re.compile(r"``|''|[“”„‟«»\"]")
_SINGLE_OPENER = re.compile(r"(?<![^\s(\[—–-])[‘'‚](?=[^\s'’])")
_SINGLE_CLOSER = re.compile(r"(?<=[^\s])[’'](?!\w)")
_PARAGRAPH = re.compile(r"[^\r\n]+")
_SENTENCE_MARKS = ".,?!…;:"


def quoted_regions(text: str) -> list[tuple[int, int]]:
    """The stretches inside quotation marks, marks included, in order and without overlap.

    Returns:
        Half-open code-point spans.
    """
    regions: list[tuple[int, int]] = []
    open_mark: str | None = None
    for paragraph in _PARAGRAPH.finditer(text):
        begin, end = paragraph.span()
        indent = len(paragraph.group()) - len(paragraph.group().lstrip())
        first = _DOUBLE_MARK.match(text, begin + indent, end)
        carried = open_mark if first and open_mark and _continues(open_mark, first.group()) else None
        found, open_mark = _double_regions(text, begin, end, carried)
        regions += found or _single_regions(text, begin, end)
    return regions


def _continues(open_mark: str, mark: str) -> bool:
    return mark == open_mark or (open_mark == "„" and mark == "“")


def _double_regions(text: str, begin: int, end: int, carried: str | None) -> tuple[list[tuple[int, int]], str | None]:
    """Regions of one paragraph, and the mark that it leaves open."""
    regions: list[tuple[int, int]] = []
    mark, start = carried, begin
    for found in _DOUBLE_MARK.finditer(text, begin, end):
        if carried is not None and not text[begin : found.start()].strip():
            start, carried = found.start(), None  # the repeated opening mark of a continued quotation
        elif mark is None:
            if _opens(text, found, end):
                mark, start = found.group(), found.start()
        elif found.group() in _CLOSERS[mark] and not _reopens(text, found):
            regions.append((start, found.end()))
            mark = None
    if mark is not None and text[start:end].strip(' "'):
        regions.append((start, end))
        return regions, mark
    return regions, None


def _opens(text: str, found: re.Match[str], end: int) -> bool:
    mark, at = found.group(), found.start()
    if mark in {"“", "„", "‟", "«", "``"}:
        return True
    before = text[at - 1] if at else " "
    after = text[found.end()] if found.end() < end else " "
    if after.isspace() or before.isdigit():
        return False  # a stray closing mark, or inches and seconds
    return not before.isalnum()


def _reopens(text: str, found: re.Match[str]) -> bool:
    """Whether a mark that could close is in truth a second opening (a closing mark was forgotten)."""
    if found.group() not in {'"', "”", "»"}:
        return False
    before, after = text[found.start() - 1], text[found.end() : found.end() + 1]
    return before.isspace() and after.isalnum()


def _single_regions(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    position = begin
    while opener := _SINGLE_OPENER.search(text, position, end):
        following = _SINGLE_OPENER.search(text, opener.end(), end)
        limit = following.start() if following else end
        closers = list(_SINGLE_CLOSER.finditer(text, opener.end(), limit))
        if not closers:
            position = opener.end()
            continue
        closer = next((mark for mark in closers if text[mark.start() - 1] in _SENTENCE_MARKS), closers[0])
        yield opener.start(), closer.end()
        position = closer.end()


def inside_quotes(text: str) -> bytearray:
    """One byte for each code point of ``text``: 1 inside quotation marks (marks included), else 0."""
    flags = bytearray(len(text))
    for start, end in quoted_regions(text):
        flags[start:end] = b"\x01" * (end - start)
    return flags
