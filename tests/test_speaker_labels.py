"""The labels in annotations/polnear-speakers: whole, and in parts that share no article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from attribution.evaluation.sources import SOURCE_TYPES
from attribution.schema import SpeakerKind

LABELS = Path(__file__).parents[1] / "annotations" / "polnear-speakers"
FILES = sorted(LABELS.rglob("*.jsonl"))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def spans(row: dict[str, Any]) -> list[list[int]]:
    found = [span for item in row["attributions"] for span in item["source"]]
    for speaker in row["speakers"]:
        found += [speaker["name"]] if speaker["name"] else []
        found += speaker.get("aliases", [])
        found += [item["span"] for item in (*speaker["roles"], *speaker["affiliations"])]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LABELS)))
def test_labels_are_whole(path: Path) -> None:
    for row in rows(path):
        known = [item["id"] for item in row["speakers"]]
        credited = [[item["speaker"], *item["other_speakers"]] for item in row["attributions"]]
        assert len(set(known)) == len(known)
        assert {name for names in credited for name in names} - {None} == set(known)
        assert all(names[0] is not None or names == [None] for names in credited)
        assert {item["kind"] for item in row["speakers"]} <= set(get_args(SpeakerKind))
        assert {item["type"] for item in row["attributions"]} <= set(SOURCE_TYPES)
        assert all(0 <= start < end for start, end in spans(row))


def test_an_article_is_in_one_part_only() -> None:
    articles = [row["article"] for name in ("train", "heldout", "dev") for row in rows(LABELS / f"{name}.jsonl")]
    assert len(set(articles)) == len(articles)


def test_doubly_labelled_articles_are_held_out() -> None:
    held_out = {row["article"] for row in rows(LABELS / "heldout.jsonl")}
    assert all(row["article"] in held_out for path in LABELS.glob("double/*.jsonl") for row in rows(path))
