"""Training the speaker resolver: gold articles to examples, examples to a ranker, with calibrated confidences.

:func:`train` is the job: it writes the folder that a release holds as ``speakers/``.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from attribution.errors import TrainingError
from attribution.evaluation.names import identified, same_name
from attribution.evaluation.speakers import credited
from attribution.quotations.encoding import Encoded
from attribution.schema import AnnotatedArticle
from attribution.speakers import employers, ranker
from attribution.speakers.ranker import Ranker
from attribution.speakers.records import write_records
from attribution.speakers.resolver import CONFIG, EMPLOYERS, RANKER, TAGGER, SpeakerResolver, shifted
from attribution.speakers.tagger import KindTagger
from attribution.training.rankers import Example, Network, best_threshold, merged, temperature_of, train_ranker
from attribution.training.speaker_choices import choices

FOLDS = 4
SEEDS = 2
WRONG_AT_MOST = 0.03

Taggers = Callable[[frozenset[str]], KindTagger | None]
"""Trains the tagger of names without the articles of these ids."""


def train(
    articles: Sequence[AnnotatedArticle],
    output: Path,
    *,
    tagger: Taggers = lambda _: None,
    encoded: Mapping[str, Encoded] | None = None,
    genders: Mapping[str, str] | None = None,
    about: Mapping[str, Any] | None = None,
    epochs: int = 40,
) -> dict[str, Any]:
    """Trains the rankers, fits temperature and thresholds on folds of articles they did not see, and saves everything.

    Args:
        articles: Gold articles with attributions and speakers.
        output: Folder to write.
        tagger: Trains the tagger of names, for each fold without its articles; saved along.
        encoded: For each article id its states, for the tagger.
        genders: Given names and their gender, saved along.
        about: What else to keep in the configuration, for the model card.
        epochs: How often the rankers see every choice.

    Returns:
        The configuration, with the scores that were measured on the folds.

    Raises:
        TrainingError: There are too few articles for the folds.
    """
    if len(articles) < FOLDS:
        raise TrainingError(f"{len(articles)} gold articles are too few", f"give at least {FOLDS}")
    school = _School(articles, encoded or {}, dict(genders or {}), tagger, epochs)
    folds = _folds(articles)
    learnt = [school.teach(fold) for fold in folds]
    temperature = temperature_of([(part.speakers, part.held) for part in learnt])
    bodies = [(part.employers, part.held_employers) for part in learnt if part.employers is not None]
    chosen = temperature_of([(network, held) for network, held in bodies])
    employer_threshold = best_threshold([(network.ranker(chosen), held) for network, held in bodies])
    rows = [
        row for fold, part in zip(folds, learnt, strict=True) for row in school.judge(fold, part.resolver(temperature))
    ]
    accuracy = _shifts(rows)
    rows = [row.shifted(accuracy) for row in rows]
    threshold = _threshold(rows)
    whole = [school.teach(frozenset(), seed) for seed in range(SEEDS)]
    output.mkdir(parents=True, exist_ok=True)
    merged([part.speakers for part in whole], temperature).save(output / RANKER)
    networks = [part.employers for part in whole if part.employers is not None]
    if networks:
        merged(networks, chosen).save(output / EMPLOYERS)
    if whole[0].base.tagger is not None:
        whole[0].base.tagger.save(output / TAGGER)
    config = {
        "threshold": threshold,
        "employer_threshold": employer_threshold,
        "accuracy": accuracy,
        "folds": {
            "articles": len(articles),
            "choices": whole[0].choices,
            "temperature": round(temperature, 3),
            **_summary(rows, threshold),
        },
        **(about or {}),
        "genders": dict(genders or {}),
    }
    (output / CONFIG).write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return config


def _folds(articles: Sequence[AnnotatedArticle]) -> list[frozenset[str]]:
    """The ids of the articles in parts; articles of one event stay together."""
    events: dict[str, list[str]] = {}
    for item in articles:
        events.setdefault(str(item.article.meta.get("event") or item.article.id), []).append(item.article.id)
    order = sorted(events)
    random.Random(0).shuffle(order)
    return [frozenset(name for event in order[at::FOLDS] for name in events[event]) for at in range(FOLDS)]


@dataclass(frozen=True)
class Learnt:
    """What was learnt from some of the articles.

    Attributes:
        base: The resolver without rankers.
        speakers: The ranker of speakers.
        employers: The ranker of affiliations; ``None`` where there was nothing to learn from.
        held: The choices of speakers in the articles that were held back.
        held_employers: Those of affiliations.
        choices: How many choices were learnt from.
    """

    base: SpeakerResolver
    speakers: Network
    employers: Network | None
    held: list[Example]
    held_employers: list[Example]
    choices: int

    def resolver(self, temperature: float) -> SpeakerResolver:
        """The resolver that was learnt, to be judged on what was held back."""
        return replace(self.base, ranker=self.speakers.ranker(temperature), threshold=0.0)


@dataclass(frozen=True)
class _School:
    """The articles with all that the training of one fold needs."""

    articles: Sequence[AnnotatedArticle]
    encoded: Mapping[str, Encoded]
    genders: Mapping[str, str]
    tagger: Taggers
    epochs: int

    def teach(self, held: frozenset[str], seed: int = 0) -> Learnt:
        """Learns from all articles but those that are held back."""
        base = SpeakerResolver(tagger=self.tagger(held), genders=self.genders)
        found = choices(self.articles, base, self.encoded)
        rest = [one for one in found.speakers if one.article not in held]
        known = [one for one in found.employers if one.article not in held]
        return Learnt(
            base,
            train_ranker(rest, sorts=len(ranker.SORTS), start=Ranker.fixed(), epochs=self.epochs, seed=seed),
            train_ranker(known, sorts=len(employers.SORTS), epochs=2 * self.epochs, seed=seed) if known else None,
            [one for one in found.speakers if one.article in held],
            [one for one in found.employers if one.article in held],
            len(rest),
        )

    def judge(self, held: frozenset[str], resolver: SpeakerResolver) -> Iterator[Judged]:
        """How a resolver does on the articles that were held back from it."""
        for item in self.articles:
            if item.article.id in held:
                yield from _judged(item, resolver, self.encoded.get(item.article.id))


@dataclass(frozen=True)
class Judged:
    """One attribution: confidence and reason of its decision, and whether a speaker was named rightly or wrongly."""

    confidence: float
    reason: str
    right: bool
    wrong: bool

    def shifted(self, by: Mapping[str, float]) -> Judged:
        """The same with its confidence corrected."""
        return replace(self, confidence=shifted(self.confidence, by.get(self.reason, 0.0)))


def _judged(item: AnnotatedArticle, resolver: SpeakerResolver, encoded: Encoded | None) -> Iterator[Judged]:
    bare = [one.model_copy(update={"speaker": None, "other_speakers": []}) for one in item.attributions]
    discourse = resolver.read(item.article.text, bare, encoded)
    decisions = resolver.decide(discourse, bare)
    found, speakers = write_records(item.article, bare, decisions, discourse, 0.0)
    guessed = AnnotatedArticle(article=item.article, attributions=found, speakers=speakers)
    for gold, guess, decision in zip(item.attributions, found, decisions, strict=True):
        right = credited(item, gold)
        named = [one for one in credited(guessed, guess) if one.name]
        true = [any(same_name(a, one) or identified(a, one) for a in right) for one in named]
        reason = decision.reasons[0][0] if decision.reasons else ""
        yield Judged(decision.confidence, reason, bool(true) and all(true), not all(true))


def _shifts(rows: Sequence[Judged], prior: float = 4.0) -> dict[str, float]:
    """For each reason the log-odds between its measured accuracy and its mean confidence, drawn to none by a prior."""
    found: dict[str, list[Judged]] = {}
    for row in rows:
        if row.right or row.wrong:
            found.setdefault(row.reason, []).append(row)
    shifts = {}
    for reason, those in sorted(found.items()):
        mean = float(np.clip(np.mean([row.confidence for row in those]), 0.02, 0.98))
        measured = (sum(row.right for row in those) + prior * mean) / (len(those) + prior)
        shifts[reason] = round(math.log(measured / (1 - measured)) - math.log(mean / (1 - mean)), 3)
    return shifts


def _threshold(rows: Sequence[Judged]) -> float:
    """The lowest confidence from which few enough speakers are wrong; capped, as beyond too many are lost."""
    for threshold in np.arange(0.3, 0.7, 0.02):
        wrong = sum(row.wrong for row in rows if row.confidence >= threshold)
        if wrong <= WRONG_AT_MOST * len(rows):
            return round(float(threshold), 2)
    return 0.7


def _summary(rows: Sequence[Judged], threshold: float) -> dict[str, float]:
    kept = [row for row in rows if row.confidence >= threshold]
    return {
        "right": round(sum(row.right for row in kept) / len(rows), 4),
        "wrong": round(sum(row.wrong for row in kept) / len(rows), 4),
    }
