"""The release that this checkout ships works with the code of this checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from attribution import AnnotatedArticle, Annotator, release

SAMPLES = sorted((Path(__file__).parents[1] / "annotations" / "samples").glob("*.txt"))

pytestmark = pytest.mark.skipif(
    not (release.models_directory() / release.CURRENT).is_file(), reason="this checkout ships no release"
)


@pytest.fixture(scope="module")
def annotated() -> dict[str, AnnotatedArticle]:
    texts = [path.read_text(encoding="utf-8") for path in SAMPLES]
    found = Annotator.load(device="cpu").annotate(texts)
    return {path.stem: item for path, item in zip(SAMPLES, found, strict=True)}


def said_by(item: AnnotatedArticle, words: str) -> str | None:
    """The name of the speaker of the quotation that holds these words."""
    (found,) = (one for one in item.attributions if any(words in span.text for span in one.content))
    speaker = item.speaker_of(found)
    return speaker.name if speaker else None


def test_what_is_plain_is_found_and_given_to_the_right_speaker(annotated: dict[str, AnnotatedArticle]) -> None:
    vote, market = annotated["reservoir-vote"], annotated["border-market"]
    assert said_by(vote, "We have measured the seepage") == "Henrike Osei"
    assert said_by(vote, "a wet November") == "Henrike Osei"
    assert said_by(vote, "carry buckets") == "Tomasz Wilk"
    assert said_by(market, "Bring me one name") == "Nael al-Hamdi"
    assert said_by(market, "is the oldest word") == "Yusra Khalaf"


def test_parts_of_a_quotation_are_linked(annotated: dict[str, AnnotatedArticle]) -> None:
    (found,) = (
        item for item in annotated["border-market"].attributions if any("oldest word" in s.text for s in item.content)
    )
    assert [span.text for span in found.content] == ["“Soon,”", "“is the oldest word in this market.”"]
    assert [span.text for span in found.cue] == ["said"]
    assert [span.text for span in found.source] == ["Khalaf"]


def test_the_release_has_all_parts_and_names_itself(annotated: dict[str, AnnotatedArticle]) -> None:
    shipped = release.Release.open()
    assert shipped.manifest.parts == list(release.PARTS)
    assert {item.provenance.release for item in annotated.values()} == {shipped.name}
