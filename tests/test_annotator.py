from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from attribution import Annotator, Article, __version__
from attribution.errors import ConfigurationError, InputError, ReleaseError
from attribution.schema import Attribution, Naming, Speaker, Stance, content_id

TEXT = "“The harbour is shut,” said Ada Renn, the minister. He told us it will reopen."
LUNT = Speaker(id="s1", name="Ada Renn", kind="person")


@pytest.fixture(scope="module")
def annotator(tiny_release: Path) -> Annotator:
    return Annotator.load(tiny_release, device="cpu")


def test_texts_records_and_articles_go_in_and_come_out_in_order(annotator: Annotator) -> None:
    mixed = [TEXT, {"text": TEXT, "outlet": "Harbour Gazette", "beat": "port"}, Article(id="c", text="No."), ""]
    first, second, third, empty = annotator.annotate(mixed)
    assert first.article.id == content_id(TEXT)
    assert first.attributions
    assert (second.article.outlet, second.article.meta) == ("Harbour Gazette", {"beat": "port"})
    assert third.article.id == "c"
    assert (empty.article.text, empty.attributions) == ("", [])


def test_provenance_names_release_and_version(annotator: Annotator) -> None:
    (found,) = annotator.annotate([TEXT])
    assert found.provenance.release == "2031.1"
    assert found.provenance.version == __version__
    assert found.provenance.created


def test_a_record_without_text_is_refused(annotator: Annotator) -> None:
    with pytest.raises(InputError, match="text"):
        list(annotator.annotate([{"body": TEXT}]))


def test_memory_does_not_grow_with_the_number_of_articles(
    annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("attribution.quotations.finder._WORDPIECES_AT_ONCE", 200)
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield TEXT

    stream = annotator.annotate(endless())
    for _ in range(10):
        next(stream)
    assert taken < 20


class Resolver:
    """Says that Ada Renn says everything."""

    def resolve(
        self, article: Article, attributions: list[Attribution], encoded: object
    ) -> tuple[list[Attribution], list[Speaker]]:
        assert encoded is not None
        if not attributions:
            return [], []
        return [item.model_copy(update={"speaker": "s1"}) for item in attributions], [LUNT]


class Judge:
    """Finds the outlet neutral toward the first word, three articles at a time."""

    def judge_all(self, items: Iterator[object]) -> Iterator[tuple[list[Stance], list[Naming]]]:
        while portion := list(islice(items, 3)):
            for article, attributions, _ in portion:  # type: ignore[attr-defined]
                label = "neutral" if all(item.speaker == "s1" for item in attributions) else "mixed"
                yield [Stance(target=article.text[:4], voice="outlet", label=label)], []


def test_every_stage_gets_the_article_it_belongs_to(annotator: Annotator) -> None:
    whole = Annotator(annotator.finder, Resolver(), Judge())  # type: ignore[arg-type]
    texts = [f"{at:04} {TEXT}" for at in range(7)]
    for text, found in zip(texts, whole.annotate(texts), strict=True):
        assert found.article.text == text
        assert found.stances[0].target == text[:4]
        assert found.stances[0].label == "neutral"


def test_given_attributions_stay(annotator: Annotator) -> None:
    whole = Annotator(annotator.finder, Resolver())  # type: ignore[arg-type]
    (found,) = annotator.annotate([TEXT])
    one = found.model_copy(update={"attributions": found.attributions[:1]})
    (completed,) = whole.complete([one])
    assert completed.attributions == [found.attributions[0].model_copy(update={"speaker": "s1"})]
    (kept,) = whole.complete([completed.model_copy(update={"speakers": [LUNT]})], keep_speakers=True)
    assert kept.speakers == [LUNT]


def test_a_device_that_is_not_there(tiny_release: Path) -> None:
    with pytest.raises(ConfigurationError, match="no device 'warp'"):
        Annotator.load(tiny_release, device="warp")


def test_a_release_that_was_tampered_with_is_not_loaded(tiny_release: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(tiny_release, copy)
    with (copy / "quotations" / "model.safetensors").open("r+b") as stream:
        stream.seek(-1, 2)
        stream.write(b"\x7f")
    with pytest.raises(ReleaseError, match="was changed"):
        Annotator.load(copy)
