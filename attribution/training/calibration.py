"""Fits the confidence of attributions, and the threshold, on development articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from attribution.evaluation.quotations import aligned, count, scores
from attribution.quotations import decoding
from attribution.quotations.decoding import Calibration, Candidate
from attribution.quotations.encoding import Wordpieces
from attribution.quotations.finder import QuotationFinder
from attribution.schema import AnnotatedArticle

_LOOKED_AT = Calibration(threshold=0.05)
# Coarse, since the figures hardly differ between neighbours and a finer choice would follow the noise.
_THRESHOLDS = (0.3, 0.4, 0.5, 0.6)
_SOURCE_BONUSES = (0.0, 0.5)

Read = tuple[AnnotatedArticle, Wordpieces, list[Candidate]]


def calibrate(finder: QuotationFinder, articles: Sequence[AnnotatedArticle]) -> Calibration:
    """The calibration that fits development articles best.

    Confidence is the probability of being aligned with a gold attribution. Threshold and source bonus are those with
    the best mean of source, cue, content, triple and attribution F1 and of the share of aligned attributions whose
    source overlaps.
    """
    best: tuple[float, Calibration] | None = None
    for bonus in _SOURCE_BONUSES:
        finder.calibration = Calibration(source_bonus=bonus)
        found = finder.candidates(item.article.text for item in articles)
        read = [(item, pieces, candidates) for item, (pieces, candidates) in zip(articles, found, strict=True)]
        fitted = fit(read)
        for threshold in _THRESHOLDS:
            calibration = replace(fitted, threshold=threshold, source_bonus=bonus)
            score = _score(read, calibration)
            if best is None or score > best[0]:
                best = score, calibration
    assert best is not None
    return best[1]


def fit(read: Sequence[Read]) -> Calibration:
    """The logistic model alone, from candidates of articles whose attributions are known."""
    rows: list[tuple[float, ...]] = []
    right: list[bool] = []
    for article, pieces, candidates in read:
        text = article.article.text
        selected = decoding.select(candidates, _LOOKED_AT)
        pairs = aligned(text, article.attributions, decoding.attributions(text, pieces.offsets, selected))
        hits = {j for _, j in pairs}
        rows += [decoding.features(candidate) for candidate, _ in selected]
        right += [j in hits for j in range(len(selected))]
    if len(set(right)) < 2:
        return Calibration()  # nothing tells right from wrong here
    weights, bias = _logistic(np.array(rows), np.array(right))
    return Calibration(tuple(round(float(w), 5) for w in weights), round(bias, 5))


def _logistic(rows: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    model = LogisticRegression(C=10.0, max_iter=1000).fit(rows, right)
    return model.coef_[0], float(model.intercept_[0])


def _score(read: Sequence[Read], calibration: Calibration) -> float:
    counts = count([article for article, _, _ in read], [predict(item, calibration) for item in read])
    measured = scores(counts, draws=0).overall
    exact = [measured.source.f1, measured.cue.f1, measured.content.f1, measured.triple.f1]
    figures = [*exact, measured.attribution.f1, measured.source_overlaps.share]
    return float(np.mean([figure.value or 0.0 for figure in figures]))


def predict(read: Read, calibration: Calibration) -> AnnotatedArticle:
    """An article with the attributions that its candidates give under a calibration."""
    article, pieces, candidates = read
    selected = decoding.select(candidates, calibration)
    found = decoding.attributions(article.article.text, pieces.offsets, selected)
    return AnnotatedArticle(article=article.article, attributions=found)
