from __future__ import annotations

import pytest

from attribution.formats.marks import kind_of


def kind(text: str, content: str, beside: tuple[str, ...] = ()) -> str:
    def place(part: str) -> tuple[int, int]:
        return text.index(part), text.index(part) + len(part)

    return kind_of(text, [place(content)], [place(part) for part in beside])


@pytest.mark.parametrize(
    ("text", "content", "expected"),
    [
        ("“We will go,” she said.", "“We will go,”", "direct"),
        ("“We will go,” she said.", "We will go", "direct"),
        ("She said they would go.", "they would go", "indirect"),
        ("She said it was “a disgrace” to the town.", "it was “a disgrace” to the town", "mixed"),
        (
            "She said that everybody in this town would go to “Nod”.",
            "that everybody in this town would go to “Nod”",
            "indirect",
        ),
        ("«Non», a-t-elle dit.", "«Non»", "direct"),
        ("She said … so", "…", "indirect"),
    ],
)
def test_the_share_inside_marks_tells_the_kind(text: str, content: str, expected: str) -> None:
    assert kind(text, content) == expected


def test_marks_around_cue_and_source_are_those_of_another_quotation() -> None:
    text = "“He said he was tired,” she recalled."
    assert kind(text, "he was tired") == "direct"
    assert kind(text, "he was tired", ("He", "said")) == "indirect"
    assert kind(text, "He said he was tired", ("she", "recalled")) == "direct"
