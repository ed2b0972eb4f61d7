"""From a record of named values (a JSON object, a row of a table) to an article."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from pydantic import ValidationError

from attribution.errors import InputError
from attribution.schema import Article, content_id, first_fault

_NAMES = {  # what tables call the fields of an article, the likeliest first; capitals, spaces and hyphens do not count
    "text": ["text", "body", "content", "article", "article_text", "full_text", "fulltext", "maintext", "body_text"],
    "title": ["title", "headline", "heading"],
    "outlet": ["outlet", "publisher", "publication", "newspaper", "source", "source_name", "site_name", "domain"],
    "url": ["url", "link", "href", "web_url", "canonical_url"],
    "published": ["published", "date", "published_at", "publication_date", "date_published", "pubdate", "datetime"],
    "id": ["id", "article_id", "guid", "uuid"],
    "language": ["language", "lang"],
}


@dataclass(frozen=True)
class Columns:
    """What a table or a JSON object calls the fields of an article; ``None`` means the usual names.

    The usual names in a table are, for instance, ``text``, ``body`` or ``content`` for the text and ``outlet``,
    ``publisher`` or ``source`` for the outlet; in JSON they are just those of the contract.
    """

    text: str | None = None
    title: str | None = None
    outlet: str | None = None
    url: str | None = None
    published: str | None = None
    id: str | None = None
    language: str | None = None

    def chosen(self) -> dict[str, str]:
        """The fields whose names were chosen, with these names."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {field: name for field, name in named if name is not None}

    def in_json(self) -> dict[str, str]:
        """The name of each field in a JSON object."""
        return {field: field for field in _NAMES} | self.chosen()

    def in_table(self, header: Iterable[str]) -> dict[str, str]:
        """The name of each field that a table with this header has.

        Raises:
            InputError: There is no text, or a chosen column is not there.
        """
        present = list(header)
        folded = {_fold(name): name for name in reversed(present)}
        found = {
            field: folded[usual]
            for field, names in _NAMES.items()
            if (usual := next((name for name in names if name in folded), None)) is not None
        }
        for field, name in self.chosen().items():
            if name not in present:
                raise InputError(f"there is no column {name!r} among {_listed(present)}", f"name the {field} column")
            found[field] = name
        if "text" not in found:
            raise InputError(f"no column holds the text; there are {_listed(present)}", "name it with --text-column")
        return found


def to_article(record: Mapping[str, Any], names: Mapping[str, str]) -> Article:
    """Makes an article of a record; values that are not fields of an article go to ``meta``.

    Args:
        record: Values by name.
        names: The name in the record of each field of an article.

    Raises:
        InputError: There is no text, or it is empty.
    """
    text = _text(record, names["text"])
    found: dict[str, Any] = {}
    taken = {names["text"]}
    for field, name in names.items():
        plain = None if field == "text" else _plain(record.get(name))
        if plain is not None:
            found[field] = plain
            taken.add(name)
        elif record.get(name) in (None, ""):
            taken.add(name)
    rest = {str(key): value for key, value in record.items() if key not in taken}
    nested = rest.pop("meta", None)
    if isinstance(nested, dict):
        rest = {**nested, **rest}
    elif nested is not None:
        rest["meta"] = nested
    try:
        return Article(**{"id": content_id(text), **found}, text=text, meta=jsonable(rest))
    except ValidationError as error:
        raise InputError(f"this is no article: {first_fault(error)}", "correct the field") from error


def _text(record: Mapping[str, Any], name: str) -> str:
    text = record.get(name)
    if text is None and name not in record:
        raise InputError(f"there is no {name!r} in it; there are {_listed(record)}", "name the text with --text-column")
    if text is not None and not isinstance(text, str):
        raise InputError(f"{name!r} is no text but {type(text).__name__}", "give the text as a string")
    return check_text(text or "")


def check_text(text: str) -> str:
    """The text of an article, or the reason why it is none.

    Raises:
        InputError: There is nothing in it but white space.
    """
    if not text or text.isspace():
        raise InputError("the text is empty", "leave it out, or give the article its text")
    return _whole(text)


def _plain(value: Any) -> str | None:
    """A value as a string, where it is one, or a number or date."""
    if isinstance(value, str):
        return _whole(value) or None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return str(int(value)) if value == int(value) else str(value)
    return None


def jsonable(value: Any) -> Any:
    """A value as JSON can hold it: unknown kinds as strings, no NaN, no half surrogates."""
    if isinstance(value, dict):
        return {_whole(str(key)): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    return _plain(value) or _whole(str(value))


def _whole(text: str) -> str:
    """JSON can write half of a surrogate pair, which is no character: U+FFFD stands in for it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _fold(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _listed(names: Iterable[Any]) -> str:
    shown = [repr(str(name)[:40]) for name in names]
    return (", ".join(shown[:12]) + (" …" if len(shown) > 12 else "")) or "none"
