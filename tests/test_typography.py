from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.typography import inside_quotes, quoted_regions

MARKS = st.text(alphabet=st.sampled_from("ab .,\n\r“”„‟«»‘’‚'\"`😀3"), max_size=80)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('She said “yes” and "no".', ["“yes”", '"no"']),
        ("„Gut“, «oui», »ja«, ”ja”", ["„Gut“", "«oui»", "»ja«", "”ja”"]),
        ("``One'' and ''two'' here", ["``One''", "''two''"]),
        ("‘I see,’ he said of the workers’ day. It’s a ‘hero’.", ["‘I see,’", "‘hero’"]),
        ("“One.\n\n“Two.\n\n“Three,” he said.", ["“One.", "“Two.", "“Three,”"]),
        ('He is 6\'2" tall, "fine".', ['"fine"']),
        ("“never closed\nnext", ["“never closed"]),
        ("“never closed\nnext “but this”", ["“never closed", "“but this”"]),
        ("no marks, the ’90s, don't", []),
        ('"', []),
    ],
)
def test_regions_of_every_convention(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quoted_regions(text)] == quoted


@given(MARKS)
def test_regions_are_in_order_inside_the_text_and_apart(text: str) -> None:
    last = 0
    for start, end in quoted_regions(text):
        assert last <= start < end <= len(text)
        last = end


@given(MARKS)
def test_one_odd_mark_spoils_no_later_paragraph(text: str) -> None:
    later = "Plain words and “a quotation” here."
    whole = f"{text}\n\n{later}"
    flags = inside_quotes(whole)[-len(later) :]
    assert bytes(flags) == bytes(inside_quotes(later))
