"""The upstream layout of PolNeAR with every trap it has, on data written for the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from attribution.errors import FormatError
from attribution.formats import polnear, read
from attribution.schema import AnnotatedArticle

NAME = "gazette_2031-04-02_harbour"
TEXT = 'Ida Munk said the pier\n\nwould close.\r\n"No ships," they told us, "none." It rained.  End'
HEADER = "compartment\tfilename\tlevel\tannotators\tpublisher\tpublication_date\tauthor\ttitle\n"


def line(key: str, label: str, part: str, shown: str | None = None) -> str:
    start = TEXT.index(part)
    return f"{key}\t{label} {start} {start + len(part)}\t{part if shown is None else shown}\n"


ANNOTATION = (
    line("T1", "Source", "Ida Munk")
    + line("T2", "Cue", "said ")
    + line("T3", "Content", "the pier\n\nwould close", "the pier")
    + "\nwould close\n"  # what the cut left behind
    + line("T4", "Attribution", "said")
    + "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1\n"
    + line("T5", "Content", '"No ships,"')
    + line("T6", "Content", '"none."')
    + line("T7", "Content", "they")  # a slip: the role in the event is what counts
    + line("T8", "Cue", "told")
    + line("T9", "Attribution-no-source", "told")
    + "E2\tAttribution:T9 Content:T5 Content2:T6 Cue:T8 Source:T7 \n"
    + line("T10", "Attribution", "rained")
    + "E3\tAttribution:T10 \n"
    + "E4\tAttribution:T10 Source:T1 Content:T99\n"
    + line("T11", "Discuss", "It rained")
    + line("T12", "Discard", "End")
    + "#1\tAnnotatorNotes T11\tis this one?\n"
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    root = tmp_path / "corpus"
    split = root / "data" / "train"
    (split / "text").mkdir(parents=True)
    (split / "attributions").mkdir()
    (split / "text" / f"{NAME}.txt").write_bytes(TEXT.encode())
    (split / "attributions" / f"{NAME}_d473.ann").write_bytes(ANNOTATION.encode())
    row = f'train\t{NAME}\t4\td473\tHarbour Gazette\t2031-04-02\tNone\tHarbour "closes\n'
    (root / "data" / "metadata.tsv").write_text(HEADER + row)
    return root


def only(folder: Path) -> AnnotatedArticle:
    (article,) = polnear.read(folder)
    return article


def test_an_article_with_all_traps(corpus: Path) -> None:
    found = only(corpus)
    assert found.article.text == TEXT
    assert found.article.id == NAME
    assert found.article.title == 'Harbour "closes'
    assert (found.article.outlet, found.article.published) == ("Harbour Gazette", "2031-04-02")
    one, two = found.attributions
    assert [span.text for span in one.content] == ["the pier\n\nwould close"]
    assert [span.text for span in one.cue] == ["said"]
    assert one.kind == "indirect"
    assert [span.text for span in two.content] == ['"No ships,"', '"none."']
    assert [span.text for span in two.source] == ["they"]
    assert two.kind == "direct"


def test_marks_are_kept_beside(corpus: Path) -> None:
    meta = only(corpus).article.meta
    rained, end = TEXT.index("It rained"), TEXT.index("End")
    assert meta["discuss"] == [[rained, rained + 9]]
    assert meta["discard"] == [[end, end + 3]]
    assert (meta["split"], meta["annotator"], meta["level"]) == ("train", "d473", "4")
    assert "author" not in meta


@pytest.mark.parametrize("place", [".", "data", "data/train"])
def test_any_level_of_the_clone(corpus: Path, place: str) -> None:
    assert polnear.is_polnear(corpus / place)
    assert only(corpus / place).article.outlet == "Harbour Gazette"
    assert list(read(corpus / place)) == [only(corpus)]


def test_splits(corpus: Path) -> None:
    dev = corpus / "data" / "dev"
    (dev / "text").mkdir(parents=True)
    (dev / "attributions").mkdir()
    (dev / "text" / "paper_x.txt").write_text("Nothing said.")
    found = list(polnear.read(corpus))
    assert [(item.article.id, item.article.outlet, item.article.meta) for item in found[1:]] == [
        ("paper_x", "paper", {"split": "dev"})
    ]
    assert [item.article.id for item in polnear.read(corpus, splits=["dev"])] == ["paper_x"]
    assert [item.article.id for item in polnear.read(dev)] == ["paper_x"]


def test_of_several_annotators_the_one_who_agrees_best(corpus: Path) -> None:
    folder = corpus / "data" / "train" / "attributions"
    second = ANNOTATION.replace("E2\t", "#2\t")
    third = ANNOTATION.replace("E1\t", "#2\t").replace("E2\t", "#3\t") + "E1\tAttribution:T10 Content:T12 Cue:T10\n"
    (folder / f"{NAME}_aaaa.ann").write_text(third)
    (folder / f"{NAME}_bbbb.ann").write_text(second)
    (folder / f"{NAME}_cccc.ann").write_text(second)
    found = only(corpus)
    assert found.article.meta["annotator"] == "bbbb"
    assert found.article.meta["annotators"] == ["aaaa", "bbbb", "cccc", "d473"]
    assert len(found.attributions) == 1


def test_agreement_counts_equal_unequal_and_no_spans() -> None:
    one = [{"Content": [(0, 3)], "Cue": [(4, 6)], "Source": []}]
    other = [{"Content": [(0, 3)], "Cue": [(4, 7)], "Source": []}]
    assert polnear.most_agreeing({"x": []}) == "x"
    assert polnear.most_agreeing({"x": [], "y": []}) == "x"
    assert polnear.most_agreeing({"w": [], "x": one, "y": other, "z": one}) == "x"


def test_annotations_of_another_text(corpus: Path) -> None:
    (corpus / "data" / "train" / "text" / f"{NAME}.txt").write_text("Cut.")
    with pytest.raises(FormatError, match="does not fit"):
        list(polnear.read(corpus))


def test_no_corpus(tmp_path: Path) -> None:
    assert not polnear.is_polnear(tmp_path)
    with pytest.raises(FormatError, match="does not hold PolNeAR"):
        list(polnear.read(tmp_path))
