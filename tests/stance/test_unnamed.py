"""Sentences that are about a target without naming it."""

from attribution.schema import Article
from attribution.stance.judge import StanceJudge, scene
from attribution.stance.unnamed import prefix
from attribution.training.stance_examples import Example, Labelled, one_hot
from attribution.training.stance_unnamed import unnamed_copies

TARGETS = [{"name": "Ada Lunt"}, {"name": "Bo Falk"}]


def view_of(text, attributions=()):
    return scene(Article(id="x", text=text, meta={"targets": TARGETS}), attributions, [])


def asked(view):
    """Each query with what stands at its targets' places, and who they are."""
    return [
        (
            query.text,
            [
                (view.targets[index].name, query.text[slice(*spans[0])])
                for (index, _), spans in zip(cast, query.targets, strict=True)
            ],
        )
        for query, cast in zip(view.queries, view.cast, strict=True)
    ]


def test_the_outlets_next_sentences_go_on_about_whom_it_named_last():
    found = asked(view_of("Ada Lunt opened it. The doors stuck. Bo Falk left."))
    assert found == [
        ("Ada Lunt opened it.", [("Ada Lunt", "Ada Lunt")]),
        ("Ada Lunt: The doors stuck.", [("Ada Lunt", "Ada Lunt")]),
        ("Ada Lunt: Bo Falk left.", [("Bo Falk", "Bo Falk"), ("Ada Lunt", "Ada Lunt")]),
    ]


def test_what_is_quoted_may_be_about_anybody_and_never_decides_whom_the_outlet_means(quote):
    text = "Ada Lunt came. “Bo Falk has ruined this house,” she said. Then the doors stuck."
    view = view_of(text, [quote(text, "“Bo Falk has ruined this house,”", "said", "she")])
    found = dict(asked(view))
    assert found["Ada Lunt: “Bo Falk has ruined this house,”"] == [("Bo Falk", "Bo Falk"), ("Ada Lunt", "Ada Lunt")]
    assert found["Ada Lunt: Then the doors stuck."] == [("Ada Lunt", "Ada Lunt")]


def test_a_holder_who_names_nobody_and_says_nothing_of_anybody_has_no_stance(tiny_stance, quote):
    text = "Ada Lunt came. “We will go home,” said a man."
    article = Article(id="x", text=text, meta={"targets": TARGETS})
    judge = StanceJudge.load(tiny_stance)
    stances, _ = judge.judge(article, [quote(text, "“We will go home,”", "said", "a man")], [])
    assert all(item.label != "neutral" for item in stances if item.voice == "quoted")
    for item in stances:
        assert all(text[span.start : span.end] == span.text for span in item.evidence)


def test_names_stand_before_the_text_each_with_its_place():
    text, spans = prefix(["Ada Lunt", "Falk"])
    assert text == "Ada Lunt; Falk: "
    assert [text[start:end] for start, end in spans] == ["Ada Lunt", "Falk"]
    assert prefix([]) == ("", [])


def test_practice_copies_have_the_name_in_front_and_a_pronoun_in_its_place():
    example = Example("Lunt lied and Lunt knew.", (Labelled(((0, 4), (14, 18)), one_hot(-1), 1),), "d")
    (copy,) = unnamed_copies([example], 1.0)
    assert copy.text.startswith("Lunt: ")
    assert copy.text.count("Lunt") == 1
    assert copy.targets == (Labelled(((0, 4),), one_hot(-1), 1),)
    assert list(unnamed_copies([example], 0.0)) == []
