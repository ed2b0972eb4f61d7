from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from attribution.evaluation.speakers import evaluate
from attribution.schema import AnnotatedArticle, Attribution

TEXT = (
    "Ada Lunt, head of the Harbour Board, said the quay was shut. She added that it was safe. "
    "A docker claimed nobody had asked them. Omar Rifai, a mayor, denied it."
)
CLAIMS = [
    ("the quay was shut", "said", "Ada Lunt"),
    ("that it was safe", "added", "She"),
    ("nobody had asked them", "claimed", "A docker"),
    ("it.", "denied", "Omar Rifai"),
]
LUNT: dict[str, Any] = {
    "id": "s1",
    "name": "Ada Lunt",
    "kind": "person",
    "role": {"text": "head"},
    "affiliation": {"name": "Harbour Board"},
}
DOCKER: dict[str, Any] = {"id": "s2", "kind": "unknown", "role": {"text": "docker"}}
RIFAI: dict[str, Any] = {"id": "s3", "name": "Omar Rifai", "kind": "person", "role": {"text": "mayor"}}

Quote = Callable[..., Attribution]
Annotated = Callable[..., AnnotatedArticle]
Make = Callable[..., AnnotatedArticle]


@pytest.fixture
def make(quote: Quote, annotated: Annotated) -> Make:
    """An article with the speakers of the four claims; a claim whose speaker is ``-`` was not found."""

    def build(speakers: list[dict[str, Any]], *of: str | None, others: list[str] | None = None) -> AnnotatedArticle:
        found = [
            quote(TEXT, *claim, kind="indirect", speaker=speaker, other_speakers=(others or []) if at == 0 else [])
            for at, (claim, speaker) in enumerate(zip(CLAIMS, of, strict=True))
            if speaker != "-"
        ]
        return annotated(TEXT, *found, speakers=speakers)

    return build


@pytest.fixture
def gold(make: Make) -> AnnotatedArticle:
    return make([LUNT, DOCKER, RIFAI], "s1", "s1", "s2", "s3")


def test_what_is_right_scores_full(gold: AnnotatedArticle) -> None:
    scores = evaluate([gold], [gold])
    assert (scores.accuracy.share.value, scores.accuracy.number) == (1.0, 3)
    assert scores.wrong.share.value == 0.0
    assert scores.left_open.share.value == 1.0
    assert scores.facts.role.f1.value == 1.0
    assert scores.facts.role.gold == 3
    assert scores.facts.affiliation.gold == 1
    assert scores.by_source["pronoun"].number == 1
    assert scores.by_kind["organization"].share.value is None


def test_by_hand(gold: AnnotatedArticle, make: Make) -> None:
    # She becomes Omar Rifai, the docker gets a name, the last claim is not found at all.
    scores = evaluate([gold], [make([LUNT, RIFAI], "s1", "s3", "s3", "-")])
    assert scores.accuracy.share.value == pytest.approx(1 / 3)
    assert scores.by_source["pronoun"].share.value == 0.0
    assert scores.by_source["name"].share.value == pytest.approx(1 / 2)
    assert scores.wrong.share.value == pytest.approx(2 / 3)
    assert scores.left_open.share.value == 0.0


def test_leaving_it_open_misses_but_is_not_wrong(gold: AnnotatedArticle, make: Make) -> None:
    scores = evaluate([gold], [make([LUNT], "s1", None, None, None)])
    assert scores.accuracy.share.value == pytest.approx(1 / 3)
    assert scores.wrong.share.value == 0.0


def test_the_surname_identifies_without_being_the_name(gold: AnnotatedArticle, make: Make) -> None:
    lunt = {**LUNT, "mentions": [{"start": 4, "end": 8, "text": "Lunt"}]}
    gold = make([lunt, DOCKER, RIFAI], "s1", "s1", "s2", "s3")
    scores = evaluate([gold], [make([LUNT | {"name": "Lunt"}, RIFAI], "s1", "s1", None, "s3")])
    assert scores.accuracy.share.value == pytest.approx(1 / 3)
    assert scores.identified.share.value == 1.0
    assert scores.wrong.share.value == 0.0


def test_roles_count_missed_and_made_up(gold: AnnotatedArticle, make: Make) -> None:
    lunt = LUNT | {"role": {"text": "Head"}, "affiliation": {"name": "Port Union"}}
    rifai = RIFAI | {"role": None, "affiliation": {"name": "Harbour Board"}}
    scores = evaluate([gold], [make([lunt, DOCKER, rifai], "s1", "s1", "s2", "s3")])
    # Roles: head and docker of three in the gold, two predicted.
    assert scores.facts.role.recall.value == pytest.approx(2 / 3)
    assert scores.facts.role.precision.value == 1.0
    # Affiliations: one in the gold, two predicted, none right.
    assert scores.facts.affiliation.f1.value == 0.0
    assert scores.facts.affiliation.predicted == 2


def test_a_speaker_who_was_not_found_costs_only_end_to_end(gold: AnnotatedArticle, make: Make) -> None:
    scores = evaluate([gold], [make([LUNT, DOCKER], "s1", "s1", "s2", "-")])
    assert scores.facts.role.recall.value == pytest.approx(2 / 3)
    assert scores.facts_given_speaker.role.recall.value == 1.0


def test_roles_match_by_span_too_and_each_only_once(make: Make) -> None:
    at = TEXT.index("head of")
    wide = {"text": "head of the", "span": {"start": at, "end": at + 11, "text": "head of the"}}
    narrow = {"text": "head", "span": {"start": at, "end": at + 4, "text": "head"}}
    gold = make([LUNT | {"role": wide}], "s1", "s1", None, None)
    found = make([LUNT | {"role": narrow, "other_roles": [narrow]}], "s1", "s1", None, None)
    scores = evaluate([gold], [found])
    assert scores.facts.role.f1.value == 1.0
    assert scores.facts.every_role.precision.value == pytest.approx(1 / 2)
    assert scores.facts.every_role.recall.value == 1.0


def test_each_of_several_speakers_is_asked_for(make: Make) -> None:
    gold = make([LUNT, RIFAI], "s1", "s1", None, "s3", others=["s3"])
    assert evaluate([gold], [gold]).accuracy.number == 4
    alone = make([LUNT, RIFAI], "s1", "s1", None, "s3")
    assert evaluate([gold], [alone]).accuracy.share.value == pytest.approx(3 / 4)
    assert evaluate([gold], [alone]).wrong.share.value == 0.0


def test_confidence_of_speakers(gold: AnnotatedArticle, make: Make) -> None:
    found = make([LUNT | {"confidence": 0.95}, RIFAI | {"confidence": 0.55}], "s1", "s3", None, "-")
    calibration = evaluate([gold], [found]).calibration
    assert calibration.ece.value == pytest.approx((0.05 + 0.55) / 2)
    assert calibration.coverage.share.value == 0.5


def test_scores_are_plain_json(gold: AnnotatedArticle) -> None:
    assert json.loads(json.dumps(evaluate([gold], [gold]).to_dict()))["articles"] == 1
