"""W3C Web Annotation (https://www.w3.org/TR/annotation-model/): a JSON-LD list with a page for each article.

::

    [
    {"@context": ["http://www.w3.org/ns/anno.jsonld", {"attribution": "urn:attribution:"}],
     "id": "urn:attribution:article:g1", "type": "AnnotationPage",
     "items": [{"id": "urn:attribution:article:g1#a1", "type": "Annotation", "motivation": "identifying",
       "target": [{"type": "SpecificResource", "source": "https://harbour.example/g1", "selector": [
         {"type": "TextPositionSelector", "start": 12, "end": 14},
         {"type": "TextQuoteSelector", "exact": "no", "prefix": "Ms Orr said ", "suffix": "."}]}],
       "body": [{"type": "TextualBody", "purpose": "classifying", "value": "indirect"},
                {"type": "TextualBody", "purpose": "identifying", "value": "Orr"},
                {"type": "SpecificResource", "purpose": "linking", "attribution:part": "source", …}],
       "attribution:id": "a1", "attribution:speaker": "s1", …}],
     "attribution:article": {"id": "g1", "text": …}, "attribution:speakers": […], …}
    ]

The target of an annotation is what was said, its bodies are the kind of quotation, the name of the speaker, and the
words of cue and source. What the model has no word for stands beside it in the native form under ``attribution:``, so
that reading back gives the same record. One page a line: a file of any length is written and read in constant memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from attribution.errors import FormatError, InputError
from attribution.formats.sources import Source, opened
from attribution.schema import AnnotatedArticle, Article, Attribution, Span, first_fault

_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"attribution": "urn:attribution:"}]
_AROUND = 32  # characters of prefix and suffix
_BESIDE = ("id", "speaker", "other_speakers", "confidence", "evidence", "endorsement")
_WHOLE = ("speakers", "stances", "namings", "provenance")

_Json = dict[str, Any]


def to_page(record: AnnotatedArticle) -> _Json:
    """The annotation page of an article."""
    native = record.model_dump(mode="json", by_alias=True)
    name = f"urn:attribution:article:{quote(record.article.id, safe='')}"
    return {
        "@context": _CONTEXT,
        "id": name,
        "type": "AnnotationPage",
        "items": [
            _annotation(record, item, f"{name}#{quote(item.id, safe='')}", beside)
            for item, beside in zip(record.attributions, native["attributions"], strict=True)
        ],
        "attribution:article": native["article"],
        **{f"attribution:{key}": native[key] for key in _WHOLE if native[key]},
    }


def _annotation(record: AnnotatedArticle, item: Attribution, name: str, native: _Json) -> _Json:
    speaker = record.speaker_of(item)
    body: list[_Json] = [{"type": "TextualBody", "purpose": "classifying", "value": item.kind}]
    if speaker and speaker.name:
        body.append({"type": "TextualBody", "purpose": "identifying", "value": speaker.name})
    for part, spans in (("cue", item.cue), ("source", item.source)):
        places = (_resource(record.article, span) for span in spans)
        body += [{**place, "purpose": "linking", "attribution:part": part} for place in places]
    annotation: _Json = {
        "id": name,
        "type": "Annotation",
        "motivation": "identifying",
        "target": [_resource(record.article, span) for span in item.content],
        "body": body,
    }
    if record.provenance.created:
        annotation["created"] = record.provenance.created
    return annotation | {f"attribution:{key}": native[key] for key in _BESIDE if native[key] not in (None, [])}


def _resource(article: Article, span: Span) -> _Json:
    source = article.url or f"urn:attribution:article:{quote(article.id, safe='')}"
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    words = {
        "type": "TextQuoteSelector",
        "exact": span.text,
        "prefix": article.text[max(0, span.start - _AROUND) : span.start],
        "suffix": article.text[span.end : span.end + _AROUND],
    }
    return {"type": "SpecificResource", "source": source, "selector": [position, words]}


def from_page(page: _Json) -> AnnotatedArticle:
    """The annotated article that a page of this package's making holds.

    Raises:
        KeyError, TypeError, ValueError: It is no such page.
    """
    found: _Json = {key: page[f"attribution:{key}"] for key in _WHOLE if f"attribution:{key}" in page}
    attributions = [_attribution(item) for item in page["items"]]
    return AnnotatedArticle.model_validate(
        {"article": page["attribution:article"], "attributions": attributions, **found}
    )


def _attribution(item: _Json) -> _Json:
    parts: dict[str, list[_Json]] = {"cue": [], "source": []}
    for body in item["body"]:
        if part := body.get("attribution:part"):
            parts[part].append(_span(body))
    kind = next(body["value"] for body in item["body"] if body.get("purpose") == "classifying")
    beside = {key: item[f"attribution:{key}"] for key in _BESIDE if f"attribution:{key}" in item}
    return {"kind": kind, "content": [_span(target) for target in item["target"]], **parts, **beside}


def _span(resource: _Json) -> _Json:
    by_type = {selector["type"]: selector for selector in resource["selector"]}
    position = by_type["TextPositionSelector"]
    return {"start": position["start"], "end": position["end"], "text": by_type["TextQuoteSelector"]["exact"]}


def read(path: str | Path) -> Iterator[AnnotatedArticle]:
    """Reads what :class:`WebAnnotationWriter` wrote.

    Raises:
        InputError: The file cannot be read.
        FormatError: It is not in this format; the message names file and line.
    """
    try:
        with opened(Source(str(path), None)) as file:
            for number, line in enumerate(file.stream, start=1):
                page = line.strip().rstrip(b",")
                if page not in (b"", b"[", b"]"):
                    yield _read_page(page, f"{path}, line {number}")
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path} cannot be read: {reason}", "check that the file is there and complete") from error


def _read_page(line: bytes, where: str) -> AnnotatedArticle:
    fix = "name a file that this package wrote, with one annotation page a line"
    try:
        return from_page(json.loads(line))
    except ValidationError as error:
        raise FormatError(f"{where}: {first_fault(error)}", fix) from error
    except (KeyError, TypeError, ValueError, StopIteration, AttributeError) as error:
        raise FormatError(f"{where} is no annotation page: {type(error).__name__}: {error}", fix) from error


class WebAnnotationWriter:
    """Writes a JSON-LD list of annotation pages, one a line."""

    def __init__(self, path: str | Path, append: bool = False) -> None:
        if append:
            raise FormatError(f"{path}: a JSON-LD list cannot be continued", "write JSONL and convert it afterwards")
        file = Path(path)
        self._file = file.open("w", encoding="utf-8", newline="\n")
        self._first = True

    def write(self, record: AnnotatedArticle) -> None:
        """Writes the page of one article."""
        self._file.write(("[\n" if self._first else ",\n") + json.dumps(to_page(record), ensure_ascii=False))
        self._first = False

    def flush(self) -> None:
        """Hands everything written so far to the operating system."""
        self._file.flush()

    def close(self) -> None:
        """Ends the list and closes the file."""
        self._file.write("[\n]\n" if self._first else "\n]\n")
        self._file.close()
