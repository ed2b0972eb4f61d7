from __future__ import annotations

from pathlib import Path

import pytest

from attribution.errors import FormatError
from attribution.formats import read_articles
from attribution.formats.webpage import read
from attribution.schema import Article

PARAGRAPHS = [
    "The harbour of Vellmark will close in June, Mayor Ida Munk said on Monday &amp; repeated on Tuesday.",
    "&ldquo;We have no choice,&rdquo; she told reporters outside the town hall, where some hundred people had come.",
    "Fishermen said they had not been asked, and that they would bring the matter before the court in autumn.",
]
PAGE = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="{charset}"><title>Harbour to close | Gazette</title>
<meta property="og:title" content="Harbour to close"><meta property="og:site_name" content="Harbour Gazette">
<meta property="article:published_time" content="2021-04-02T08:00:00Z"><link rel="canonical" href="https://gazette.example/a">
</head><body><nav><a href="/">Home</a><a href="/news">News</a></nav><article><h1>Harbour to close</h1>{body}</article>
<div class="comments"><p>First!</p></div><footer>© Zoë’s Gazette</footer></body></html>"""


def page(charset: str = "utf-8") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return PAGE.format(charset=charset, body=body).encode(charset)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_a_page(charset: str) -> None:
    article = read(page(charset), "a.html")
    assert "“We have no choice,” she told reporters" in article.text
    assert "on Monday & repeated" in article.text
    assert "Home" not in article.text
    assert "First!" not in article.text
    assert article.title == "Harbour to close"
    assert article.outlet == "Harbour Gazette"
    assert article.published == "2021-04-02"
    assert article.url == "https://gazette.example/a"
    assert article.language == "en"
    assert article.meta["path"] == "a.html"


def test_a_page_names_its_own_encoding() -> None:
    body = "".join(f"<p>{text} Їжак сказав: «ні».</p>" for text in PARAGRAPHS)
    data = PAGE.replace("©", "").replace("ë’", "").format(charset="koi8-u", body=body).encode("koi8-u", "ignore")
    assert "Їжак сказав" in read(data, "a.html").text


def test_pages_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_bytes(page())
    (tmp_path / "b.html").write_bytes(b"<html><body></body></html>")
    article, failure = read_articles([tmp_path])
    assert isinstance(article, Article)
    assert "main text" in str(failure)


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x89PNG\r\n\x1a\n", b"<" * 1000, b"<p>" * 5000])
def test_no_page_at_all(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read(data, "a.html")
    assert caught.value.fix
