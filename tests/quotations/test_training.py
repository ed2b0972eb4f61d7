from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from attribution.errors import ConfigurationError
from attribution.quotations import QuotationFinder
from attribution.quotations.storage import load_model
from attribution.schema import AnnotatedArticle, Attribution
from attribution.training.calibration import fit, predict
from attribution.training.quotations import QuotationSettings, load_tokenizer, new_model, train
from attribution.training.windows import Collator, Windows

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def articles(quote: Callable[..., Attribution], annotated: Callable[..., AnnotatedArticle]) -> list[AnnotatedArticle]:
    people = [("Ada Renn", "the mill is shut"), ("Tomas Ilk", "rain will come"), ("Mira Vond", "we were not told")]
    made = []
    for number, (name, words) in enumerate(people):
        text = f"A day in Port {number}.\n“{words},” said {name}. Nothing else was heard."
        made.append(annotated(text, quote(text, f"“{words},”", "said", name), id=str(number)))
    return made


def test_windows_hold_the_labels_of_what_they_show(tiny_encoder: Path, articles: list[AnnotatedArticle]) -> None:
    tokenizer = load_tokenizer(tiny_encoder)
    examples = Windows(articles, tokenizer, size=256, respelled=0.0)
    item = examples[0]
    ((anchor, labels),) = item["attributions"]
    pieces, _ = examples.encoded(0, 0)
    text = articles[0].article.text
    assert text[slice(*pieces.offsets[anchor])] == "said"
    content = [text[start:end] for (start, end), label in zip(pieces.offsets, labels, strict=True) if label == 1]
    assert "".join(content) == "“themillisshut,”"
    assert item["anchors"].sum() == 1


def test_respelled_marks_keep_every_offset(tiny_encoder: Path, articles: list[AnnotatedArticle]) -> None:
    examples = Windows(articles, load_tokenizer(tiny_encoder), size=64)
    for convention in range(5):
        pieces, gold = examples.encoded(0, convention)
        assert len(pieces.text) == len(articles[0].article.text)
        assert len(gold) == 1


def test_collator_keeps_special_positions_apart(tiny_encoder: Path, articles: list[AnnotatedArticle]) -> None:
    examples = Windows(articles, load_tokenizer(tiny_encoder), size=64)
    batch = Collator(2, 3)([examples[0], examples[1]])
    assert (batch["input_ids"][:, 0] == 2).all()
    assert batch["labels"].shape == (len(batch["rows"]), batch["input_ids"].shape[1])
    assert (batch["anchor_labels"][:, 0] == -1).all()
    assert batch["anchor_labels"][batch["rows"], batch["anchors"]].tolist() == [1.0] * len(batch["rows"])


def test_training_lowers_the_loss_and_the_model_comes_back(
    tiny_encoder: Path, articles: list[AnnotatedArticle], tmp_path: Path
) -> None:
    settings = QuotationSettings(
        encoder=str(tiny_encoder),
        epochs=40,
        batch_size=2,
        learning_rate=5e-3,
        head_learning_rate=5e-3,
        averaging=0.5,
        bf16=False,
    )
    collator = Collator(2, 3)
    torch.manual_seed(3)
    model = new_model(str(tiny_encoder))
    batch = collator([Windows(articles, load_tokenizer(tiny_encoder), 256, 0.0)[i] for i in range(3)])
    before = float(model(**batch)["loss"])
    trained = train(articles, settings, tmp_path, model=model)
    assert float(trained(**batch)["loss"]) < before / 5
    loaded, _ = load_model(tmp_path)
    assert float(loaded(**batch)["loss"]) == pytest.approx(float(trained(**batch)["loss"]), rel=0.05)
    finder = QuotationFinder.load(tmp_path)
    read = [
        (item, pieces, candidates)
        for item, (pieces, candidates) in zip(
            articles, finder.candidates(a.article.text for a in articles), strict=True
        )
    ]
    found = [predict(item, finder.calibration) for item in read]
    assert [item.attributions[0].content[0].text for item in found] == [
        a.attributions[0].content[0].text for a in articles
    ]


def test_resumed_training_goes_on_from_the_checkpoint(
    tiny_encoder: Path, articles: list[AnnotatedArticle], tmp_path: Path
) -> None:
    settings = QuotationSettings(encoder=str(tiny_encoder), epochs=2, batch_size=2, bf16=False)
    train(articles, settings, tmp_path)
    names = sorted(path.name for path in (tmp_path / "checkpoints").glob("checkpoint-*"))
    assert names == ["checkpoint-1", "checkpoint-2"]
    whole = load_model(tmp_path)[0].state_dict()
    (tmp_path / "checkpoints" / "checkpoint-2").rename(tmp_path / "gone")
    train(articles, settings, tmp_path, resume=True)
    again = load_model(tmp_path)[0].state_dict()
    assert all(torch.allclose(whole[name], again[name], atol=2e-3) for name in whole)


def test_settings_refuse_what_they_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "train.toml"
    path.write_text("[quotations]\nepochs = 2\nlerning_rate = 1\n")
    with pytest.raises(ConfigurationError, match="lerning_rate"):
        QuotationSettings.from_toml(path)
    path.write_text("[quotations]\nepochs = 2\n")
    assert QuotationSettings.from_toml(path).epochs == 2


def test_calibration_learns_which_score_is_right(tiny_quotations: Path, articles: list[AnnotatedArticle]) -> None:
    finder = QuotationFinder.load(tiny_quotations)
    read = [
        (item, pieces, candidates)
        for item, (pieces, candidates) in zip(
            articles, finder.candidates(a.article.text for a in articles), strict=True
        )
    ]
    calibration = fit(read)
    assert len(calibration.weights) == 5
