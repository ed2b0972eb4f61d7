from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.quotations.encoding import Wordpieces, territories, tokenize, windows
from attribution.training.quotations import load_tokenizer

TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("abcXYZ “”‘’«»\"'.,\n\r\t\u200d😀𝔘ğمرح`"), st.characters(codec="utf-8")),
    max_size=200,
)


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder: Path) -> object:
    return load_tokenizer(tiny_encoder)


@given(text=TEXTS)
def test_every_wordpiece_is_a_slice_in_order(tokenizer: object, text: str) -> None:
    pieces = tokenize(text, tokenizer)
    assert len(pieces.ids) == len(pieces.types) == len(pieces.offsets) == len(pieces.inner)
    last = 0
    for start, end in pieces.offsets:
        assert last <= start < end <= len(text)
        last = start
    assert ((pieces.types >= 0) & (pieces.types < 16)).all()


def test_state_tells_case_quotation_marks_and_paragraphs(tokenizer: object) -> None:
    text = "The NATO chief\nsaid “No 9”"
    pieces = tokenize(text, tokenizer)
    state = {}
    for (start, end), kind in zip(pieces.offsets, pieces.types, strict=True):
        state.setdefault(text[start:end], int(kind))
    assert state["The"] == 1 + 8  # capitalised, begins a paragraph
    assert state["said"] == 8
    assert state["“"] == 3 + 4
    assert state["9"] == 3 + 4
    assert state["c"] == 0


@given(length=st.integers(0, 3000), size=st.integers(8, 300), overlap=st.integers(0, 7))
def test_windows_cover_and_territories_partition(length: int, size: int, overlap: int) -> None:
    spans = windows(length, size, overlap)
    owned = [at for begin, end in territories(spans) for at in range(begin, end)]
    assert owned == list(range(length))
    assert all(end - start <= size for start, end in spans)
    assert all(
        start <= begin and finish <= end
        for (start, end), (begin, finish) in zip(spans, territories(spans), strict=True)
    )
    assert all(one[1] - two[0] >= overlap for one, two in pairwise(spans))


def test_covering_takes_every_wordpiece_that_overlaps(tokenizer: object) -> None:
    text = "He said it was late."
    pieces: Wordpieces = tokenize(text, tokenizer)
    first, last = pieces.covering(3, 10)
    assert text[pieces.offsets[first, 0] : pieces.offsets[last - 1, 1]] == "said it"
    assert pieces.covering(2, 3)[0] == pieces.covering(2, 3)[1]
