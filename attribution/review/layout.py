"""An annotated article as a reviewer sees it: regions of text, relations between them, and one row for each stance.

Everything a reviewer can change is here; everything else (ids, confidences, evidence, mentions, provenance) stays in
the record and is joined again by the ids of the regions. A region id is ``<record>-<place>``: ``a0-c0`` is the first
content of the first attribution, ``a0-q0`` a cue, ``a0-s0`` a source, ``s0-r0`` a role and ``s0-f0`` an affiliation of
the first speaker.

- One content is one region; further stretches of a discontinuous content point to the first with ``continues``.
- A cue or source that several attributions share, word for word and with one speaker, is one region with several
  arrows, so that a reviewer corrects it once.
- The speaker's name and kind are asked at the source, or at the content where the text has no source.
- Speakers with a name are told apart by it; speakers without one are tied together by ``same speaker``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from attribution.schema import Affiliation, AnnotatedArticle, Attribution, Role, Span, Speaker, Stance

Label = Literal["Content", "Cue", "Source", "Role", "Affiliation"]
LABELS: tuple[Label, ...] = ("Content", "Cue", "Source", "Role", "Affiliation")
SOURCE, CUE, ROLE, AFFILIATION, SAME, CONTINUES = "source", "cue", "role", "affiliation", "same speaker", "continues"
RELATIONS = (SOURCE, CUE, ROLE, AFFILIATION, SAME, CONTINUES)


@dataclass(frozen=True)
class Region:
    """A labelled stretch of text with the answers given for it.

    ``name`` is the speaker's name at a source or content, and the canonical wording at a role or affiliation whose
    words in the text say it differently. ``kind`` and ``endorsement`` belong to contents, ``former`` to roles.
    """

    id: str
    label: Label
    start: int
    end: int
    kind: str | None = None
    endorsement: str | None = None
    name: str | None = None
    speaker_kind: str | None = None
    former: bool = False
    score: float | None = field(default=None, compare=False)


@dataclass(frozen=True, order=True)
class Relation:
    """An arrow between two regions; ``same speaker`` reads the same in both directions."""

    label: str
    origin: str
    goal: str


@dataclass(frozen=True)
class Row:
    """The answers about one target: ``None`` where nothing was chosen."""

    label: str | None = None
    role: str | None = None
    voice: str | None = None


@dataclass(frozen=True)
class NewTarget:
    """A target the reviewer added."""

    name: str
    row: Row


@dataclass(frozen=True)
class Layout:
    """All that a reviewer sees and may change. ``rows`` stand in the order of the record's stances."""

    regions: tuple[Region, ...] = ()
    relations: frozenset[Relation] = frozenset()
    rows: tuple[Row, ...] = ()
    added: tuple[NewTarget, ...] = ()
    checked: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Places:
    """Where each part of a record lies in its layout, by region id.

    ``contents``, ``cues`` and ``sources`` have one list for each attribution; ``roles`` and ``affiliations`` one list
    for each speaker, with ``None`` for what has no region because the text does not show it.
    """

    contents: list[list[str]] = field(default_factory=list)
    cues: list[list[str]] = field(default_factory=list)
    sources: list[list[str]] = field(default_factory=list)
    roles: list[list[str | None]] = field(default_factory=list)
    affiliations: list[list[str | None]] = field(default_factory=list)

    def bearing(self, attribution: int) -> list[str]:
        """The regions at which the speaker of an attribution is asked: its sources, or its first content."""
        return self.sources[attribution] or self.contents[attribution][:1]


def digest(record: AnnotatedArticle) -> str:
    """The name of a record within its task: eight hexadecimal digits made from all it says, but for when it was made.

    The same release that reads the same article once more finds the same, and its prediction need not be replaced.
    """
    timeless = record.model_copy(update={"provenance": record.provenance.model_copy(update={"created": None})})
    return hashlib.sha256(timeless.to_json().encode("utf-8", "surrogatepass")).hexdigest()[:8]


def places(record: AnnotatedArticle, prefix: str) -> Places:
    """Where each part of ``record`` lies in its layout; ``prefix`` begins every region id."""
    found = Places()
    shared: dict[tuple[object, ...], str] = {}
    for at, item in enumerate(record.attributions):
        name = f"{prefix}-a{at}"
        found.contents.append([f"{name}-c{number}" for number in range(len(item.content))])
        found.cues.append(
            [shared.setdefault(("cue", s.start, s.end), f"{name}-q{number}") for number, s in enumerate(item.cue)]
        )
        found.sources.append(
            [
                shared.setdefault(("source", s.start, s.end, item.speaker), f"{name}-s{number}")
                for number, s in enumerate(item.source)
            ]
        )
    heard = {item.speaker for item in record.attributions}
    for at, speaker in enumerate(record.speakers):
        shown = speaker.id in heard
        found.roles.append(
            [f"{prefix}-s{at}-r{n}" if shown and role.span else None for n, role in enumerate(roles_of(speaker))]
        )
        found.affiliations.append(
            [f"{prefix}-s{at}-f{n}" if shown and a.span else None for n, a in enumerate(affiliations_of(speaker))]
        )
    return found


def roles_of(speaker: Speaker) -> list[Role]:
    """All roles of a speaker, the main one first."""
    return ([speaker.role] if speaker.role else []) + list(speaker.other_roles)


def affiliations_of(speaker: Speaker) -> list[Affiliation]:
    """All affiliations of a speaker, the main one first."""
    return ([speaker.affiliation] if speaker.affiliation else []) + list(speaker.other_affiliations)


def lay_out(record: AnnotatedArticle, prefix: str) -> Layout:
    """The layout of a record, as it is shown before a reviewer touches it."""
    where = places(record, prefix)
    regions: dict[str, Region] = {}
    relations: set[Relation] = set()
    for at, item in enumerate(record.attributions):
        for region in _attribution_regions(record, item, where, at):
            regions.setdefault(region.id, region)
        relations.update(_attribution_relations(where, at))
    for at, speaker in enumerate(record.speakers):
        heard = [n for n, item in enumerate(record.attributions) if item.speaker == speaker.id]
        bearing = list(dict.fromkeys(region for n in heard for region in where.bearing(n)))
        if speaker.name is None:
            relations.update(Relation(SAME, one, other) for one, other in pairwise(bearing))
        for region in _belongings(speaker, where, at):
            nearest = _nearest(region, [regions[other] for other in bearing])
            relations.add(Relation(ROLE if region.label == "Role" else AFFILIATION, region.id, nearest))
            regions[region.id] = region
    rows = tuple(_row(item) for item in record.stances)
    return Layout(tuple(regions.values()), frozenset(relations), rows)


def _nearest(region: Region, others: list[Region]) -> str:
    return min(others, key=lambda other: (abs(other.start - region.start), other.id)).id


def _attribution_regions(record: AnnotatedArticle, item: Attribution, where: Places, at: int) -> Iterator[Region]:
    speaker = record.speaker_of(item)
    told = {"name": speaker.name, "speaker_kind": speaker.kind} if speaker else {}
    bearing = set(where.bearing(at))

    def region(identity: str, label: Label, span: Span) -> Region:
        made = Region(identity, label, span.start, span.end, score=item.confidence)
        return replace(made, **told) if identity in bearing else made  # type: ignore[arg-type]

    for identity, span in zip(where.contents[at], item.content, strict=True):
        yield replace(region(identity, "Content", span), kind=item.kind, endorsement=item.endorsement)
    for identity, span in zip(where.cues[at], item.cue, strict=True):
        yield region(identity, "Cue", span)
    for identity, span in zip(where.sources[at], item.source, strict=True):
        yield region(identity, "Source", span)


def _attribution_relations(where: Places, at: int) -> Iterator[Relation]:
    head, *rest = where.contents[at]
    yield from (Relation(CONTINUES, region, head) for region in rest)
    yield from (Relation(CUE, region, head) for region in where.cues[at])
    yield from (Relation(SOURCE, region, head) for region in where.sources[at])


def _belongings(speaker: Speaker, where: Places, at: int) -> Iterator[Region]:
    for identity, role in zip(where.roles[at], roles_of(speaker), strict=True):
        if identity and role.span:
            wording = None if role.text == role.span.text else role.text
            yield Region(identity, "Role", role.span.start, role.span.end, name=wording, former=role.former)
    for identity, held in zip(where.affiliations[at], affiliations_of(speaker), strict=True):
        if identity and held.span:
            wording = None if held.name == held.span.text else held.name
            yield Region(identity, "Affiliation", held.span.start, held.span.end, name=wording)


def _row(stance: Stance) -> Row:
    return Row(stance.label, stance.role, stance.voice)
