"""Labels that users can extend."""

import json
from typing import get_args

import pytest

from attribution.errors import ConfigurationError
from attribution.schema import NarrativeRole, StanceLabel
from attribution.stance.taxonomy import Label, Taxonomy


def test_the_top_labels_are_those_of_the_contract():
    ours = Taxonomy.load()
    assert {label.id for label in ours.of_kind("stance")} == set(get_args(StanceLabel))
    assert {label.id for label in ours.of_kind("role")} == set(get_args(NarrativeRole))
    assert all(label.definition and label.include and label.exclude for label in ours.labels.values())


def test_an_untrained_leaf_falls_back_to_its_parent(tmp_path):
    own = tmp_path / "own.json"
    leaf = {
        "id": "unfavourable.dishonest.perjury",
        "parent": "unfavourable.dishonest",
        "kind": "stance",
        "definition": "Lies on oath.",
    }
    own.write_text(json.dumps([leaf]), encoding="utf-8")
    labels = Taxonomy.load(own)
    assert labels.resolve("unfavourable.dishonest.perjury") == "unfavourable"
    assert (
        labels.resolve("unfavourable.dishonest.perjury", {"unfavourable", "unfavourable.dishonest"})
        == "unfavourable.dishonest"
    )
    assert labels.resolve("neutral") == "neutral"


def test_what_does_not_fit_is_refused(tmp_path):
    with pytest.raises(ConfigurationError, match="no label"):
        Taxonomy.load().resolve("splendid")
    with pytest.raises(ConfigurationError, match="no model knows"):
        Taxonomy.load().resolve("neutral", set())
    with pytest.raises(ConfigurationError, match="twice"):
        Taxonomy([Label("a", None, "role", "x"), Label("a", None, "role", "x")])
    with pytest.raises(ConfigurationError, match="no role"):
        Taxonomy([Label("a", "b", "role", "x")])
    with pytest.raises(ConfigurationError, match="its own ancestor"):
        Taxonomy([Label("a", "b", "role", "x"), Label("b", "a", "role", "x")])
    own = tmp_path / "own.json"
    own.write_text('[{"id": "a"}]', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is no taxonomy"):
        Taxonomy.load(own)
