"""Made-up annotated articles: nested, overlapping, discontinuous, with emoji, line ends of all kinds, Arabic, tabs."""

from __future__ import annotations

from hypothesis import strategies as st

from attribution.schema import (
    Affiliation,
    AnnotatedArticle,
    Article,
    Attribution,
    Evidence,
    Naming,
    Provenance,
    Role,
    Span,
    Speaker,
    Stance,
    StanceEvidence,
)

PIECES = [
    "said ",
    "she ",
    "Ana Petrov",
    "“we will”",
    "😀",
    "👩‍👩‍👧 ",
    "\r\n",
    "\r",
    "\n\n",
    "\t",
    " ",
    "\u200b",
    "\u200d",
    "قال الوزير ",
    "\u202e",
    "&amp; ",
    "<b>",
    "é",
    "e\u0301",
    " ",
    "…",
    "x",
    "\\n",
    "the ministry ",
]
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join)
words = st.one_of(
    st.sampled_from(["Ana Petrov", "Ana  Petrov", " the ministry ", "Bo", "a\nb"]), st.text(min_size=1, max_size=8)
)
confidences = st.none() | st.floats(0, 1)


def spans_in(text: str) -> st.SearchStrategy[Span]:
    ends = st.integers(0, len(text) - 1).flatmap(lambda a: st.integers(a + 1, len(text)).map(lambda b: (a, b)))
    return ends.map(lambda pair: Span.of(text, *pair))


@st.composite
def records(draw: st.DrawFn) -> AnnotatedArticle:
    text = draw(texts)
    span = spans_in(text)
    some = st.lists(span, max_size=2)
    evidence = st.lists(st.builds(Evidence, reason=words, span=st.none() | span), max_size=1)
    role = st.builds(Role, text=words, span=st.none() | span, former=st.booleans())
    affiliation = st.builds(Affiliation, name=words, span=st.none() | span)
    speakers = [
        draw(
            st.builds(
                Speaker,
                id=st.just(f"s{number}"),
                name=st.none() | words,
                kind=st.sampled_from(["person", "organization", "group", "document", "unknown"]),
                mentions=some,
                role=st.none() | role,
                other_roles=st.lists(role, max_size=1),
                affiliation=st.none() | affiliation,
                other_affiliations=st.lists(affiliation, max_size=1),
                confidence=confidences,
                evidence=evidence,
            )
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    who = st.none() | st.sampled_from([item.id for item in speakers]) if speakers else st.none()
    others = st.lists(st.sampled_from([item.id for item in speakers]), max_size=1) if speakers else st.just([])
    attributions = [
        draw(
            st.builds(
                Attribution,
                id=st.just(f"{number}·a b"),
                kind=st.sampled_from(["direct", "indirect", "mixed"]),
                content=st.lists(span, min_size=1, max_size=3),
                cue=some,
                source=some,
                speaker=who,
                other_speakers=others,
                confidence=confidences,
                evidence=evidence,
                endorsement=st.sampled_from([None, "endorses", "neutral", "distances"]),
            )
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    stance_evidence = span.flatmap(
        lambda s: st.builds(
            StanceEvidence,
            start=st.just(s.start),
            end=st.just(s.end),
            text=st.just(s.text),
            label=st.sampled_from(["favourable", "mixed"]),
            headline=st.booleans(),
        )
    )
    stances = draw(
        st.lists(
            st.builds(
                Stance,
                target=words,
                mentions=some,
                voice=st.sampled_from(["outlet", "quoted", "reported"]),
                speaker=who,
                label=st.sampled_from(["favourable", "neutral", "unfavourable", "mixed"]),
                score=st.floats(-1, 1),
                abstained=st.booleans(),
                confidence=confidences,
                role=st.sampled_from(["protagonist", "antagonist", "victim", "none"]),
                evidence=st.lists(stance_evidence, max_size=1),
            ),
            max_size=2,
        )
    )
    namings = st.builds(
        Naming, target=words, text=words, voice=st.just("outlet"), scare_quoted=st.booleans(), spans=some
    )
    maybe = st.none() | words
    article = st.builds(
        Article,
        id=words,
        text=st.just(text),
        title=maybe,
        outlet=maybe,
        url=maybe,
        published=maybe,
        language=maybe,
        meta=st.dictionaries(words, st.none() | st.integers(-5, 5) | words | st.lists(words, max_size=2), max_size=2),
    )
    return AnnotatedArticle(
        article=draw(article),
        attributions=attributions,
        speakers=speakers,
        stances=stances,
        namings=draw(st.lists(namings, max_size=1)),
        provenance=draw(st.builds(Provenance, release=maybe, version=maybe, created=maybe, reviewed_by=maybe)),
    )
