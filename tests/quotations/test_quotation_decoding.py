from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.quotations import decoding
from attribution.quotations.decoding import Calibration, Candidate
from attribution.quotations.encoding import tokenize
from attribution.quotations.labels import LABELS, Labelled, labelled
from attribution.schema import Attribution, Span
from attribution.training.quotations import load_tokenizer

WORDS = ["the", "harbour", "is", "closed", "said", "Ada", "Renn", "“no”", "😀", "he", "it,", "\n\n", "that", "ğüşx"]
SURE = Calibration(threshold=0.5)


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder: Path) -> object:
    return load_tokenizer(tiny_encoder)


def candidate(item: Labelled, length: int, logit: float = 5.0) -> Candidate:
    labels = np.zeros(length, dtype=np.int64)
    for label, first, last in item.ranges:
        labels[first:last] = label
    return Candidate(item.anchor, 0, labels, logit, -0.1, -9.0)


@given(words=st.lists(st.sampled_from(WORDS), min_size=4, max_size=40), data=st.data())
def test_labels_and_back_is_the_identity(tokenizer: object, words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    places, at = [], 0
    for word in words:
        if word.strip():
            places.append(Span.of(text, at, at + len(word)))
        at += len(word) + 1
    roles = data.draw(st.lists(st.sampled_from(LABELS), min_size=len(places), max_size=len(places)))
    parts = {name: [place for place, role in zip(places, roles, strict=True) if role == name] for name in LABELS[1:]}
    if not parts["content"]:
        return
    gold = Attribution(id="a1", kind="direct", **parts)
    pieces = tokenize(text, tokenizer)
    (item,) = labelled(pieces, [gold])
    (back,) = decoding.attributions(text, pieces.offsets, [(candidate(item, len(pieces)), 0.9)])
    for name in LABELS[1:]:
        covered = {i for span in getattr(back, name) for i in range(span.start, span.end) if not text[i].isspace()}
        wanted = {i for span in parts[name] for i in range(span.start, span.end) if not text[i].isspace()}
        assert covered == wanted


def labels(**ranges: tuple[int, int]) -> np.ndarray:
    found = np.zeros(20, dtype=np.int64)
    for name, (start, end) in ranges.items():
        found[start:end] = LABELS.index(name)
    return found


def test_of_two_with_the_same_content_the_surer_stays() -> None:
    weak = Candidate(5, 0, labels(content=(7, 15), cue=(5, 6)), 1.0, -0.5, -3.0)
    strong = Candidate(16, 0, labels(content=(7, 14), cue=(16, 17)), 4.0, -0.5, -3.0)
    ((kept, confidence),) = decoding.select([weak, strong], SURE)
    assert kept is strong
    assert confidence == pytest.approx(0.982, abs=1e-3)


def test_nested_contents_both_stay() -> None:
    outer = Candidate(1, 0, labels(content=(3, 19), cue=(1, 2)), 4.0, -0.5, -3.0)
    inner = Candidate(8, 0, labels(content=(10, 14), cue=(8, 9)), 4.0, -0.5, -3.0)
    assert [item for item, _ in decoding.select([inner, outer], SURE)] == [outer, inner]


def test_without_content_or_confidence_there_is_no_attribution() -> None:
    empty = Candidate(1, 0, labels(cue=(1, 2)), 9.0, -0.1, -3.0)
    unsure = Candidate(1, 0, labels(content=(4, 9), cue=(1, 2)), -1.0, -0.1, -3.0)
    assert decoding.select([empty, unsure], SURE) == []


def test_moved_candidate_keeps_its_stretches() -> None:
    item = Candidate(1, -2, labels(content=(4, 9), cue=(3, 4)), 1.0, -0.1, -3.0)
    assert item.moved(100).ranges(1) == [(102, 107)]
