"""How outlets differ over a batch of annotated articles: stance, sourcing balance, naming."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from attribution.errors import InputError
from attribution.report.grouping import strata
from attribution.report.permutation import DRAWS, Floats, Integers, adjusted, interval, p_values_of
from attribution.schema import AnnotatedArticle, Attribution, Stance, StanceLabel
from attribution.stance.targets import same_name

LABELS: tuple[StanceLabel, ...] = ("favourable", "neutral", "unfavourable", "mixed")
NO_AFFILIATION = "(none stated)"
UNKNOWN_OUTLET = "(unknown)"


@dataclass(frozen=True)
class StanceRow:
    """One outlet's own voice toward one target.

    Attributes:
        target: The target.
        outlet: The outlet.
        articles: Articles with a stance of the outlet's voice that is not abstained.
        abstained: Articles where it is.
        labels: How many of each label, of those not abstained.
        score: Mean score, from -1 to 1.
        low: Lower end of its 95% interval.
        high: Upper end.
        p: Chance of lying this far from the other outlets if outlets did not matter.
        q: The same, corrected for the number of rows.
    """

    target: str
    outlet: str
    articles: int
    abstained: int
    labels: dict[StanceLabel, int]
    score: float
    low: float
    high: float
    p: float
    q: float


@dataclass(frozen=True)
class SourceRow:
    """How much of what an outlet quotes comes from one affiliation: mean share per article, of words attributed."""

    affiliation: str
    outlet: str
    attributions: int
    share: float
    low: float
    high: float
    p: float
    q: float


@dataclass(frozen=True)
class NamingRow:
    """What outlets call a target in their own voice: one descriptor, its count by outlet, and a test of them."""

    target: str
    text: str
    counts: dict[str, int]
    p: float
    q: float


@dataclass(frozen=True)
class Comparison:
    """The whole comparison; ``p`` is of the hypothesis that no outlet differs from the others in any stance."""

    outlets: dict[str, int]
    events: int
    stances: list[StanceRow]
    sources: list[SourceRow]
    namings: list[NamingRow]
    p: float

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries and numbers, for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Batch:
    """The articles with their outlets as numbers and their events."""

    articles: list[AnnotatedArticle]
    outlets: list[str]
    labels: Integers
    strata: Integers
    draws: int
    seed: int

    def test(self, values: Floats) -> tuple[Floats, float]:
        return p_values_of(values, self.labels, self.strata, draws=self.draws, seed=self.seed)


def compare(
    articles: Iterable[AnnotatedArticle],
    *,
    group_by: str | None = None,
    targets: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
    least: int = 2,
) -> Comparison:
    """Compares the outlets of a batch.

    Args:
        articles: Annotated articles, with their outlets.
        group_by: Key of ``meta`` or ``similarity``: outlets are compared within events; ``None`` over everything.
        targets: Only these; all with enough articles when empty.
        draws: Shuffles of the permutation tests.
        seed: Their seed.
        least: Articles a target, an affiliation or a descriptor must stand in to be listed.

    Raises:
        InputError: There are fewer than two outlets.
    """
    batch = _batch(list(articles), group_by, draws, seed)
    stances, p = _stances(batch, targets, least)
    return Comparison(
        outlets=dict(Counter(batch.outlets[label] for label in batch.labels)),
        events=len(set(batch.strata.tolist())),
        stances=stances,
        sources=_sources(batch, least),
        namings=_namings(batch, targets, least),
        p=p,
    )


def _batch(articles: list[AnnotatedArticle], group_by: str | None, draws: int, seed: int) -> _Batch:
    names = [item.article.outlet or UNKNOWN_OUTLET for item in articles]
    outlets = sorted(set(names))
    if len(outlets) < 2:
        fix = "give articles of at least two outlets, with the field outlet set"
        raise InputError("there is nothing to compare: all articles have the same outlet, or there are none", fix)
    events = strata([item.article for item in articles], group_by)
    return _Batch(articles, outlets, np.array([outlets.index(name) for name in names]), np.array(events), draws, seed)


def canonical(names: Iterable[str]) -> dict[str, str]:
    """Maps each target's name to the fullest one of the same actor; an ambiguous surname stays as it is."""
    every = sorted(set(names), key=lambda name: (-len(name.split()), name))
    result: dict[str, str] = {}
    for name in every:
        fuller = {result[other] for other in result if same_name(name, other)}
        result[name] = fuller.pop() if len(fuller) == 1 else name
    return result


def outlet_scores(
    articles: Sequence[AnnotatedArticle], targets: Sequence[str] = (), least: int = 2
) -> tuple[list[str], Floats]:
    """The outlet voice's scores ``[articles, targets]``, NaN where there is none or it abstained, and the targets."""
    names = canonical(stance.target for item in articles for stance in item.stances)
    scores: dict[str, dict[int, float]] = defaultdict(dict)
    for row, item in enumerate(articles):
        for stance in item.stances:
            if stance.voice == "outlet" and not stance.abstained:
                scores[names[stance.target]][row] = stance.score
    wanted = [name for name in scores if _is_wanted(name, targets) and len(scores[name]) >= least]
    wanted.sort(key=lambda name: (-len(scores[name]), name))
    values = np.full((len(articles), len(wanted)), np.nan)
    for column, name in enumerate(wanted):
        for row, score in scores[name].items():
            values[row, column] = score
    return wanted, values


def _is_wanted(name: str, targets: Sequence[str]) -> bool:
    return not targets or any(same_name(name, target) for target in targets)


def _stances(batch: _Batch, targets: Sequence[str], least: int) -> tuple[list[StanceRow], float]:
    names, values = outlet_scores(batch.articles, targets, least)
    if not names:
        return [], 1.0
    p_values, overall = batch.test(values)
    cells = [
        (column, group)
        for column in range(len(names))
        for group in range(len(batch.outlets))
        if np.any(~np.isnan(values[batch.labels == group, column]))
    ]
    corrected = adjusted([p_values[group, column] for column, group in cells])
    full = canonical(stance.target for item in batch.articles for stance in item.stances)
    rows = []
    for (column, group), q in zip(cells, corrected, strict=True):
        known = values[(batch.labels == group) & ~np.isnan(values[:, column]), column]
        found = _outlet_stances(batch, full, names[column], group)
        p = float(p_values[group, column])
        rows.append(_stance_row(names[column], batch.outlets[group], known.tolist(), found, (p, q)))
    return rows, overall


def _outlet_stances(batch: _Batch, full: Mapping[str, str], target: str, group: int) -> list[Stance]:
    return [
        stance
        for item, label in zip(batch.articles, batch.labels, strict=True)
        for stance in item.stances
        if label == group and stance.voice == "outlet" and full[stance.target] == target
    ]


def _stance_row(
    target: str, outlet: str, scores: Sequence[float], found: Sequence[Stance], tested: tuple[float, float]
) -> StanceRow:
    counts = Counter(stance.label for stance in found if not stance.abstained)
    low, high = interval(scores)
    return StanceRow(
        target=target,
        outlet=outlet,
        articles=len(scores),
        abstained=sum(stance.abstained for stance in found),
        labels={label: counts[label] for label in LABELS},
        score=float(np.mean(scores)),
        low=low,
        high=high,
        p=tested[0],
        q=tested[1],
    )


def _sources(batch: _Batch, least: int) -> list[SourceRow]:
    """Sourcing balance: whose words fill the attributed part of an outlet's articles."""
    words: list[Counter[str]] = []
    counts: list[Counter[str]] = []
    for item in batch.articles:
        found, number = Counter[str](), Counter[str]()
        for attribution in item.attributions:
            affiliation = _affiliation(item, attribution)
            found[affiliation] += sum(len(span.text.split()) for span in attribution.content)
            number[affiliation] += 1
        words.append(found)
        counts.append(number)
    spread = Counter(name for found in words for name in found)
    names = [name for name, number in spread.most_common() if number >= least]
    if not names:
        return []
    totals = np.array([max(1, found.total()) for found in words], dtype=float)
    values = np.array([[found[name] for name in names] for found in words]) / totals[:, None]
    p_values, _ = batch.test(values)
    cells = [(column, group) for column in range(len(names)) for group in range(len(batch.outlets))]
    corrected = adjusted([p_values[group, column] for column, group in cells])
    rows = []
    for (column, group), q in zip(cells, corrected, strict=True):
        mine = batch.labels == group
        low, high = interval(values[mine, column].tolist())
        times = sum(counts[int(row)][names[column]] for row in np.flatnonzero(mine))
        share, p = float(values[mine, column].mean()), float(p_values[group, column])
        rows.append(SourceRow(names[column], batch.outlets[group], times, share, low, high, p, q))
    return rows


def _affiliation(item: AnnotatedArticle, attribution: Attribution) -> str:
    """What the words of an attribution count for: the affiliation, else the organisation that speaks itself."""
    speaker = item.speaker_of(attribution)
    if speaker is None:
        return NO_AFFILIATION
    if speaker.affiliation is not None:
        return speaker.affiliation.name
    return speaker.name if speaker.kind == "organization" and speaker.name else NO_AFFILIATION


def _namings(batch: _Batch, targets: Sequence[str], least: int) -> list[NamingRow]:
    """Descriptors used by the outlets themselves, tested on how often each article uses them."""
    uses: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    full = canonical(naming.target for item in batch.articles for naming in item.namings)
    for row, item in enumerate(batch.articles):
        for naming in item.namings:
            if naming.voice == "outlet" and _is_wanted(full[naming.target], targets):
                uses[full[naming.target], naming.text.lower()][row] += len(naming.spans)
    keys = [key for key, found in uses.items() if len(found) >= least]
    if not keys:
        return []
    values = np.array([[float(uses[key][row] > 0) for key in keys] for row in range(len(batch.articles))])
    p_values, _ = batch.test(values)
    smallest = p_values.min(axis=0) * len(batch.outlets)  # the outlet that differs most, corrected for their number
    corrected = adjusted(np.minimum(smallest, 1.0).tolist())
    rows = [
        NamingRow(
            target, text, _by_outlet(batch, uses[target, text]), min(1.0, float(smallest[index])), corrected[index]
        )
        for index, (target, text) in enumerate(keys)
    ]
    return sorted(rows, key=lambda row: (row.target, row.p, row.text))


def _by_outlet(batch: _Batch, found: Mapping[int, int]) -> dict[str, int]:
    counts = dict.fromkeys(batch.outlets, 0)
    for row, number in found.items():
        counts[batch.outlets[batch.labels[row]]] += number
    return counts
