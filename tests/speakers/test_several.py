"""Sources that are several people, bodies known by a noun, documents, interviews. All names are invented."""

import numpy as np

from attribution.speakers.employers import FEATURES, SORTS, Employers
from attribution.speakers.layout import read_layout
from attribution.speakers.names import find_names, name_is_plural
from attribution.speakers.ranker import Ranker
from tests.speakers.test_resolver import names, only, resolve


def test_both_are_the_two_who_are_named_side_by_side():
    found = resolve(
        "<1 Ann Zyrrel and Jonas Berg> said {1 that the mill must stay}. It rained all day.\n\n"
        "<2 Both> fear {2 that it will close}."
    )
    first, second = found.attributions
    assert len(first.other_speakers) == 1
    assert (second.speaker, second.other_speakers) == (first.speaker, first.other_speakers)


def test_a_plural_name_is_a_group():
    found = resolve(
        "<1 Republicans> say {1 that the tax is too high}. In Ohio, <2 Democrats> say {2 that it is too low}."
    )
    assert names(found) == ["<group>", "<group>"]


def test_a_surname_is_not_a_plural():
    layout = read_layout("Mary Sanders and the Sanders brothers met. The voters met Sanders.")
    assert not any(name_is_plural(layout, name) for name in find_names(layout) if layout.lower[name.first] == "mary")


def test_a_family_name_in_the_plural_is_everybody_of_that_name():
    found = resolve("Ann Zyrrel and her husband Karl Zyrrel own the mill. The <1 Zyrrels> say {1 that it will stay}.")
    [attribution] = found.attributions
    assert {one.name for one in found.speakers} == {"Ann Zyrrel", "Karl Zyrrel"}
    assert len(attribution.other_speakers) == 1


def test_her_sister_is_not_she_herself():
    found = resolve("<1 Ann Zyrrel> said {1 that the mill would close}. <2 Her sister> said {2 that it would stay}.")
    assert names(found) == ["Ann Zyrrel", "<unknown>"]


def test_who_after_a_copula_goes_back_to_the_name():
    found = resolve("Ann Zyrrel was the only engineer <1 who> had said {1 that the dam would leak}.")
    assert names(found) == ["Ann Zyrrel"]


def test_answers_of_an_interview_belong_to_the_one_who_is_interviewed():
    found = resolve(
        "Ann Zyrrel has led the mill for ten years.\n\nQ: Will it close?\n\nA: <1 I> think {1 that it will stay}.\n\n"
        "Q: And then?\n\nA: <2 I> hope {2 that it grows}."
    )
    assert names(found) == ["Ann Zyrrel", "Ann Zyrrel"]


def test_a_rank_with_of_or_a_bracket_does_not_hide_the_name():
    found = resolve(
        "<1 Superintendent of Police Kavya Zyrrel> said {1 that the road was open}. "
        "<2 Admiral (ret.) Jonas Berg> said {2 that it was not}."
    )
    assert names(found) == ["Kavya Zyrrel", "Jonas Berg"]


def test_a_body_is_called_as_it_calls_itself():
    found = resolve("<1 A group styling itself the Toru Fishers’ Cooperative> said {1 that the bay was dead}.")
    assert names(found) == ["Toru Fishers’ Cooperative"]


def test_an_institution_without_a_name_keeps_its_field():
    found = resolve("<1 The ministry of the environment> said {1 that the water was clean}.")
    assert names(found) == ["ministry of the environment"]


def test_a_statement_is_its_senders():
    found = resolve(
        "<1 Ann Zyrrel> said {1 that she would go} in a statement. <2 The statement> said {2 that it was late}."
    )
    assert names(found) == ["Ann Zyrrel", "Ann Zyrrel"]


def test_the_chooser_of_bodies_follows_its_ranker():
    linear = np.array([4.0 if name == "frequency" else 0.0 for name in FEATURES], np.float32)
    empty = np.zeros((len(FEATURES), 1), np.float32)
    ranker = Ranker(empty, np.zeros(1, np.float32), np.zeros(1, np.float32), linear, np.zeros(len(SORTS), np.float32))
    text = "Zyx Paper Company shut a mill. Zyx Paper Company did not say why. <1 Chief executive Ann Lee> said {1 that it was old}."
    from attribution.speakers import SpeakerResolver

    assert only(resolve(text), "Ann Lee").affiliation is None
    chosen = resolve(text, SpeakerResolver(employers=Employers(ranker)))
    assert only(chosen, "Ann Lee").affiliation.name == "Zyx Paper Company"
