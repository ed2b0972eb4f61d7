"""The project's own BERT is Hugging Face's, weight for weight, and other encoders come from there."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from transformers import BertConfig, BertModel, DistilBertConfig

from attribution.encoder import Bert, build_encoder

SIZES: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}


@pytest.fixture(scope="module")
def both() -> tuple[BertModel, Bert]:
    torch.manual_seed(3)
    config = BertConfig(vocab_size=90, type_vocab_size=3, max_position_embeddings=40, hidden_dropout_prob=0.3, **SIZES)
    theirs = BertModel(config, add_pooling_layer=False)
    for value in theirs.parameters():  # the untrained biases are zero, which would hide a forgotten one
        torch.nn.init.normal_(value, std=0.2)
    ours = build_encoder(config.to_dict())
    assert isinstance(ours, Bert)
    ours.load_state_dict(theirs.state_dict())
    return theirs.train(False), ours.train(False)


def inputs(padding: int) -> dict[str, torch.Tensor]:
    mask = torch.ones(3, 20, dtype=torch.long)
    mask[1, 20 - padding :] = 0
    return {
        "input_ids": torch.randint(0, 90, (3, 20)),
        "token_type_ids": torch.randint(0, 3, (3, 20)),
        "attention_mask": mask,
    }


@pytest.mark.parametrize("padding", [0, 8])
@torch.inference_mode()
def test_states_are_those_of_hugging_face(both: tuple[BertModel, Bert], padding: int) -> None:
    given = inputs(padding)
    kept = given["attention_mask"].bool()
    theirs, ours = (encoder(**given).last_hidden_state[kept] for encoder in both)
    torch.testing.assert_close(ours, theirs)


@torch.inference_mode()
def test_embeddings_may_be_given_instead_of_wordpieces(both: tuple[BertModel, Bert]) -> None:
    given = inputs(0)
    embedded: dict[str, Any] = {"attention_mask": given["attention_mask"]}
    embedded["inputs_embeds"] = both[0].embeddings.word_embeddings(given["input_ids"])
    theirs, ours = (encoder(**embedded).last_hidden_state for encoder in both)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(both[1].get_input_embeddings()(given["input_ids"]), embedded["inputs_embeds"])


def test_what_is_left_out_in_training_stays_in_otherwise(both: tuple[BertModel, Bert]) -> None:
    given, ours = inputs(0), both[1]
    still = [ours.eval()(**given).last_hidden_state for _ in range(2)]
    moving = [ours.train()(**given).last_hidden_state for _ in range(2)]
    ours.eval()
    assert torch.equal(*still)
    assert not torch.allclose(*moving)


def test_other_encoders_come_from_their_library() -> None:
    config = DistilBertConfig(vocab_size=90, dim=32, n_layers=1, n_heads=2, hidden_dim=48)
    encoder = build_encoder(config.to_dict())
    assert type(encoder).__name__ == "DistilBertModel"
    assert type(build_encoder(BertConfig(hidden_act="relu", **SIZES).to_dict())).__name__ == "BertModel"
