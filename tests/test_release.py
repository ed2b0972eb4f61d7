from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from attribution import release
from attribution.errors import ReleaseError
from attribution.manifest import differences
from attribution.release import DataSource, Facts, Release

FACTS = Facts(
    summary="Made for a test.",
    parent="2031.1",
    seed=7,
    data=[DataSource(name="Harbour corpus", use="training", licence="CC0", sha256="ab" * 32, articles=12)],
    settings={"quotations": {"epochs": 2}},
    scores={"quotations": {"Harbour dev": {"attribution F1": {"value": 0.825, "low": 0.8, "high": 0.85}, "ECE": 0.04}}},
    verdict=[{"figure": "attribution F1", "verdict": "better"}],
    limits=["English only."],
)


def write(models: Path, name: str, content: str = "weights") -> Path:
    with release.drafting(models / name, FACTS) as draft:
        (draft / "quotations").mkdir()
        (draft / "quotations" / "model.safetensors").write_text(content)
        (draft / "speakers").mkdir()
        (draft / "speakers" / "config.json").write_text("{}")
    return models / name


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def made(models: Path) -> Path:
    return write(models, "2031.2")


def test_a_release_opens_with_its_parts(made: Path) -> None:
    opened = Release.open(made)
    assert opened.name == "2031.2"
    assert opened.part("quotations") == made / "quotations"
    assert opened.part("stance") is None
    assert opened.manifest.facts == FACTS
    assert opened.manifest.libraries["attribution"]
    assert set(opened.manifest.files) == {"quotations/model.safetensors", "speakers/config.json"}


def test_the_card_says_what_the_manifest_says(made: Path) -> None:
    card = (made / "README.md").read_text()
    for words in ("# attribution 2031.2", "from 2031.1 with seed 7", "| attribution F1 | 82.5 [80.0, 85.0] |"):
        assert words in card
    for words in (
        "| ECE | 4.0 |",
        "| Harbour corpus | trained on | 12 | CC0 | abababababababab |",
        "`quotations.epochs`: 2",
    ):
        assert words in card


def spoil_content(made: Path) -> None:
    (made / "quotations" / "model.safetensors").write_text("weightz")


def spoil_size(made: Path) -> None:
    (made / "quotations" / "model.safetensors").write_text("weigh")


def lose_file(made: Path) -> None:
    (made / "speakers" / "config.json").unlink()


def lose_manifest(made: Path) -> None:
    (made / "release.json").unlink()


def cut_manifest(made: Path) -> None:
    text = (made / "release.json").read_text()
    (made / "release.json").write_text(text[: len(text) // 2])


def edit_manifest(made: Path) -> None:
    text = (made / "release.json").read_text()
    (made / "release.json").write_text(text.replace("0.825", "0.925"))


def add_file(made: Path) -> None:
    (made / "quotations" / "pickle.bin").write_text("surprise")


@pytest.mark.parametrize(
    "spoil", [spoil_content, spoil_size, lose_file, lose_manifest, cut_manifest, edit_manifest, add_file]
)
def test_what_is_not_as_it_was_made_is_refused(made: Path, spoil: object) -> None:
    spoil(made)  # type: ignore[operator]
    with pytest.raises(ReleaseError) as caught:
        Release.open(made)
    assert caught.value.fix
    assert "2031.2" in caught.value.reason


def test_what_an_editor_leaves_behind_does_not_matter(made: Path) -> None:
    (made / ".DS_Store").write_text("")
    (made / "README.md").write_text("# mine")
    Release.open(made)


def interrupted(target: Path) -> None:
    with release.drafting(target) as draft:
        (draft / "quotations").mkdir()
        raise KeyboardInterrupt


def test_an_interrupted_draft_leaves_nothing(models: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted(models / "2031.3")
    assert list(models.iterdir()) == []


def test_a_release_is_never_overwritten(made: Path, models: Path) -> None:
    with pytest.raises(ReleaseError, match="never changed"):
        write(models, "2031.2", "other")
    assert (made / "quotations" / "model.safetensors").read_text() == "weights"


def test_a_release_without_parts_is_refused(models: Path) -> None:
    with pytest.raises(ReleaseError, match="no part"), release.drafting(models / "empty"):
        pass
    assert list(models.iterdir()) == []


def test_the_release_in_use(made: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReleaseError, match="no release in use"):
        release.current(models)
    release.use("2031.2", models)
    assert release.current(models) == "2031.2"
    assert (models / "current").read_text() == "2031.2\n"
    monkeypatch.setattr(release, "models_directory", lambda: models)
    assert Release.open().directory == made
    assert Release.open("2031.2").directory == made
    with pytest.raises(ReleaseError, match="no such release"):
        Release.open("2031.9")


def test_a_broken_release_cannot_be_used(made: Path, models: Path) -> None:
    release.use("2031.2", models)
    spoil_content(write(models, "2031.3"))
    with pytest.raises(ReleaseError):
        release.use("2031.3", models)
    assert release.current(models) == "2031.2"


def test_releases_are_listed_and_drafts_are_not(made: Path, models: Path) -> None:
    write(models, "2031.10")
    (models / ".2031.11-x").mkdir()
    assert set(release.names(models)) == {"2031.2", "2031.10"}


def test_only_what_is_said_about_a_release_can_change(made: Path) -> None:
    amended = release.amend(made, FACTS.model_copy(update={"summary": "Measured again."}))
    assert Release.open(made).manifest == amended.manifest
    assert "Measured again." in (made / "README.md").read_text()
    spoil_content(made)
    with pytest.raises(ReleaseError):
        release.amend(made, FACTS)


def test_a_folder_has_one_hash_whatever_the_order(tmp_path: Path) -> None:
    def fill(folder: Path, names: Iterator[str]) -> str:
        folder.mkdir()
        for name in names:
            (folder / name).write_text(name)
        return release.sha256_of(folder)

    one = fill(tmp_path / "one", iter("abc"))
    assert fill(tmp_path / "two", iter("cba")) == one
    assert fill(tmp_path / "three", iter("ab")) != one


def test_the_manifest_is_plain_json(made: Path) -> None:
    read = json.loads((made / "release.json").read_text())
    assert read["format"] == "attribution-release/1"
    assert read["files"]["quotations/model.safetensors"]["size"] == 7


def test_going_back(models: Path) -> None:
    for name in ("2031.1", "2031.2", "2031.3"):
        write(models, name)
        release.use(name, models)
    assert release.roll_back(models) == "2031.2"
    assert release.roll_back(models) == "2031.1"
    assert release.current(models) == "2031.1"
    with pytest.raises(ReleaseError, match="no other release"):
        release.roll_back(models)
    for name in ("2031.3", "2031.1"):
        release.use(name, models)
    assert [release.roll_back(models), release.roll_back(models)] == ["2031.3", "2031.1"]


def test_a_promotion_that_was_cut_short_is_not_gone_back_to(models: Path) -> None:
    for name in ("2031.1", "2031.2"):
        write(models, name)
        release.use(name, models)
    (models / "current").write_text("2031.1\n")
    with pytest.raises(ReleaseError, match="no other release"):
        release.roll_back(models)


def test_going_back_to_what_is_broken_is_refused(models: Path) -> None:
    for name in ("2031.1", "2031.2"):
        write(models, name)
        release.use(name, models)
    spoil_content(models / "2031.1")
    with pytest.raises(ReleaseError, match="was changed"):
        release.roll_back(models)
    assert release.current(models) == "2031.2"


def test_two_releases_are_compared(models: Path) -> None:
    one, two = (Release.open(write(models, name, content)) for name, content in (("1", "a"), ("2", "b")))
    better = FACTS.model_copy(update={"scores": {"quotations": {"Harbour dev": {"ECE": 0.03}}}})
    after = two.manifest.model_copy(update={"facts": better})
    found = {(item.kind, item.what): (item.before, item.after) for item in differences(one.manifest, after)}
    assert found["score", "quotations: Harbour dev: ECE"] == (0.04, 0.03)
    assert found["score", "quotations: Harbour dev: attribution F1"] == (0.825, None)
    assert ("file", "quotations/model.safetensors") in found
    assert ("file", "speakers/config.json") not in found
