"""brat standoff."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SPAN = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t|$)")
_EVENT = re.compile(r"(E\d+)\t(.+)")

Fragments = list[tuple[int, int]]


@dataclass(frozen=True)
class TextBound:
    """A ``T`` line: a labelled span, perhaps in several fragments."""

    label: str
    fragments: Fragments


@dataclass(frozen=True)
class Event:
    """An ``E`` line: a type and its arguments as (role, id); digits that brat adds to a role are taken off."""

    type: str
    arguments: list[tuple[str, str]]


@dataclass(frozen=True)
class Standoff:
    """What one ``.ann`` file says; lines of other kinds, and lines that continue a cut span, are left out."""

    spans: dict[str, TextBound] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)

    def fragments(self, event: Event, role: str) -> Fragments:
        """All fragments of the arguments of an event that play a role, in order."""
        ids = [target for name, target in event.arguments if name == role]
        return sorted(piece for target in ids if target in self.spans for piece in self.spans[target].fragments)


def parse(text: str) -> Standoff:
    """Reads the text of an ``.ann`` file."""
    standoff = Standoff()
    for line in text.split("\n"):
        if match := _SPAN.match(line):
            standoff.spans[match[1]] = TextBound(match[2], _fragments(match[3]))
        elif match := _EVENT.match(line.rstrip("\r\n")):
            head, *arguments = match[2].split()
            pairs = [argument.split(":", 1) for argument in arguments if ":" in argument]
            named = [(re.sub(r"\d+$", "", role), target) for role, target in pairs]
            standoff.events[match[1]] = Event(head.split(":")[0], named)
    return standoff


def _fragments(offsets: str) -> Fragments:
    pairs = (piece.split() for piece in offsets.split(";"))
    return [(int(start), int(end)) for start, end in pairs]
