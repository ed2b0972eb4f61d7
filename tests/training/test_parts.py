"""Speakers, stance and finer answers learn in the job as quotations do, each from what reviewers looked at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from harbour import framed, with_leaves

from attribution import release
from attribution.annotator import Annotator
from attribution.release import Release
from attribution.schema import AnnotatedArticle, ReviewedPart
from attribution.speakers.ranker import Ranker
from attribution.stance import StanceJudge
from attribution.stance.leaves import LEAVES, Leaf, given, still_fitting
from attribution.stance.leaves import load as load_leaves
from attribution.training.learnt import LEARNT
from attribution.training.leaves import Framed, train_leaves
from attribution.training.leaves import framed as as_seen
from attribution.training.planning import JobSettings
from attribution.training.retraining import Outcome, retrain
from attribution.training.simulation import reviewed
from attribution.training.splitting import is_held_out
from attribution.training.stance import new_network, save
from attribution.training.stance_settings import StanceSettings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def whole_release(known_release: Path, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release with a ranker that prefers the wrong speaker, and a stance part that has learnt nothing."""
    models = tmp_path_factory.mktemp("whole")
    with release.drafting(models / "2031.1") as draft:
        shutil.copytree(known_release / "quotations", draft / "quotations")
        (draft / "speakers").mkdir()
        fixed = Ranker.fixed()
        replace(fixed, linear=-fixed.linear).save(draft / "speakers" / "ranker.safetensors")
        (draft / "speakers" / "config.json").write_text('{"threshold": 0.3}\n')
        torch.manual_seed(3)
        save(new_network(str(tiny_encoder)), StanceSettings(encoder=str(tiny_encoder)), draft / "stance")
    return models / "2031.1"


@pytest.fixture
def whole_job(whole_release: Path, job: JobSettings, tmp_path: Path) -> JobSettings:
    """A job on that release, with articles that frame and quote as its gold."""
    shutil.rmtree(job.models)
    shutil.copytree(whole_release, job.models / "2031.1")
    release.use("2031.1", job.models)
    gold = tmp_path / "framed"
    gold.mkdir()
    articles = [framed(seed) for seed in range(1, 25)]
    (gold / "a.jsonl").write_text("".join(f"{item.to_json()}\n" for item in articles), encoding="utf-8")
    splits = ["train"] * 10 + ["dev"] * 4 + ["test"] * 10
    (gold / "splits.json").write_text(json.dumps(dict(zip((a.article.id for a in articles), splits, strict=True))))
    stance = StanceSettings(
        epochs=18, batch_size=8, learning_rate=3e-3, head_learning_rate=3e-3, averaging=0.8, bf16=False,
        masked_targets=0.0, masked_words=0.0, dropout=0.0,
    )  # fmt: skip
    return replace(job, gold=gold, reported=None, stance=stance, speaker_epochs=30, screen=False)


def looked_at(records: Sequence[AnnotatedArticle], *parts: ReviewedPart) -> list[AnnotatedArticle]:
    """The records as somebody would hand them in who looked at these parts alone."""
    found = []
    for item in records:
        assert item.provenance.review
        review = item.provenance.review.model_copy(update={"looked_at": list(parts)})
        found.append(item.model_copy(update={"provenance": item.provenance.model_copy(update={"review": review})}))
    return found


def corrections(number: int = 16, first: int = 100) -> list[AnnotatedArticle]:
    return list(reviewed([framed(seed) for seed in range(first, first + number)]))


def in_use(job: JobSettings) -> Release:
    return Release.open(job.models / release.current(job.models))


def test_stance_learns_from_those_who_looked_at_it_and_nothing_else_changes(whole_job: JobSettings) -> None:
    report = retrain(whole_job, lambda: looked_at(corrections(), "stance"))
    assert report.outcome is Outcome.RELEASED, report.reason
    assert report.plan is not None
    assert report.plan["retrained"] == ["stance"]
    assert {row["part"] for row in report.table} == {"stance"}
    assert "stance macro-F1" in {row["figure"] for row in report.table if row["judgement"] == "better"}
    made = in_use(whole_job)
    before = Release.open(whole_job.models / "2031.1").manifest.files
    for name, file in made.manifest.files.items():
        assert (before.get(name) == file) == (not name.startswith("stance/") or name == "stance/tokenizer.json"), name
    assert made.manifest.facts.scores["stance"]
    assert retrain(whole_job, lambda: looked_at(corrections(), "stance")).outcome is Outcome.NOTHING_NEW


def test_speakers_learn_and_are_judged_end_to_end(whole_job: JobSettings) -> None:
    report = retrain(replace(whole_job, held_out=0.0), lambda: looked_at(corrections(), "speakers"))
    assert report.outcome is Outcome.RELEASED, report.reason
    assert {row["part"] for row in report.table} == {"speakers"}
    better = {row["figure"] for row in report.table if row["judgement"] == "better"}
    assert "speaker accuracy" in better
    learnt = json.loads((in_use(whole_job).directory / "speakers" / LEARNT).read_text())
    assert len(learnt["texts"]) == 16
    assert not (in_use(whole_job).directory / "stance" / LEARNT).exists()


def test_a_part_that_got_worse_stays_as_it_was(whole_job: JobSettings) -> None:
    upside_down = {"favourable": "unfavourable", "unfavourable": "favourable"}

    def turned(item: AnnotatedArticle) -> AnnotatedArticle:
        found = [one.model_copy(update={"label": upside_down[one.label], "evidence": [
            proof.model_copy(update={"label": upside_down[proof.label]}) for proof in one.evidence]})
            for one in item.stances]  # fmt: skip
        return item.model_copy(update={"stances": found})

    assert retrain(whole_job, lambda: looked_at(corrections(), "stance")).outcome is Outcome.RELEASED
    good = in_use(whole_job)
    wrong = [turned(item) for item in corrections(24, first=300)]
    report = retrain(replace(whole_job, held_out=0.0), lambda: wrong)
    assert {row["part"] for row in report.table} >= {"speakers", "stance"}
    assert "stance worse" in report.reason
    files = in_use(whole_job).manifest.files
    assert files["stance/model.safetensors"] == good.manifest.files["stance/model.safetensors"]


def test_a_leaf_is_learnt_once_there_are_enough_examples(whole_job: JobSettings) -> None:
    settings = replace(whole_job, held_out=0.0, leaf_minimum=12)
    few = [with_leaves(item) for item in looked_at(corrections(6), "stance")]
    many = [with_leaves(item) for item in looked_at(corrections(40), "stance")]
    assert retrain(settings, lambda: few).outcome is Outcome.RELEASED
    assert not (in_use(settings).directory / "stance" / LEAVES).exists()
    report = retrain(settings, lambda: many)
    row = next(row for row in report.table if row["figure"] == "unfavourable/dishonest, F1")
    assert (row["before"], row["judgement"]) == ("parent's answer", "better")
    made = in_use(settings).directory
    leaf = load_leaves(made / "stance")["unfavourable/dishonest"]
    assert leaf.about["precision"] >= 0.7
    unseen = [framed(seed) for seed in range(500, 520)]
    right, wrong = leaves_of(made, unseen)
    assert right > 3 * wrong
    assert right >= 10


def leaves_of(directory: Path, gold: Sequence[AnnotatedArticle]) -> tuple[int, int]:
    """How many leaves a release gives rightly and wrongly, and that each is finer than what stands beside it."""
    names = [[{"name": one.target} for one in item.stances] for item in gold]
    asked = [
        item.article.model_copy(update={"meta": {"targets": found}}) for item, found in zip(gold, names, strict=True)
    ]
    verdicts = []
    for item, found in zip(gold, Annotator.load(directory).annotate(asked), strict=True):
        words = {one.target: one.evidence[0].text for one in item.stances}
        for stance in found.stances:
            assert all(leaf.startswith(f"{stance.label}/") for leaf in stance.leaves)
            verdicts += [words[stance.target] == "lying"] * len(stance.leaves)
    return sum(verdicts), len(verdicts) - sum(verdicts)


def seen(number: int, leaf_share: int, spread: float = 0.1, project: str = "news") -> list[Framed]:
    """States of which the first number tells the leaf, the better the smaller the spread."""
    draw = np.random.default_rng(1)
    found = []
    for at in range(number):
        has = at % leaf_share == 0
        state = draw.normal(0, 1, 8)
        state[0] = draw.normal(1.0 if has else -1.0, spread)
        leaves = ("antagonist/invader",) if has else ()
        found.append(Framed(state, ("antagonist", "neutral"), leaves, f"article {at // 2}", project))
    return found


def test_leaves_need_examples_and_must_hold_on_unseen_articles() -> None:
    assert train_leaves(seen(39, 2), 20)["antagonist/invader"].about["precision"] > 0.9
    assert train_leaves(seen(39, 2), 21) == {}
    assert train_leaves(seen(60, 2, spread=60.0), 20) == {}
    assert train_leaves(seen(40, 1), 20) == {}  # nothing to tell it from
    elsewhere = [replace(item, leaves=(), project="other") for item in seen(200, 2)]
    told = train_leaves([*seen(39, 2), *elsewhere], 20)["antagonist/invader"].about
    assert told["others"] == 19  # where nobody used the leaf it was not offered


def test_a_leaf_is_given_only_under_its_parent(whole_release: Path) -> None:
    leaf = Leaf("role", (1.0, 0.0), 0.0, 0.6, {})
    stance = framed(1).stances[0].model_copy(update={"role": "antagonist"})
    state = np.array([2.0, 0.0])
    assert given({"antagonist/invader": leaf}, stance, state) == ["antagonist/invader"]
    assert given({"antagonist/invader": leaf}, stance, -state) == []
    assert given({"victim/bystander": leaf}, stance, state) == []
    assert still_fitting(["antagonist/invader"], "neutral", "victim") == []
    judge = StanceJudge.load(whole_release / "stance")
    assert judge.leaves == {}
    assert [item.leaves for item in as_seen(corrections(2), judge)] == [()] * 8


def test_held_out_corrections_never_teach_any_part(whole_job: JobSettings) -> None:
    report = retrain(whole_job, corrections)
    held = [item for item in corrections() if is_held_out(item.article.text, 0.2)]
    assert held
    assert report.plan is not None
    assert report.plan["held out"] == len(held)
    assert any(row["test"].startswith("held-out corrections, stance") for row in report.table)
