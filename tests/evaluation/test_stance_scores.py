from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from attribution.errors import InputError
from attribution.evaluation.stance import Judgement, evaluate, evaluate_judgements
from attribution.schema import AnnotatedArticle

TEXT = "The militia stormed the quay. “They are heroes,” said Ada Lunt."
LUNT = {"id": "s1", "name": "Ada Lunt", "kind": "person"}

Annotated = Callable[..., AnnotatedArticle]


def stance(target: str, label: str, voice: str = "outlet", **rest: Any) -> dict[str, Any]:
    return {"target": target, "voice": voice, "label": label} | rest


def judged(gold: str, predicted: str | None, **rest: Any) -> Judgement:
    return Judgement("x", "outlet", gold, predicted, **rest)  # type: ignore[arg-type]


def test_macro_f1_by_hand() -> None:
    pairs = [("favourable", "favourable"), ("favourable", "neutral"), ("neutral", "neutral"), ("unfavourable", "mixed")]
    scores = evaluate_judgements([judged(gold, predicted) for gold, predicted in pairs])
    # F1: favourable 2/3, neutral 2/3, unfavourable 0.
    assert scores.overall.macro_f1.value == pytest.approx(4 / 9)
    assert scores.overall.accuracy.share.value == pytest.approx(1 / 2)
    assert scores.by_voice["quoted"].macro_f1.value is None


def test_a_label_that_never_occurs_is_left_out_of_the_mean() -> None:
    assert evaluate_judgements([judged("neutral", "neutral")]).overall.macro_f1.value == 1.0


def test_abstention_lowers_coverage_and_not_macro_f1() -> None:
    found = [judged("neutral", "neutral"), judged("neutral", "neutral", abstained=True), judged("neutral", None)]
    overall = evaluate_judgements(found).overall
    assert overall.coverage.share.value == pytest.approx(1 / 3)
    assert overall.accuracy_when_decided.share.value == 1.0
    assert overall.by_label["neutral"].recall.value == pytest.approx(2 / 3)


def test_calibration_by_voice() -> None:
    overall = evaluate_judgements([judged("neutral", "neutral", confidence=0.75)]).by_voice["outlet"].calibration
    assert overall.ece.value == pytest.approx(0.25)


def test_voices_and_holders_are_kept_apart(annotated: Annotated) -> None:
    gold = annotated(
        TEXT,
        speakers=[LUNT],
        stances=[
            stance("militia", "unfavourable"),
            stance("militia", "favourable", "quoted", speaker="s1", role="protagonist"),
        ],
    )
    found = annotated(
        TEXT,
        speakers=[LUNT | {"id": "s9"}],
        stances=[
            stance("The Militia", "unfavourable"),
            stance("militia", "favourable", "quoted", speaker="s9", role="antagonist"),
        ],
    )
    scores = evaluate([gold], [found])
    assert scores.overall.accuracy.share.value == 1.0
    assert scores.by_voice["quoted"].role.share.value == 0.0
    nobody = annotated(TEXT, stances=[stance("militia", "favourable", "quoted")])
    assert evaluate([gold], [nobody]).by_voice["quoted"].accuracy.share.value == 0.0


def test_a_mention_of_the_target_names_it(annotated: Annotated) -> None:
    mention = {"start": 4, "end": 11, "text": "militia"}
    gold = annotated(TEXT, stances=[stance("Quay Guard", "unfavourable", mentions=[mention])])
    assert evaluate([gold], [annotated(TEXT, stances=[stance("militia", "unfavourable")])]).overall.accuracy.number == 1
    assert (
        evaluate([gold], [annotated(TEXT, stances=[stance("militia", "unfavourable")])]).overall.accuracy.share.value
        == 1.0
    )


def test_gold_without_a_single_label_is_left_out(annotated: Annotated) -> None:
    gold = annotated(TEXT, stances=[stance("militia", "mixed"), stance("quay", "neutral", abstained=True)])
    with pytest.raises(InputError, match="no gold stance"):
        evaluate([gold], [gold])


def test_scores_are_plain_json() -> None:
    found = evaluate_judgements([judged("neutral", "neutral")])
    assert json.loads(json.dumps(found.to_dict()))["units"] == 1
