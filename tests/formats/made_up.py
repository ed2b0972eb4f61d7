"""Made-up articles with made-up annotations, for properties that must hold for all of them."""

from __future__ import annotations

from hypothesis import strategies as st

from attribution.schema import (
    Affiliation,
    AnnotatedArticle,
    Article,
    Attribution,
    Provenance,
    Role,
    Span,
    Speaker,
)

PIECES = [
    "Ida Munk ", "said ", "“we will” ", "«non» ", "''so'' ", '"', "’", "„ja“ ", "😀", "𝒳", "\r\n", "\r", "\n\n", "\n",
    "\t", "\u2028", "\x85", "\x00", "\ufeff", "قال ", "&amp; ", ",", ";", " … ", "\\", "é", "e\u0301", "#1", "T1\t",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=16).map("".join).filter(lambda text: not text.isspace())
words = st.sampled_from(["Munk", "Harbour; Gazette", 'the "Gazette"', "a\nb", "=1+1", "ß – ∂", "x\ty"])
maybe = st.none() | words


def spans_in(text: str) -> st.SearchStrategy[Span]:
    ends = st.integers(0, len(text) - 1).flatmap(lambda a: st.integers(a + 1, len(text)).map(lambda b: (a, b)))
    return ends.map(lambda pair: Span.of(text, *pair))


@st.composite
def records(draw: st.DrawFn) -> AnnotatedArticle:
    text = draw(texts)
    some = st.lists(spans_in(text), max_size=2)
    speaker = st.builds(
        Speaker,
        id=st.just("s1"),
        name=maybe,
        kind=st.sampled_from(["person", "organization", "unknown"]),
        mentions=some,
        role=st.none() | st.builds(Role, text=words, former=st.booleans()),
        affiliation=st.none() | st.builds(Affiliation, name=words),
        confidence=st.none() | st.floats(0, 1),
    )
    speakers = draw(st.lists(speaker, max_size=1))
    attributions = [
        draw(
            st.builds(
                Attribution,
                id=st.just(f"a{number}"),
                kind=st.sampled_from(["direct", "indirect", "mixed"]),
                content=st.lists(spans_in(text), min_size=1, max_size=3),
                cue=some,
                source=some,
                speaker=st.sampled_from([None, *(item.id for item in speakers)]),
                confidence=st.none() | st.floats(0, 1),
            )
        )
        for number in range(1, draw(st.integers(1, 4)))
    ]
    article = st.builds(
        Article,
        id=st.sampled_from(["g1", "a/b:c", "..", "é x", "g" * 300]),
        text=st.just(text),
        title=maybe,
        outlet=maybe,
        url=maybe,
        published=maybe,
        meta=st.dictionaries(words, st.none() | st.integers() | words, max_size=2),
    )
    provenance = draw(st.builds(Provenance, release=maybe, created=st.none() | st.just("2031-04-02T10:00:00+00:00")))
    return AnnotatedArticle(article=draw(article), attributions=attributions, speakers=speakers, provenance=provenance)


def record(text: str = "Ida Munk said no.", id: str = "g1") -> AnnotatedArticle:
    """One article with one quotation: the last word but its full stop."""
    article = Article(id=id, text=text)
    words_in = text.rstrip(".")
    start = words_in.rfind(" ") + 1
    content = Span.of(text, start, max(len(words_in), start + 1))
    return AnnotatedArticle(article=article, attributions=[Attribution(id="a1", kind="indirect", content=[content])])
