"""The stances a reviewer left behind: one row for each target and voice of the prediction, and the added ones."""

from __future__ import annotations

from typing import cast

from attribution.review.layout import Layout, NewTarget, Row
from attribution.review.results import NOT_AN_ACTOR
from attribution.schema import AnnotatedArticle, NarrativeRole, Stance, StanceLabel, Voice
from attribution.stance.leaves import still_fitting

# The score that stands for a label chosen by a person, who gives no degree.
SCORES: dict[str, float] = {"favourable": 1.0, "neutral": 0.0, "unfavourable": -1.0, "mixed": 0.0}


def settle_rows(base: AnnotatedArticle, layout: Layout, faults: list[str]) -> list[Stance]:
    """The stances of a reviewed layout, in the order of the prediction, the added ones last."""
    stances: list[Stance] = []
    for stance, row in zip(base.stances, layout.rows, strict=True):
        if row.label is None and "stance" in layout.checked:
            faults.append(f"the stance toward {stance.target} is ticked as checked but has no answer; choose one")
        elif row.label != NOT_AN_ACTOR:
            stances.append(answered(stance, row))
    return stances + [_new(target) for target in layout.added]


def answered(stance: Stance, row: Row) -> Stance:
    """A stance with the answers of its row; what was left as it was stays as it was."""
    label = cast(StanceLabel, row.label or stance.label)
    fields: dict[str, object] = {"label": label, "role": row.role or stance.role, "voice": row.voice or stance.voice}
    if label != stance.label:
        # The degree and the doubt were those of the label that the model had chosen.
        fields |= {"score": SCORES[label], "abstained": False}
    fields["leaves"] = still_fitting(stance.leaves, label, str(fields["role"]))
    if fields["voice"] == "outlet" and stance.voice != "outlet":
        fields["speaker"] = None
    return stance.model_copy(update=fields)


def _new(target: NewTarget) -> Stance:
    label = cast(StanceLabel, target.row.label)
    return Stance(
        target=target.name,
        voice=cast(Voice, target.row.voice or "outlet"),
        label=label,
        score=SCORES[label],
        role=cast(NarrativeRole, target.row.role or "none"),
    )
