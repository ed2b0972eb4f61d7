"""What a cue says about the words it introduces."""

import pytest

from attribution.stance.endorsement import denies, endorsement, with_endorsement


@pytest.mark.parametrize(
    ("cue", "expected"),
    [
        ("said", "neutral"),
        ("according to", "neutral"),
        ("admitted", "endorses"),
        ("has since confirmed", "endorses"),
        ("could not confirm", "neutral"),
        ("declined to confirm", "neutral"),
        ("claimed", "distances"),
        ("has repeatedly claimed", "distances"),
        ("insists", "distances"),
        ("bragging", "distances"),
        ("denied", "distances"),
        ("falsely said", "distances"),
        ("said without evidence", "distances"),
        ("rightly said", "endorses"),
        ("showed", "endorses"),
        ("", "neutral"),
    ],
)
def test_endorsement(cue, expected):
    assert endorsement(cue) == expected


@pytest.mark.parametrize(
    ("words", "turned"),
    [
        ("The minister denied", True),
        ("Few in the valley believe", True),
        ("Nobody at the school doubts", False),
        ("Friends refuse to believe", True),
        ("The minister said", False),
        ("who did not attend, said", False),
    ],
)
def test_denial_turns_the_content_round(words, turned):
    assert denies(words) is turned


def test_attributions_without_cue_stay_open_and_given_endorsements_are_kept(quote):
    text = "Lunt claimed it was late. “Never,” the board."
    claimed = quote(text, "it was late", "claimed", kind="indirect")
    bare = quote(text, "“Never,”")
    found = with_endorsement([claimed, bare, claimed.model_copy(update={"endorsement": "neutral"})])
    assert [item.endorsement for item in found] == ["distances", None, "neutral"]
