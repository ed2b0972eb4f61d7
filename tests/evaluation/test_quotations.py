from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from attribution.errors import InputError
from attribution.evaluation.estimates import paired_bootstrap
from attribution.evaluation.quotations import HEADLINES, count, evaluate
from attribution.schema import AnnotatedArticle, Attribution

TEXT = "“We are ready,” said Ada Lunt, “for the storm.” He added that the quay was shut. Officials denied it."
FIRST = (("We are ready,", "for the storm."), "said", "Ada Lunt")
SECOND = ("that the quay was shut", "added", "He")
THIRD = ("it", "denied", "Officials")

Quote = Callable[..., Attribution]
Annotated = Callable[..., AnnotatedArticle]


@pytest.fixture
def gold(quote: Quote, annotated: Annotated) -> AnnotatedArticle:
    return annotated(TEXT, quote(TEXT, *FIRST), quote(TEXT, *SECOND, kind="indirect"))


def test_what_is_right_scores_full(gold: AnnotatedArticle) -> None:
    scores = evaluate([gold], [gold])
    overall = scores.overall
    for figure in (overall.content, overall.cue, overall.source, overall.triple, overall.attribution):
        assert (figure.f1.value, figure.gold, figure.predicted) == (1.0, 2, 2)
    assert overall.source_overlaps.share.value == 1.0
    assert scores.kind.share.value == 1.0
    assert scores.content_characters.f1.value == 1.0
    assert scores.by_kind["mixed"].attribution.f1.value is None
    assert scores.by_source["pronoun"].attribution.gold == 1
    assert scores.calibration.ece.value is None


def test_nothing_found_and_nothing_there(gold: AnnotatedArticle, annotated: Annotated) -> None:
    none = annotated(TEXT)
    assert evaluate([gold], [none]).overall.attribution.f1.value == 0.0
    assert evaluate([none], [gold]).overall.attribution.f1.value == 0.0
    assert evaluate([none], [none]).overall.attribution.f1.value is None


def test_by_hand(gold: AnnotatedArticle, quote: Quote, annotated: Annotated) -> None:
    found = annotated(
        TEXT,
        # Shares 14 of 31 code points with the first content: too few to be aligned.
        quote(TEXT, "for the storm.” He", "said", "Ada Lunt"),
        # The content is exact, the kind and the source are wrong.
        quote(TEXT, SECOND[0], SECOND[1], "Ada Lunt"),
        # Nobody said this.
        quote(TEXT, *THIRD),
    )
    scores = evaluate([gold], [found])
    overall = scores.overall
    assert overall.attribution.precision.value == pytest.approx(1 / 3)
    assert overall.attribution.recall.value == pytest.approx(1 / 2)
    assert overall.content.f1.value == pytest.approx(2 * (1 / 3) * (1 / 2) / (1 / 3 + 1 / 2))
    # Cues: said, added of said, added, denied.
    assert overall.cue.f1.value == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))
    # Sources: Ada Lunt is found once as a set, however often it serves; He is missed, Officials is too much.
    assert (overall.source.gold, overall.source.predicted) == (2, 2)
    assert overall.source.f1.value == pytest.approx(1 / 2)
    assert overall.triple.f1.value == 0.0
    assert overall.source_overlaps.share.value == 0.0
    assert overall.source_given_content.number == 1
    assert overall.cue_given_content.share.value == 1.0
    assert scores.kind.share.value == 0.0
    # The indirect one was found, though it was called direct: recall goes by the gold's kind.
    assert scores.by_kind["indirect"].attribution.recall.value == 1.0
    assert scores.by_kind["direct"].attribution.precision.value == pytest.approx(1 / 3)


def test_whitespace_and_the_cutting_of_a_span_do_not_count(quote: Quote, annotated: Annotated) -> None:
    gold = annotated(TEXT, quote(TEXT, "We are ready,", "said ", " Ada Lunt"))
    found = annotated(TEXT, quote(TEXT, ("We are", "ready,"), " said", "Ada Lunt"))
    assert evaluate([gold], [found]).overall.triple.f1.value == 1.0


def test_a_second_copy_is_one_too_many(gold: AnnotatedArticle, quote: Quote, annotated: Annotated) -> None:
    doubled = annotated(TEXT, *gold.attributions, gold.attributions[0])
    overall = evaluate([gold], [doubled]).overall
    assert overall.attribution.precision.value == pytest.approx(2 / 3)
    assert overall.content.f1.value == 1.0


def test_equal_contents_are_aligned_by_their_sources(quote: Quote, annotated: Annotated) -> None:
    said = quote(TEXT, "We are ready,", "said", "Ada Lunt")
    added = quote(TEXT, "We are ready,", "added", "He")
    overall = evaluate([annotated(TEXT, said, added)], [annotated(TEXT, added, said)]).overall
    assert overall.source_exact.share.value == 1.0


def test_no_source_on_both_sides_is_right(quote: Quote, annotated: Annotated) -> None:
    bare = annotated(TEXT, quote(TEXT, "We are ready,"))
    overall = evaluate([bare], [bare]).overall
    assert overall.source_overlaps.share.value == 1.0
    assert overall.source.f1.value is None
    full = annotated(TEXT, quote(TEXT, *FIRST))
    assert evaluate([full], [full]).by_source["none"].attribution.gold == 0


def test_confidence_is_judged_by_alignment(gold: AnnotatedArticle, quote: Quote, annotated: Annotated) -> None:
    found = annotated(TEXT, quote(TEXT, *FIRST, confidence=0.95), quote(TEXT, *THIRD, confidence=0.35))
    calibration = evaluate([gold], [found]).calibration
    assert calibration.ece.value == pytest.approx((0.05 + 0.35) / 2)
    assert calibration.precision.share.value == 1.0
    assert calibration.coverage.share.value == 0.5


def test_articles_without_prediction_count_and_others_do_not(gold: AnnotatedArticle, annotated: Annotated) -> None:
    other = annotated(TEXT, *gold.attributions, id="y")
    scores = evaluate([gold, other], [gold, annotated("Elsewhere.", id="z")])
    assert (scores.articles, scores.missing) == (2, 1)
    assert scores.overall.attribution.recall.value == 0.5
    assert scores.overall.attribution.precision.value == 1.0


def test_what_cannot_be_compared_is_refused(gold: AnnotatedArticle, annotated: Annotated) -> None:
    with pytest.raises(InputError, match="article x: the text"):
        evaluate([gold], [annotated(f"{TEXT} ")])
    with pytest.raises(InputError, match="twice in the gold"):
        evaluate([gold, gold], [gold])
    with pytest.raises(InputError, match="twice in the predicted"):
        evaluate([gold], [gold, gold])
    with pytest.raises(InputError, match="no gold"):
        evaluate([], [gold])


def test_scores_are_plain_json(gold: AnnotatedArticle) -> None:
    read = json.loads(json.dumps(evaluate([gold], [gold]).to_dict()))
    assert read["overall"]["attribution"]["f1"]["value"] == 1.0


def test_counts_serve_the_paired_comparison(gold: AnnotatedArticle, annotated: Annotated) -> None:
    before, after = count([gold], [annotated(TEXT)]), count([gold], [gold])
    for name, figure in HEADLINES.items():
        found = paired_bootstrap(before, after, figure, draws=50)
        if name not in {"ECE", "source overlaps"}:
            assert (found.before, found.after) == (0.0, 1.0), name
