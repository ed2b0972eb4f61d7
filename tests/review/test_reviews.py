"""Keeping reviews, and making one of several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from attribution.errors import SchemaError
from attribution.review.agreement import compare
from attribution.review.pull import between_reviewers
from attribution.review.resolution import resolve, reviewed
from attribution.review.status import status
from attribution.review.store import Store, Withdrawal
from attribution.schema import Agreement, AnnotatedArticle, Review

PARTS = ["quotations", "speakers", "stance"]


def by(record: AnnotatedArticle, who: str, hour: int = 8, annotation: int = 1, **rest: Any) -> AnnotatedArticle:
    time = f"2026-03-05T{hour:02}:00:00.000000Z"
    fields = {
        "reviewer": who,
        "task": 4,
        "annotation": annotation,
        "time": time,
        "server": "http://ls",
        "looked_at": PARTS,
    }
    review = Review.model_validate(fields | {"project": "news", "seconds": 60.0} | rest)
    return record.model_copy(update={"provenance": record.provenance.model_copy(update={"review": review})})


def with_kind(record: AnnotatedArticle, at: int, kind: str) -> AnnotatedArticle:
    attributions = [*record.attributions]
    attributions[at] = attributions[at].model_copy(update={"kind": kind})
    return record.model_copy(update={"attributions": attributions})


def test_keeping_the_same_review_twice_makes_one_file(ferry: AnnotatedArticle, tmp_path: Path) -> None:
    store = Store(tmp_path)

    assert [store.put(by(ferry, "ana")), store.put(by(ferry, "ana"))] == [True, False]
    assert len(list(tmp_path.glob("reviewed/*/*.jsonl"))) == 1
    assert list(store.current().values()) == [by(ferry, "ana")]


def test_the_latest_version_counts_and_the_first_stays(ferry: AnnotatedArticle, tmp_path: Path) -> None:
    store = Store(tmp_path)
    later = by(with_kind(ferry, 0, "mixed"), "ana", hour=9)
    for record in (later, by(ferry, "ana")):
        store.put(record)

    assert list(store.current().values()) == [later]
    assert len(list(store.versions())) == 2


def test_a_withdrawal_counts_until_the_annotation_comes_back(ferry: AnnotatedArticle, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(by(ferry, "ana", hour=8))
    store.withdraw(Withdrawal("http://ls", 4, 1, "2026-03-05T09:00:00.000000Z", "deleted"))
    assert store.current() == {}

    store.put(by(ferry, "ana", hour=10))
    assert len(store.current()) == 1


def test_a_changed_file_is_noticed(ferry: AnnotatedArticle, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put(by(ferry, "ana"))
    (path,) = tmp_path.glob("reviewed/*/*.jsonl")
    path.write_text(path.read_text("utf-8").replace("Okafor", "Okapor"), "utf-8")

    with pytest.raises(SchemaError, match="does not hold what its name says"):
        list(store.versions())


def test_the_majority_wins_over_the_latest(ferry: AnnotatedArticle) -> None:
    voices = [by(ferry, "ana", 8), by(ferry, "bo", 9), by(with_kind(ferry, 0, "mixed"), "cy", 10)]

    assert resolve(voices).attributions[0].kind == ferry.attributions[0].kind


def test_the_latest_decides_between_two(ferry: AnnotatedArticle) -> None:
    changed = with_kind(ferry, 0, "mixed")

    assert resolve([by(ferry, "ana", 8), by(changed, "bo", 9)]).attributions[0].kind == "mixed"
    assert resolve([by(changed, "bo", 8), by(ferry, "ana", 9)]).attributions[0].kind == "indirect"


def test_adjudication_settles_everything(ferry: AnnotatedArticle) -> None:
    judge = by(with_kind(ferry, 0, "mixed"), "judge", 8, adjudicated=True)

    assert resolve([judge, by(ferry, "ana", 9), by(ferry, "bo", 10)]) == judge


def test_a_quotation_that_most_deleted_is_gone_and_one_that_most_have_is_there(ferry: AnnotatedArticle) -> None:
    fewer = ferry.model_copy(update={"attributions": ferry.attributions[1:]})

    assert len(resolve([by(fewer, "ana", 8), by(fewer, "bo", 9), by(ferry, "cy", 10)]).attributions) == 5
    assert resolve([by(ferry, "ana", 8), by(ferry, "bo", 9), by(fewer, "cy", 10)]).attributions == ferry.attributions


def test_a_part_nobody_looked_at_has_no_vote(ferry: AnnotatedArticle) -> None:
    blind = [by(with_kind(ferry, 0, "mixed"), who, 8, looked_at=["stance"]) for who in ("ana", "bo")]

    assert resolve([*blind, by(ferry, "cy", 9)]).attributions == ferry.attributions


def test_one_record_for_each_article(ferry: AnnotatedArticle, tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number, who in enumerate(("ana", "bo")):
        store.put(by(ferry, who, annotation=number))

    assert [record.article.id for record in reviewed(store)] == ["harbour-ferry"]


@pytest.mark.parametrize(("at", "field"), [(0, "kind")])
def test_agreement_counts_the_field_that_differs(ferry: AnnotatedArticle, at: int, field: str) -> None:
    found = compare(ferry, with_kind(ferry, at, "mixed"), PARTS)

    assert found[field] == Agreement(same=5, total=6)
    assert {name: value.same == value.total for name, value in found.items()} == {name: name != field for name in found}


def test_agreement_on_a_missing_quotation_and_on_nothing(ferry: AnnotatedArticle) -> None:
    fewer = ferry.model_copy(update={"attributions": ferry.attributions[1:]})
    empty = ferry.model_copy(update={"attributions": [], "speakers": ferry.speakers, "stances": []})

    assert compare(fewer, ferry, ["quotations"])["quotation"] == Agreement(same=5, total=6)
    assert compare(empty, empty, PARTS) == {}


def test_status_tells_weeks_reviewers_and_the_unbiased_estimate(ferry: AnnotatedArticle, tmp_path: Path) -> None:
    store, agreement = Store(tmp_path), {"kind": Agreement(same=1, total=2)}
    store.put(by(ferry, "ana", annotation=1, drawn="random", agreement=agreement))
    store.put(by(ferry, "bo", annotation=2, drawn="gain", agreement={"kind": Agreement(same=2, total=2)}))

    found = status(store)

    assert [(p.week, p.release, p.articles, p.agreement["kind"]) for p in found.periods] == [
        ("2026-W10", "demo-1", 2, Agreement(same=3, total=4))
    ]
    assert (found.unbiased, found.unbiased_articles) == (agreement, 1)
    assert found.by_reviewer == {"ana": (1, 60.0), "bo": (1, 60.0)}
    assert between_reviewers(store)["kind"] == Agreement(same=6, total=6)
