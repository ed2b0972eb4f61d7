"""The steps between an article and its speakers, one by one. Everything is invented."""

import numpy as np
import pytest

from attribution.quotations.encoding import Encoded
from attribution.speakers.candidates import FEATURES
from attribution.speakers.descriptions import read_description
from attribution.speakers.entities import find_entities, gender_of
from attribution.speakers.kinds import KINDS, decide_kinds
from attribution.speakers.layout import read_layout
from attribution.speakers.names import find_names, key_of
from attribution.speakers.ranker import Ranker
from attribution.speakers.roles import find_facts
from attribution.speakers.scene import Scene
from attribution.speakers.spellings import same_person, skeleton
from attribution.speakers.tagger import KindTagger, name_states


def scene_of(text):
    layout = read_layout(text)
    names = find_names(layout)
    entities, owners = find_entities(layout, names, decide_kinds(layout, names))
    by_token = {token: name for name in names for token in range(name.first, name.last)}
    return (
        Scene(layout, by_token, {id(name): entity for name, entity in zip(names, owners, strict=True)}),
        names,
        entities,
    )


def found_names(text):
    layout = read_layout(text)
    return [layout.slice(name.first, name.last) for name in find_names(layout)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Gov. Lund’s aide", ["Gov.", "Lund", "’s", "aide"]),
        ("al-Tamimi, O’Rourke", ["al-Tamimi", ",", "O’Rourke"]),
        ("U.S. troops", ["U.S.", "troops"]),
        ("J. R. Moss", ["J.", "R.", "Moss"]),
        ("a 43-year-old on 5th", ["a", "43-year-old", "on", "5th"]),
        ("", []),
    ],
)
def test_tokens(text, tokens):
    layout = read_layout(text)
    assert layout.words == tokens
    assert [text[first:last] for first, last in zip(layout.starts, layout.ends, strict=True)] == tokens


def test_sentences_and_paragraphs():
    layout = read_layout("Mr. Lund left. He came back.\n\n“It rains.” Done.")
    assert [layout.words[at] for at in range(1, len(layout)) if layout.sentence[at] != layout.sentence[at - 1]] == [
        "He",
        "“",
        "Done",
    ]
    assert {layout.paragraph[layout.words.index("Done")]} == {1}
    assert layout.quoted[layout.words.index("rains")]


def test_token_range_of_a_stretch():
    layout = read_layout("Ann Lee said no")
    assert layout.at(4, 12) == (1, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Then Interior Minister Sadiq al-Tamimi spoke.", ["Sadiq al-Tamimi"]),
        ("At the Ministry of Roads and Bridges, Lund waited.", ["Ministry of Roads and Bridges", "Lund"]),
        ("The US-backed Tarn Forces left.", ["Tarn Forces"]),
        ("Officials met. Police came. Shopkeepers waited.", []),
        ("The Farmers’ Front and Oh Dae-jin agreed.", ["Farmers’ Front", "Oh Dae-jin"]),
        ("He asked FBI Director Ann Moss.", ["FBI", "Ann Moss"]),
        ("John “Tig” Tarn waved.", ["John “Tig” Tarn"]),
        (
            "Mill Will Close Says Maria Lund After Long Talks With Workers\n\nMaria Lund spoke.",
            ["Maria Lund", "Maria Lund"],
        ),
    ],
)
def test_names(text, expected):
    assert found_names(text) == expected


def test_kinds():
    layout = read_layout("Maria Lund of Orrefors Ministry met reporters in Oslo. Lund left.")
    names = find_names(layout)
    kinds = decide_kinds(layout, names)
    assert [kinds[name.key][0] for name in names] == ["person", "organization", "place", "person"]


def test_votes_of_a_tagger_count():
    layout = read_layout("They asked Zyx about it.")
    [name] = find_names(layout)
    for at, kind in enumerate(KINDS):
        assert decide_kinds(layout, [name], np.eye(4, dtype=np.float32)[[at]])[name.key][0] == kind


@pytest.mark.parametrize(
    ("word", "key"),
    [("al-tamimi", ("tamimi",)), ("horáková", ("horakova",)), ("ruiz-vega", ("ruiz", "vega")), ("al", ())],
)
def test_keys(word, key):
    assert key_of(word) == key


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("maria lund", "maria k lund", True),
        ("yehia sarraf", "yahya sarraf", True),
        ("bill moss", "william moss", True),
        ("m lund", "maria lund", True),
        ("maria lund", "jonas lund", False),
        ("peter lund jr", "peter lund sr", False),
        ("lund", "maria lund", False),
    ],
)
def test_same_person(one, two, same):
    assert same_person(tuple(one.split()), tuple(two.split())) is same


def test_skeletons_of_transliterations():
    assert skeleton("yehia") == skeleton("yahya")
    assert skeleton("mohammed") == skeleton("muhammad")


def test_gender_from_title_and_given_name():
    scene, _, entities = scene_of("Mrs. Tarn met Jonas Berg and Zyx Quill.")
    assert [gender_of(scene.layout, entity) for entity in entities] == ["f", "m", None]


@pytest.mark.parametrize(
    ("text", "roles", "bodies"),
    [
        ("a former executive director of the Tarn Party", ["executive director"], ["Tarn Party"]),
        ("president and chief executive of Orrefors Works", ["president", "chief executive"], ["Orrefors Works"]),
        (
            "a professor of soil science at the University of Tarn",
            ["professor of soil science"],
            ["University of Tarn"],
        ),
        (
            "assistant to the mayor and director of the Tarn Office",
            ["assistant to the mayor", "director"],
            ["Tarn Office"],
        ),
        ("the Tarn ministry’s veteran media officer", ["media officer"], ["Tarn ministry"]),
        ("a Democrat from Ohio", [], ["Democrat", "Ohio"]),
        ("a cold morning", [], []),
    ],
)
def test_descriptions(text, roles, bodies):
    scene, _, _ = scene_of(text)
    facts = read_description(scene, 0, len(scene.layout))
    assert [text[slice(*fact.role)] for fact in facts if fact.role] == roles
    assert list(dict.fromkeys(text[slice(*place)] for fact in facts for place in fact.affiliations)) == bodies


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Sens. Maria Lund and Jonas Berg agreed.", "Sens."),
        ("Maria Lund and Jonas Berg, sociologists at the University of Tarn, agreed.", "sociologists"),
        ("Jonas Berg, 43, a baker, agreed.", "baker"),
        ("The director of the mill, Jonas Berg, agreed.", "director of the mill"),
        ("Jonas Berg is a baker.", "baker"),
    ],
)
def test_forms_of_statement(text, role):
    scene, names, entities = scene_of(text)
    facts = find_facts(scene, names)
    berg = next(
        item for item in entities if scene.layout.slice(item.canonical.first, item.canonical.last) == "Jonas Berg"
    )
    assert text[slice(*facts[berg.index][0].role)] == role


def test_ranker_prefers_what_fits_and_can_choose_none(tmp_path):
    ranker = Ranker.fixed()
    good, bad = (
        [float(name in chosen) for name in FEATURES]
        for chosen in (("bias", "last_speaker", "gender_fits"), ("bias", "gender_clashes"))
    )
    chances = ranker.probabilities([bad, good], sort=0)
    assert chances.argmax() == 1
    assert chances.sum() == pytest.approx(1)
    assert ranker.probabilities([bad], sort=0).argmax() == 1
    ranker.save(tmp_path / "ranker.safetensors")
    assert Ranker.load(tmp_path / "ranker.safetensors").probabilities([bad, good], 0) == pytest.approx(chances)


def test_tagger_reads_the_states_of_a_name(tmp_path):
    layout = read_layout("Ann Lee left")
    [name] = find_names(layout)
    states = np.array([[1, 0], [3, 0], [0, 9]], np.float32)
    encoded = Encoded("Ann Lee left", np.array([[0, 3], [4, 7], [8, 12]]), states)
    assert name_states(layout, [name], encoded).tolist() == [[2, 0]]
    tagger = KindTagger(
        np.eye(2, dtype=np.float32),
        np.zeros(2, np.float32),
        np.array([[0, 5, 0, 0], [0, 0, 0, 0]], np.float32),
        np.zeros(4, np.float32),
    )
    tagger.save(tmp_path / "kinds.safetensors")
    assert KindTagger.load(tmp_path / "kinds.safetensors").votes(layout, [name], encoded).argmax() == 1
    other = Encoded("Ann Lee left", encoded.offsets, np.zeros((3, 5), np.float32))
    assert tagger.votes(layout, [name], other).tolist() == [[0, 0, 0, 0]]
