"""The stance of every voice toward every main actor of an article: this room's entry point."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attribution.schema import Article, Attribution, Naming, Speaker, Stance, StanceEvidence, Voice
from attribution.stance.aggregation import Aggregator, Reading, deciding
from attribution.stance.classifier import Judgement, Query, StanceClassifier
from attribution.stance.endorsement import denies
from attribution.stance.leaves import Leaf, given, pooled
from attribution.stance.leaves import load as load_leaves
from attribution.stance.naming import namings
from attribution.stance.pronouns import is_pronoun, pronouns, spoken_pronouns
from attribution.stance.targets import Target, find_targets
from attribution.stance.units import Offset, Unit, units
from attribution.stance.unnamed import Named, prefix, unnamed
from attribution.stance.voices import Segment, headline_end, voices

Item = tuple[Article, Sequence[Attribution], Sequence[Speaker]]
_ARTICLES_AT_ONCE = 32


@dataclass(frozen=True)
class Scene:
    """One article, cut and ready to be judged.

    ``queries`` has one entry for each unit that may be about a target; ``cast`` says, for each of them, which targets
    by their index, with their mentions in the article (none if the unit does not name it). ``turned`` are the ids of
    attributions whose cue denies the content.
    """

    article: Article
    targets: list[Target]
    segments: list[Segment]
    units: list[Unit]
    queries: list[Query]
    cast: list[Named]
    turned: frozenset[str] = frozenset()


class StanceJudge:
    """Judges articles with a classifier and an aggregator of one release."""

    def __init__(
        self, classifier: StanceClassifier, aggregator: Aggregator, leaves: Mapping[str, Leaf] | None = None
    ) -> None:
        self.classifier = classifier
        self.aggregator = aggregator
        self.leaves = leaves or {}

    @classmethod
    def load(cls, directory: Path, device: str = "cpu") -> StanceJudge:
        """Reads a release's ``stance`` directory.

        Raises:
            ReleaseError: The directory is incomplete.
        """
        classifier = StanceClassifier.load(directory, device)
        config: dict[str, Any] = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        return cls(classifier, Aggregator.from_config(config.get("aggregation", {})), load_leaves(directory))

    def judge(
        self,
        article: Article,
        attributions: Sequence[Attribution],
        speakers: Sequence[Speaker],
        encoded: object | None = None,
    ) -> tuple[list[Stance], list[Naming]]:
        """The stances and the naming ledger of one article.

        Args:
            article: The article; ``meta["targets"]`` may name the targets.
            attributions: Who said what in it.
            speakers: Who they are.
            encoded: The quotation encoder's states, which this judge does not need.
        """
        del encoded
        return next(self.judge_all([(article, attributions, speakers)]))

    def judge_all(self, items: Iterable[Item]) -> Iterator[tuple[list[Stance], list[Naming]]]:
        """Judges many articles in order, some at a time, so that batches are full and memory stays constant."""
        waiting = iter(items)
        while portion := [scene(*item) for item in islice(waiting, _ARTICLES_AT_ONCE)]:
            for item, stances in zip(portion, self.stances(portion), strict=True):
                yield stances, namings(item.article, item.targets, item.segments)

    def stances(self, scenes: Sequence[Scene]) -> Iterator[list[Stance]]:
        """The stances of articles that are cut already, in order."""
        answers = self.classifier.judge(query for item in scenes for query in item.queries)
        for item in scenes:
            yield self._stances(item, list(islice(answers, len(item.queries))))

    def _stances(self, item: Scene, judgements: Sequence[Judgement]) -> list[Stance]:
        readings = collect(item, judgements)
        order = sorted(readings, key=lambda key: (key[0], _VOICES.index(key[1]), key[2] or ""))
        found = ((key, self._stance(item, key, readings[key])) for key in order)
        return [stance for key, stance in found if _says_something(stance, readings[key])]

    def _stance(self, item: Scene, key: Key, found: Sequence[Sighting]) -> Stance:
        index, voice, speaker = key
        readings = [sighting.reading for sighting in found]
        verdict = self.aggregator.verdict(readings, voice)
        text = item.article.text
        evidence = [_evidence(text, found[i], label) for i, label in deciding(readings, verdict.label)]
        mentions = [span for sighting in found for span in sighting.mentions]
        stance = Stance(
            target=item.targets[index].name,
            mentions=[item.article.span(*span) for span in sorted(set(mentions))],
            voice=voice,
            speaker=speaker,
            label=verdict.label,
            score=verdict.score,
            abstained=verdict.abstained,
            confidence=verdict.confidence,
            role=verdict.role,
            evidence=[item for item in evidence if item is not None],
        )
        leaves = given(self.leaves, stance, pooled(states_of(found))) if self.leaves else []
        return stance.model_copy(update={"leaves": leaves}) if leaves else stance


def states_of(found: Sequence[Sighting]) -> list[NDArray[np.float32]]:
    """The states of the sentences that name the target, which say most about it; of all if none does."""
    return [item.state for item in found if item.reading.named] or [item.state for item in found]


def _says_something(stance: Stance, found: Sequence[Sighting]) -> bool:
    """Whether a stance is worth a line: who never names a target has one toward it only if it is not neutral."""
    return stance.label != "neutral" or any(sighting.reading.named for sighting in found)


_VOICES: tuple[Voice, ...] = ("outlet", "quoted", "reported")
Key = tuple[int, Voice, str | None]


@dataclass(frozen=True)
class Sighting:
    """A target in one unit: what the classifier read there, and where its mentions stand in the article, if any do.

    ``state`` ``[d]`` is what the classifier's answers were decided on.
    """

    unit: Unit
    reading: Reading
    mentions: list[Offset]
    state: NDArray[np.float32]
    scare_quoted: bool = False


def scene(
    article: Article,
    attributions: Sequence[Attribution],
    speakers: Sequence[Speaker],
    segments: list[Segment] | None = None,
) -> Scene:
    """Cuts an article into units and finds the targets in each; pure.

    ``segments`` say whose voice is where, if that is known already; else the attributions do.
    """
    segments = voices(article, attributions) if segments is None else segments
    others = [(item.start, item.end) for item in segments if item.voice != "outlet"]
    targets = pronouns(find_targets(article, speakers), article.text, others)
    names = {speaker.id: speaker.name for speaker in speakers}
    spoken = [(s.start, s.end, names.get(s.speaker or "")) for s in segments if s.voice != "outlet"]
    targets = spoken_pronouns(targets, article.text, spoken)
    queries: list[Query] = []
    cast: list[Named] = []
    kept: list[Unit] = []
    seen = [(unit, _named(unit, targets)) for unit in units(article.text, segments)]
    for (unit, named), meant in zip(seen, unnamed(seen, targets), strict=True):
        if named or meant:
            queries.append(_query(unit, named, [targets[index].name for index in meant]))
            cast.append([*named, *((index, []) for index in meant)])
            kept.append(unit)
    for unit, titled in _title_units(article, targets):
        queries.append(Query(unit.text, tuple(tuple(spans) for _, spans in titled)))
        cast.append([(index, []) for index, _ in titled])
        kept.append(unit)
    turned = frozenset(item.id for item in attributions if denies(" ".join(s.text for s in (*item.source, *item.cue))))
    return Scene(article, targets, segments, kept, queries, cast, turned)


def _named(unit: Unit, targets: Sequence[Target]) -> Named:
    """The targets with a mention in a unit, and these mentions."""
    found = ((i, [span for span in target.mentions if unit.locate(*span)]) for i, target in enumerate(targets))
    return [(index, spans) for index, spans in found if spans]


def _query(unit: Unit, named: Named, others: Sequence[str]) -> Query:
    """What the classifier is asked: the targets a unit names, then those whose names are put in front of it."""
    before, places = prefix(others)
    located = (tuple(unit.locate(*span) or (0, 0) for span in spans) for _, spans in named)
    moved = (tuple((start + len(before), end + len(before)) for start, end in spans) for spans in located)
    return Query(before + unit.text, (*moved, *((place,) for place in places)))


def _title_units(article: Article, targets: Sequence[Target]) -> Iterator[tuple[Unit, Named]]:
    """The units of a title that is not part of the text, with the targets named there; spans are those of the unit.

    Such a headline counts like any other but shows no evidence, since the contract's spans lie in the text.
    """
    title = article.title or ""
    if not title or headline_end(article):
        return
    for unit in units(title, voices(Article(id="title", text=title), ())):
        named = []
        for index, target in enumerate(targets):
            forms = {article.text[start:end] for start, end in target.mentions} | {target.name}
            if target.kind == "person" or target.name.istitle():
                forms.add(target.name.split()[-1])
            found = sorted(
                {hit.span() for form in forms if not is_pronoun(form) for hit in _whole_word(form, unit.text)}
            )
            if found:
                named.append((index, found))
        if named and unit.voice == "outlet":
            yield replace(unit, pieces=(), headline=True), named


def _whole_word(form: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text)


def collect(item: Scene, judgements: Sequence[Judgement]) -> dict[Key, list[Sighting]]:
    """The sightings of every target in every voice, in the order of the text."""
    found: dict[Key, list[Sighting]] = defaultdict(list)
    scare = [(s.start, s.end) for s in item.segments if s.scare_quoted]
    for unit, present, judgement in zip(item.units, item.cast, judgements, strict=True):
        quoted_word = any(piece.start < end and start < piece.end for piece in unit.pieces for start, end in scare)
        for row, (index, spans) in enumerate(present):
            labels = judgement.labels[row].tolist()
            labels = labels[::-1] if unit.attribution in item.turned else labels
            named = bool(spans) or not unit.pieces
            reading = Reading(labels, judgement.roles[row].tolist(), unit.headline, named)
            sighting = Sighting(unit, reading, spans, judgement.states[row], quoted_word)
            found[index, unit.voice, unit.speaker].append(sighting)
    return found


def _evidence(text: str, sighting: Sighting, label: Any) -> StanceEvidence | None:
    pieces = [(piece.start, piece.end) for piece in sighting.unit.pieces]
    if not pieces:
        return None
    longest = max(pieces, key=lambda piece: piece[1] - piece[0])
    start, end = sighting.unit.around(*sighting.mentions[0]) if sighting.mentions else longest
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    end = start + len(piece.strip())
    if end <= start:
        return None
    return StanceEvidence(
        start=start,
        end=end,
        text=text[start:end],
        label=label,
        headline=sighting.unit.headline,
        scare_quoted=sighting.scare_quoted,
    )
