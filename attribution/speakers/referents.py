"""Who can be a speaker: the named of an article, and the unnamed that its sources bring in.

A referent collects the places where it is spoken of; the ranker chooses among referents.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from attribution.schema import SpeakerKind
from attribution.speakers.entities import Entity
from attribution.speakers.layout import Layout
from attribution.speakers.scene import Fact

Stretch = tuple[int, int]


@dataclass(slots=True, eq=False)
class Referent:
    """Someone or something that may speak.

    Attributes:
        kind: What a speaker record will call it.
        entity: Its names; ``None`` for the unnamed.
        places: Token ranges where it is mentioned, in order.
        spoken: Tokens at which it is the source of a quotation, in order.
        facts: What the article says it is, the best statement first.
        gender: ``"m"``, ``"f"`` or ``None``.
        plural: Whether it is several people.
        noun: The head noun of its description, for the unnamed.
        name: Where its name stands, in code points; ``None`` for the unnamed.
        reasons: Why it is told from or joined with others.
        nouns: For an organisation, what the article calls it: *company*, *union*.
        members: For several who are named side by side, each of them.
    """

    kind: SpeakerKind
    entity: Entity | None = None
    places: list[tuple[int, int]] = field(default_factory=list)
    spoken: list[int] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    gender: str | None = None
    plural: bool = False
    noun: str = ""
    name: Stretch | None = None
    reasons: list[str] = field(default_factory=list)
    nouns: set[str] = field(default_factory=set)
    members: tuple[Referent, ...] = ()

    def add_place(self, first: int, last: int) -> None:
        """Adds a mention, keeping the order; a mention inside a known one is none."""
        if any(begin <= first and last <= end for begin, end in self.places):
            return
        self.places.insert(bisect_left(self.places, (first, last)), (first, last))

    def speaks_at(self, token: int) -> None:
        """Adds a place where it is the source of a quotation."""
        at = bisect_left(self.spoken, token)
        if at == len(self.spoken) or self.spoken[at] != token:
            self.spoken.insert(at, token)


def named(layout: Layout, entity: Entity, facts: list[Fact]) -> Referent:
    """The referent of a named entity; a place that speaks is an organisation."""
    canonical = entity.canonical
    return Referent(
        kind="person" if entity.kind == "person" else "organization",
        entity=entity,
        places=[(name.first, name.last) for name in entity.names],
        facts=facts,
        gender=entity.gender,
        name=(layout.starts[canonical.first], layout.ends[canonical.last - 1]),
        reasons=list(dict.fromkeys(entity.joined)),
    )
