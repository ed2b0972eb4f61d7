"""The figures about review, as ``scripts/measure-review`` prints them. Label Studio is started when it does not run."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from attribution.formats import read
from attribution.review.client import Server
from attribution.review.interface import Taxonomy
from attribution.review.pull import pull
from attribution.review.push import open_project, push
from attribution.review.store import Store
from attribution.review.tasks import from_annotation, to_task
from attribution.schema import AnnotatedArticle, Article, Attribution, Provenance, Span, Speaker, Stance

ROOT = Path(__file__).resolve().parent.parent
TAXONOMY = Taxonomy()


def records(paths: list[str]) -> Iterator[AnnotatedArticle]:
    for path in paths:
        form = "polnear" if (Path(path) / "attributions").is_dir() else None
        yield from read(path, form)


def back(task: dict, result: list[dict]) -> AnnotatedArticle | list[str]:
    rebuilt, _, _ = from_annotation(task, result, TAXONOMY)
    return rebuilt.faults or rebuilt.record


def roundtrip(args: argparse.Namespace) -> None:
    found = list(records(args.paths))
    if args.server:
        through_server(args, random.Random(args.seed).sample(found, min(args.sample, len(found))))
        return
    start, equal, quotations = time.perf_counter(), 0, 0
    for record in found:
        task = json.loads(json.dumps(to_task(record)))
        quotations += len(record.attributions)
        if back(task, task["predictions"][0]["result"]) == record:
            equal += 1
        else:
            print(f"not equal: {record.article.id}", file=sys.stderr)
    spent = time.perf_counter() - start
    print(f"pure conversion: {equal} of {len(found)} articles equal ({quotations} quotations, {spent:.1f} s)")


def through_server(args: argparse.Namespace, sample: list[AnnotatedArticle]) -> None:
    """Imports each article with its prediction submitted as an annotation, and reads it in both ways there are."""
    server = connect(args)
    project = server.create_project(f"round trip {time.time():.0f}", open_config(), "")
    for at in range(0, len(sample), 50):
        tasks = [to_task(record) for record in sample[at : at + 50]]
        server.import_tasks(
            project.id, [{**t, "annotations": [{"result": t["predictions"][0]["result"]}]} for t in tasks]
        )
    wanted = {(r.article.id, r.article.text): r for r in sample}
    for name, tasks in (("export", server.export(project.id)), ("task list", list(server.tasks(project.id)))):
        equal = 0
        for task in tasks:
            kept = task["meta"]["attribution"]
            equal += back(task, task["annotations"][0]["result"]) == wanted[kept["key"], task["data"]["text"]]
        print(f"through Label Studio, read by {name}: {equal} of {len(sample)} articles equal")
    server.delete_project(project.id)


def open_config() -> str:
    from attribution.review.interface import interface

    return interface(TAXONOMY)


def connect(args: argparse.Namespace) -> Server:
    if args.url:
        return Server(args.url, Path(args.token_file).read_text().strip())
    data = ROOT / ".label-studio"
    subprocess.run(
        [ROOT / "scripts" / "label-studio", "start", "--port", str(args.port)], check=True, stdout=sys.stderr
    )
    return Server(f"http://127.0.0.1:{args.port}", (data / "token").read_text().strip())


def made_up(number: int) -> AnnotatedArticle:
    """An article with ten quotations by two speakers, as a release would annotate it."""
    lines, spans, at = [], [], 0
    for line in range(10):
        parts = [
            f"“The tide table for pier {number}-{line} will be printed again,” ",
            "said ",
            "Maud Ferris",
            " on Tuesday. ",
        ]
        places = [at]
        for part in parts:
            places.append(places[-1] + len(part))
        spans.append(places)
        lines.append("".join(parts) + "The harbour office keeps it behind glass, where the salt does not reach it.\n\n")
        at += len(lines[-1])
    text = "".join(lines)
    attributions = [
        Attribution(
            id=f"a{line}",
            kind="direct",
            content=[Span.of(text, p[0], p[1] - 1)],
            cue=[Span.of(text, p[1], p[2] - 1)],
            source=[Span.of(text, p[2], p[3])],
            speaker="s1",
            confidence=0.5 + line / 20,
        )
        for line, p in enumerate(spans)
    ]
    return AnnotatedArticle(
        article=Article(id=f"tide-{number}", text=text, outlet=f"Outlet {number % 7}"),
        attributions=attributions,
        speakers=[Speaker(id="s1", name="Maud Ferris", kind="person", confidence=0.9)],
        stances=[Stance(target="harbour office", voice="outlet", label="neutral", confidence=0.8)],
        provenance=Provenance(release="measured", version="0"),
    )


def speed(args: argparse.Namespace) -> None:
    server = connect(args)
    found = [made_up(number) for number in range(args.articles)]
    title = f"speed {time.time():.0f}"
    open_project(server, title, TAXONOMY)
    start = time.perf_counter()
    pushed = push(server, title, found)
    print(f"push of {pushed.added} articles with ten quotations each: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    again = push(server, title, found)
    print(f"the same push again: {again.added} added, {again.unchanged} unchanged, {time.perf_counter() - start:.1f} s")
    submit_everything(server, pushed.project.id)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        pulled = pull(server, title, Store(Path(folder)))
        print(f"pull of {pulled.kept} reviewed articles: {time.perf_counter() - start:.1f} s")
        start = time.perf_counter()
        pulled = pull(server, title, Store(Path(folder)))
        print(f"pull again: {pulled.kept} new, {pulled.known} known, {time.perf_counter() - start:.1f} s")
    server.delete_project(pushed.project.id)


def submit_everything(server: Server, project: int) -> None:
    """Every article is confirmed, as if by a reviewer: the prediction and the three ticks."""
    tick = {
        "from_name": "checked",
        "to_name": "text",
        "type": "choices",
        "id": "t",
        "value": {"choices": list(TAXONOMY.choices()["checked"])},
    }
    tasks = list(server.tasks(project))
    for task in tasks:
        result = [*task["predictions"][0]["result"], tick]
        server._sdk.annotations.create(id=int(task["id"]), result=result, lead_time=60.0)


def load(args: argparse.Namespace) -> None:
    """Eight clients ask for articles of ordinary length, one after the other, for a minute."""
    port = args.port
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "attribution.cli",
            "serve",
            "--port",
            str(port),
            *(["--model", args.model] if args.model else []),
        ],
        env=os.environ,
    )
    try:
        await_service(port)
        bodies = [json.dumps({"articles": [{"text": made_up(number).article.text}]}).encode() for number in range(8)]
        ask(port, bodies[0])
        before = memory(process.pid)
        times: list[float] = []
        errors: list[str] = []
        end = time.monotonic() + args.seconds
        threads = [threading.Thread(target=client, args=(port, body, end, times, errors)) for body in bodies]
        for thread in threads:
            thread.start()
        held = []
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.2)
            if time.monotonic() > end - args.seconds * (3 - len(held)) / 4:
                held.append(memory(process.pid))
        times.sort()
        print(
            f"8 clients for {args.seconds:.0f} s: {len(times)} requests, {len(errors)} errors, "
            f"{len(times) / args.seconds:.1f} articles/s, median {times[len(times) // 2]:.2f} s, "
            f"95% within {times[int(len(times) * 0.95)]:.2f} s"
        )
        print(f"memory: {before} MB after the first request; {', '.join(map(str, held))} MB after each quarter")
        for error in errors[:3]:
            print(error, file=sys.stderr)
    finally:
        process.terminate()
        process.wait(30)


def await_service(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("attribution serve did not start")


def ask(port: int, body: bytes) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/annotate", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()


def client(port: int, body: bytes, end: float, times: list[float], errors: list[str]) -> None:
    while time.monotonic() < end:
        start = time.perf_counter()
        try:
            ask(port, body)
            times.append(time.perf_counter() - start)
        except Exception as error:
            errors.append(repr(error))


def memory(pid: int) -> int:
    """Resident memory of a process in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/measure-review", description=__doc__)
    actions = parser.add_subparsers(required=True)
    trip = actions.add_parser("roundtrip")
    trip.add_argument("paths", nargs="+")
    trip.add_argument("--server", action="store_true")
    trip.add_argument("--sample", type=int, default=200)
    trip.add_argument("--seed", type=int, default=5)
    trip.set_defaults(run=roundtrip)
    fast = actions.add_parser("speed")
    fast.add_argument("--articles", type=int, default=1000)
    fast.set_defaults(run=speed)
    heavy = actions.add_parser("load")
    heavy.add_argument("--seconds", type=float, default=60)
    heavy.add_argument("--model")
    heavy.set_defaults(run=load)
    for action, port in ((trip, 8080), (fast, 8080), (heavy, 8097)):
        action.add_argument("--port", type=int, default=port)
        action.add_argument("--url", help="a server that runs already")
        action.add_argument("--token-file")
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
