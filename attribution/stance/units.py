"""What the classifier reads: stretches of one voice, with every other voice taken out.

The outlet's units are its sentences with a fixed placeholder where somebody else speaks. They are cut after the words
of the others are gone, so nothing that stands inside a quotation can change them. The units of a quoted or reported
voice are its contents alone, a few sentences at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from attribution.schema import Voice
from attribution.stance.sentences import sentences
from attribution.stance.voices import Segment

Offset = tuple[int, int]

PLACEHOLDER = "[...]"
_MIN_WORDS = 2
_MAX_WORDS = 60
_BYLINE = re.compile(r"\s*(?:By|From)\s+[A-Z][^.!?]{2,80}\s*$|\s*https?://\S+\s*$|\s*©.*$")
_AFTER_PLACEHOLDER = re.compile(re.escape(PLACEHOLDER) + r"(?P<gap>\s+)(?=[A-Z])")
_URL = re.compile(r"https?://\S+|www\.\S+")


@dataclass(frozen=True)
class Piece:
    """A part of a unit that stands in the article: ``text[at:at + end - start]`` is article ``[start, end)``."""

    at: int
    start: int
    end: int


@dataclass(frozen=True)
class Unit:
    """One sentence of the outlet, or a few of another voice.

    ``text`` is what the classifier reads; ``pieces`` say where its parts stand in the article, in order.
    """

    text: str
    pieces: tuple[Piece, ...]
    voice: Voice
    speaker: str | None = None
    headline: bool = False
    attribution: str | None = None

    def locate(self, start: int, end: int) -> Offset | None:
        """Where the article's span ``[start, end)`` stands in :attr:`text`, or ``None`` if it is not all there."""
        for piece in self.pieces:
            if piece.start <= start and end <= piece.end:
                return piece.at + start - piece.start, piece.at + end - piece.start
        return None

    def around(self, start: int, end: int) -> Offset:
        """The article's span of the piece that holds ``[start, end)``: a stretch of this voice without a gap."""
        return next((piece.start, piece.end) for piece in self.pieces if piece.start <= start and end <= piece.end)


def units(text: str, segments: Sequence[Segment]) -> list[Unit]:
    """All units of an article: the outlet's in order, then those of the other voices in order."""
    return [*_outlet_units(text, segments), *_voiced_units(text, segments)]


def _outlet_units(text: str, segments: Sequence[Segment]) -> Iterator[Unit]:
    for headline, run in groupby(segments, key=lambda segment: segment.headline):
        masked, pieces = _masked(text, list(run))
        for start, end in _outlet_sentences(masked):
            unit = _cut(masked, pieces, start, end, headline)
            if unit is not None:
                yield unit


def _masked(text: str, segments: Iterable[Segment]) -> tuple[str, list[Piece]]:
    """The outlet's words with one placeholder for each stretch of other voices."""
    parts: list[str] = []
    pieces: list[Piece] = []
    length = 0
    for is_outlet, run in groupby(segments, key=lambda segment: segment.voice == "outlet"):
        stretch = list(run)
        start, end = stretch[0].start, stretch[-1].end
        part = text[start:end] if is_outlet else _hole(text[start:end])
        if is_outlet:
            pieces.append(Piece(length, start, end))
        parts.append(part)
        length += len(part)
    return "".join(parts), pieces


def _hole(content: str) -> str:
    """The placeholder, with a paragraph break if the content spans one, so that paragraphs stay apart."""
    return f"{PLACEHOLDER}\n{PLACEHOLDER}" if "\n" in content.strip() else PLACEHOLDER


def _outlet_sentences(masked: str) -> Iterator[Offset]:
    """Sentences, also cut between a placeholder and a capital: whether a quotation ended in a full stop is its own."""
    for start, end in sentences(masked):
        begin = start
        for found in _AFTER_PLACEHOLDER.finditer(masked, start, end):
            yield begin, found.start("gap")
            begin = found.end("gap")
        yield begin, end


def _cut(masked: str, pieces: Sequence[Piece], start: int, end: int, headline: bool) -> Unit | None:
    sentence = masked[start:end]
    if _BYLINE.match(sentence) or len(sentence.replace(PLACEHOLDER, " ").split()) < _MIN_WORDS:
        return None
    kept = []
    for piece in pieces:
        at, last = max(piece.at, start), min(piece.at + piece.end - piece.start, end)
        if at < last:
            kept.append(Piece(at - start, piece.start + at - piece.at, piece.start + last - piece.at))
    return Unit(_blank_urls(sentence), tuple(kept), "outlet", headline=headline) if kept else None


def _blank_urls(sentence: str) -> str:
    """The sentence with addresses replaced by dots of the same length: they name outlets and say nothing else."""
    return _URL.sub(lambda found: "." * len(found.group()), sentence)


def _voiced_units(text: str, segments: Sequence[Segment]) -> Iterator[Unit]:
    """What one holder says at one place: several sentences together up to :data:`_MAX_WORDS` words."""
    voiced = [(number, segment) for number, segment in enumerate(segments) if segment.voice != "outlet"]
    for _, run in groupby(voiced, key=lambda item: (item[1].holder, item[1].attribution or item[0])):
        stretch = [segment for _, segment in run]
        parts = [
            (segment.start + start, segment.start + end)
            for segment in stretch
            for start, end in sentences(text[segment.start : segment.end])
        ]
        for packed in _packed(text, parts):
            unit = _joined(text, packed, stretch[0])
            if len(unit.text.split()) >= _MIN_WORDS:
                yield unit


def _packed(text: str, parts: Sequence[Offset]) -> Iterator[list[Offset]]:
    """Sentences together as long as they are short enough together."""
    held: list[Offset] = []
    words = 0
    for start, end in parts:
        more = len(text[start:end].split())
        if held and words + more > _MAX_WORDS:
            yield held
            held, words = [], 0
        held.append((start, end))
        words += more
    if held:
        yield held


def _joined(text: str, parts: Sequence[Offset], segment: Segment) -> Unit:
    words, pieces = "", []
    for start, end in parts:
        words += " " if words else ""
        pieces.append(Piece(len(words), start, end))
        words += text[start:end]
    return Unit(words, tuple(pieces), segment.voice, segment.speaker, segment.headline, segment.attribution)
