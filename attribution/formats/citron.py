"""The JSON of BBC Citron (https://github.com/bbc/citron): a file an article, in a folder.

::

    {"text": "Ms Orr said no.",
     "quotes": [{"id": "a1",
                 "cue": {"start": 7, "end": 11, "text": "said"},
                 "sources": [{"start": 0, "end": 6, "text": "Ms Orr"}],
                 "contents": [{"start": 12, "end": 14, "text": "no"}],
                 "coreferences": [], "confidence": 0.97}],
     "coreference_groups": [[{"start": 0, "end": 6, "text": "Ms Orr"}]]}

Citron has one cue for each quote: of a discontinuous one the first part is written, and a quote without a cue has
``null``. The mentions of a speaker are the quote's ``coreferences`` and one of the ``coreference_groups``. Names, roles
and stances have no place in this format. Read back, the name of the file is the article's id, and each group a speaker.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attribution.errors import FormatError, InputError
from attribution.formats.filenames import FileNames
from attribution.formats.marks import kind_of
from attribution.schema import AnnotatedArticle, Article, Attribution, Span, Speaker
from attribution.typography import quoted_regions

_Json = dict[str, Any]


def to_document(record: AnnotatedArticle) -> _Json:
    """The article as a Citron document."""
    return {
        "text": record.article.text,
        "quotes": [_quote(record, item) for item in record.attributions],
        "coreference_groups": [_dump(speaker.mentions) for speaker in record.speakers if speaker.mentions],
    }


def _quote(record: AnnotatedArticle, item: Attribution) -> _Json:
    speaker = record.speaker_of(item)
    quote: _Json = {
        "id": item.id,
        "cue": _dump(item.cue)[0] if item.cue else None,
        "sources": _dump(item.source),
        "contents": _dump(item.content),
        "coreferences": _dump([span for span in speaker.mentions if span not in item.source] if speaker else []),
    }
    return quote if item.confidence is None else {**quote, "confidence": item.confidence}


def _dump(spans: list[Span]) -> list[_Json]:
    return [{"start": span.start, "end": span.end, "text": span.text} for span in spans]


def from_document(document: _Json, name: str) -> AnnotatedArticle:
    """The annotated article that a Citron document holds; ``name`` becomes its id.

    Raises:
        KeyError, TypeError, ValueError: It is no such document.
    """
    text = document["text"]
    regions = quoted_regions(text)
    groups = [_spans(group) for group in document.get("coreference_groups") or []]
    speakers = [Speaker(id=f"s{number}", mentions=spans) for number, spans in enumerate(groups, start=1) if spans]
    quotes = enumerate(document.get("quotes") or [], start=1)
    attributions = [_attribution(text, quote, number, regions, speakers) for number, quote in quotes]
    return AnnotatedArticle(article=Article(id=name, text=text), attributions=attributions, speakers=speakers)


def _attribution(
    text: str, quote: _Json, number: int, regions: list[tuple[int, int]], speakers: list[Speaker]
) -> Attribution:
    content, source = _spans(quote["contents"]), _spans(quote.get("sources"))
    cue = _spans([quote["cue"]] if quote.get("cue") else [])
    beside = [(span.start, span.end) for span in (*cue, *source)]
    mentions = {*map(_place, source), *map(_place, _spans(quote.get("coreferences")))}
    return Attribution(
        id=quote.get("id") or f"a{number}",
        kind=kind_of(text, [(span.start, span.end) for span in content], beside, regions),
        content=content,
        cue=cue,
        source=source,
        speaker=next((item.id for item in speakers if mentions & set(map(_place, item.mentions))), None),
        confidence=quote.get("confidence"),
    )


def _place(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _spans(items: list[_Json] | None) -> list[Span]:
    return [Span(start=item["start"], end=item["end"], text=item["text"]) for item in items or []]


def read(path: str | Path) -> Iterator[AnnotatedArticle]:
    """Reads a Citron file, or all of a folder in the order of their names.

    Raises:
        InputError: There is no such file.
        FormatError: A file is not in this format; the message names it.
    """
    path = Path(path)
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        try:
            yield from_document(json.loads(file.read_bytes()), file.stem)
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}", "check the path") from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise FormatError(f"{file} is no Citron document: {error}", "name files that Citron wrote") from error


class CitronWriter:
    """Writes a folder with one Citron document for each article, named by its id."""

    def __init__(self, path: str | Path, append: bool = False) -> None:
        self._folder = Path(path)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._names = FileNames(self._folder, ".json", append)

    def write(self, record: AnnotatedArticle) -> None:
        """Writes the file of one article."""
        document = json.dumps(to_document(record), ensure_ascii=False, indent=1)
        (self._folder / f"{self._names.name(record.article.id)}.json").write_text(document, "utf-8")

    def flush(self) -> None:
        """Every article is written at once."""

    def close(self) -> None:
        """Every article is written at once."""
