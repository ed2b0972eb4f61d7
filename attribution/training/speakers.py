"""Training the speaker resolver: gold articles to examples, examples to a ranker, with calibrated confidences.

:func:`train` is the job: it writes the folder that a release holds as ``speakers/``.

The ranker sees, for every pronoun and description, the candidates' features exactly as the resolver computes them, with
the right speakers put in place for the attributions before (teacher forcing).
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from attribution.errors import TrainingError
from attribution.evaluation.names import identified, normalised, same_name
from attribution.evaluation.speakers import credited
from attribution.quotations.encoding import Encoded
from attribution.schema import AnnotatedArticle, Speaker
from attribution.speakers.candidates import FEATURES, Anchor
from attribution.speakers.decisions import decide_all
from attribution.speakers.discourse import Discourse
from attribution.speakers.ranker import Ranker
from attribution.speakers.records import write_records
from attribution.speakers.referents import Referent
from attribution.speakers.resolver import CONFIG, RANKER, TAGGER, SpeakerResolver, shifted
from attribution.speakers.tagger import KindTagger


@dataclass(frozen=True)
class Example:
    """One choice: the features of the candidates and which of them are right.

    Attributes:
        rows: ``[candidates, features]``.
        right: The places of right candidates; empty when none of them is.
        pronoun: Whether the mention is a pronoun.
        article: The article's id.
        weight: How much it counts.
    """

    rows: NDArray[np.float32]
    right: tuple[int, ...]
    pronoun: bool
    article: str
    weight: float = 1.0


def examples(
    articles: Iterable[AnnotatedArticle],
    resolver: SpeakerResolver | None = None,
    encoded: Mapping[str, Encoded] | None = None,
) -> Iterator[Example]:
    """The choices that the resolver would have to make in gold articles."""
    resolver = resolver or SpeakerResolver()
    for item in articles:
        found: list[Example] = []

        def teach(
            discourse: Discourse,
            anchor: Anchor,
            candidates: list[Referent],
            rows: list[list[float]],
            item: AnnotatedArticle = item,
            found: list[Example] = found,
        ) -> Referent | None:
            gold = credited(item, item.attributions[anchor.attribution])
            right = _right(discourse, item, candidates, gold)
            found.append(Example(np.array(rows, np.float32), right, anchor.pronoun, item.article.id))
            return candidates[right[0]] if right else None

        discourse = resolver.read(item.article.text, item.attributions, (encoded or {}).get(item.article.id))
        discourse.teacher = teach
        decide_all(discourse, item.attributions)
        yield from found


def _right(
    discourse: Discourse, item: AnnotatedArticle, candidates: Sequence[Referent], gold: Sequence[Speaker]
) -> tuple[int, ...]:
    """The places of right candidates: those who are named side by side if they are all and only the gold speakers."""
    together = tuple(
        at
        for at, one in enumerate(candidates)
        if one.members
        and len(one.members) == len(gold)
        and all(any(_is(discourse, item, member, speaker) for member in one.members) for speaker in gold)
    )
    if together or not gold:
        return together
    return tuple(at for at, one in enumerate(candidates) if not one.members and _is(discourse, item, one, gold[0]))


def _is(discourse: Discourse, item: AnnotatedArticle, referent: Referent, gold: Speaker) -> bool:
    """Whether a referent is the gold speaker: by name, or for the unnamed by an attribution they share."""
    if gold.name:
        if referent.name is None:
            return False
        names = {normalised(gold.name)} | {normalised(span.text) for span in gold.mentions if span.text[0].isupper()}
        text = discourse.layout.text
        spellings = {normalised(text[referent.name[0] : referent.name[1]])}
        if referent.entity is not None:
            spellings |= {normalised(discourse.layout.slice(name.first, name.last)) for name in referent.entity.names}
        return normalised(gold.name) in spellings or normalised(text[referent.name[0] : referent.name[1]]) in names
    if referent.entity is not None:
        return False
    return any(
        referent in decision.referents and item.attributions[at].speaker == gold.id
        for at, decision in discourse.decisions.items()
    )


class Network(nn.Module):
    """The ranker while it is trained; see :class:`attribution.speakers.ranker.Ranker`."""

    def __init__(self, hidden: int = 24) -> None:
        super().__init__()
        self.inner = nn.Linear(len(FEATURES), hidden)
        self.out = nn.Linear(hidden, 1, bias=False)
        self.linear = nn.Linear(len(FEATURES), 1, bias=False)
        self.none = nn.Parameter(torch.tensor([0.5, 1.5]))
        with torch.no_grad():
            self.linear.weight.copy_(torch.tensor(Ranker.fixed().linear)[None] * 0.5)
            self.out.weight.mul_(0.3)

    def forward(self, rows: torch.Tensor, mask: torch.Tensor, pronoun: torch.Tensor) -> torch.Tensor:
        """Log-probabilities ``[batch, candidates + 1]``, the last column for none of the candidates."""
        scores = (self.out(torch.relu(self.inner(rows))) + self.linear(rows)).squeeze(-1)
        scores = scores.masked_fill(~mask, -1e4)
        none = torch.where(pronoun, self.none[0], self.none[1])[:, None]
        return torch.cat([scores, none], dim=1).log_softmax(dim=1)

    def ranker(self, temperature: float = 1.0) -> Ranker:
        """The trained weights as the resolver reads them."""

        def array(tensor: torch.Tensor) -> NDArray[np.float32]:
            return np.ascontiguousarray(tensor.detach().numpy().astype(np.float32))

        return Ranker(
            array(self.inner.weight.T),
            array(self.inner.bias),
            array(self.out.weight[0]),
            array(self.linear.weight[0]),
            array(self.none),
            temperature,
        )


def train_ranker(
    data: Sequence[Example], *, epochs: int = 100, rate: float = 4e-3, decay: float = 0.3, seed: int = 0
) -> Network:
    """Fits the ranker: the log of the summed probability of all right candidates, or of "none"."""
    torch.manual_seed(seed)
    network = Network()
    rows, mask, target, pronoun, weight = _batch(data)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    network.train()
    for _ in range(epochs):
        for part in torch.split(torch.randperm(len(data)), 128):
            noisy = rows[part] * (torch.rand_like(rows[part]) > 0.05)
            logs = network(noisy, mask[part], pronoun[part])
            loss = -(logs + target[part].log()).logsumexp(dim=1)
            optimizer.zero_grad()
            (loss * weight[part]).mean().backward()
            optimizer.step()
        schedule.step()
    return network.eval()


FOLDS = 5
SEEDS = 3
WRONG_AT_MOST = 0.03


def train(
    articles: Sequence[AnnotatedArticle],
    output: Path,
    *,
    tagger: KindTagger | None = None,
    encoded: Mapping[str, Encoded] | None = None,
    genders: Mapping[str, str] | None = None,
    about: Mapping[str, Any] | None = None,
    epochs: int = 100,
) -> dict[str, Any]:
    """Trains the ranker, fits temperature and threshold on folds of articles it did not see, and saves everything.

    Args:
        articles: Gold articles with attributions and speakers.
        output: Folder to write.
        tagger: A trained tagger of names, saved along.
        encoded: For each article id its states, for the tagger.
        genders: Given names and their gender, saved along.
        about: What else to keep in the configuration, for the model card.
        epochs: How often the ranker sees every choice.

    Returns:
        The configuration, with the scores that were measured on the folds.

    Raises:
        TrainingError: There are too few articles for the folds.
    """
    if len(articles) < FOLDS:
        raise TrainingError(f"{len(articles)} gold articles are too few", f"give at least {FOLDS}")
    resolver = SpeakerResolver(tagger=tagger, genders=dict(genders or {}))
    states = encoded or {}
    data = list(examples(articles, resolver, states))
    order = sorted({item.article.id for item in articles})
    random.Random(0).shuffle(order)
    folds = [set(order[at::FOLDS]) for at in range(FOLDS)]
    networks = [train_ranker([item for item in data if item.article not in fold], epochs=epochs) for fold in folds]
    temperature = temperature_of(
        [
            (network, [item for item in data if item.article in fold])
            for network, fold in zip(networks, folds, strict=True)
        ]
    )
    rows: list[Judged] = []
    for network, fold in zip(networks, folds, strict=True):
        judged = replace(resolver, ranker=network.ranker(temperature), threshold=0.0)
        rows += [
            row
            for item in articles
            if item.article.id in fold
            for row in _judged(item, judged, states.get(item.article.id))
        ]
    accuracy = _shifts(rows)
    rows = [row.shifted(accuracy) for row in rows]
    threshold = _threshold(rows)
    output.mkdir(parents=True, exist_ok=True)
    merged([train_ranker(data, epochs=epochs, seed=seed) for seed in range(SEEDS)], temperature).save(output / RANKER)
    if tagger is not None:
        tagger.save(output / TAGGER)
    config = {
        "threshold": threshold,
        "accuracy": accuracy,
        "folds": {
            "articles": len(articles),
            "choices": len(data),
            "temperature": round(temperature, 3),
            **_summary(rows, threshold),
        },
        **(about or {}),
        "genders": dict(genders or {}),
    }
    (output / CONFIG).write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return config


def merged(networks: Sequence[Network], temperature: float) -> Ranker:
    """One ranker whose scores are the mean of several: their hidden units side by side."""
    parts = [network.ranker() for network in networks]
    return Ranker(
        hidden=np.concatenate([part.hidden for part in parts], axis=1),
        bias=np.concatenate([part.bias for part in parts]),
        out=(np.concatenate([part.out for part in parts]) / len(parts)).astype(np.float32),
        linear=np.mean([part.linear for part in parts], axis=0, dtype=np.float32),
        none=np.mean([part.none for part in parts], axis=0, dtype=np.float32),
        temperature=temperature,
    )


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


def _batch(data: Sequence[Example]) -> tuple[torch.Tensor, ...]:
    most = max(len(item.rows) for item in data)
    rows = torch.zeros(len(data), most, len(FEATURES))
    mask = torch.zeros(len(data), most, dtype=torch.bool)
    target = torch.zeros(len(data), most + 1)
    for at, item in enumerate(data):
        rows[at, : len(item.rows)] = torch.from_numpy(item.rows)
        mask[at, : len(item.rows)] = True
        target[at, list(item.right) or [most]] = 1.0
    pronoun = torch.tensor([item.pronoun for item in data])
    return rows, mask, target, pronoun, torch.tensor([item.weight for item in data])


def temperature_of(networks: Sequence[tuple[Network, Sequence[Example]]]) -> float:
    """The temperature at which the confidences of held-out choices are most likely (Guo et al. 2017)."""
    best, lowest = 1.0, float("inf")
    for temperature in np.linspace(0.6, 3.0, 25):
        loss = 0.0
        for network, data in networks:
            ranker = network.ranker(float(temperature))
            for item in data:
                chances = ranker.probabilities(item.rows.tolist(), item.pronoun)
                right = sum(chances[at] for at in item.right) if item.right else chances[-1]
                loss -= float(np.log(max(right, 1e-6)))
        if loss < lowest:
            best, lowest = float(temperature), loss
    return best
