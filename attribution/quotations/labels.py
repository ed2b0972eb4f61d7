"""Attributions as labels over wordpieces: what the model is trained to reproduce."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from attribution.quotations.encoding import Wordpieces
from attribution.schema import Attribution, Span

LABELS = ("none", "content", "cue", "source")
FLAT_TAGS = ("O", "B-content", "I-content", "B-cue", "I-cue", "B-source", "I-source")


@dataclass(frozen=True)
class Labelled:
    """One attribution over wordpieces.

    Attributes:
        anchor: Index of the first wordpiece of the cue, or of the content where there is no cue.
        ranges: (label, first, last + 1) for each stretch, label an index into ``LABELS``.
    """

    anchor: int
    ranges: tuple[tuple[int, int, int], ...]


def labelled(pieces: Wordpieces, attributions: Iterable[Attribution]) -> list[Labelled]:
    """The attributions of an article over its wordpieces; one that covers no wordpiece is left out."""
    found = []
    for item in attributions:
        ranges = [
            (label, *pieces.covering(span.start, span.end))
            for label, spans in ((1, item.content), (2, item.cue), (3, item.source))
            for span in _trimmed(spans)
        ]
        ranges = [(label, first, last) for label, first, last in ranges if last > first]
        starts = [first for label, first, _ in ranges if label == 2] or [
            first for label, first, _ in ranges if label == 1
        ]
        if starts:
            found.append(Labelled(min(starts), tuple(ranges)))
    return found


def _trimmed(spans: Iterable[Span]) -> Iterable[Span]:
    return (span for span in spans if span.text.strip())
