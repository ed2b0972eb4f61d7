"""The stance of every voice toward every actor."""

import pytest

from attribution.schema import AnnotatedArticle, Article, Speaker
from attribution.stance.judge import StanceJudge, scene

TEXT = (
    "Lunt hails museum\n\nAda Lunt opened the Vessel Museum on Monday. Lunt has led the museum since May. "
    "“Ada Lunt has ruined this house,” said Bo Falk. Falk denied that Ada Lunt had asked him."
)


@pytest.fixture(scope="module")
def judge(tiny_stance):
    return StanceJudge.load(tiny_stance)


@pytest.fixture
def parts(quote):
    article = Article(id="x", text=TEXT, title="Lunt hails museum", meta={"targets": [{"name": "Ada Lunt"}]})
    falk = Speaker(id="s1", name="Bo Falk", kind="person")
    direct = quote(TEXT, "“Ada Lunt has ruined this house,”", "said", "Bo Falk", speaker="s1")
    indirect = quote(TEXT, "that Ada Lunt had asked him", "denied", (), id="a2", kind="indirect", speaker="s1")
    return article, [direct, indirect], [falk]


def test_each_voice_has_a_stance_of_its_own_and_all_of_it_holds_to_the_contract(judge, parts):
    article, attributions, speakers = parts
    stances, namings = judge.judge(article, attributions, speakers)
    whole = AnnotatedArticle(
        article=article, attributions=attributions, speakers=speakers, stances=stances, namings=namings
    )
    assert [(item.target, item.voice, item.speaker) for item in whole.stances] == [
        ("Ada Lunt", "outlet", None),
        ("Ada Lunt", "quoted", "s1"),
        ("Ada Lunt", "reported", "s1"),
    ]
    assert [len(item.mentions) for item in whole.stances] == [3, 1, 1]
    assert any(naming.text == "Ada Lunt" for naming in whole.namings)


def test_the_outlets_stance_does_not_depend_on_what_is_quoted(judge, parts):
    article, attributions, speakers = parts
    before, _ = judge.judge(article, attributions, speakers)
    shift = len("saved") - len("ruined")
    text = TEXT.replace("ruined", "saved")
    moved = [_moved(item, text, TEXT.index("ruined"), shift) for item in attributions]
    after, _ = judge.judge(article.model_copy(update={"text": text}), moved, speakers)
    assert (before[0].label, before[0].score, before[0].role) == (after[0].label, after[0].score, after[0].role)


def _moved(attribution, text, place, shift):
    def move(span):
        start, end = span.start + shift * (span.start > place), span.end + shift * (span.end > place)
        return type(span).of(text, start, end)

    fields = {name: [move(span) for span in getattr(attribution, name)] for name in ("content", "cue", "source")}
    return attribution.model_copy(update=fields)


def test_outlet_and_address_play_no_part(judge, parts):
    article, attributions, speakers = parts
    named = article.model_copy(update={"outlet": "The Harbour Post", "url": "https://harbour.example/x"})
    assert judge.judge(named, attributions, speakers) == judge.judge(article, attributions, speakers)


def test_many_articles_are_judged_in_order_as_one_by_one(judge, parts):
    other = Article(id="y", text="Bo Falk left. Bo Falk came back.")
    items = [parts, (other, [], []), parts]
    together = list(judge.judge_all(items))
    assert [{stance.target for stance in stances} for stances, _ in together] == [
        {"Ada Lunt"},
        {"Bo Falk"},
        {"Ada Lunt"},
    ]
    assert together[0][0][0].label == together[2][0][0].label


def test_an_article_without_actors_has_no_stance(judge):
    assert judge.judge(Article(id="x", text="It rained."), [], []) == ([], [])
    assert judge.judge(Article(id="x", text=""), [], []) == ([], [])


def test_a_denied_content_counts_the_other_way_round(judge, parts):
    view = scene(*parts)
    assert view.turned == {"a2"}


def test_the_headline_is_flagged_in_the_evidence(judge, parts):
    stances, _ = judge.judge(*parts)
    for stance in stances:
        for item in stance.evidence:
            assert item.headline == (item.end <= len("Lunt hails museum"))


def test_a_title_outside_the_text_is_judged_but_shows_no_evidence(judge):
    text = "Bo Falk came back."
    article = Article(
        id="x", text=text, title="Falk is back", meta={"targets": [{"name": "Bo Falk", "aliases": ["Falk"]}]}
    )
    view = scene(article, [], [])
    assert [query.text for query in view.queries] == [text, "Falk is back"]
    assert view.queries[1].targets == (((0, 4),),)
    (stance,), _ = judge.judge(article, [], [])
    assert [span.text for span in stance.mentions] == ["Bo Falk"]
    assert all(item.text in text for item in stance.evidence)
