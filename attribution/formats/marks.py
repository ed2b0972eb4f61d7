"""Quotation marks: which stretches of a text they enclose, and whether a quotation is direct, indirect or mixed.

Marks are paired inside a paragraph, by nesting and by what stands beside them, so that every convention of the press is
understood: “ ” ‘ ’ « » » « „ “ ” ” `` '' " '. A double mark that is never closed reaches to the end of its paragraph
(speech of several paragraphs) or to the next opening mark; a single one that is never closed is an apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from attribution.schema import QuotationKind

_MARK = re.compile(r"``|''|[\"“”„‟«»‘’‚‛‹›']")
_PARAGRAPH = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)|[\u2029\v\f]")
_LINE = re.compile(r"\r\n|\r|\n")
_SINGLE = frozenset("‘’‚‛‹›'")
_OPENING = frozenset(["“", "„", "‟", "«", "``", "‘", "‚", "‛", "‹"])
_CLOSES = {  # closing mark -> the marks it may close
    "”": "“„‟”",
    "“": "„",
    "»": "«»",
    "«": "»",
    "''": ("``", "''", '"'),
    '"': ('"', "``", "“"),
    "’": "‘‚‛’",
    "‘": "‚",
    "›": "‹›",
    "‹": "›",
    "'": "'‘",
}
_DIRECT_FROM = 0.9
_INDIRECT_TO = 0.1

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Quoted:
    """A stretch ``[start, end)`` of text between two quotation marks, the marks not included."""

    start: int
    end: int
    closed: bool = True


@dataclass(frozen=True)
class _Open:
    mark: str
    start: int  # just behind the mark


def quoted(text: str) -> list[Quoted]:
    """The quoted stretches of a text, in order of their start; stretches may lie inside one another."""
    found: list[Quoted] = []
    for start, end in _paragraphs(text):
        found.extend(_quoted_in(text, start, end))
    return sorted(found, key=lambda item: (item.start, -item.end))


def kind_of(
    text: str, content: Iterable[Stretch], beside: Iterable[Stretch] = (), stretches: Sequence[Quoted] | None = None
) -> QuotationKind:
    """The kind of a quotation, by the share of its content that stands between quotation marks.

    White space and the marks themselves do not count. Marks that enclose the cue or the source as well belong to a
    quotation around this one and are left out: in “He said he was tired,” she recalled, what *he* said is indirect.

    Args:
        text: The text of the article.
        content: The spans of the content.
        beside: The spans of cue and source.
        stretches: ``quoted(text)``, when it is at hand already.

    Returns:
        ``direct`` from a share of 0.9, ``indirect`` up to 0.1, ``mixed`` in between.
    """
    beside = list(beside)
    own = [
        item
        for item in (quoted(text) if stretches is None else stretches)
        if not any(item.start <= start and end <= item.end for start, end in beside)
    ]
    inside = total = 0
    for start, end in content:
        near = [item for item in own if item.start < end and start < item.end]
        for at in _weighty(text, start, end):
            total += 1
            inside += any(item.start <= at < item.end for item in near)
    share = inside / total if total else 1.0
    return "direct" if share >= _DIRECT_FROM else "indirect" if share <= _INDIRECT_TO else "mixed"


def _weighty(text: str, start: int, end: int) -> Iterator[int]:
    return (at for at in range(start, end) if text[at].isalnum())


def _paragraphs(text: str) -> Iterator[Stretch]:
    """Paragraphs end at blank lines, or at every line break of a text that has no blank line."""
    border = _PARAGRAPH if _PARAGRAPH.search(text) else _LINE
    start = 0
    for match in border.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _quoted_in(text: str, start: int, end: int) -> Iterator[Quoted]:
    """Pairs the marks of one paragraph with a stack."""
    stack: list[_Open] = []
    for match in _MARK.finditer(text, start, end):
        mark, at = match.group(), match.start()
        before = text[at - 1] if at > start else " "
        after = text[match.end()] if match.end() < end else " "
        partner = _partner(stack, mark, before, after)
        if partner is not None:
            opened = stack[partner]
            del stack[partner:]
            yield Quoted(opened.start, at)
        elif _opens(mark, before, after):
            same = next((i for i, item in enumerate(stack) if item.mark == mark and mark not in _SINGLE), None)
            if same is not None:
                yield Quoted(stack[same].start, at, closed=False)
                del stack[same:]
            stack.append(_Open(mark, match.end()))
    yield from (Quoted(item.start, end, closed=False) for item in stack if item.mark not in _SINGLE)


def _partner(stack: list[_Open], mark: str, before: str, after: str) -> int | None:
    """Where in the stack the open mark is that this one closes."""
    closes = _CLOSES.get(mark)
    if closes is None or not _can_close(mark, before, after):
        return None
    if _can_open(before, after) and before.isspace():  # "… said. "So" – a fresh opening, whatever is open
        return None
    return next((i for i in reversed(range(len(stack))) if stack[i].mark in closes), None)


def _can_close(mark: str, before: str, after: str) -> bool:
    if mark in _SINGLE:  # an apostrophe stands inside a word
        return not before.isspace() and not after.isalnum()
    return True


def _can_open(before: str, after: str) -> bool:
    return not after.isspace() and not before.isalnum()


def _opens(mark: str, before: str, after: str) -> bool:
    if mark in ("'", "’", "‘") and not after.isalpha() and not _MARK.match(after):  # '90s
        return False
    return mark in _OPENING or _can_open(before, after)
