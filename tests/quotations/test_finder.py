from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.errors import ReleaseError
from attribution.quotations import QuotationFinder, finder

ARTICLE = "“The harbour is shut,” said Ada Renn, the minister. He told us it will reopen.\n\n"
HARD = st.text(alphabet=st.sampled_from("ab XY“”‘’«»„\"'`.,:\n\r\t\0😀𝔘ğمر"), max_size=300)


@pytest.fixture(scope="module")
def found(tiny_quotations: Path) -> QuotationFinder:
    made = QuotationFinder.load(tiny_quotations)
    made.model.float()  # batches of other shapes must not round differently
    return made


def test_answers_in_order_with_states_for_each_wordpiece(found: QuotationFinder) -> None:
    texts = [ARTICLE * 3, "", "No.", ARTICLE]
    answers = list(found.find(texts))
    assert [encoded.text for encoded, _ in answers] == texts
    assert all(encoded.states.shape == (len(encoded.offsets), 32) for encoded, _ in answers)
    assert answers[0][1], "the untrained model finds something nearly everywhere"


@settings(max_examples=40, deadline=None)
@given(text=HARD)
def test_any_text_gives_spans_that_are_its_slices(found: QuotationFinder, text: str) -> None:
    ((_, attributions),) = found.find([text])
    for attribution in attributions:
        assert 0.0 <= (attribution.confidence or 0.0) <= 1.0
        assert all(text[span.start : span.end] == span.text for span in attribution.spans())


def test_nothing_that_looks_like_an_attribution_gives_none(
    found: QuotationFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "_ANCHOR_FROM", 1e6)
    assert [attributions for _, attributions in found.find(["It rained.", "The road was wet."])] == [[], []]


def test_company_does_not_change_an_article(found: QuotationFinder) -> None:
    texts = [ARTICLE * 2, "A word. " * 30, ARTICLE + "He said so. " * 9]
    together = [[item.model_dump() for item in attributions] for _, attributions in found.find(texts)]
    alone = [[item.model_dump() for item in attributions] for text in texts for _, attributions in found.find([text])]
    for one, other in zip(together, alone, strict=True):
        assert [item["content"] for item in one] == [item["content"] for item in other]
        assert np.allclose([item["confidence"] for item in one], [item["confidence"] for item in other], atol=1e-3)


def test_reads_no_further_ahead_than_it_must(found: QuotationFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "_WORDPIECES_AT_ONCE", 200)
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield ARTICLE

    answers = found.find(endless())
    for _ in range(5):
        next(answers)
    assert taken < 20


def test_sections_of_a_very_long_article_leave_no_seam(found: QuotationFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ARTICLE + "He said so. ") * 12
    ((whole, candidates),) = found.candidates([text])
    monkeypatch.setattr(finder, "_SECTION", 300)
    ((_, in_sections),) = found.candidates([text])
    assert len(whole) > 300
    assert [item.anchor for item in in_sections] == [item.anchor for item in candidates]
    ((encoded, attributions),) = found.find([text])
    assert len(encoded.states) == 0
    assert all(text[span.start : span.end] == span.text for item in attributions for span in item.spans())


def test_incomplete_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"model\.safetensors"):
        QuotationFinder.load(tmp_path)


def test_states_are_those_of_the_window_that_sees_most_around(found: QuotationFinder) -> None:
    text = ARTICLE * 4
    ((encoded, _),) = found.find([text])
    pieces = finder.tokenize(text, found.tokenizer)
    spans = finder.windows(len(pieces), found.model.config.window - 2, found.model.config.overlap)
    (start, end), (begin, finish) = spans[1], list(finder.territories(spans))[1]
    with torch.inference_mode():
        window = found._encode_windows([(pieces, (start, end))])[0]
    inside = window[begin - start + 1 : finish - start + 1].numpy()
    assert np.allclose(encoded.states[begin:finish], inside, atol=1e-4)
