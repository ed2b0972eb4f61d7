from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from harbour import invented

from attribution.schema import AnnotatedArticle, Provenance, Review
from attribution.training.corrections import Lesson, quotation_lessons, struck_of, vouched_for
from attribution.training.encodings import Encodings
from attribution.training.finetuning import _from_json, _to_json
from attribution.training.quotations import load_tokenizer, new_model
from attribution.training.windows import CONVENTIONS, Collator, Windows, encode


def review(article: AnnotatedArticle, **fields: object) -> AnnotatedArticle:
    told = Review.model_validate(
        {"reviewer": "Orla", "task": 1, "annotation": 1, "time": "2031-01-01T00:00:00Z"} | fields
    )
    return article.model_copy(update={"provenance": Provenance(reviewed_by="Orla", review=told)})


def test_what_was_looked_at_is_gold_and_bad_text_teaches_nothing() -> None:
    article = invented(1)
    assert quotation_lessons([review(article, looked_at=["quotations"])])[0].complete
    assert quotation_lessons([review(article, looked_at=["quotations"], flags=["bad text"])]) == []
    assert quotation_lessons([article, review(article, looked_at=["speakers"])]) == []
    empty = review(article.model_copy(update={"attributions": []}), flags=["no quotations"])
    assert quotation_lessons([empty])[0].complete
    assert not vouched_for(empty, "speakers")


def test_single_acts_are_all_that_is_known_of_a_part_nobody_looked_at() -> None:
    article = invented(1)
    first, second, third = article.attributions
    left = article.model_copy(update={"attributions": [first, second]})
    (lesson,) = quotation_lessons([review(left, looked_at=["speakers"], changed=[first.id], deleted=[third])])
    assert not lesson.complete
    assert lesson.article.attributions == [first]
    assert lesson.struck == (third,)


def partial(tiny_encoder: Path) -> tuple[Windows, AnnotatedArticle]:
    article = invented(1)
    first, _, third = article.attributions
    known = article.model_copy(update={"attributions": [first]})
    return Windows([known], load_tokenizer(tiny_encoder), 256, 0.0, struck={0: [third]}), article


def test_only_what_is_known_carries_loss(tiny_encoder: Path) -> None:
    windows, article = partial(tiny_encoder)
    item = windows[0]
    pieces, _ = windows.encoded(0, 0)
    known = np.flatnonzero(item["anchors"] >= 0)
    said = [article.article.text[slice(*pieces.offsets[at])] for at in known]
    assert said == ["said", "said"]
    assert item["anchors"][known].tolist() == [1.0, 0.0]
    covered = set(np.flatnonzero(item["flat"] != -100).tolist())
    first = article.attributions[0]
    assert covered == {
        at
        for span in (*first.content, *first.cue, *first.source)
        for at in range(*pieces.covering(span.start, span.end))
    }


def bare(article: AnnotatedArticle) -> AnnotatedArticle:
    return article.model_copy(update={"attributions": []})


def test_what_is_not_known_does_not_move_the_model(tiny_encoder: Path) -> None:
    article = invented(1)
    windows = Windows([bare(article)], load_tokenizer(tiny_encoder), 128, struck={0: []})
    model = new_model(str(tiny_encoder))
    batch = Collator(2, 3)([windows[0]])
    loss = model(**batch)["loss"]
    loss.backward()
    assert loss.item() == 0.0
    assert all(value.grad is None or not value.grad.any() for value in model.parameters())


def test_a_deleted_prediction_is_unlearnt(tiny_encoder: Path) -> None:
    article = invented(1, quotations=1)
    windows = Windows([bare(article)], load_tokenizer(tiny_encoder), 128, 0.0, struck={0: article.attributions})
    torch.manual_seed(0)
    model = new_model(str(tiny_encoder))
    batch = Collator(2, 3)([windows[0]])
    struck = (batch["anchor_labels"] == 0).nonzero()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

    def score() -> float:
        states = model.encode(batch["input_ids"], batch["token_type_ids"], batch["attention_mask"])
        return model.detector(states).squeeze(-1)[tuple(struck[0])].item()

    with torch.no_grad():
        model.detector[-1].bias.fill_(0.0)
    before = score()
    for _ in range(5):
        optimizer.zero_grad()
        model(**batch)["loss"].backward()
        optimizer.step()
    assert score() < before


def test_encodings_are_kept_and_are_the_same(tiny_encoder: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(tiny_encoder)
    articles = [invented(1), invented(2), bare(invented(3))]
    kept = Encodings.kept(articles, tokenizer, tmp_path)
    assert len(kept) == len(list(kept)) == 3 * CONVENTIONS
    for index, convention in kept:
        pieces, labels = kept[index, convention]
        fresh, wanted = encode(articles[index], tokenizer, convention)
        assert labels == wanted
        for name in ("ids", "types", "offsets", "inner"):
            np.testing.assert_array_equal(getattr(pieces, name), getattr(fresh, name))
    places = sorted(tmp_path.iterdir())
    Encodings.kept(articles, tokenizer, tmp_path)
    assert sorted(tmp_path.iterdir()) == places
    Encodings.kept(articles[:2], tokenizer, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_lessons_survive_being_written_down() -> None:
    article = invented(1)
    lesson = Lesson(article, complete=False, struck=tuple(article.attributions[1:]), weight=3)
    assert _from_json(_to_json(lesson)) == lesson
    assert struck_of([Lesson(article), lesson]) == {1: lesson.struck}
