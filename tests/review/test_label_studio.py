"""Against a real Label Studio: out, back, again, and through all that can go wrong on the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Running, free_port, run_script, ticked
from faulty_proxy import Faults, proxy
from hypothesis import HealthCheck, Phase, given, settings
from review_strategies import records

from attribution.cli import main
from attribution.errors import ReviewConnectionError
from attribution.formats import read
from attribution.review import push as pushing
from attribution.review.backend import connect, disconnect
from attribution.review.client import Project, Server
from attribution.review.interface import Taxonomy
from attribution.review.pull import pull
from attribution.review.push import open_project, push
from attribution.review.store import Store
from attribution.review.tasks import from_annotation, to_task
from attribution.schema import AnnotatedArticle, Article, Provenance

GOLD = Path(__file__).parents[2] / "annotations" / "gold"


def made_up(number: int) -> list[AnnotatedArticle]:
    """The first of the articles that hypothesis makes, the same each time."""
    found: list[AnnotatedArticle] = []

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=[*HealthCheck],
    )
    @given(records())
    def collect(record: AnnotatedArticle) -> None:
        found.append(record)

    collect()
    return found


def numbered(items: list[AnnotatedArticle]) -> list[AnnotatedArticle]:
    return [r.model_copy(update={"article": r.article.model_copy(update={"id": f"{n}"})}) for n, r in enumerate(items)]


def several(ferry: AnnotatedArticle, number: int) -> list[AnnotatedArticle]:
    return numbered([ferry] * number)


def task_ids(server: Server, project: Project) -> dict[str, list[int]]:
    """The tasks of each article."""
    found: dict[str, list[int]] = {}
    for task in server.tasks(project.id):
        found.setdefault(task["meta"]["attribution"]["key"], []).append(int(task["id"]))
    return found


def test_round_trip_through_the_server_is_the_identity(label_studio: Running, project: str) -> None:
    server = label_studio.server()
    gold = [record for path in sorted(GOLD.glob("*.jsonl")) for record in read(path)]
    wanted = numbered([record for record in [*gold, *made_up(40)] if pushing._unstorable(record) is None])
    assert len(wanted) > 30
    opened = open_project(server, project, Taxonomy())
    tasks = [to_task(record) for record in wanted]
    server.import_tasks(opened.id, [{**t, "annotations": [{"result": t["predictions"][0]["result"]}]} for t in tasks])

    for found in (server.export(opened.id), list(server.tasks(opened.id))):
        assert len(found) == len(wanted)
        for task in found:
            rebuilt, _, _ = from_annotation(task, task["annotations"][0]["result"], Taxonomy())
            assert rebuilt.faults == []
            assert rebuilt.record == wanted[int(task["meta"]["attribution"]["key"])]


def test_pushing_again_adds_nothing_and_a_new_release_updates(
    label_studio: Running, project: str, ferry: AnnotatedArticle, submit: Callable[..., int]
) -> None:
    server, articles = label_studio.server(), several(ferry, 3)
    first = push(server, project, articles)
    before = task_ids(server, first.project)
    later = ferry.provenance.model_copy(update={"created": "2026-03-06T08:00:00+00:00"})
    again = push(server, project, [record.model_copy(update={"provenance": later}) for record in articles])
    submit(before["0"][0], [ticked()])
    newer = [
        r.model_copy(update={"provenance": r.provenance.model_copy(update={"release": "demo-2"})}) for r in articles
    ]
    third, fourth = push(server, project, newer), push(server, project, newer)

    assert (first.added, again.added, again.unchanged) == (3, 0, 3)
    assert (third.added, third.updated, third.in_work) == (0, 2, 1)
    assert (fourth.updated, fourth.unchanged, fourth.in_work) == (0, 2, 1)
    assert task_ids(server, first.project) == before
    versions = {int(t["id"]): [p["model_version"] for p in t["predictions"]] for t in server.tasks(first.project.id)}
    assert sorted(versions.values()) == [["demo-1"], ["demo-2"], ["demo-2"]]


def test_pull_keeps_quarantines_and_withdraws(
    label_studio: Running, project: str, ferry: AnnotatedArticle, submit: Callable[..., int], tmp_path: Path
) -> None:
    server, store = label_studio.server(), Store(tmp_path)
    tasks = {k: v[0] for k, v in task_ids(server, push(server, project, several(ferry, 4)).project).items()}
    shown = {
        t["meta"]["attribution"]["key"]: t["predictions"][0]["result"] for t in server.tasks(server.project(project).id)
    }  # type: ignore[union-attr]
    good = submit(tasks["0"], [*shown["0"], ticked()])
    submit(tasks["1"], shown["1"])  # nothing ticked, nothing changed
    broken = submit(
        tasks["2"], [{**shown["2"][0], "value": {"start": 1, "end": 99999, "labels": ["Content"]}}, ticked()]
    )
    submit(tasks["3"], [], was_cancelled=True)

    first = pull(server, project, store)

    assert (first.kept, first.withdrawn) == (1, 0)
    assert sorted(item.reasons[0] for item in first.quarantined) == [
        f"a region lies at 1–99999, outside the text of {len(ferry.article.text)} characters",
        "nothing is ticked as checked and nothing was changed; tick what was checked and update",
    ]
    (record,) = store.current().values()
    assert record.provenance.review is not None
    assert (record.provenance.review.annotation, record.provenance.reviewed_by) == (good, label_studio.user)

    # The broken one is repaired, the good one deleted; the next pull sees just that.
    server._sdk.annotations.update(id=broken, result=[*shown["2"], ticked("quotations")])
    server._sdk.annotations.delete(id=good)
    second = pull(server, project, store)

    assert (second.kept, second.withdrawn, len(second.quarantined)) == (1, 1, 1)
    assert [r.provenance.review.looked_at for r in store.current().values() if r.provenance.review] == [["quotations"]]
    kept = sorted(path.name for path in tmp_path.rglob("*.json*") if path.name != "pulled.json")
    third = pull(server, project, store, complete=True)
    assert (third.kept, third.withdrawn) == (0, 0)
    assert sorted(path.name for path in tmp_path.rglob("*.json*") if path.name != "pulled.json") == kept


def test_two_reviewers_agree_per_field(
    label_studio: Running, project: str, ferry: AnnotatedArticle, submit: Callable[..., int], tmp_path: Path
) -> None:
    server = label_studio.server()
    opened = push(server, project, [ferry]).project
    sdk = server._sdk
    colleague = sdk.users.create(
        username=f"{project[-6:]}@example.org", email=f"c{opened.id}@example.org", first_name="C", last_name="D"
    )
    (task,) = server.tasks(opened.id)
    shown = task["predictions"][0]["result"]
    submit(task["id"], [*shown, ticked()])
    other = json.loads(json.dumps(shown))
    next(item for item in other if item.get("from_name") == "kind")["value"]["choices"] = ["mixed"]
    submit(task["id"], [*other, ticked()], completed_by=int(colleague.id))

    agreement = pull(server, project, Store(tmp_path)).agreement

    assert (agreement["kind"].same, agreement["kind"].total) == (5, 6)
    assert agreement["speaker"].same == agreement["speaker"].total


@pytest.fixture
def faulty(label_studio: Running) -> Iterator[tuple[Server, Faults]]:
    with proxy(label_studio.url) as (url, faults):
        yield label_studio.server(url, timeout=7), faults


@pytest.mark.parametrize("what", ["drop", "drop after", "hang after", 500, 429])
def test_a_push_through_trouble_loses_and_doubles_nothing(
    faulty: tuple[Server, Faults],
    label_studio: Running,
    project: str,
    ferry: AnnotatedArticle,
    what: str | int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, faults = faulty
    monkeypatch.setattr(pushing, "BATCH", 2)
    faults.add("POST", "/import", what)
    faults.add("GET", "/api/tasks", 500)

    pushed = push(server, project, several(ferry, 5))

    assert pushed.added == 5
    assert {key: len(ids) for key, ids in task_ids(label_studio.server(), pushed.project).items()} == {
        str(n): 1 for n in range(5)
    }


@pytest.mark.parametrize("at", ["DELETE /api/predictions", "POST /api/predictions", "PATCH /api/tasks"])
def test_an_update_broken_off_is_finished_by_the_next_push(
    faulty: tuple[Server, Faults], label_studio: Running, project: str, ferry: AnnotatedArticle, at: str
) -> None:
    server, faults = faulty
    opened = push(label_studio.server(), project, [ferry]).project
    newer = ferry.model_copy(update={"provenance": Provenance(release="demo-2"), "stances": ferry.stances[:1]})
    method, path = at.split()
    faults.add(method, path, "drop", times=9)
    with pytest.raises(ReviewConnectionError):
        push(server, project, [newer])
    faults.rules.clear()

    assert push(server, project, [newer]).updated == 1
    assert push(server, project, [newer]).unchanged == 1
    (task,) = label_studio.server().tasks(opened.id)
    assert [prediction["model_version"] for prediction in task["predictions"]] == ["demo-2"]
    assert from_annotation(task, task["predictions"][0]["result"], Taxonomy())[0].record == newer


def test_what_is_too_large_is_sent_in_halves(
    faulty: tuple[Server, Faults], project: str, ferry: AnnotatedArticle
) -> None:
    server, faults = faulty
    faults.add("POST", "/import", 413, times=2)

    pushed = push(server, project, several(ferry, 4))

    assert (pushed.added, pushed.refused) == (4, [])
    assert sum(method == "POST" and "/import" in path for method, path in faults.seen) == 5


def test_a_second_pusher_at_the_same_moment_doubles_nothing(
    faulty: tuple[Server, Faults], label_studio: Running, project: str, ferry: AnnotatedArticle
) -> None:
    server, faults = faulty
    faults.calls["other"] = lambda: push(label_studio.server(), project, several(ferry, 3)) and None  # type: ignore[func-returns-value]
    faults.add("POST", "/import", "other")

    pushed = push(server, project, several(ferry, 3))

    assert pushed.doubles_removed == 3
    assert [len(ids) for ids in task_ids(label_studio.server(), pushed.project).values()] == [1, 1, 1]


@pytest.mark.parametrize("at", ["POST /exports", "GET /exports", "GET /api/tasks", "GET /api/users"])
def test_a_pull_broken_off_and_done_again_is_a_pull(
    faulty: tuple[Server, Faults],
    label_studio: Running,
    project: str,
    ferry: AnnotatedArticle,
    submit: Callable[..., int],
    tmp_path: Path,
    at: str,
) -> None:
    server, faults = faulty
    opened = push(label_studio.server(), project, several(ferry, 2)).project
    for task in list(server.tasks(opened.id)):
        submit(task["id"], [*task["predictions"][0]["result"], ticked()])
    pull(label_studio.server(), project, Store(tmp_path / "undisturbed"))
    if "tasks" in at:
        Store(tmp_path / "broken").set_cursor(server.url, opened.id, "2026-01-01T00:00:00Z")
    method, path = at.split()
    faults.add(method, path, "drop", times=9)

    with pytest.raises(ReviewConnectionError, match="broke off"):
        pull(server, project, Store(tmp_path / "broken"))
    faults.rules.clear()
    pull(server, project, Store(tmp_path / "broken"))

    stores = [Store(tmp_path / name).current().values() for name in ("broken", "undisturbed")]
    kept = [sorted(records, key=lambda record: record.article.id) for records in stores]
    assert [[r.article.id for r in part] for part in kept] == [["0", "1"], ["0", "1"]]
    assert [r.attributions for r in kept[0]] == [r.attributions for r in kept[1]]


def test_a_task_edited_while_pulling_is_seen_by_the_next_pull(
    faulty: tuple[Server, Faults],
    label_studio: Running,
    project: str,
    ferry: AnnotatedArticle,
    submit: Callable[..., int],
    tmp_path: Path,
) -> None:
    server, faults = faulty
    opened = push(label_studio.server(), project, [ferry]).project
    (task,) = server.tasks(opened.id)
    shown = task["predictions"][0]["result"]
    annotation = submit(task["id"], [*shown, ticked("quotations")])
    edit = [*shown, ticked("quotations", "speakers", "stance")]
    sdk = label_studio.server()._sdk
    faults.calls["edit"] = lambda: sdk.annotations.update(id=annotation, result=edit) and None  # type: ignore[func-returns-value]
    faults.add("GET", "/download", "edit")

    pull(server, project, Store(tmp_path))
    pull(server, project, Store(tmp_path))

    (record,) = Store(tmp_path).current().values()
    assert record.provenance.review is not None
    assert record.provenance.review.looked_at == ["quotations", "speakers", "stance"]


@pytest.mark.parametrize(
    ("status", "words"), [(401, "does not know this token"), (403, "may not do that"), (500, "log of Label Studio")]
)
def test_exit_code_and_message_say_what_to_do(
    label_studio: Running,
    ferry: AnnotatedArticle,
    tmp_path: Path,
    status: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "a.jsonl").write_text(ferry.to_json() + "\n", "utf-8")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    monkeypatch.setattr("attribution.review.client.PATIENCE", ())
    monkeypatch.setattr(
        "attribution.review.client.Server.__init__.__kwdefaults__", {"timeout": 120.0, "patience": ()}, raising=False
    )
    with proxy(label_studio.url) as (url, faults):
        faults.add("GET", "/api/projects", status, times=9)
        code = main(["review", "push", str(tmp_path / "a.jsonl"), "--project", "x", "--url", url])
    said = capsys.readouterr().err

    assert code == 1
    assert f"answered {status}" in said
    assert words in said
    assert label_studio.token not in said


def test_nobody_there_and_no_token(
    ferry: AnnotatedArticle, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.jsonl").write_text(ferry.to_json() + "\n", "utf-8")
    words = ["review", "push", str(tmp_path / "a.jsonl"), "--project", "x", "--url", f"http://127.0.0.1:{free_port()}"]
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)
    assert main(words) == 2
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "0" * 40)
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "no token" in said
    assert "nobody answers" in said


def test_what_a_database_cannot_hold_is_refused_with_a_reason(label_studio: Running, project: str) -> None:
    odd = [AnnotatedArticle(article=Article(id=text[:1], text=text)) for text in ("a\0b", " ", "fine")]

    pushed = push(label_studio.server(), project, odd)

    assert pushed.added == 1
    assert [identity for identity, _ in pushed.refused] == ["a", " "]


def test_the_server_killed_in_the_middle_of_a_push_and_of_a_pull(
    label_studio: Running, tmp_path: Path, ferry: AnnotatedArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server of its own is killed between two batches; after it runs again, the same commands finish the work."""
    if label_studio.data.name != "label-studio":
        pytest.skip("only with a server that these tests started")

    monkeypatch.setattr(pushing, "BATCH", 2)
    data = tmp_path / "label-studio"
    shutil.copytree(label_studio.data, data, ignore=shutil.ignore_patterns("server.json", "*.log", "*.sqlite3*"))
    name = "label_studio.sqlite3"
    with closing(sqlite3.connect(label_studio.data / name)) as source, closing(sqlite3.connect(data / name)) as copy:
        source.backup(copy)  # other tests may be writing to it
    port, articles, store = str(free_port()), several(ferry, 6), Store(tmp_path / "kept")

    def start() -> Server:
        assert run_script("start", "--data", str(data), "--port", port, "--wait", "300").returncode == 0
        return Server(f"http://127.0.0.1:{port}", label_studio.token, patience=(0.1,))

    def stop(done: int) -> None:
        if done:
            run_script("stop", "--data", str(data))

    try:
        with start() as server, pytest.raises(ReviewConnectionError):
            push(server, "killed", articles, advance=stop)
        with start() as server:
            pushed = push(server, "killed", articles)
            assert {len(ids) for ids in task_ids(server, pushed.project).values()} == {1}
            assert len(task_ids(server, pushed.project)) == 6
            for task in list(server.tasks(pushed.project.id)):
                server._sdk.annotations.create(id=int(task["id"]), result=[*task["predictions"][0]["result"], ticked()])
            monkeypatch.setattr("attribution.review.client.PAGE", 2)
            store.set_cursor(server.url, pushed.project.id, "2026-01-01T00:00:00Z")
            with pytest.raises(ReviewConnectionError):
                pull(server, "killed", store, advance=stop)
        with start() as server:
            pull(server, "killed", store)
        assert sorted(record.article.id for record in store.current().values()) == list("012345")
    finally:
        run_script("stop", "--data", str(data))


def test_connecting_a_service_leaves_nothing_behind(
    label_studio: Running, project: str, service: Any, ferry: AnnotatedArticle
) -> None:
    server = label_studio.server()
    opened = push(server, project, [ferry]).project

    assert connect(server, project, service.url) is True
    assert connect(server, project, service.url) is False
    assert list(server.backends(opened.id).values()) == [service.url]
    disconnect(server, project, service.url)

    assert (server.backends(opened.id), server.webhooks(opened.id)) == ({}, {})


def test_an_article_opened_in_label_studio_gets_predictions_of_the_release(
    label_studio: Running, project: str, service: Any, submit: Callable[..., int], tmp_path: Path
) -> None:
    server = label_studio.server()
    opened = open_project(server, project, Taxonomy())
    article = AnnotatedArticle(
        article=Article(id="new", text="“We will come,” said the minister. She said that it was late.")
    )
    task = to_task(article)
    server.import_tasks(opened.id, [{"data": task["data"], "meta": task["meta"]}])
    connect(server, project, service.url)
    try:
        found = server._sdk.tasks.get(id=str(next(iter(server.tasks(opened.id)))["id"]))
        (fresh,) = server.tasks(opened.id)
        assert [p["model_version"] for p in fresh["predictions"]] == [service.release], found
        submit(fresh["id"], [*fresh["predictions"][0]["result"], ticked()])
        pulled = pull(server, project, Store(tmp_path))
        assert [item.reasons for item in pulled.quarantined] == []
        (record,) = Store(tmp_path).current().values()
        assert record.provenance.release == service.release
        assert record.attributions
    finally:
        disconnect(server, project, service.url)
