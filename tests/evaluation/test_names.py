from __future__ import annotations

import pytest

from attribution.evaluation.names import aliases, identified, normalised, same_name
from attribution.schema import Span, Speaker


def speaker(name: str | None, kind: str = "person", *mentions: str) -> Speaker:
    spans = [Span(start=0, end=len(item), text=item) for item in mentions]
    return Speaker.model_validate({"id": "s", "name": name, "kind": kind, "mentions": spans})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the Harbour Board", "Harbour Board"),
        ("Türkan Öz", "Turkan Oz"),
        ("Omar al-Rifai", "Omar Al Rifai"),
        ("Ada Lunt’s", "Ada Lunt"),
        ("J. P. Moor", "J P Moor"),
        ("ADA  LUNT", "Ada Lunt"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_another_name_stays_another() -> None:
    assert normalised("Ada Lunt") != normalised("Eda Lunt")


def test_a_surname_identifies_a_person_but_is_not_the_full_name() -> None:
    gold = speaker("Ada Lunt", "person", "Ada Lunt", "Lunt", "she", "Dr. Ada Lunt")
    assert identified(gold, speaker("Lunt"))
    assert not same_name(gold, speaker("Lunt"))
    assert same_name(gold, speaker("Dr Ada Lunt"))
    assert not identified(gold, speaker("she"))


def test_an_acronym_names_an_organisation() -> None:
    gold = speaker("Harbour Defence Board", "organization", "Harbour Defence Board", "HDB", "the board")
    assert same_name(gold, speaker("HDB"))
    assert not same_name(gold, speaker("the board"))


def test_nobody_has_no_name() -> None:
    assert aliases(speaker(None)) == set()
    assert not same_name(speaker(None), speaker("Ada Lunt"))
    assert not same_name(speaker("Ada Lunt"), speaker(None))
    assert not identified(speaker(None), speaker(None))
