"""HTML pages: a page is an article.

::

    <html lang="en"><head><title>Harbour to close</title><meta property="og:site_name" content="Harbour Gazette"></head>
    <body><nav>…</nav><article><p>The harbour will close, the mayor said.</p></article></body></html>

The main text, without navigation, comments and advertisements, is what trafilatura (Barbaresi, ACL 2021) finds, one
paragraph a line; offsets count in that text, not in the page. Title, outlet, date and address come from the page's
metadata. ``Article.meta`` tells the ``path``.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from attribution.errors import FormatError
from attribution.formats.decoding import decode, refuse_binary
from attribution.formats.fields import check_text
from attribution.schema import Article, content_id

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html[^>]*\slang\s*=\s*["']?([A-Za-z]{2,3})""", re.IGNORECASE)


def read(data: bytes, path: str) -> Article:
    """The article that a page holds.

    Raises:
        FormatError: It is no page, or no main text is found in it.
    """
    if not data:
        raise FormatError("the file is empty", "leave it out, or save the page again")
    refuse_binary(data[:8192])
    page = _decode(data)
    found = _extract(page)
    text = found.pop("text") or ""
    if not text.strip():
        raise FormatError("no main text is found in this page", "save the article's text as .txt instead")
    language = _LANGUAGE.search(page[:20_000])
    return Article(
        id=content_id(text),
        text=check_text(text),
        language=language[1].lower() if language else "en",
        meta={"path": path, **({"author": author} if (author := found.pop("author")) else {})},
        **found,
    )


def _decode(data: bytes) -> str:
    """A page names its encoding itself, behind any byte order mark and unless it is UTF-8 after all."""
    text, odd = decode(data)
    declared = _CHARSET.search(data[:4096])
    if not odd or odd.startswith("utf-16") or not declared:
        return text
    try:
        return data.decode(codecs.lookup(declared[1].decode("ascii")).name)
    except (LookupError, UnicodeDecodeError):
        return text


def _extract(page: str) -> dict[str, Any]:
    import trafilatura

    try:
        found = trafilatura.bare_extraction(page, with_metadata=True, include_comments=False)
        if found is None:
            return dict.fromkeys(("title", "outlet", "published", "url", "author")) | {
                "text": trafilatura.baseline(page)[1]
            }
    except Exception as error:  # whatever a broken page does to the parser, the next page is read
        reason = f"the page cannot be parsed: {type(error).__name__}: {error}"
        raise FormatError(reason, "save the article's text as .txt instead") from error
    values = found if isinstance(found, dict) else found.as_dict()
    return {
        "text": values["text"],
        "title": values["title"],
        "outlet": values["sitename"] or values["hostname"],
        "published": values["date"],
        "url": values["url"],
        "author": values["author"],
    }
