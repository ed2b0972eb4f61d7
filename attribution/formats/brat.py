"""brat standoff (Stenetorp et al., EACL 2012): a folder with a text and an annotation file for each article.

::

    g1.txt    Ms Orr, the mayor, said "no".
    g1.ann    T1	Content 24 28	"no"
              T2	Cue 19 23	said
              T3	Source 0 17	Ms Orr, the mayor
              T4	Attribution 19 23	said
              E1	Attribution:T4 Content:T1 Cue:T2 Source:T3
              A1	Kind E1 direct
              #1	AnnotatorNotes E1	speaker: Orr (person), mayor of Harbour; confidence: 0.97
    metadata.tsv       id, title, outlet, address and date of each article
    annotation.conf    what brat must know to show the folder

An event is an attribution; its trigger is the cue, or where there is none the content. The parts of a discontinuous
content are ``Content``, ``Content2``, ``Content3``. A brat span cannot hold a line break: one that does is written as
several fragments, and read back as one, without the line breaks at its edges. Speakers are there to be read by people;
they are not read back, nor are stances.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from attribution.errors import FormatError
from attribution.formats.filenames import FileNames
from attribution.formats.marks import kind_of
from attribution.schema import AnnotatedArticle, Article, Attribution, QuotationKind, Span, Speaker
from attribution.typography import quoted_regions

_SPAN = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t|$)")
_EVENT = re.compile(r"(E\d+)\t(.+)")
_KIND = re.compile(r"A\d+\tKind (E\d+) (direct|indirect|mixed)\s*$")
_CONFIDENCE = re.compile(r"#\d+\tAnnotatorNotes (E\d+)\t.*\bconfidence: ([\d.e-]+)\s*$")
_LINE = re.compile(r"[^\r\n]+")
_ROLES = ("Content", "Cue", "Source")
_METADATA = ("filename", "id", "title", "publisher", "url", "publication_date")
_CONFIGURATION = """[entities]
Content
Cue
Source
[relations]
[events]
Attribution Content*:Content, Cue*:Cue, Source*:Source
[attributes]
Kind Arg:<EVENT>, Value:direct|indirect|mixed
"""

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
    kinds: dict[str, QuotationKind] = field(default_factory=dict)
    confidences: dict[str, float] = field(default_factory=dict)

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
        elif match := _KIND.match(line):
            standoff.kinds[match[1]] = cast("QuotationKind", match[2])
        elif match := _CONFIDENCE.match(line):
            standoff.confidences[match[1]] = float(match[2])
    return standoff


def _fragments(offsets: str) -> Fragments:
    pairs = (piece.split() for piece in offsets.split(";"))
    return [(int(start), int(end)) for start, end in pairs]


def read(folder: str | Path) -> Iterator[AnnotatedArticle]:
    """Reads the articles of a folder, in the order of their names; events without content are left out.

    Raises:
        FormatError: There is no text in the folder, or an annotation does not fit its text.
    """
    folder = Path(folder)
    texts = sorted(path for path in folder.glob("*.txt") if path.with_suffix(".ann").is_file())
    if not texts:
        raise FormatError(f"{folder} holds no brat annotation", "name a folder with .txt and .ann files")
    metadata = _read_metadata(folder)
    for path in texts:
        text = path.read_bytes().decode("utf-8")
        standoff = parse(path.with_suffix(".ann").read_bytes().decode("utf-8"))
        try:
            attributions = _attributions(text, standoff)
        except ValueError as error:
            raise FormatError(
                f"{path.with_suffix('.ann')} does not fit {path.name}: {error}", "export again"
            ) from error
        yield AnnotatedArticle(
            article=_article(path.stem, text, metadata.get(path.stem, {})), attributions=attributions
        )


def _read_metadata(folder: Path) -> dict[str, dict[str, str]]:
    path = folder / "metadata.tsv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["filename"]: row for row in csv.DictReader(stream, delimiter="\t")}


def _article(stem: str, text: str, row: dict[str, str]) -> Article:
    return Article(
        id=row.get("id") or stem,
        text=text,
        title=row.get("title") or None,
        outlet=row.get("publisher") or None,
        url=row.get("url") or None,
        published=row.get("publication_date") or None,
    )


def _attributions(text: str, standoff: Standoff) -> list[Attribution]:
    regions = quoted_regions(text)
    found = []
    for key, event in standoff.events.items():
        parts = {role: _joined(text, standoff, event, role) for role in _ROLES}
        if parts["Content"]:
            beside = [*parts["Cue"], *parts["Source"]]
            content, cue, source = ([Span.of(text, *piece) for piece in parts[role]] for role in _ROLES)
            found.append(
                Attribution(
                    id=f"a{key[1:]}",
                    kind=standoff.kinds.get(key) or kind_of(text, parts["Content"], beside, regions),
                    content=content,
                    cue=cue,
                    source=source,
                    confidence=standoff.confidences.get(key),
                )
            )
    return found


def _joined(text: str, standoff: Standoff, event: Event, role: str) -> Fragments:
    """The spans of a role; fragments of one span with nothing but line breaks between them are one."""
    spans = [standoff.spans[key] for name, key in event.arguments if name == role and key in standoff.spans]
    joined: Fragments = []
    for span in spans:
        last = -1
        for start, end in span.fragments:
            if end > len(text):
                raise ValueError(f"span [{start}, {end}) ends behind the text")
            if last >= 0 and not text[last:start].strip("\r\n"):
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
            last = end
    return joined


class BratWriter:
    """Writes a brat folder, one article after the other."""

    def __init__(self, path: str | Path, append: bool = False) -> None:
        self._folder = Path(path)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._names = FileNames(self._folder, ".ann", append)
        (self._folder / "annotation.conf").write_text(_CONFIGURATION, "utf-8")
        metadata = self._folder / "metadata.tsv"
        begun = append and metadata.is_file()
        self._file = metadata.open("a" if append else "w", encoding="utf-8", newline="")
        self._metadata = csv.writer(self._file, delimiter="\t")
        if not begun:
            self._metadata.writerow(_METADATA)

    def write(self, record: AnnotatedArticle) -> None:
        """Writes text, annotation and metadata of one article."""
        article = record.article
        name = self._names.name(article.id)
        (self._folder / f"{name}.txt").write_bytes(article.text.encode())
        (self._folder / f"{name}.ann").write_bytes("".join(f"{line}\n" for line in to_lines(record)).encode())
        self._metadata.writerow([name, article.id, article.title, article.outlet, article.url, article.published])

    def flush(self) -> None:
        """Hands the metadata written so far to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """Closes the metadata."""
        self._file.close()


def to_lines(record: AnnotatedArticle) -> Iterator[str]:
    """The lines of the ``.ann`` file of an article."""
    spans = 0
    for number, item in enumerate(record.attributions, start=1):
        contents, cues, sources = (_pieces(found) for found in (item.content, item.cue, item.source))
        if not contents:
            continue
        named = zip(_ROLES, (contents, cues, sources), strict=True)
        labelled = [(role, count, piece) for role, found in named for count, piece in enumerate(found, start=1)]
        arguments = []
        for role, count, piece in [*labelled, ("Attribution", 1, (cues or contents)[0])]:
            spans += 1
            yield f"T{spans}\t{role} {piece}"
            arguments.append(f"{role}{count if count > 1 else ''}:T{spans}")
        yield f"E{number}\t{' '.join([arguments[-1], *arguments[:-1]])}"
        yield f"A{number}\tKind E{number} {item.kind}"
        if note := _note(record.speaker_of(item), item.confidence):
            yield f"#{number}\tAnnotatorNotes E{number}\t{note}"


def _pieces(spans: list[Span]) -> list[str]:
    """Offsets and text of spans, in fragments without line breaks; a span of nothing but line breaks is left out."""
    lines = [(span.start, list(_LINE.finditer(span.text))) for span in spans]
    return [
        ";".join(f"{at + line.start()} {at + line.end()}" for line in found)
        + "\t"
        + " ".join(line.group() for line in found)
        for at, found in lines
        if found
    ]


def _note(speaker: Speaker | None, confidence: float | None) -> str:
    parts = []
    if speaker:
        role = f", {speaker.role.text}" if speaker.role else ""
        affiliation = f", {speaker.affiliation.name}" if speaker.affiliation else ""
        parts.append(f"speaker: {speaker.name or 'not named'} ({speaker.kind}){role}{affiliation}")
    if confidence is not None:
        parts.append(f"confidence: {confidence}")
    return " ".join("; ".join(parts).split())
