"""Finer answers of a user's own taxonomy, learnt from reviews once there are enough of them.

A leaf is learnt against the other answers under the same parent, of the projects in which somebody used it: in another
project it may not have been offered, and its absence says nothing. It is kept if, on articles it was not fitted on
(cross-validation by article), it is right in :data:`PRECISION` of the cases in which it is given and found in
:data:`RECALL` of those in which it should be; until then the parent's answer stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from attribution.schema import AnnotatedArticle, Stance
from attribution.stance.judge import StanceJudge, collect, scene, states_of
from attribution.stance.leaves import KINDS, Leaf, parent, pooled, title_of
from attribution.stance.targets import same_name
from attribution.training.corrections import teaches
from attribution.training.stance_examples import with_gold_targets

PRECISION = 0.7
RECALL = 1 / 3
_FOLDS = 5
_OTHERS = 10  # of the parent without the leaf, or nothing can be told apart
_THRESHOLDS = (0.5, 0.6, 0.7, 0.8)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Framed:
    """One reviewed stance: its state, its answers, and the finer ones that the reviewer chose.

    Attributes:
        state: What the classifier decides on, ``[d]``.
        answers: Role and label.
        leaves: The leaves, role before stance.
        article: The article's id.
        project: Where it was reviewed.
    """

    state: Floats
    answers: tuple[str, ...]
    leaves: tuple[str, ...]
    article: str
    project: str


def train_leaves(framed: Sequence[Framed], minimum: int) -> dict[str, Leaf]:
    """The leaves that have enough examples and hold on articles they were not fitted on."""
    found = {}
    for name, number in sorted(Counter(leaf for item in framed for leaf in item.leaves).items()):
        offered = {item.project for item in framed if name in item.leaves}
        rows = [item for item in framed if item.project in offered and parent(name) in item.answers]
        if number >= minimum and len(rows) - number >= _OTHERS:
            leaf = _fitted(name, rows)
            if leaf is not None:
                found[name] = leaf
    return found


def _fitted(name: str, rows: Sequence[Framed]) -> Leaf | None:
    states = np.stack([item.state for item in rows])
    right = np.array([name in item.leaves for item in rows])
    groups = [item.article for item in rows]
    if len(set(np.array(groups)[right])) < _FOLDS:
        return None
    chances = _cross_validated(states, right, groups)
    kept = [found for threshold in _THRESHOLDS if (found := _held(chances, right, threshold))]
    if not kept:
        return None
    weights, bias = _weights(states, right)
    kind = next(kind for kind, answer in zip(KINDS, rows[0].answers, strict=True) if answer == parent(name))
    about = kept[0] | {"examples": float(right.sum()), "others": float((~right).sum())}
    return Leaf(kind, tuple(round(float(w), 5) for w in weights), round(bias, 5), kept[0]["threshold"], about)


def _cross_validated(states: Floats, right: NDArray[np.bool_], groups: Sequence[str]) -> Floats:
    chances = np.zeros(len(right))
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    for learnt, unseen in folds.split(states, right, groups):
        if right[learnt].any() and not right[learnt].all():
            weights, bias = _weights(states[learnt], right[learnt])
            chances[unseen] = 1 / (1 + np.exp(-(states[unseen] @ weights + bias)))
    return chances


def _weights(states: Floats, right: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights on the states themselves; fitted on standardised ones, strongly held back, as examples are few."""
    mean, spread = states.mean(0), states.std(0) + 1e-6
    model = LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000)
    model.fit((states - mean) / spread, right)
    weights: Floats = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - mean @ weights)


def _held(chances: Floats, right: NDArray[np.bool_], threshold: float) -> dict[str, float] | None:
    """Precision and recall on unseen articles, or ``None`` when they do not suffice."""
    given = chances >= threshold
    hits = int((given & right).sum())
    precision, recall = hits / max(1, int(given.sum())), hits / int(right.sum())
    if precision < PRECISION or recall < RECALL:
        return None
    f1 = 2 * precision * recall / (precision + recall)
    return {"threshold": threshold, "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def framed(records: Iterable[AnnotatedArticle], judge: StanceJudge) -> list[Framed]:
    """Every stance that reviewers vouch for, as the classifier of a release sees it."""
    found: list[Framed] = []
    for record in records:
        if teaches(record, "stance"):
            found += _framed(with_gold_targets(record), judge)
    return found


def _framed(record: AnnotatedArticle, judge: StanceJudge) -> Iterable[Framed]:
    review = record.provenance.review
    assert review is not None
    view = scene(record.article, record.attributions, record.speakers)
    seen = collect(view, list(judge.classifier.judge(view.queries)))
    for stance in record.stances:
        index = next((at for at, item in enumerate(view.targets) if same_name(item.name, stance.target)), -1)
        sightings = seen.get((index, stance.voice, stance.speaker))
        if sightings:
            state = pooled(states_of(sightings))
            leaves = tuple(_leaves(review.leaves, record, stance))
            project = f"{review.server} {review.project}"
            yield Framed(state, (stance.role, stance.label), leaves, record.article.id, project)


def _leaves(chosen: Mapping[str, str], record: AnnotatedArticle, stance: Stance) -> Iterable[str]:
    """The finer answers for one stance, found by the title of its row, or by its target if no other row has that."""
    names = [title_of(record, stance)]
    if not any(item.target == stance.target and item.voice == "outlet" for item in record.stances):
        names.append(stance.target)
    for kind, answer in zip(KINDS, (stance.role, stance.label), strict=True):
        leaf = next((chosen[key] for name in names if (key := f"{kind}: {name}") in chosen), None)
        if leaf and parent(leaf) == answer:
            yield leaf


def rows(before: Mapping[str, Leaf], after: Mapping[str, Leaf]) -> list[dict[str, Any]]:
    """What changes, as rows of a verdict."""
    return [
        {
            "part": "stance",
            "test": f"cross-validation ({after[name].about['examples']:.0f} examples)",
            "figure": f"{name}, F1",
            "before": f"{100 * before[name].about['f1']:.1f}" if name in before else "parent's answer",
            "after": f"{100 * after[name].about['f1']:.1f}",
            "gain": "",
            "judgement": "better" if name not in before else "same",
        }
        for name in sorted(after)
    ]
