"""Texts with target mentions in, probabilities out."""

import json
import shutil

import numpy as np
import pytest

from attribution.errors import ReleaseError
from attribution.stance.classifier import Query, StanceClassifier
from attribution.stance.encoding import SHAPES, StanceEncoding, shape

QUERIES = [
    Query("The minister said no.", (((4, 12),),)),
    Query("Ada met Bo and she told him.", (((0, 3), (15, 18)), ((8, 10),))),
    Query("the", (((0, 3),),)),
]


@pytest.fixture(scope="module")
def classifier(tiny_stance):
    return StanceClassifier.load(tiny_stance)


def test_every_target_has_probabilities(classifier):
    found = list(classifier.judge(QUERIES))
    assert [item.labels.shape for item in found] == [(1, 3), (2, 3), (1, 3)]
    assert [item.roles.shape for item in found] == [(1, 4), (2, 4), (1, 4)]
    for item in found:
        np.testing.assert_allclose(item.labels.sum(-1), 1, atol=1e-5)


def test_answers_do_not_depend_on_batch_or_order(classifier):
    together = list(classifier.judge(QUERIES))
    alone = [next(classifier.judge([query], 1)) for query in QUERIES]
    turned = list(classifier.judge(QUERIES[::-1], 2))[::-1]
    for one, two, three in zip(together, alone, turned, strict=True):
        np.testing.assert_allclose(one.labels, two.labels, atol=0.02)
        np.testing.assert_allclose(one.labels, three.labels, atol=0.02)


def test_targets_of_one_text_do_not_see_each_other(classifier):
    both, one = list(classifier.judge([QUERIES[1], Query(QUERIES[1].text, QUERIES[1].targets[1:])]))
    np.testing.assert_allclose(both.labels[1], one.labels[0], atol=0.02)


def test_a_text_too_long_is_read_around_its_target(classifier):
    classifier.encoding.encode("x")
    long = "the of " * 200
    start = len(long)
    pieces = classifier.encoding.encode(long + "minister").crop(len(classifier.encoding.encode(long).ids) - 1, 50)
    assert len(pieces.ids) == 50
    assert any(pieces.mask([(start, start + 8)]))


def test_an_incomplete_directory_says_what_to_do(tiny_stance, tmp_path):
    copy = tmp_path / "stance"
    shutil.copytree(tiny_stance, copy)
    (copy / "model.safetensors").unlink()
    with pytest.raises(ReleaseError, match="train-stance"):
        StanceClassifier.load(copy)
    with pytest.raises(ReleaseError, match="cannot be loaded"):
        StanceClassifier.load(tmp_path / "nothing")


def test_weights_are_half_precision_and_the_configuration_names_no_place(tiny_stance):
    from safetensors.torch import load_file

    assert {str(value.dtype) for value in load_file(tiny_stance / "model.safetensors").values()} == {"torch.float16"}
    config = json.loads((tiny_stance / "config.json").read_text(encoding="utf-8"))
    assert config["temperature"] == 0.5
    assert "/" not in json.dumps(config)


@pytest.mark.parametrize(
    ("word", "expected"), [("the", 0), ("…", 0), ("Ada", 1), ("I", 1), ("NATO", 2), ("iPhone", 3), ("F16", 2)]
)
def test_shape(word, expected):
    assert shape(word) == expected


def test_features_tell_case_and_quotation_marks(tiny_encoder):
    encoding = StanceEncoding.load(tiny_encoder)
    text = "the “The”"
    pieces = encoding.encode(text)
    features = {
        text[start:end]: feature for (start, end), feature in zip(pieces.offsets, pieces.features, strict=True) if end
    }
    assert features["the"] == 0
    assert features["The"] == 1 + SHAPES
