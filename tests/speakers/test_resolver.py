"""From article and attributions to speakers. All people, outlets and bodies are invented.

Articles are written with marks: ``{1 words}`` is the content of the first attribution, ``<1 words>`` its source.
"""

import re

import pytest

from attribution.schema import AnnotatedArticle, Article, Attribution
from attribution.speakers import SpeakerResolver
from attribution.typography import quoted_regions

MARK = re.compile(r"[{<](\d) |[}>]")


def marked(text):
    """The article and the attributions of a marked text."""
    plain, places, opened, at = "", {}, [], 0
    for mark in MARK.finditer(text):
        plain += text[at : mark.start()]
        at = mark.end()
        if mark.group()[0] in "{<":
            opened.append((int(mark.group(1)), "content" if mark.group()[0] == "{" else "source", len(plain)))
        else:
            number, part, start = opened.pop()
            places.setdefault(number, {}).setdefault(part, []).append((start, len(plain)))
    article = Article(id="x", text=plain + text[at:])
    regions = quoted_regions(article.text)
    attributions = []
    for number, parts in sorted(places.items()):
        spans = {part: [article.span(*place) for place in found] for part, found in parts.items()}
        direct = any(first <= spans["content"][0].start < last for first, last in regions)
        attributions.append(Attribution(id=f"a{number}", kind="direct" if direct else "indirect", **spans))
    return article, attributions


def resolve(text, resolver=None):
    article, attributions = marked(text)
    resolved, speakers = (resolver or SpeakerResolver()).resolve(article, attributions)
    return AnnotatedArticle(article=article, attributions=resolved, speakers=speakers)


def names(found):
    speakers = [found.speaker_of(item) for item in found.attributions]
    return [(speaker.name or f"<{speaker.kind}>") if speaker else None for speaker in speakers]


def only(found, name):
    [speaker] = [item for item in found.speakers if item.name == name]
    return speaker


OFFICER = (
    "<1 Brigadier Sadiq al-Tamimi, media officer of the Halgurd Ministry of Roads>, told the Courier {1 that the pass was shut}. "
    "{2 “We will open it in May,”} <2 al-Tamimi> added.\n\n<3 He> denied {3 that lorries were stuck}."
)


def test_one_speaker_under_full_name_surname_and_pronoun():
    found = resolve(OFFICER)
    assert names(found) == ["Sadiq al-Tamimi"] * 3
    speaker = only(found, "Sadiq al-Tamimi")
    assert (speaker.role.text, speaker.affiliation.name) == ("media officer", "Halgurd Ministry of Roads")
    assert "Brigadier" in [role.text for role in speaker.other_roles]
    assert "He" in [span.text for span in speaker.mentions]


def test_every_decision_says_why_and_every_string_stands_in_the_article():
    found = resolve(OFFICER)
    assert all(item.evidence for item in (*found.attributions, *found.speakers))
    for speaker in found.speakers:
        facts = [speaker.role, *speaker.other_roles, speaker.affiliation, *speaker.other_affiliations]
        assert all(fact.span.text == (fact.name if hasattr(fact, "name") else fact.text) for fact in facts if fact)
        assert speaker.name in found.article.text


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Khalid bin Tarif", "bin Tarif"),
        ("Khalid bin Tarif", "Tarif"),
        ("Anna van der Meer", "Van der Meer"),
        ("Sean O’Rourke", "O’Rourke"),
        ("Peter Lund Jr.", "Lund"),
        ("J. R. Moss", "Moss"),
        ("Ana Ruiz-Vega", "Ruiz-Vega"),
        ("Thaís Moreira de Sá", "Moreira"),
        ("Ivana Horáková", "Horáková"),
        ("Sadiq al-Tamimi", "Tamimi"),
        ("Halim ole Sitati", "Ole Sitati"),
        ("Oh Dae-jin", "Oh"),
    ],
)
def test_short_names_stand_for_the_full_one(full, short):
    found = resolve(f"On Monday an engineer, {full}, came from the coast. <1 {short}> said {{1 the wells were dry}}.")
    assert names(found) == [full]


def test_transliterations_are_one_name():
    found = resolve("<1 Yehia Sarraf> said {1 the road was open}. Later <2 Yahya Sarraf> said {2 it was shut}.")
    assert len(found.speakers) == 1


def test_two_people_of_one_surname_stay_apart():
    found = resolve(
        "Maria Lund and her brother Jonas Lund met at the mill. <1 Ms. Lund> said {1 the mill would close}. "
        "<2 Mr. Lund> said {2 it would stay}."
    )
    assert names(found) == ["Maria Lund", "Jonas Lund"]
    assert any("more than one person" in item.reason for item in found.attributions[0].evidence)


def test_someone_named_only_after_the_quotation():
    found = resolve(
        "{1 “We are closing,”} said <1 Lund>. The notice was signed by Maria Lund, the director of the mill."
    )
    assert names(found) == ["Maria Lund"]


def test_an_acronym_defined_in_the_article():
    found = resolve(
        "The Tarn Valley Growers Association (TVGA) met on Monday. {1 Prices will rise}, <1 the TVGA> said."
    )
    assert names(found) == ["Tarn Valley Growers Association"]


def test_unnamed_people_have_a_description_and_no_name():
    found = resolve(
        "{1 The dam is safe}, <1 officials> said. {2 “It leaks,”} said <2 a senior engineer close to the talks>."
    )
    assert names(found) == ["<group>", "<unknown>"]
    assert [speaker.role.text for speaker in found.speakers] == ["officials", "senior engineer"]


def test_a_spokesman_is_not_the_one_he_speaks_for():
    found = resolve("Maria Lund was away. <1 A spokesman for Maria Lund> said {1 the mill would close}.")
    assert names(found) == ["<unknown>"]
    assert (found.speakers[0].role.text, found.speakers[0].affiliation.name) == ("spokesman", "Maria Lund")


def test_several_speakers_of_one_quotation():
    found = resolve("<1 Maria Lund and Jonas Berg> said {1 the mill would close}.")
    [item] = found.attributions
    assert [speaker.name for speaker in found.speakers] == ["Maria Lund", "Jonas Berg"]
    assert (item.speaker, item.other_speakers) == ("s1", ["s2"])


@pytest.mark.parametrize(
    ("source", "role", "body"),
    [
        ("Orrefors Works’ director, Maria Lund,", "director", "Orrefors Works"),
        ("Maria Lund, the director of Orrefors Works", "director", "Orrefors Works"),
        (
            "Maria Lund, a professor of soil science at the University of Tarn",
            "professor of soil science",
            "University of Tarn",
        ),
        ("Halgurd Interior Minister Maria Lund", "Interior Minister", "Halgurd"),
        ("Maria Lund, who is deputy head of the Tarn Council,", "deputy head", "Tarn Council"),
        ("Tarn University historian Maria Lund", "historian", "Tarn University"),
    ],
)
def test_role_and_affiliation_in_the_source(source, role, body):
    found = resolve(f"After the talks, <1 {source}> said {{1 the mill would close}}.")
    speaker = only(found, "Maria Lund")
    assert speaker.role.text == role
    assert body in [item.name for item in (speaker.affiliation, *speaker.other_affiliations)]


def test_a_former_role_is_marked():
    found = resolve("<1 Maria Lund, a former director of Orrefors Works>, said {1 the mill would close}.")
    assert (found.speakers[0].role.text, found.speakers[0].role.former) == ("director", True)


def test_role_stated_only_elsewhere():
    found = resolve("Maria Lund, mayor of Tarn, opened the dam. It was cold. {1 “It will last,”} <1 Lund> said.")
    assert (found.speakers[0].role.text, found.speakers[0].affiliation.name) == ("mayor", "Tarn")


def test_party_and_state_after_the_name():
    found = resolve("<1 Rep. Maria Lund (D-Md.)> said {1 the dam was safe}.")
    assert [item.name for item in (found.speakers[0].affiliation, *found.speakers[0].other_affiliations)] == [
        "D",
        "Md.",
    ]


def test_documents_speak_for_who_issued_them():
    found = resolve(
        "{1 Half of all wells are dry}, <1 a Northwire poll> found. <2 The Ministry of Water’s report> says {2 more will follow}."
    )
    assert names(found) == ["Northwire", "Ministry of Water"]


def test_relative_pronoun():
    found = resolve("The dam was opened by Maria Lund, <1 who> said {1 it would last}.")
    assert names(found) == ["Maria Lund"]


def test_first_person_in_a_quotation_is_the_one_quoted():
    found = resolve("{1 “<2 I> think {2 the mill will close},”} <1 Maria Lund> told reporters.")
    assert names(found) == ["Maria Lund", "Maria Lund"]


def test_first_person_of_the_outlet_is_the_author():
    found = resolve("By Jonas Berg\n\n<1 I> think {1 the mill will close}, whatever they say.")
    assert names(found) == ["Jonas Berg"]


def test_words_without_source_go_on_with_the_speaker_before():
    found = resolve("{1 “The mill will close,”} <1 Maria Lund> said. {2 “We tried.”}")
    assert names(found) == ["Maria Lund", "Maria Lund"]


def test_no_source_and_nobody_before_is_left_open():
    found = resolve("It is expected that {1 the mill will close}.")
    assert names(found) == [None]


def test_below_the_threshold_nobody_is_named_and_the_reason_says_so():
    found = resolve("<1 Maria Lund> said {1 the mill would close}.", SpeakerResolver(threshold=0.999))
    assert names(found) == [None]
    assert found.speakers == []
    assert found.attributions[0].evidence[0].reason.startswith("left open")


def test_empty_article():
    assert SpeakerResolver().resolve(Article(id="x", text=""), []) == ([], [])


def test_a_spokesperson_named_only_later_is_one_speaker():
    found = resolve(
        "The pass was shut, {1 snow was feared}, <1 Halgurd’s Ministry of Roads spokesperson> said. {2 “We will open it in May,”} "
        "<2 Brigadier Sadiq al-Tamimi, media officer of the Halgurd Ministry of Roads>, said. <3 The spokesperson> denied {3 that lorries were stuck}."
    )
    assert names(found) == ["Sadiq al-Tamimi"] * 3
