"""The whole loop against a real Label Studio: corrected there, learnt here, and the open tasks get new predictions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harbour import invented
from labelling import Running, close_connections, label_studio, project, submit, ticked

from attribution import release
from attribution.annotator import Annotator
from attribution.cli import main
from attribution.review.layout import lay_out
from attribution.review.push import push
from attribution.review.results import write
from attribution.review.store import Store
from attribution.review.tasks import META
from attribution.schema import AnnotatedArticle
from attribution.training.planning import JobSettings
from attribution.training.splitting import is_held_out

__all__ = ["close_connections", "label_studio", "project", "submit"]
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")

OPEN = 3


def reviewed_and_open() -> tuple[list[AnnotatedArticle], list[AnnotatedArticle]]:
    """Articles with a cue that the release does not know: those somebody corrects, some held out, and open ones."""
    made = [invented(seed, "whispered") for seed in range(300, 400)]
    kept = [item for item in made if not is_held_out(item.article.text, 0.2)]
    held = [item for item in made if is_held_out(item.article.text, 0.2)]
    return [*kept[:12], *held[:4]], kept[12 : 12 + OPEN]


def configuration(job: JobSettings, server: Running, project: str, folder: Path) -> Path:
    token = folder / "token"
    token.write_text(server.token)
    token.chmod(0o600)
    training = {name: getattr(job.quotations, name) for name in ("epochs", "batch_size", "learning_rate", "averaging")}
    training |= {"head_learning_rate": job.quotations.head_learning_rate, "bf16": False}
    review = {"project": project, "url": server.url, "token_file": str(token)}
    settings: dict[str, Any] = {"gold": str(job.gold), "models": str(job.models), "work": str(job.work)}
    settings |= {"replay_at_least": job.replay_at_least}
    tables = {"job": settings, "quotations": training, "review": review}
    lines = [
        f"[{name}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in table.items()) for name, table in tables.items()
    ]
    path = folder / "job.toml"
    path.write_text("\n".join(lines))
    return path


def test_corrections_are_pulled_learnt_and_shown(
    label_studio: Running, project: str, submit: Callable[..., int], job: JobSettings, tmp_path: Path
) -> None:
    server = label_studio.server()
    corrected, waiting = reviewed_and_open()
    right = {item.article.id: item for item in corrected}
    before = Annotator.load(job.models / "2031.1")
    opened = push(server, project, before.annotate(item.article for item in [*corrected, *waiting])).project
    for task in list(server.tasks(opened.id)):
        kept = task["meta"][META]
        if gold := right.get(kept["key"]):
            submit(int(task["id"]), [*write(lay_out(gold, kept["current"]), gold.article.text), ticked("quotations")])
    given = ["train", "job", "--config", str(configuration(job, label_studio, project, tmp_path))]
    given += ["--annotations", str(tmp_path / "annotations")]

    assert main(given) == 0

    pulled = {item.article.id: item for item in Store(tmp_path / "annotations").current().values()}
    assert pulled.keys() == right.keys()
    for name, item in pulled.items():
        assert [one.cue[0].text for one in item.attributions] == [one.cue[0].text for one in right[name].attributions]
    made = release.current(job.models)
    assert made != "2031.1"
    versions = {
        task["meta"][META]["key"]: [one["model_version"] for one in task["predictions"]]
        for task in server.tasks(opened.id)
    }
    assert {versions[item.article.id][0] for item in waiting} == {made}
    assert all(len(found) == 1 for found in versions.values())
    assert {versions[name][0] for name in right} == {"2031.1"}  # what was reviewed keeps what the reviewer saw
    assert main(given) == 11  # nothing new
