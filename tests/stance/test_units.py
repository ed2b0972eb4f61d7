"""What the classifier reads of each voice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.schema import Article
from attribution.stance.sentences import sentences
from attribution.stance.units import PLACEHOLDER, units
from attribution.stance.voices import voices


def cut(text, *attributions, **rest):
    return units(text, voices(Article(id="x", text=text, **rest), attributions))


def test_the_outlet_is_read_with_a_hole_where_others_speak(quote):
    text = "Lunt, who lost the vote, said that the count was rigged. The board met again."
    reported = quote(text, "that the count was rigged", kind="indirect", speaker="s1")
    found = [(unit.voice, unit.text, unit.speaker) for unit in cut(text, reported)]
    assert found == [
        ("outlet", f"Lunt, who lost the vote, said {PLACEHOLDER}.", None),
        ("outlet", "The board met again.", None),
        ("reported", "that the count was rigged", "s1"),
    ]


@given(
    st.text(alphabet="abc .!?,", min_size=12, max_size=60).filter(lambda words: len(re.findall("[abc]+", words)) > 3)
)
def test_what_stands_inside_quotation_marks_never_reaches_the_outlets_units(words):
    text = f"Lunt shrugged. “{words}” she said to the board. Then the vote was taken."
    outlet = [unit.text for unit in cut(text) if unit.voice == "outlet"]
    assert outlet == ["Lunt shrugged.", f"{PLACEHOLDER} she said to the board.", "Then the vote was taken."]


def test_pieces_lead_back_to_the_article(quote):
    text = "The board said that it was late, Ada Lunt noted, and went home."
    reported = quote(text, "that it was late", kind="indirect")
    unit = next(unit for unit in cut(text, reported) if unit.voice == "outlet")
    start = text.index("Ada Lunt")
    first, last = unit.locate(start, start + 8)
    assert unit.text[first:last] == "Ada Lunt"
    assert unit.locate(text.index("it was late"), text.index("it was late") + 2) is None
    assert text[slice(*unit.around(start, start + 8))] == ", Ada Lunt noted, and went home."


@pytest.mark.parametrize("line", ["By Ada Lunt", "https://outlet.example/a", "By Ada Lunt and Bo Falk, Staff Writers"])
def test_bylines_and_addresses_are_not_read(line):
    text = f"{line}\n\nThe board met on Monday."
    assert [unit.text for unit in cut(text)] == ["The board met on Monday."]


def test_an_address_inside_a_sentence_is_blanked():
    text = "The board wrote at https://outlet.example/a that it met."
    assert "outlet.example" not in cut(text)[0].text


def test_a_headline_is_a_unit_of_its_own():
    text = "Board meets again\nThe board met."
    assert [(unit.text, unit.headline) for unit in cut(text, title="Board meets again")] == [
        ("Board meets again", True),
        ("The board met.", False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He met Mr. Falk. She left.", ["He met Mr. Falk.", "She left."]),
        ("The U.S. Army left. So what?", ["The U.S. Army left.", "So what?"]),
        ("“Go!” He went.", ["“Go!”", "He went."]),
        ("One\n\nTwo", ["One", "Two"]),
        ("It cost 3.50 euros.", ["It cost 3.50 euros."]),
        ("", []),
    ],
)
def test_sentences(text, expected):
    assert [text[start:end] for start, end in sentences(text)] == expected
