"""The service over real HTTP: annotation, limits, the token, the backend for Label Studio, many at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from attribution.annotator import Annotator
from attribution.cli import main
from attribution.schema import AnnotatedArticle, content_id
from attribution.service import Limits, create_app

TEXT = "“We will come,” said the minister 🚢. She said that it was late."


@contextmanager
def serving(annotator: Annotator, **options: Any) -> Iterator[httpx.Client]:
    config = uvicorn.Config(create_app(annotator, **options), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        yield client
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="session")
def annotator(tiny_release: Path) -> Annotator:
    return Annotator.load(tiny_release, "cpu")


@pytest.fixture
def client(annotator: Annotator) -> Iterator[httpx.Client]:
    with serving(annotator) as client:
        yield client


def test_articles_come_back_annotated_in_their_order(client: httpx.Client, annotator: Annotator) -> None:
    articles = [{"text": f"{TEXT} {n}", "outlet": "Courier", "byline": "A. Petrov"} for n in range(3)]

    got = client.post("/annotate", json={"articles": articles}).json()["articles"]

    records = [AnnotatedArticle.model_validate(item) for item in got]
    assert [record.article.text for record in records] == [item["text"] for item in articles]
    assert records[0].article.id == content_id(f"{TEXT} 0")
    assert (records[0].article.outlet, records[0].article.meta) == ("Courier", {"byline": "A. Petrov"})
    (expected,) = annotator.annotate([records[0].article])
    assert records[0].attributions == expected.attributions


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, "articles"),
        ({"articles": []}, 422, "articles"),
        ({"articles": [{"title": "no text"}]}, 422, "text"),
        ({"articles": [{"text": ""}]}, 422, "text"),
        ({"articles": [{"text": TEXT}], "model": "x"}, 422, "model"),
        ({"articles": [{"text": TEXT}] * 4}, 413, "3 articles"),
        ({"articles": [{"text": "a" * 2001}]}, 413, "2000 are allowed"),
        ({"articles": [{"text": "a" * 9000}]}, 413, "fewer articles"),
    ],
)
def test_what_is_refused_says_why(annotator: Annotator, body: dict[str, Any], status: int, words: str) -> None:
    with serving(annotator, limits=Limits(articles=3, characters=2000, body=8000)) as client:
        answer = client.post("/annotate", json=body)

    assert answer.status_code == status
    assert words in answer.text


def test_a_body_that_does_not_say_its_length_is_counted(annotator: Annotator) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    with serving(annotator, limits=Limits(body=8000)) as client:
        assert client.post("/annotate", content=endless()).status_code == 413
        assert client.post("/annotate", content=b"{").status_code == 422


def test_the_token_is_asked_for_everywhere_but_at_health(annotator: Annotator) -> None:
    with serving(annotator, token="secret") as client:
        body = {"articles": [{"text": TEXT}]}
        assert client.get("/health").json()["status"] == "UP"
        assert client.post("/annotate", json=body).status_code == 401
        assert client.post("/annotate", json=body, headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.post("/annotate", json=body, headers={"Authorization": "Bearer secret"}).status_code == 200
        assert client.post("/setup", json={}, auth=("anyone", "secret")).status_code == 200


def test_beyond_this_machine_a_token_is_needed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ATTRIBUTION_TOKEN", raising=False)

    assert main(["serve", "--host", "0.0.0.0"]) == 2
    assert "ATTRIBUTION_TOKEN" in capsys.readouterr().err


def test_label_studio_gets_one_prediction_for_each_task(client: httpx.Client, annotator: Annotator) -> None:
    tasks = [
        {"id": 1, "data": {"text": TEXT}},
        {"id": 2, "data": {"image": "x.png"}},
        {"id": 3, "data": {"text": TEXT + " "}},
    ]

    setup = client.post("/setup", json={"project": "1.1", "schema": "<View/>", "access_token": "t"}).json()
    got = client.post(
        "/predict", json={"tasks": tasks, "project": "1.1", "label_config": "<View/>", "params": {}}
    ).json()

    assert setup == {"model_version": annotator.release}
    assert [bool(item["result"]) for item in got["results"]] == [True, False, True]
    assert {item["model_version"] for item in got["results"]} == {annotator.release}
    first = next(i for i in got["results"][0]["result"] if i.get("from_name") == "span")["value"]
    assert TEXT[first["start"] : first["end"]] == first["text"]


def test_webhooks_are_written_down_without_texts_or_tokens(annotator: Annotator, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    said = {
        "action": "ANNOTATION_CREATED",
        "project": {"id": 3, "token": "abc"},
        "task": {"id": 7, "data": {"text": TEXT}},
        "annotation": {"id": 9},
    }
    with serving(annotator, events=events) as client:
        assert client.post("/webhook", json=said).status_code == 202
        assert client.post("/webhook", json={"action": "ANNOTATIONS_DELETED", "annotations": [{"id": 9}]}).is_success
        assert client.post("/webhook", content=b"no").status_code == 422

    lines = [json.loads(line) for line in events.read_text().splitlines()]
    assert [(line["action"], line.get("task")) for line in lines] == [
        ("ANNOTATION_CREATED", [7]),
        ("ANNOTATIONS_DELETED", None),
    ]
    assert TEXT not in events.read_text()
    assert "abc" not in events.read_text()


class Counting:
    """Passes articles on to an annotator, and counts; it stands in for none of its parts."""

    def __init__(self, annotator: Annotator, release: str, pause: float = 0.0) -> None:
        self.annotator, self.release, self.pause = annotator, release, pause
        self.batches: list[int] = []

    def annotate(self, articles: Sequence[Any]) -> Iterator[AnnotatedArticle]:
        self.batches.append(len(articles))
        time.sleep(self.pause)
        return self.annotator.annotate(articles)


def post(client: httpx.Client, number: int) -> httpx.Response:
    return client.post("/annotate", json={"articles": [{"text": f"{TEXT} {number}"}]})


def test_requests_that_come_together_are_annotated_together(annotator: Annotator) -> None:
    counting = Counting(annotator, "2031.1", pause=0.2)
    with serving(counting) as client, ThreadPoolExecutor(12) as pool:  # type: ignore[arg-type]
        answers = list(pool.map(lambda number: post(client, number), range(12)))

    assert [a.json()["articles"][0]["article"]["text"] for a in answers] == [f"{TEXT} {n}" for n in range(12)]
    assert sum(counting.batches) == 12
    assert len(counting.batches) < 12


def test_when_too_many_wait_the_next_is_told_to_come_back(annotator: Annotator) -> None:
    counting = Counting(annotator, "2031.1", pause=0.5)
    with serving(counting, limits=Limits(waiting=2)) as client, ThreadPoolExecutor(6) as pool:  # type: ignore[arg-type]
        answers = list(pool.map(lambda number: post(client, number), range(6)))

    refused = [answer for answer in answers if answer.status_code == 503]
    assert refused
    assert all(answer.headers["Retry-After"] for answer in refused)
    assert all(answer.is_success for answer in answers if answer not in refused)


def test_a_new_release_takes_over_without_a_dropped_request(annotator: Annotator) -> None:
    old, new = Counting(annotator, "old"), Counting(annotator, "new")
    started = time.monotonic()

    def latest(current: Any) -> Any:
        return new if time.monotonic() - started > 0.5 else current

    with serving(old, latest=latest) as client, ThreadPoolExecutor(4) as pool:  # type: ignore[arg-type]
        answers = list(pool.map(lambda number: post(client, number), range(60)))
        deadline = time.monotonic() + 30
        while client.get("/health").json()["release"] != "new" and time.monotonic() < deadline:
            time.sleep(0.1)
        answers.append(post(client, 99))

    assert all(answer.is_success for answer in answers)
    assert new.batches


def test_the_description_stands_on_its_own(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    page = client.get("/docs").text

    assert {"/annotate", "/health", "/setup", "/predict", "/webhook"} <= described["paths"].keys()
    assert "POST /annotate" in page
    assert "http" not in page.replace("http://127.0.0.1", "")
