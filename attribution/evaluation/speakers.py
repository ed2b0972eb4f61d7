"""How well speakers are resolved: who it is, with which role and affiliation, and how often somebody is named wrongly.

Predicted attributions are aligned to the gold ones as in :mod:`attribution.evaluation.quotations`. So the same function
measures both ways: *given the attribution*, when the prediction was made on the gold attributions, and *end to end*,
when it was not; then a missed attribution is a missed speaker.

*Accuracy* counts each gold attribution once for each named speaker it is credited to. *Wrong* is an aligned attribution
for which somebody is named who is none of those the gold credits; that the gold names nobody does not excuse it. *Role*
and *affiliation* are compared on speakers that are paired one to one, by name, then by the attributions they share;
they match by normalised string or overlapping span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from attribution.evaluation.counts import (
    AUTO_ACCEPT,
    Counts,
    Figure,
    count_confidence,
    count_matches,
    count_share,
    f1,
    share,
)
from attribution.evaluation.estimates import DRAWS, F1, Calibration, Resampled, Share
from attribution.evaluation.names import identified, normalised, same_name
from attribution.evaluation.pairing import count_articles
from attribution.evaluation.quotations import aligned
from attribution.evaluation.sources import SOURCE_TYPES, source_type
from attribution.schema import Affiliation, AnnotatedArticle, Attribution, Role, Speaker

KINDS = ("person", "organization", "group", "document", "unknown")

HEADLINES: dict[str, Figure] = {
    "speaker accuracy": share("all/accuracy"),
    "speaker accuracy, person": share("person/accuracy"),
    "role F1": f1("end to end/role"),
    "affiliation F1": f1("end to end/affiliation"),
    "wrong speaker asserted": share("wrong"),
}
"""The figures a release is judged by; all but ``wrong speaker asserted`` are better when higher."""


@dataclass(frozen=True)
class Facts:
    """Roles and affiliations of speakers.

    Attributes:
        role: The main role of either side, found among all roles of the other.
        affiliation: The main affiliation, likewise.
        every_role: All roles against all roles.
        every_affiliation: All affiliations against all affiliations.
    """

    role: F1
    affiliation: F1
    every_role: F1
    every_affiliation: F1


@dataclass(frozen=True)
class SpeakerScores:
    """Everything measured about speakers.

    Attributes:
        articles: Number of gold articles.
        missing: Gold articles without a prediction.
        accuracy: Named gold speakers of attributions whose full name or alias was given.
        identified: The same, when a shorter form of the name is enough.
        by_kind: Accuracy by kind of speaker.
        by_source: Accuracy by type of source: name, pronoun, nominal, none.
        left_open: Aligned attributions without a named gold speaker for which nobody was named either.
        wrong: Aligned attributions for which somebody else was named.
        facts: Roles and affiliations end to end.
        facts_given_speaker: Roles and affiliations over the speakers that were paired.
        calibration: Of the confidences of named speakers, over aligned attributions; right is one who is identified.
    """

    articles: int
    missing: int
    accuracy: Share
    identified: Share
    by_kind: dict[str, Share]
    by_source: dict[str, Share]
    left_open: Share
    wrong: Share
    facts: Facts
    facts_given_speaker: Facts
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
) -> SpeakerScores:
    """Scores the speakers of predicted against those of gold attributions, joined by article id.

    Args:
        gold: What is right.
        predicted: What was found, on the gold attributions or on attributions of its own.
        accept: The confidence from which a speaker is accepted without a look.
        draws: Bootstrap samples for the 95% intervals; 0 for none.
        seed: Seed of the samples.

    Raises:
        InputError: The text of a predicted article is not that of the gold article, or an id stands twice.
    """
    return scores(count(gold, predicted, accept=accept), accept=accept, draws=draws, seed=seed)


def count(
    gold: Iterable[AnnotatedArticle], predicted: Iterable[AnnotatedArticle], *, accept: float = AUTO_ACCEPT
) -> Counts:
    """Counts for each article, from which :func:`scores` and the paired bootstrap make every figure."""
    return count_articles(gold, predicted, lambda right, found: _count_article(right, found, accept))


def scores(counts: Counts, *, accept: float = AUTO_ACCEPT, draws: int = DRAWS, seed: int = 0) -> SpeakerScores:
    """Turns counts into figures with intervals; ``accept`` must be the one that was counted with."""
    resampled = Resampled(counts, draws, seed)
    return SpeakerScores(
        articles=len(counts.ids),
        missing=counts.total("missing"),
        accuracy=Share.of("all/accuracy", resampled),
        identified=Share.of("all/identified", resampled),
        by_kind={kind: Share.of(f"{kind}/accuracy", resampled) for kind in KINDS},
        by_source={name: Share.of(f"source {name}/accuracy", resampled) for name in SOURCE_TYPES},
        left_open=Share.of("left open", resampled),
        wrong=Share.of("wrong", resampled),
        facts=_facts("end to end", resampled),
        facts_given_speaker=_facts("given speaker", resampled),
        calibration=Calibration.of("confidence", resampled, accept),
    )


def _facts(name: str, resampled: Resampled) -> Facts:
    return Facts(
        role=F1.of(f"{name}/role", resampled),
        affiliation=F1.of(f"{name}/affiliation", resampled),
        every_role=F1.of(f"{name}/every role", resampled),
        every_affiliation=F1.of(f"{name}/every affiliation", resampled),
    )


def credited(article: AnnotatedArticle, attribution: Attribution) -> list[Speaker]:
    """The speakers an attribution is credited to, the first one first."""
    known = {item.id: item for item in article.speakers}
    return [known[name] for name in (attribution.speaker, *attribution.other_speakers) if name is not None]


def _count_article(gold: AnnotatedArticle, found: AnnotatedArticle, accept: float) -> dict[str, float]:
    row: dict[str, float] = {}
    pairs = dict(aligned(gold.article.text, gold.attributions, found.attributions))
    together: Counter[tuple[str, str]] = Counter()
    for at, attribution in enumerate(gold.attributions):
        right = credited(gold, attribution)
        guess = credited(found, found.attributions[pairs[at]]) if at in pairs else []
        _count_accuracy(row, source_type(gold.article.text, attribution.source), right, guess)
        if at in pairs:
            _count_assertion(row, right, guess, accept)
        together.update((a.id, b.id) for a in right for b in guess)
    _count_facts(row, _speaking(gold), _speaking(found), together)
    return row


def _count_accuracy(row: dict[str, float], source: str, right: Sequence[Speaker], guess: Sequence[Speaker]) -> None:
    for speaker in right:
        if not speaker.name:
            continue
        named = any(same_name(speaker, other) for other in guess)
        for group in ("all", speaker.kind, f"source {source}"):
            count_share(row, f"{group}/accuracy", 1, named)
        count_share(row, "all/identified", 1, any(identified(speaker, other) for other in guess))


def _count_assertion(row: dict[str, float], right: Sequence[Speaker], guess: Sequence[Speaker], accept: float) -> None:
    asserted = [item for item in guess if item.name]
    true = [any(same_name(one, item) or identified(one, item) for one in right) for item in asserted]
    count_share(row, "wrong", 1, not all(true))
    if not any(item.name for item in right):
        count_share(row, "left open", 1, not asserted)
    for item, is_true in zip(asserted, true, strict=True):
        count_confidence(row, "confidence", item.confidence, is_true, accept)


def _speaking(article: AnnotatedArticle) -> list[Speaker]:
    names = {name for item in article.attributions for name in (item.speaker, *item.other_speakers)}
    return [item for item in article.speakers if item.id in names]


def _count_facts(
    row: dict[str, float],
    right: Sequence[Speaker],
    guess: Sequence[Speaker],
    together: Mapping[tuple[str, str], int],
) -> None:
    pairs = _paired_speakers(right, guess, together)
    only_right = [item for item in right if item.id not in {a.id for a, _ in pairs}]
    only_guess = [item for item in guess if item.id not in {b.id for _, b in pairs}]
    for name, main, every in (("role", _main_role, _roles), ("affiliation", _main_affiliation, _affiliations)):
        for a, b in pairs:
            for scope in ("end to end", "given speaker"):
                _count_fact(row, f"{scope}/{name}", (main(a), every(a)), (main(b), every(b)))
                _count_fact(row, f"{scope}/every {name}", (every(a), every(a)), (every(b), every(b)))
        for part, take in ((name, main), (f"every {name}", every)):
            missed, made_up = (sum(len(take(item)) for item in items) for items in (only_right, only_guess))
            count_matches(row, f"end to end/{part}", gold=missed, found=0, predicted=made_up, right=0)


def _paired_speakers(
    right: Sequence[Speaker], guess: Sequence[Speaker], together: Mapping[tuple[str, str], int]
) -> list[tuple[Speaker, Speaker]]:
    """One to one: full names first, then shorter forms, then unnamed speakers by the attributions they share."""
    ranked = []
    for i, a in enumerate(right):
        for j, b in enumerate(guess):
            shares = together.get((a.id, b.id), 0)
            near = 2 * same_name(a, b) + identified(a, b)
            if near or (shares and not (a.name and b.name)):
                ranked.append((-near, -shares, i, j))
    pairs: dict[int, int] = {}
    for _, _, i, j in sorted(ranked):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(right[i], guess[j]) for i, j in pairs.items()]


Fact = Role | Affiliation
Side = tuple[Sequence[Fact], Sequence[Fact]]


def _main_role(speaker: Speaker) -> list[Fact]:
    return [speaker.role] if speaker.role else []


def _roles(speaker: Speaker) -> list[Fact]:
    return [*_main_role(speaker), *speaker.other_roles]


def _main_affiliation(speaker: Speaker) -> list[Fact]:
    return [speaker.affiliation] if speaker.affiliation else []


def _affiliations(speaker: Speaker) -> list[Fact]:
    return [*_main_affiliation(speaker), *speaker.other_affiliations]


def _count_fact(row: dict[str, float], name: str, gold: Side, found: Side) -> None:
    """Counts what is asked for on one side and stands among everything of the other side, one to one."""
    count_matches(
        row,
        name,
        gold=len(gold[0]),
        found=_matched(gold[0], found[1], _same_fact),
        predicted=len(found[0]),
        right=_matched(found[0], gold[1], _same_fact),
    )


def _matched(wanted: Sequence[Fact], among: Sequence[Fact], same: Callable[[Fact, Fact], bool]) -> int:
    left = list(among)
    number = 0
    for item in wanted:
        match = next((other for other in left if same(item, other)), None)
        if match is not None:
            left.remove(match)
            number += 1
    return number


def _same_fact(a: Fact, b: Fact) -> bool:
    if a.span and b.span and a.span.overlaps(b.span):
        return True
    return normalised(_words(a)) == normalised(_words(b))


def _words(fact: Fact) -> str:
    return fact.text if isinstance(fact, Role) else fact.name
