"""Small things that many tests share. Everything in here is invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from attribution.schema import AnnotatedArticle, Article, Attribution, Span

Parts = str | Sequence[str]


def find(text: str, part: str) -> Span:
    """The only place of ``part`` in ``text``."""
    assert text.count(part) == 1, f"{part!r} must stand exactly once in the text"
    start = text.index(part)
    return Span.of(text, start, start + len(part))


def spans(text: str, parts: Parts) -> list[Span]:
    return [find(text, part) for part in ([parts] if isinstance(parts, str) else parts)]


@pytest.fixture(scope="session")
def quote() -> Callable[..., Attribution]:
    """Makes an attribution from parts of a text that stand in it once: ``quote(text, content, cue, source)``."""

    def make(text: str, content: Parts, cue: Parts = (), source: Parts = (), **rest: object) -> Attribution:
        fields = {"id": "a1", "kind": "direct"} | rest
        found = {"content": spans(text, content), "cue": spans(text, cue), "source": spans(text, source)}
        return Attribution.model_validate(fields | found)

    return make


@pytest.fixture(scope="session")
def annotated() -> Callable[..., AnnotatedArticle]:
    """Makes an annotated article: ``annotated(text, *attributions, id="x")``."""

    def make(text: str, *attributions: Attribution, id: str = "x", **rest: object) -> AnnotatedArticle:  # noqa: A002
        numbered = [item.model_copy(update={"id": f"a{at}"}) for at, item in enumerate(attributions, 1)]
        return AnnotatedArticle.model_validate({"article": Article(id=id, text=text), "attributions": numbered} | rest)

    return make
