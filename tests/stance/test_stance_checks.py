"""Checks that stance is judged by voice."""

import pytest

from attribution.schema import Article
from attribution.stance.judge import StanceJudge
from attribution.training.corpora.basil import BasilArticle, BiasSpan
from attribution.training.stance_checks import (
    Ordering,
    flip_quotations,
    mask_outlet,
    ordering,
    outlet_gaps,
    voice_agreement,
)


@pytest.fixture(scope="module")
def judge(tiny_stance):
    return StanceJudge.load(tiny_stance)


@pytest.fixture
def item(annotated, quote):
    text = (
        "By Eva Brandt\n\nAda Lunt opened the Vessel Museum on Monday. “Ada Lunt has ruined this old house,” "
        "said Bo Falk, who told the Harbour Post that Lunt was late. Lunt laughed."
    )
    said = quote(text, "“Ada Lunt has ruined this old house,”", "said", "Bo Falk")
    told = quote(text, "that Lunt was late", "told", "who", kind="indirect")
    made = annotated(text, said, told)
    article = made.article.model_copy(update={"outlet": "Harbour Post", "url": "https://harbour.example/1"})
    return made.model_copy(update={"article": article})


@pytest.mark.parametrize("words", ["", "{target} is a hero in every way.", "Nobody has ever trusted {target}."])
def test_the_outlets_labels_stay_when_quotations_are_replaced(judge, item, words):
    share = flip_quotations(judge, [item], words)
    assert share.whole >= 2
    assert share.part == 0


def test_without_attributions_the_marks_alone_keep_the_outlet_apart(judge, item):
    bare = item.model_copy(update={"attributions": []})
    share = flip_quotations(judge, [bare], "{target} is a hero in every way.", lambda _: ())
    assert (share.part, share.whole > 0) == (0, True)


def test_the_outlets_labels_stay_when_the_byline_and_addresses_are_masked(judge, item):
    text = item.article.text.replace("the Harbour Post", "reporters")
    shorter = item.model_copy(update={"article": item.article.model_copy(update={"text": text}), "attributions": []})
    share = mask_outlet(judge, [shorter], lambda _: ())
    assert (share.part, share.whole > 0) == (0, True)


def test_voices_are_held_against_basils_flag():
    text = "Vile Lunt left. “Ada Lunt has ruined this old house,” he said."
    inside = text.index("ruined")
    spans = (
        BiasSpan(0, 4, "Lunt", -1, False),
        BiasSpan(inside, inside + 6, "Lunt", -1, True),
        BiasSpan(5, 9, "x", 1, True),
    )
    share = voice_agreement([BasilArticle(Article(id="x", text=text), spans, {})], lambda _: ())
    assert (share.part, share.whole) == (2, 3)


def test_only_pairs_of_one_event_whose_authors_differ_are_ordered(judge):
    def told(name, event, feeling, words):
        article = Article(id=name, text=f"Ada Lunt {words}.", meta={"event": event})
        return BasilArticle(article, (), {"Ada Lunt": feeling, "main event": feeling})

    articles = [
        told("a", "e1", -1, "was told of the minister"),
        told("b", "e1", 0, "said that she will"),
        told("c", "e1", 0, "said not"),
        told("d", "e2", 1, "was in"),
    ]
    found = ordering(outlet_gaps(judge, articles, lambda _: ()), coverage=1.0)
    assert found.pairs == 2
    assert found.right <= found.decided <= 2
    backwards = [BasilArticle(item.article, (), {k: -v for k, v in item.feelings.items()}) for item in articles]
    turned = ordering(outlet_gaps(judge, backwards, lambda _: ()), coverage=1.0)
    assert turned.right == found.decided - found.right


def test_the_pairs_furthest_apart_are_decided_first_whatever_their_authors_felt():
    gaps = [0.1, -0.5, 0.9, float("nan"), 0.0]
    assert ordering(gaps, 0.4) == Ordering(pairs=5, decided=2, right=1)
    assert ordering(gaps, 1.0) == Ordering(pairs=5, decided=3, right=2)
