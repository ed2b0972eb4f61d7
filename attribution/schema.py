"""The contract ``attribution/1``: what one annotated article is made of.

All records are frozen. Offsets are half-open, in Unicode code points, into ``Article.text``, which is exactly what
was read. An :class:`AnnotatedArticle` refuses to exist unless every span of it equals its slice of the text and every
speaker that is referred to is there.

``null`` and ``[]`` mean "none found"; a confidence of ``null`` means "not estimated", as in annotations by people.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from attribution.errors import SchemaError

SCHEMA: Literal["attribution/1"] = "attribution/1"

QuotationKind = Literal["direct", "indirect", "mixed"]
SpeakerKind = Literal["person", "organization", "group", "document", "unknown"]
Voice = Literal["outlet", "quoted", "reported"]
StanceLabel = Literal["favourable", "neutral", "unfavourable", "mixed"]
NarrativeRole = Literal["protagonist", "antagonist", "victim", "none"]
Endorsement = Literal["endorses", "neutral", "distances"]
ReviewedPart = Literal["quotations", "speakers", "stance"]
ReviewFlag = Literal["no quotations", "bad text", "not news"]

Confidence = Annotated[float, Field(ge=0.0, le=1.0)]


class Record(BaseModel):
    """Base of all records: frozen, and strict about fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Record):
    """A half-open stretch ``[start, end)`` of an article's text, in code points, with the text it covers."""

    start: Annotated[int, Field(ge=0)]
    end: int
    text: str

    @model_validator(mode="after")
    def _is_not_empty(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"span [{self.start}, {self.end}) is empty")
        if len(self.text) != self.end - self.start:
            raise ValueError(f"span [{self.start}, {self.end}) does not have the length of its text")
        return self

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Self:
        """The span ``[start, end)`` of ``text``."""
        return cls(start=start, end=end, text=text[start:end])

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a code point."""
        return self.start < other.end and other.start < self.end


class Article(Record):
    """One article as it was read.

    ``meta`` holds whatever the input said beyond the fields here; ``published`` is kept as the input gave it.
    """

    id: Annotated[str, Field(min_length=1)]
    text: str
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    language: str | None = "en"
    meta: dict[str, Any] = Field(default_factory=dict)

    def span(self, start: int, end: int) -> Span:
        """The span ``[start, end)`` of this article's text."""
        return Span.of(self.text, start, end)


class Evidence(Record):
    """Why a decision was taken: a reason in words and, where one span shows it, that span."""

    reason: str
    span: Span | None = None


class Attribution(Record):
    """One quotation with the words that attribute it.

    ``source`` is the mention in the text ("he", "the ministry"); ``speaker`` refers to who that is. ``content``,
    ``cue`` and ``source`` are lists because each may be discontinuous. ``other_speakers`` holds the further speakers
    of words that several people are credited with.
    """

    id: Annotated[str, Field(min_length=1)]
    kind: QuotationKind
    content: Annotated[list[Span], Field(min_length=1)]
    cue: list[Span] = Field(default_factory=list)
    source: list[Span] = Field(default_factory=list)
    speaker: str | None = None
    other_speakers: list[str] = Field(default_factory=list)
    confidence: Confidence | None = None
    evidence: list[Evidence] = Field(default_factory=list)
    endorsement: Endorsement | None = None

    def spans(self) -> Iterator[Span]:
        """Every span of this attribution: contents, cues, sources, evidence."""
        yield from self.content
        yield from self.cue
        yield from self.source
        yield from (item.span for item in self.evidence if item.span)


class Role(Record):
    """What a speaker is or does ("spokesperson"); ``former`` when the article says it no longer holds."""

    text: Annotated[str, Field(min_length=1)]
    span: Span | None = None
    former: bool = False


class Affiliation(Record):
    """The organisation, place or party a speaker speaks for or belongs to."""

    name: Annotated[str, Field(min_length=1)]
    span: Span | None = None


class Speaker(Record):
    """Who is behind one or more attributions, named as fully as the article names them.

    A ``name`` of ``null`` is a speaker whom the article does not name. ``kind`` ``document`` covers reports, statements
    and posts; an organisation that speaks through one is the speaker and the document stays in the source.
    """

    id: Annotated[str, Field(min_length=1)]
    name: str | None = None
    kind: SpeakerKind = "unknown"
    mentions: list[Span] = Field(default_factory=list)
    role: Role | None = None
    other_roles: list[Role] = Field(default_factory=list)
    affiliation: Affiliation | None = None
    other_affiliations: list[Affiliation] = Field(default_factory=list)
    confidence: Confidence | None = None
    evidence: list[Evidence] = Field(default_factory=list)

    def spans(self) -> Iterator[Span]:
        """Every span of this speaker: mentions, roles, affiliations, evidence."""
        yield from self.mentions
        found: list[Role | Affiliation | Evidence | None]
        found = [self.role, self.affiliation, *self.other_roles, *self.other_affiliations, *self.evidence]
        yield from (item.span for item in found if item and item.span)


class StanceEvidence(Span):
    """A stretch of text that decided a stance, with the label it speaks for.

    ``headline`` marks the article's headline; ``scare_quoted`` a short quoted fragment inside the outlet's own clause.
    """

    label: StanceLabel
    headline: bool = False
    scare_quoted: bool = False


class Stance(Record):
    """How one voice of the article frames one target.

    ``score`` runs from -1 (unfavourable) to 1 (favourable). ``speaker`` is the holder of a quoted or reported voice.
    ``abstained`` means that ``label`` is the best guess but the text is too thin, or the confidence too low, to use it.
    ``leaves`` holds finer answers of a user's own taxonomy ("antagonist/corrupt official"), whose first part is the
    label or the role; it is empty unless the release was trained on such answers.
    """

    target: Annotated[str, Field(min_length=1)]
    mentions: list[Span] = Field(default_factory=list)
    voice: Voice
    speaker: str | None = None
    label: StanceLabel
    score: Annotated[float, Field(ge=-1.0, le=1.0)] = 0.0
    abstained: bool = False
    confidence: Confidence | None = None
    role: NarrativeRole = "none"
    leaves: list[str] = Field(default_factory=list)
    evidence: list[StanceEvidence] = Field(default_factory=list)

    def spans(self) -> Iterator[Span]:
        """Every span of this stance: mentions and evidence."""
        yield from self.mentions
        yield from self.evidence


class Naming(Record):
    """One descriptor a voice uses for a target ("militants", "fighters"), with every place it stands."""

    target: Annotated[str, Field(min_length=1)]
    text: Annotated[str, Field(min_length=1)]
    voice: Voice
    scare_quoted: bool = False
    spans: list[Span] = Field(default_factory=list)


class Agreement(Record):
    """How often two annotations of one article say the same about a field: ``same`` of ``total`` items."""

    same: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=0)]


class Review(Record):
    """What a person did with a prediction.

    ``looked_at`` names the parts the reviewer vouches for; whatever else the record says is still the release's guess.
    ``deleted`` holds what the release had found and the reviewer struck out, ``changed`` the ids of attributions and
    speakers that differ from the prediction, ``agreement`` how far the prediction was right, field by field. ``drawn``
    says whether the article was in the random share of the queue, from which quality can be estimated without bias.
    ``leaves`` holds the finer answers of a user's own taxonomy (``role: TARGET``: ``antagonist/corrupt official``);
    their first part is what the record says. ``adjudicated`` marks the annotation that settles a disagreement.
    Times are ISO 8601, durations in seconds.
    """

    reviewer: Annotated[str, Field(min_length=1)]
    task: int
    annotation: int
    time: str
    project: str | None = None
    server: str | None = None
    seconds: Annotated[float, Field(ge=0.0)] | None = None
    looked_at: list[ReviewedPart] = Field(default_factory=list)
    flags: list[ReviewFlag] = Field(default_factory=list)
    note: str | None = None
    leaves: dict[str, str] = Field(default_factory=dict)
    adjudicated: bool = False
    drawn: Literal["random", "gain"] | None = None
    deleted: list[Attribution] = Field(default_factory=list)
    changed: list[str] = Field(default_factory=list)
    agreement: dict[str, Agreement] = Field(default_factory=dict)


class Provenance(Record):
    """Which release and version made an annotation, when (ISO 8601, UTC), and who reviewed it and how."""

    release: str | None = None
    version: str | None = None
    created: str | None = None
    reviewed_by: str | None = None
    review: Review | None = None


class AnnotatedArticle(Record):
    """An article with everything found in it: one line of the native format."""

    schema_: Annotated[Literal["attribution/1"], Field(alias="schema")] = SCHEMA
    article: Article
    attributions: list[Attribution] = Field(default_factory=list)
    speakers: list[Speaker] = Field(default_factory=list)
    stances: list[Stance] = Field(default_factory=list)
    namings: list[Naming] = Field(default_factory=list)
    provenance: Provenance = Field(default_factory=Provenance)

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    def spans(self) -> Iterator[Span]:
        """Every span of every annotation."""
        items: tuple[Attribution | Speaker | Stance, ...] = (*self.attributions, *self.speakers, *self.stances)
        for item in items:
            yield from item.spans()
        for naming in self.namings:
            yield from naming.spans

    @model_validator(mode="after")
    def _spans_are_slices(self) -> Self:
        text = self.article.text
        for span in self.spans():
            if text[span.start : span.end] != span.text:
                raise ValueError(
                    f"article {self.article.id}: span [{span.start}, {span.end}) says {span.text[:60]!r} "
                    f"but the text there is {text[span.start : span.end][:60]!r}"
                )
        return self

    @model_validator(mode="after")
    def _references_resolve(self) -> Self:
        _check_distinct("attribution", [item.id for item in self.attributions])
        _check_distinct("speaker", [item.id for item in self.speakers])
        known = {item.id for item in self.speakers}
        holding: tuple[Attribution | Stance, ...] = (*self.attributions, *self.stances)
        named = [item.speaker for item in holding if item.speaker is not None]
        named += [other for item in self.attributions for other in item.other_speakers]
        for reference in named:
            if reference not in known:
                raise ValueError(f"article {self.article.id}: there is no speaker {reference!r}")
        return self

    def speaker_of(self, attribution: Attribution) -> Speaker | None:
        """The speaker an attribution refers to, or ``None`` when it is unresolved."""
        return next((item for item in self.speakers if item.id == attribution.speaker), None)

    @classmethod
    def from_json(cls, line: str | bytes) -> Self:
        """Reads one line of the native format.

        Raises:
            SchemaError: The line is not JSON or breaks the contract; the message names the first field at fault.
        """
        try:
            return cls.model_validate_json(line)
        except ValidationError as error:
            raise SchemaError(first_fault(error)) from error

    def to_json(self) -> str:
        """One line of the native format, without the line break."""
        return self.model_dump_json(by_alias=True)


def _check_distinct(what: str, ids: list[str]) -> None:
    doubled = sorted({item for item in ids if ids.count(item) > 1}) if len(set(ids)) < len(ids) else []
    if doubled:
        raise ValueError(f"{what} id {doubled[0]!r} is used more than once")


def first_fault(error: ValidationError) -> str:
    """The first fault of a validation error as ``field: what is wrong``."""
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else str(fault["msg"])


def content_id(text: str) -> str:
    """The id of an article that came without one: 16 hexadecimal digits made from its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def now() -> str:
    """The present moment as the contract writes it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
