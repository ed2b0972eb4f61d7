"""Plain text: a file is an article.

::

    The harbour will close, the mayor said on Monday.

    "We have no choice," she told reporters.

The text is the whole file, decoded and otherwise untouched; a byte order mark is left out. ``Article.meta`` tells the
``path``, and the ``encoding`` where it is not UTF-8.
"""

from __future__ import annotations

from typing import Any

from attribution.errors import FormatError
from attribution.formats.decoding import decode, refuse_binary
from attribution.formats.fields import check_text
from attribution.schema import Article, content_id


def read(data: bytes, path: str) -> Article:
    """The article that a file holds.

    Raises:
        FormatError: It is not text.
        InputError: It is empty.
    """
    if not data:
        raise FormatError("the file is empty", "leave it out, or give the article its text")
    refuse_binary(data[:8192])
    text, encoding = decode(data)
    meta: dict[str, Any] = {"path": path}
    if encoding:
        meta["encoding"] = encoding
    return Article(id=content_id(text), text=check_text(text), meta=meta)
