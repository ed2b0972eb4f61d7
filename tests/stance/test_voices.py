"""Whose voice each stretch of an article is."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.schema import Article, Attribution, Span
from attribution.stance.voices import headline_end, voice_at, voices


def cut(text, *attributions, **rest):
    return voices(Article(id="x", text=text, **rest), attributions)


def at(text, segments, part):
    start = text.index(part)
    return voice_at(segments, start, start + len(part))


def test_direct_speech_is_quoted_and_indirect_speech_reported(quote):
    text = "“We will not pay,” said Ada Lunt. Her lawyer said that the claim was void."
    direct = quote(text, "“We will not pay,”", (), "Ada Lunt", speaker="s1")
    indirect = quote(text, "that the claim was void", (), "Her lawyer", id="a2", kind="indirect", speaker="s2")
    found = cut(text, direct, indirect)
    assert at(text, found, "We will").holder == ("quoted", "s1")
    assert at(text, found, "claim").holder == ("reported", "s2")
    assert at(text, found, "Her lawyer").voice == "outlet"


def test_a_mixed_quotation_is_quoted_only_inside_long_marks(quote):
    text = "Lunt said the bridge was “a danger to every child in town” and should close, calling it “unsafe”."
    mixed = quote(
        text, "the bridge was “a danger to every child in town” and should close, calling it “unsafe”", kind="mixed"
    )
    found = cut(text, mixed)
    assert at(text, found, "every child").voice == "quoted"
    assert at(text, found, "the bridge was").voice == "reported"
    assert at(text, found, "unsafe").voice == "reported"


def test_the_inner_of_two_attributions_speaks(quote):
    text = "Lunt said that the mayor had promised that nobody would move."
    outer = quote(text, "that the mayor had promised that nobody would move", kind="indirect", speaker="s1")
    inner = quote(text, "that nobody would move", kind="indirect", id="a2", speaker="s2")
    for order in ([outer, inner], [inner, outer]):
        found = cut(text, *order)
        assert at(text, found, "nobody").speaker == "s2"
        assert at(text, found, "had promised").speaker == "s1"


def test_long_quoted_words_that_nobody_claims_are_a_voice_without_holder():
    text = "The banner over the gate read “no more dust in our lungs” on Monday."
    segment = at(text, cut(text), "no more dust")
    assert segment.holder == ("quoted", None)


@pytest.mark.parametrize("fragment", ["“reform”", "“peace column”", "'special measures'"])
def test_a_short_fragment_in_the_outlets_clause_is_its_scare_quote(fragment):
    text = f"The so-called {fragment} cost the town two schools."
    segment = at(text, cut(text), fragment[1:-1])
    assert (segment.voice, segment.scare_quoted) == ("outlet", True)


def test_a_short_fragment_that_somebody_calls_something_is_quoted():
    text = "The harbour board called the plan “shameful” on Monday."
    assert at(text, cut(text), "shameful").voice == "quoted"


def test_a_title_in_marks_stays_with_the_outlet_unmarked():
    text = "Her novel “The Long Winter Road” sold well."
    segment = at(text, cut(text), "Long Winter")
    assert (segment.voice, segment.scare_quoted) == ("outlet", False)


def test_the_headline_is_flagged_only_where_the_text_begins_with_it():
    text = "Board closes bridge\n\nThe board closed it."
    article = Article(id="x", text=text, title="Board closes bridge")
    assert headline_end(article) == 19
    flags = [(segment.headline, text[segment.start : segment.end]) for segment in voices(article, [])]
    assert flags == [(True, "Board closes bridge"), (False, "\n\nThe board closed it.")]
    assert headline_end(article.model_copy(update={"title": "Another"})) == 0


@given(
    st.text(alphabet="aB “”\"'.\n", max_size=60),
    st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), max_size=4),
)
def test_segments_cover_the_text_once_whatever_the_marks(text, ranges):
    contents = [(start, min(len(text), start + length)) for start, length in ranges if start < len(text)]
    attributions = [
        Attribution(id=f"a{number}", kind="direct", content=[Span.of(text, start, end)])
        for number, (start, end) in enumerate(contents)
    ]
    found = cut(text, *attributions)
    assert "".join(text[item.start : item.end] for item in found) == text
    assert all(one.end == other.start for one, other in pairwise(found))


def test_no_voice_outside_the_text():
    with pytest.raises(ValueError, match="no voice"):
        voice_at(cut("Short."), 40, 50)
