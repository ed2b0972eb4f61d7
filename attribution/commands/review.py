"""``attribution review``: out to Label Studio, back, and how it is going."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attribution.commands import Subparsers, verb
from attribution.terminal import note, progress, say, say_json, table

if TYPE_CHECKING:
    from attribution.review.client import Server
    from attribution.review.interface import Taxonomy
    from attribution.review.pull import Pulled
    from attribution.review.push import Pushed
    from attribution.review.status import Period, Status
    from attribution.schema import Agreement, AnnotatedArticle

_INCOMPLETE = 3

_DETAILS = """\
push      articles with their predictions into a project, the most useful first; safe to repeat
pull      finished reviews into annotations/reviewed/; safe to repeat and to interrupt
status    progress, agreement with the model and between reviewers, quarantine
connect   let attribution serve predict for articles that are opened; disconnect takes it away
interface the labelling configuration, for a project made by hand

The token comes from LABEL_STUDIO_API_KEY or --token-file, the address from --url or LABEL_STUDIO_URL.
scripts/label-studio starts a server on this machine."""


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution review``."""
    parser = verb(
        subparsers,
        "review",
        "Let people correct the annotations in Label Studio.",
        details=_DETAILS,
        example="""attribution review push annotated.jsonl --project news --budget 100 --token-file token
                   attribution review pull --project news --token-file token
                   attribution review status --project news --token-file token""",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _register_push(actions)
    pull = verb(
        actions,
        "pull",
        "Fetch finished reviews.",
        example="attribution review pull --project news --token-file token",
    )
    _server_options(pull)
    _store_option(pull)
    pull.add_argument("--complete", action="store_true", help="read everything, not only changes since the last pull")
    _taxonomy_option(pull)
    pull.set_defaults(run=run_pull)
    status = verb(
        actions,
        "status",
        "Show progress, agreement and quarantine.",
        example="attribution review status --project news --token-file token",
    )
    _server_options(status, needed=False)
    _store_option(status)
    status.add_argument("--json", action="store_true", help="as JSON")
    status.set_defaults(run=run_status)
    _register_backend(actions)
    shown = verb(
        actions,
        "interface",
        "Print the labelling configuration.",
        example="attribution review interface > interface.xml",
    )
    _taxonomy_option(shown)
    shown.set_defaults(run=run_interface)


def _register_push(actions: Subparsers) -> None:
    push = verb(
        actions,
        "push",
        "Send annotated articles to reviewers.",
        example="attribution review push annotated.jsonl --project news --budget 100 --token-file token",
    )
    push.add_argument("input", metavar="ANNOTATED", nargs="+", help="annotated articles in any format")
    _server_options(push)
    push.add_argument("--budget", type=int, metavar="N", help="how many articles reviewers shall get (default: all)")
    push.add_argument(
        "--random",
        type=_share,
        default=0.2,
        metavar="SHARE",
        help="share drawn at random, for an unbiased estimate of quality (default: 0.2)",
    )
    push.add_argument("--seed", default="", metavar="WORD", help="another word draws other random articles")
    _taxonomy_option(push)
    push.set_defaults(run=run_push)


def _register_backend(actions: Subparsers) -> None:
    for name, run, told in (
        ("connect", run_connect, "Let a running attribution serve predict for a project."),
        ("disconnect", run_disconnect, "Take it away again, with the webhooks it left."),
    ):
        action = verb(actions, name, told, example=f"attribution review {name} --project news --token-file token")
        _server_options(action)
        action.add_argument("--backend", default="http://127.0.0.1:8090", metavar="URL", help="of attribution serve")
        action.set_defaults(run=run)


def _server_options(parser: argparse.ArgumentParser, *, needed: bool = True) -> None:
    parser.add_argument("--project", metavar="NAME", required=needed, help="title of the project")
    parser.add_argument("--url", metavar="URL", help="of Label Studio (default: LABEL_STUDIO_URL, else port 8080 here)")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="token (default: LABEL_STUDIO_API_KEY)")


def _store_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--annotations", type=Path, default=Path("annotations"), metavar="DIR", help="where reviews are kept"
    )


def _taxonomy_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--taxonomy", type=Path, metavar="FILE", help="finer answers of your own, see docs/review.md")


def _taxonomy(args: argparse.Namespace) -> Taxonomy:
    from attribution.review.interface import Taxonomy

    return Taxonomy.load(args.taxonomy) if args.taxonomy else Taxonomy()


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no share between 0 and 1")
    return share


def _server(args: argparse.Namespace) -> Server:
    import os

    from attribution.review.client import URL, URL_VARIABLE, Server, find_token

    return Server(args.url or os.environ.get(URL_VARIABLE) or URL, find_token(args.token_file))


def _records(paths: list[str]) -> Iterator[AnnotatedArticle]:
    from attribution.formats import read

    for path in paths:
        yield from read(path)


def run_push(args: argparse.Namespace) -> int:
    """Pushes."""
    from attribution.review.push import push

    with _server(args) as server, progress("pushing") as done:
        pushed = push(
            server,
            args.project,
            _records(args.input),
            budget=args.budget,
            random_share=args.random,
            taxonomy=_taxonomy(args),
            seed=args.seed,
            advance=done,
        )
    _show_pushed(pushed)
    return _INCOMPLETE if pushed.refused else 0


def _show_pushed(pushed: Pushed) -> None:
    say(f"added {pushed.added}, updated {pushed.updated}, unchanged {pushed.unchanged}, in work {pushed.in_work}")
    if pushed.doubles_removed:
        say(f"removed {pushed.doubles_removed} that were there twice")
    for article, reason in pushed.refused:
        note(f"not pushed: {article}: {reason}")


def run_pull(args: argparse.Namespace) -> int:
    """Pulls."""
    from attribution.review.pull import pull
    from attribution.review.store import Store

    with _server(args) as server, progress("pulling", unit="tasks") as done:
        pulled = pull(
            server,
            args.project,
            Store(args.annotations),
            taxonomy=_taxonomy(args),
            complete=args.complete,
            advance=done,
        )
    _show_pulled(pulled)
    return _INCOMPLETE if pulled.quarantined else 0


def _show_pulled(pulled: Pulled) -> None:
    say(
        f"kept {pulled.kept}, known already {pulled.known}, withdrawn {pulled.withdrawn}, "
        f"unfinished {pulled.unfinished}, in quarantine {len(pulled.quarantined)}"
    )
    for item in pulled.quarantined:
        note(f"quarantine: {item.article} ({item.reviewer}) {item.link}")
        for reason in item.reasons:
            note(f"  {reason}")
    if pulled.agreement:
        _show_agreement("agreement between reviewers", pulled.agreement)


def _show_agreement(title: str, agreement: dict[str, Agreement]) -> None:
    rows = [(name, f"{value.same / value.total:.1%}", value.total) for name, value in agreement.items()]
    table(("field", ">same", ">of"), rows, title=title)


def run_status(args: argparse.Namespace) -> None:
    """Shows the status."""
    import os
    from contextlib import nullcontext
    from dataclasses import asdict

    from attribution.review.client import TOKEN_VARIABLE
    from attribution.review.status import status
    from attribution.review.store import Store

    reachable = args.project and (args.token_file or os.environ.get(TOKEN_VARIABLE))
    with _server(args) if reachable else nullcontext() as server:
        found = status(Store(args.annotations), server, args.project)
    if args.json:
        say_json(_plain(asdict(found)))
    else:
        _show_status(found)


def _plain(value: object) -> object:
    """Records as dictionaries, for JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.model_dump() if hasattr(value, "model_dump") else value


def _show_status(found: Status) -> None:
    if found.progress:
        done = found.progress
        say(f"{done.finished} of {done.tasks} articles reviewed, {done.begun} begun, {done.skipped} skipped")
    if not found.periods:
        say("nothing has been pulled yet")
    else:
        columns = list(dict.fromkeys(name for period in found.periods for name in period.agreement))
        rows = [_period_row(period, columns) for period in found.periods]
        heads = ("week", "release", ">articles", ">minutes each", *(f">{name}" for name in columns))
        table(heads, rows, title="agreement of reviewers with the model")
    if found.unbiased:
        _show_agreement(
            f"estimated without bias, from {found.unbiased_articles} articles drawn at random", found.unbiased
        )
    if found.reviewers:
        _show_agreement("agreement between reviewers", found.reviewers)
    people = [(name, number, _minutes(seconds)) for name, (number, seconds) in found.by_reviewer.items()]
    if people:
        table(("reviewer", ">articles", ">minutes each"), people)
    for item in found.quarantine:
        say(f"quarantine: {item.article} ({item.reviewer}) {item.link}")
        for reason in item.reasons:
            say(f"  {reason}")


def _period_row(period: Period, columns: list[str]) -> list[object]:
    shares = [period.agreement.get(name) for name in columns]
    told = [f"{value.same / value.total:.1%}" if value else None for value in shares]
    return [period.week, period.release, period.articles, _minutes(period.seconds), *told]


def _minutes(seconds: float | None) -> str | None:
    return None if seconds is None else f"{seconds / 60:.1f}"


def run_connect(args: argparse.Namespace) -> None:
    """Connects a model backend."""
    from attribution.review.backend import connect

    with _server(args) as server:
        say("connected" if connect(server, args.project, args.backend) else "was connected already")


def run_disconnect(args: argparse.Namespace) -> None:
    """Disconnects a model backend."""
    from attribution.review.backend import disconnect

    with _server(args) as server:
        backends, webhooks = disconnect(server, args.project, args.backend)
    say(f"removed {backends} backends and {webhooks} webhooks")


def run_interface(args: argparse.Namespace) -> None:
    """Prints the labelling configuration."""
    from attribution.review.interface import interface

    say(interface(_taxonomy(args)))
