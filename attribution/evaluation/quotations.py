"""How well quotations are found: roles, attributions, triples and sources, by kind and by type of source.

*Role exact F1* compares, in each article, the distinct code-point sets of a role (content, cue, source). *Triple F1*
does so for source, cue and content together. *Attribution F1* aligns attributions one to one, greedily, by the Jaccard
index of their contents, from 0.5 on. Over aligned pairs, a source is right when it overlaps or both are empty.

A breakdown takes recall over the gold attributions of a group and precision over the predicted ones; the partner may be
of any group. Shares over aligned pairs go by the group of the gold attribution.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from attribution.evaluation.counts import (
    AUTO_ACCEPT,
    Counts,
    Figure,
    calibration_error,
    count_confidence,
    count_matches,
    count_share,
    f1,
    share,
)
from attribution.evaluation.estimates import DRAWS, F1, Calibration, Resampled, Share
from attribution.evaluation.pairing import count_articles
from attribution.evaluation.sources import SOURCE_TYPES, source_type
from attribution.evaluation.spans import Intervals, agree, align, intervals, jaccard, shared, size
from attribution.schema import AnnotatedArticle, Attribution

KINDS = ("direct", "indirect", "mixed")
GROUPS = ("all", *KINDS, *(f"source {name}" for name in SOURCE_TYPES))

HEADLINES: dict[str, Figure] = {
    "content exact F1": f1("all/content"),
    "cue exact F1": f1("all/cue"),
    "source exact F1": f1("all/source"),
    "triple exact F1": f1("all/triple"),
    "attribution F1": f1("all/attribution"),
    "source overlaps": share("all/source overlaps"),
    "direct attribution F1": f1("direct/attribution"),
    "ECE": calibration_error("confidence"),
}
"""The figures a release is judged by; all but ``ECE`` are better when higher."""


@dataclass(frozen=True)
class Breakdown:
    """The figures of one group of attributions.

    Attributes:
        content: Exact contents.
        cue: Exact cues.
        source: Exact sources.
        triple: Source, cue and content all exact.
        attribution: Attributions aligned by content.
        source_overlaps: Of aligned attributions: the source overlaps, or both are empty.
        source_exact: Of aligned attributions: the source is the same.
        source_given_content: Of attributions whose content is exact: the source overlaps, or both are empty.
        cue_given_content: Of attributions whose content is exact: the cue overlaps, or both are empty.
    """

    content: F1
    cue: F1
    source: F1
    triple: F1
    attribution: F1
    source_overlaps: Share
    source_exact: Share
    source_given_content: Share
    cue_given_content: Share


@dataclass(frozen=True)
class QuotationScores:
    """Everything measured about quotations.

    Attributes:
        articles: Number of gold articles.
        missing: Gold articles without a prediction; they count as if nothing had been found in them.
        overall: The figures over all attributions.
        by_kind: The same for direct, indirect and mixed quotations.
        by_source: The same by type of source: name, pronoun, nominal, none.
        content_characters: Code points inside contents.
        kind: Of aligned attributions: the kind is the same.
        calibration: Of the confidences; right is an attribution that is aligned.
    """

    articles: int
    missing: int
    overall: Breakdown
    by_kind: dict[str, Breakdown]
    by_source: dict[str, Breakdown]
    content_characters: F1
    kind: Share
    calibration: Calibration

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries and numbers, for JSON."""
        return asdict(self)


def evaluate(
    gold: Iterable[AnnotatedArticle],
    predicted: Iterable[AnnotatedArticle],
    *,
    accept: float = AUTO_ACCEPT,
    draws: int = DRAWS,
    seed: int = 0,
) -> QuotationScores:
    """Scores predicted against gold attributions, article by article, joined by article id.

    Args:
        gold: What is right.
        predicted: What was found; articles that are not in ``gold`` are left out.
        accept: The confidence from which an attribution is accepted without a look.
        draws: Bootstrap samples for the 95% intervals; 0 for none.
        seed: Seed of the samples.

    Raises:
        InputError: The text of a predicted article is not that of the gold article, or an id stands twice.
    """
    counts = count(gold, predicted, accept=accept)
    return scores(counts, accept=accept, draws=draws, seed=seed)


def count(
    gold: Iterable[AnnotatedArticle], predicted: Iterable[AnnotatedArticle], *, accept: float = AUTO_ACCEPT
) -> Counts:
    """Counts for each article, from which :func:`scores` and the paired bootstrap make every figure."""
    return count_articles(
        gold,
        predicted,
        lambda right, found: _count_article(right.article.text, right.attributions, found.attributions, accept),
    )


def scores(counts: Counts, *, accept: float = AUTO_ACCEPT, draws: int = DRAWS, seed: int = 0) -> QuotationScores:
    """Turns counts into figures with intervals; ``accept`` must be the one that was counted with."""
    resampled = Resampled(counts, draws, seed)
    return QuotationScores(
        articles=len(counts.ids),
        missing=counts.total("missing"),
        overall=_breakdown("all", resampled),
        by_kind={kind: _breakdown(kind, resampled) for kind in KINDS},
        by_source={name: _breakdown(f"source {name}", resampled) for name in SOURCE_TYPES},
        content_characters=F1.of("content characters", resampled),
        kind=Share.of("kind", resampled),
        calibration=Calibration.of("confidence", resampled, accept),
    )


def _breakdown(group: str, resampled: Resampled) -> Breakdown:
    return Breakdown(
        content=F1.of(f"{group}/content", resampled),
        cue=F1.of(f"{group}/cue", resampled),
        source=F1.of(f"{group}/source", resampled),
        triple=F1.of(f"{group}/triple", resampled),
        attribution=F1.of(f"{group}/attribution", resampled),
        source_overlaps=Share.of(f"{group}/source overlaps", resampled),
        source_exact=Share.of(f"{group}/source exact", resampled),
        source_given_content=Share.of(f"{group}/source given content", resampled),
        cue_given_content=Share.of(f"{group}/cue given content", resampled),
    )


@dataclass(frozen=True)
class _Quotation:
    """One attribution, reduced to what is compared."""

    content: Intervals
    cue: Intervals
    source: Intervals
    groups: tuple[str, ...]
    kind: str
    confidence: float | None

    @classmethod
    def of(cls, text: str, attribution: Attribution) -> _Quotation:
        return cls(
            content=intervals(text, attribution.content),
            cue=intervals(text, attribution.cue),
            source=intervals(text, attribution.source),
            groups=("all", attribution.kind, f"source {source_type(text, attribution.source)}"),
            kind=attribution.kind,
            confidence=attribution.confidence,
        )

    def key(self, role: str) -> tuple[Any, ...]:
        """What has to be equal for ``role`` to be exact; empty when there is nothing to find."""
        if role == "triple":
            return (self.source, self.cue, self.content)
        found: Intervals = getattr(self, role)
        return found


def _count_article(
    text: str, gold: Sequence[Attribution], predicted: Sequence[Attribution], accept: float
) -> dict[str, float]:
    right, found = ([_Quotation.of(text, item) for item in items] for items in (gold, predicted))
    row: dict[str, float] = {}
    for role in ("content", "cue", "source", "triple"):
        _count_exact(row, role, right, found)
    pairs = _pairs(right, found)
    _count_aligned(row, right, found, pairs)
    for i, j in pairs:
        _count_pair(row, right[i], found[j])
    hits = {j for _, j in pairs}
    for j, item in enumerate(found):
        count_confidence(row, "confidence", item.confidence, j in hits, accept)
    _count_characters(row, right, found)
    return row


def aligned(text: str, gold: Sequence[Attribution], predicted: Sequence[Attribution]) -> list[tuple[int, int]]:
    """Positions of gold and predicted attributions of one article that are aligned, one to one."""
    return _pairs(*([_Quotation.of(text, item) for item in items] for items in (gold, predicted)))


def _pairs(right: Sequence[_Quotation], found: Sequence[_Quotation]) -> list[tuple[int, int]]:
    """Aligned by content; of contents that are equally alike, the pair whose source and cue are more alike."""
    likeness = [[jaccard(a.source, b.source) + jaccard(a.cue, b.cue) for b in found] for a in right]
    ties = np.array(likeness, dtype=np.float64).reshape(len(right), len(found))
    return align([item.content for item in right], [item.content for item in found], ties=ties)


def _count_exact(row: dict[str, float], role: str, right: Sequence[_Quotation], found: Sequence[_Quotation]) -> None:
    all_gold, all_found = _keys(role, right, "all"), _keys(role, found, "all")
    for group in GROUPS:
        gold, predicted = _keys(role, right, group), _keys(role, found, group)
        count_matches(
            row,
            f"{group}/{role}",
            gold=len(gold),
            found=len(gold & all_found),
            predicted=len(predicted),
            right=len(predicted & all_gold),
        )


def _keys(role: str, items: Sequence[_Quotation], group: str) -> set[tuple[Any, ...]]:
    return {item.key(role) for item in items if group in item.groups} - {()}


def _count_aligned(
    row: dict[str, float], right: Sequence[_Quotation], found: Sequence[_Quotation], pairs: Sequence[tuple[int, int]]
) -> None:
    for group in GROUPS:
        count_matches(
            row,
            f"{group}/attribution",
            gold=sum(group in item.groups for item in right),
            found=sum(group in right[i].groups for i, _ in pairs),
            predicted=sum(group in item.groups for item in found),
            right=sum(group in found[j].groups for _, j in pairs),
        )


def _count_pair(row: dict[str, float], right: _Quotation, found: _Quotation) -> None:
    exact = right.content == found.content
    for group in right.groups:
        source = agree(right.source, found.source)
        count_share(row, f"{group}/source overlaps", 1, source)
        count_share(row, f"{group}/source exact", 1, right.source == found.source)
        count_share(row, f"{group}/source given content", exact, exact and source)
        count_share(row, f"{group}/cue given content", exact, exact and agree(right.cue, found.cue))
    count_share(row, "kind", 1, right.kind == found.kind)


def _count_characters(row: dict[str, float], right: Sequence[_Quotation], found: Sequence[_Quotation]) -> None:
    gold, predicted = (_union([item.content for item in items]) for items in (right, found))
    common = shared(gold, predicted)
    count_matches(row, "content characters", gold=size(gold), found=common, predicted=size(predicted), right=common)


def _union(sets: Iterable[Intervals]) -> Intervals:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(pair for item in sets for pair in item):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)
