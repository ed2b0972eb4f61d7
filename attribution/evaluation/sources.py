"""What kind of expression a source is: a name, a pronoun, a nominal, or none.

The rule: look at the words before the first comma, bracket, dash, preposition or relative pronoun. If they are one
pronoun, the source is a pronoun. If the last of them holds a capital letter, it is a name ("army spokesman Idris
al-Bakri", "the White House"); otherwise it is a nominal ("Mr Hale's campaign", "officials"). A single capitalised word
is a nominal if the article also writes it in small letters, or if it is a common word for people who speak
("Officials said").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from attribution.schema import Span

SourceType = Literal["name", "pronoun", "nominal", "none"]
SOURCE_TYPES: tuple[SourceType, ...] = ("name", "pronoun", "nominal", "none")

_PRONOUNS = frozenset(
    "i we you he she it they who whom which that this these those me us him her them one ones both each all some many "
    "most others another everyone everybody someone somebody anyone no-one nobody none few several himself herself "
    "themselves itself myself ourselves".split()
)
_BREAK = re.compile(
    r"[,;:()\[\]–—]|\s-\s|\b(?:of|for|from|in|at|on|with|by|to|about|close|near|who|whom|whose|which|that|told|said)\b",
    re.IGNORECASE,
)
_SPEAKERS = frozenset(
    "activists advisers aides allies analysts authorities backers campaigners colleagues commentators critics "
    "defenders doctors economists executives experts friends investigators journalists lawmakers lawyers "
    "leaders members men observers officers officials opponents organisers organizers others people police politicians "
    "polls pollsters prosecutors protesters relatives reporters researchers residents scientists sources "
    "spokespeople strategists studies supporters surveys voters witnesses women".split()
)
_WORD = re.compile(r"[^\W\d_][\w.’'\-]*")


def source_type(text: str, source: Sequence[Span]) -> SourceType:
    """The type of a source in an article's text, by the rule of this module."""
    if not source:
        return "none"
    words = _leading_words(source[0].text)
    if not words:
        return "nominal"
    if len(words) == 1 and words[0].lower() in _PRONOUNS:
        return "pronoun"
    if not any(letter.isupper() for letter in words[-1]):
        return "nominal"
    return "nominal" if len(words) == 1 and _is_common(words[0], text) else "name"


def _leading_words(source: str) -> list[str]:
    stripped = source.strip(" \t\r\n\"'“”‘’")
    brk = _BREAK.search(stripped, 1) if stripped else None
    return [word.rstrip(".'’") for word in _WORD.findall(stripped[: brk.start()] if brk else stripped)]


def _is_common(word: str, text: str) -> bool:
    small = word.lower()
    if small in _SPEAKERS:
        return True
    return word.istitle() and re.search(rf"(?<![\w-]){re.escape(small)}(?![\w-])", text) is not None
