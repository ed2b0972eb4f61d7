from __future__ import annotations

import pytest

from attribution.evaluation.sources import source_type
from attribution.schema import Span


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("he", "pronoun"),
        ("They", "pronoun"),
        ("who", "pronoun"),
        ("one of them", "pronoun"),
        ("Ada Lunt", "name"),
        ("Harbour spokeswoman Ada Lunt, 43,", "name"),
        ("Omar al-Rifai", "name"),
        ("the Harbour Board", "name"),
        ("Ada Lunt of the harbour board", "name"),
        ("the Lunt campaign", "nominal"),
        ("Lunt’s lawyer", "nominal"),
        ("the minister", "nominal"),
        ("a spokesman for Ada Lunt", "nominal"),
        ("Officials", "nominal"),
        ("Dockers", "nominal"),
        ("Marinos", "name"),
        ("“", "nominal"),
    ],
)
def test_the_rule(source: str, wanted: str) -> None:
    text = f"{source} said so. Later the dockers left."
    assert source_type(text, [Span.of(text, 0, len(source))]) == wanted


def test_no_source() -> None:
    assert source_type("Nobody is named.", []) == "none"
