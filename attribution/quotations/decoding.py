"""From labelled wordpieces to attributions. Pure: no model, no torch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attribution.quotations.forms import settled
from attribution.quotations.labels import LABELS
from attribution.schema import Attribution, Span

_CONTENT, _CUE, _SOURCE = (LABELS.index(name) for name in ("content", "cue", "source"))
_SAME_CONTENT = 0.5
_LINE = re.compile(r"[^\s][^\r\n]*(?<!\s)")
Range = tuple[int, int]


@dataclass(frozen=True)
class Candidate:
    """One anchor with the best labelling around it.

    Attributes:
        anchor: Index of its wordpiece in the article.
        first: Index of the wordpiece that ``labels[0]`` belongs to.
        labels: int [L], indices into ``LABELS``.
        anchor_logit: The detector's score.
        labelling_logit: Log of the probability of ``labels``, if there is an attribution.
        empty_logit: Log of the probability that there is nothing here.
    """

    anchor: int
    first: int
    labels: NDArray[np.int64]
    anchor_logit: float
    labelling_logit: float
    empty_logit: float

    def moved(self, by: int) -> Candidate:
        """The candidate with its positions moved by a number of wordpieces."""
        return replace(self, anchor=self.anchor + by, first=self.first + by)

    def ranges(self, label: int) -> list[Range]:
        """The stretches of a label as half-open ranges of wordpieces of the article."""
        marked = np.flatnonzero(np.diff(np.concatenate([[0], self.labels == label, [0]]).astype(np.int8)))
        return [(int(a) + self.first, int(b) + self.first) for a, b in marked.reshape(-1, 2)]


@dataclass(frozen=True)
class Calibration:
    """A logistic model of the probability that a candidate is an attribution (Platt 1999).

    Attributes:
        weights: One weight for each of :func:`features`.
        bias: Its constant.
        threshold: Candidates below are no attributions.
        source_bonus: What a labelling gains by a source. Half of the corpus's attributions without a source have one
            in sight, so a model that learnt from it is too ready to do without.
    """

    weights: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 0.0)
    bias: float = 0.0
    threshold: float = 0.5
    source_bonus: float = 0.0

    def confidence(self, candidate: Candidate) -> float:
        """The probability, from 0 to 1, that the candidate is an attribution."""
        score = self.bias + sum(w * f for w, f in zip(self.weights, features(candidate), strict=True))
        return float(1.0 / (1.0 + np.exp(-score)))


def features(candidate: Candidate) -> tuple[float, ...]:
    """What the confidence is made from."""
    length = sum(end - start for start, end in candidate.ranges(_CONTENT))
    return (
        candidate.anchor_logit,
        _log_odds(candidate.empty_logit),
        max(candidate.labelling_logit, -10.0),
        float(bool(candidate.ranges(_SOURCE))),
        float(np.log1p(length)),
    )


def _log_odds(empty_logit: float) -> float:
    """Log-odds that there is an attribution, from the log of the probability that there is none; at most 8."""
    empty = min(max(float(np.exp(empty_logit)), 3e-4), 1 - 3e-4)
    return float(np.log1p(-empty) - np.log(empty))


def select(candidates: Iterable[Candidate], calibration: Calibration) -> list[tuple[Candidate, float]]:
    """The candidates that are attributions, with their confidence, in order of their anchors.

    Of several that say the same content, or share a cue, the most confident stays; contents may nest.
    """
    scored = [(item, calibration.confidence(item)) for item in candidates if item.ranges(_CONTENT)]
    scored = [pair for pair in scored if pair[1] >= calibration.threshold]
    kept: list[tuple[Candidate, float]] = []
    taken: list[tuple[set[int], set[int]]] = []
    for item, confidence in sorted(scored, key=lambda pair: -pair[1]):
        content, cue = _pieces(item.ranges(_CONTENT)), _pieces(item.ranges(_CUE))
        if not any(cue & other_cue or _jaccard(content, other) >= _SAME_CONTENT for other, other_cue in taken):
            kept.append((item, confidence))
            taken.append((content, cue))
    return sorted(kept, key=lambda pair: pair[0].anchor)


def _pieces(ranges: Iterable[Range]) -> set[int]:
    return {at for start, end in ranges for at in range(start, end)}


def _jaccard(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other)


def attributions(
    text: str, offsets: NDArray[np.int64], selected: Sequence[tuple[Candidate, float]]
) -> list[Attribution]:
    """The records of selected candidates, in reading order, numbered a1, a2 and so on."""
    found = [
        Attribution(
            id=f"a{number}",
            kind="indirect",  # until typography has told its contents apart
            content=_spans(text, offsets, item.ranges(_CONTENT)),
            cue=_spans(text, offsets, item.ranges(_CUE)),
            source=_spans(text, offsets, item.ranges(_SOURCE)),
            confidence=round(confidence, 4),
        )
        for number, (item, confidence) in enumerate(selected, start=1)
    ]
    return settled(text, found)


def _spans(text: str, offsets: NDArray[np.int64], ranges: Iterable[Range]) -> list[Span]:
    """The spans of ranges of wordpieces; one that runs over a line break becomes one span for each paragraph."""
    found = []
    for first, last in ranges:
        start, end = int(offsets[first, 0]), int(offsets[last - 1, 1])
        found += [Span.of(text, *line.span()) for line in _LINE.finditer(text, start, end)]
    return found
