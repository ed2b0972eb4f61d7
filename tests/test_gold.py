"""The gold articles hold what annotations/README.md promises."""

import json
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from attribution.schema import AnnotatedArticle, Attribution, Speaker

GOLD = Path(__file__).parent.parent / "annotations" / "gold"
FILES = sorted(GOLD.glob("*.jsonl"))
SPLITS = json.loads((GOLD / "splits.json").read_text(encoding="utf-8"))


def read(path: Path) -> list[AnnotatedArticle]:
    """Reading checks that every span equals its slice and every reference resolves."""
    return [AnnotatedArticle.from_json(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


RECORDS = [record for path in FILES for record in read(path)]


def by_id(record: AnnotatedArticle) -> str:
    return record.article.id


def test_there_is_gold() -> None:
    assert RECORDS


def test_ids_and_texts_are_distinct() -> None:
    for values in ([by_id(record) for record in RECORDS], [record.article.text for record in RECORDS]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_splits_cover_every_article_and_nothing_else() -> None:
    assert set(SPLITS) == {by_id(record) for record in RECORDS}
    assert set(SPLITS.values()) == {"train", "dev", "test"}


def test_articles_of_one_event_share_a_split_and_differ_in_outlet() -> None:
    events: dict[str, list[AnnotatedArticle]] = {}
    for record in RECORDS:
        if "event" in record.article.meta:
            events.setdefault(record.article.meta["event"], []).append(record)
    for event, records in events.items():
        assert len({SPLITS[by_id(record)] for record in records}) == 1, event
        assert len({record.article.outlet for record in records}) == len(records), event


@pytest.mark.parametrize("record", RECORDS, ids=by_id)
def test_articles_say_where_they_come_from(record: AnnotatedArticle) -> None:
    article = record.article
    assert article.title
    assert article.outlet
    assert article.published
    assert {"form", "beat", "region"} <= set(article.meta)
    assert record.attributions
    assert record.speakers


@pytest.mark.parametrize("record", RECORDS, ids=by_id)
def test_spans_have_no_whitespace_at_their_edges(record: AnnotatedArticle) -> None:
    assert [span for span in record.spans() if span.text != span.text.strip()] == []


def overlapping(attribution: Attribution) -> bool:
    spans = [*attribution.content, *attribution.cue, *attribution.source]
    return any(one.overlaps(other) for one, other in combinations(spans, 2))


@pytest.mark.parametrize("record", RECORDS, ids=by_id)
def test_content_cue_and_source_of_an_attribution_are_disjoint_and_in_order(record: AnnotatedArticle) -> None:
    for attribution in record.attributions:
        assert not overlapping(attribution), attribution
        for spans in (attribution.content, attribution.cue, attribution.source):
            assert [span.start for span in spans] == sorted(span.start for span in spans)


@pytest.mark.parametrize("record", RECORDS, ids=by_id)
def test_only_a_direct_quotation_can_do_without_a_cue(record: AnnotatedArticle) -> None:
    assert [item for item in record.attributions if not item.cue and item.kind != "direct"] == []


def unproven(speaker: Speaker, text: str) -> list[str]:
    """The strings asserted about a speaker that the article does not prove."""
    claims = [*speaker.other_roles, *speaker.other_affiliations]
    claims += [claim for claim in (speaker.role, speaker.affiliation) if claim]
    found = [getattr(claim, "text", None) or getattr(claim, "name", "") for claim in claims]
    wrong = [said for said, claim in zip(found, claims, strict=True) if claim.span is None or claim.span.text != said]
    return wrong + ([speaker.name] if speaker.name and speaker.name not in text else [])


@pytest.mark.parametrize("record", RECORDS, ids=by_id)
def test_speakers_are_proven_by_the_article(record: AnnotatedArticle) -> None:
    speaking = {item.speaker for item in record.attributions}
    speaking |= {other for item in record.attributions for other in item.other_speakers}
    for speaker in record.speakers:
        assert unproven(speaker, record.article.text) == []
        assert speaker.id in speaking
        assert speaker.name != "Unknown"
        assert not (speaker.kind in ("person", "organization") and speaker.name is None)


@pytest.mark.parametrize("record", RECORDS, ids=by_id)
def test_stances_keep_the_voices_apart(record: AnnotatedArticle) -> None:
    contents = [span for item in record.attributions for span in item.content]
    targets = Counter((item.target, item.voice, item.speaker) for item in record.stances)
    assert [key for key, count in targets.items() if count > 1] == []
    for stance in record.stances:
        assert (stance.voice == "outlet") == (stance.speaker is None)
        assert stance.label == "neutral" or stance.evidence
        for span in stance.evidence:
            inside = any(content.start <= span.start and span.end <= content.end for content in contents)
            assert inside == (stance.voice != "outlet"), span
