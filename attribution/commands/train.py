"""``attribution train``: from corpora to a trained part, from trained parts to a release."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attribution.commands import Subparsers, verb
from attribution.terminal import note, say, say_json, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from attribution.release import Release
    from attribution.review.client import Server
    from attribution.review.interface import Taxonomy
    from attribution.schema import AnnotatedArticle
    from attribution.training.retraining import Report


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution train`` and its own verbs."""
    parser = verb(
        subparsers,
        "train",
        "Train a part of a release, or make a release of trained parts.",
        example="""attribution train quotations --corpus polnear/ --encoder minilm/ --output runs/quotations
                   attribution train release models/mine --quotations runs/quotations""",
    )
    own = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _register_quotations(own)
    _register_release(own)
    _register_job(own)
    _register_gate(own)
    _register_corrections(own)


def _register_quotations(own: Subparsers) -> None:
    part = verb(
        own,
        "quotations",
        "Train the quotation model on a clone of PolNeAR and on articles of one's own.",
        example="""attribution train quotations --corpus polnear/ --gold annotations/gold --encoder minilm/ \\
                     --output runs/quotations""",
    )
    part.add_argument("--corpus", type=Path, required=True, help="a clone of PolNeAR, or its data folder")
    part.add_argument("--gold", type=Path, help="folder of native .jsonl with a splits.json; its train split is added")
    part.add_argument("--encoder", help="directory of the encoder to start from (Hugging Face layout)")
    part.add_argument("--start", type=Path, help="a quotation model to go on from, in place of --encoder")
    part.add_argument("--config", type=Path, help="a TOML file with a table [quotations]")
    part.add_argument("--output", type=Path, required=True, help="folder of the trained model")
    part.add_argument("--resume", action="store_true", help="go on from the last checkpoint in the output folder")
    part.set_defaults(run=run_quotations)


def _register_release(own: Subparsers) -> None:
    made = verb(
        own,
        "release",
        "Make a release of trained parts, measure it, and write its card.",
        example="""attribution train release models/mine --quotations runs/quotations --speakers runs/speakers \\
                     --test 'PolNeAR dev=polnear/data/dev'""",
    )
    made.add_argument("target", type=Path, help="directory of the release; its last part is its name")
    made.add_argument("--quotations", type=Path, required=True, help="folder of the trained quotation model")
    made.add_argument("--speakers", type=Path, help="folder of the trained speaker part")
    made.add_argument("--stance", type=Path, help="folder of the trained stance part")
    made.add_argument("--parent", help="the release it was trained from")
    made.add_argument(
        "--test", action="append", default=[], metavar="NAME=GOLD", help="measure quotations on this gold (repeatable)"
    )
    made.set_defaults(run=run_release)


_JOB = """\
Learns from the reviewed articles in annotations/, starting from the release in use; with a table [review] in the
configuration they are pulled first and predictions are updated last. Run it again after a crash: it goes on.

exit codes: 0 released, 10 not better, 11 nothing new, 12 another job is at work, 1 failed, 2 wrong usage"""


def _register_job(own: Subparsers) -> None:
    job = verb(
        own,
        "job",
        "Make a better release of corrections, or none.",
        details=_JOB,
        example="""attribution train job --dry-run
                   attribution train job --config scripts/retrain.toml""",
    )
    job.add_argument("--config", type=Path, metavar="FILE", help="TOML with tables [job], [quotations], [review]")
    job.add_argument(
        "--annotations",
        type=Path,
        default=Path("annotations"),
        metavar="DIR",
        help="where reviews are (default: annotations)",
    )
    job.add_argument("--dry-run", action="store_true", help="say what it would do, from what was pulled already")
    job.add_argument("--json", action="store_true", help="as JSON")
    job.set_defaults(run=run_job)


def _register_gate(own: Subparsers) -> None:
    gate = verb(
        own,
        "gate",
        "Compare two releases on the frozen tests, as the retraining job does.",
        details="exit codes: 0 the second is better and nowhere worse, 10 it is not",
        example="attribution train gate 2026.10 2026.11 --corpus polnear/",
    )
    gate.add_argument("before", help="directory or name of the release in use")
    gate.add_argument("after", help="directory or name of the candidate")
    gate.add_argument("--gold", type=Path, default=Path("annotations/gold"), help="gold articles with a splits.json")
    gate.add_argument("--corpus", type=Path, help="a clone of PolNeAR; half of its dev split is a test")
    gate.add_argument("--alpha", type=float, default=0.05, help="significance level (default: 0.05)")
    gate.add_argument("--json", action="store_true", help="as JSON")
    gate.set_defaults(run=run_gate)


def _register_corrections(own: Subparsers) -> None:
    corrections = verb(
        own,
        "corrections",
        "Write what reviewers said about one part as a folder of gold articles, for the trainer of that part.",
        details="Held-out corrections, those too close to a test and doubtful ones are left out.",
        example="""attribution train corrections runs/corrections --part speakers
                   scripts/train-speakers --gold runs/corrections --output runs/speakers""",
    )
    corrections.add_argument("output", type=Path, metavar="FOLDER", help="folder to write")
    corrections.add_argument("--part", choices=("quotations", "speakers", "stance"), required=True, help="which part")
    corrections.add_argument("--config", type=Path, metavar="FILE", help="as for the job")
    corrections.add_argument(
        "--annotations", type=Path, default=Path("annotations"), metavar="DIR", help="where reviews are"
    )
    corrections.set_defaults(run=run_corrections)


def run_quotations(args: argparse.Namespace) -> None:
    """Trains the quotation model."""
    from attribution.training.jobs import train_quotations

    calibration = train_quotations(
        corpus=args.corpus,
        gold=args.gold,
        encoder=args.encoder,
        start=args.start,
        config=args.config,
        output=args.output,
        resume=args.resume,
    )
    say(f"{args.output}: trained; an attribution counts from a confidence of {calibration.threshold}")


def run_release(args: argparse.Namespace) -> None:
    """Makes a release."""
    from attribution.errors import ConfigurationError
    from attribution.training.assembling import assemble, measure

    tests = dict(item.partition("=")[::2] for item in args.test)
    if wrong := [name for name, gold in tests.items() if not gold]:
        raise ConfigurationError(f"--test {wrong[0]}: names no gold", "write --test NAME=GOLD")
    given = {"quotations": args.quotations, "speakers": args.speakers, "stance": args.stance}
    release = assemble({name: path for name, path in given.items() if path}, args.target, args.parent)
    if tests:
        release = measure(release, {name: Path(gold) for name, gold in tests.items()})
    say(f"{release.directory}: released; use it with: attribution models promote {release.name}")


@contextmanager
def _with_extra() -> Iterator[None]:
    """Says which extra to install when a library for training is not there."""
    from attribution.errors import MissingExtraError

    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(error.name or "a library", "train") from error


def run_job(args: argparse.Namespace) -> int:
    """Runs the retraining job, or says what it would do."""
    from attribution.review.resolution import reviewed
    from attribution.review.store import Store

    with _with_extra():
        from attribution.training.planning import JobSettings
        from attribution.training.retraining import rehearse, retrain

    settings = JobSettings.from_toml(args.config) if args.config else JobSettings()
    store = Store(args.annotations)
    if args.dry_run:
        planned = rehearse(settings, lambda: reviewed(store))
        _show_plan(planned.to_dict() | {"from": planned.base, "anything new": planned.is_new}, as_json=args.json)
        return 0
    desk = _desk(args.config)

    def fetch() -> Iterable[AnnotatedArticle]:
        if desk:
            from attribution.review.pull import pull

            pull(desk.server, desk.project, store, taxonomy=desk.taxonomy)
        return reviewed(store)

    def publish(release: Release) -> None:
        if desk:
            from attribution.review.renewal import renew

            renew(desk.server, desk.project, release, desk.taxonomy)

    with desk.server if desk else nullcontext():
        report = retrain(settings, fetch, publish=publish, tell=note)
    _show_report(report, as_json=args.json)
    return int(report.outcome)


def run_corrections(args: argparse.Namespace) -> None:
    """Writes a folder of gold articles made of corrections."""
    from attribution.review.resolution import reviewed
    from attribution.review.store import Store

    with _with_extra():
        from attribution.training.planning import JobSettings, write_folder
        from attribution.training.retraining import rehearse

    settings = JobSettings.from_toml(args.config) if args.config else JobSettings()
    planned = rehearse(settings, lambda: reviewed(Store(args.annotations)))
    number = write_folder(planned, args.part, settings, args.output)
    say(f"{args.output}: {number} corrected articles beside the gold ones")


@dataclass(frozen=True)
class _Desk:
    """Where reviewers work: the server, the title of the project, and what may be answered there."""

    server: Server
    project: str
    taxonomy: Taxonomy | None


def _desk(config: Path | None) -> _Desk | None:
    """What the table ``[review]`` of a configuration names, if there is one."""
    import os
    import tomllib

    from attribution.errors import ConfigurationError

    told = tomllib.loads(config.read_text(encoding="utf-8")).get("review", {}) if config else {}
    if not told:
        return None
    if "project" not in told or set(told) - {"project", "url", "token_file", "taxonomy"}:
        fix = "it may have url, token_file and taxonomy as well"
        raise ConfigurationError(f"{config}: [review] needs a project", fix)
    from attribution.review.client import URL, URL_VARIABLE, Server, find_token
    from attribution.review.interface import Taxonomy

    token = find_token(Path(told["token_file"]) if "token_file" in told else None)
    server = Server(told.get("url") or os.environ.get(URL_VARIABLE) or URL, token)
    taxonomy = Taxonomy.load(Path(told["taxonomy"])) if "taxonomy" in told else None
    return _Desk(server, str(told["project"]), taxonomy)


def _show_plan(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
        return
    table(("what", ">number"), [(name, value) for name, value in told.items() if not isinstance(value, list)])
    for identity in told["set aside"]:
        say(f"not used: {identity}: it is close to an article of a test, or its twin is on the other side")
    for item in told["doubtful"]:
        say(f"waits for a second opinion: {item['article']}: {item['reason']}")


def _show_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        say_json(report.to_dict())
        return
    say(f"{report.to_dict()['outcome']}: {report.release or report.reason}")
    for item in (report.plan or {}).get("doubtful", []):
        note(f"waits for a second opinion: {item['article']}: {item['reason']}")
    _show_verdict(report.table)


def _show_verdict(rows: list[dict[str, Any]]) -> None:
    if rows:
        table(tuple(rows[0]), [tuple(row.values()) for row in rows])


def run_gate(args: argparse.Namespace) -> int:
    """Compares two releases."""
    import tempfile

    from attribution.release import Release

    with _with_extra():
        from attribution.training.gate import Bar, judge
        from attribution.training.proving import Side, compare, frozen_tests
        from attribution.training.retraining import Outcome

    before, after = (Release.open(name).directory for name in (args.before, args.after))
    with tempfile.TemporaryDirectory() as work:
        tests = frozen_tests(args.gold, args.corpus)
        measured = compare(tests, Side("before", before), Side("after", after), Path(work))
        verdict = judge(measured, Bar(args.alpha))
    rows = [row.to_dict() for row in verdict.rows]
    if args.json:
        say_json({"passed": verdict.passed, "reason": verdict.reason, "table": rows})
    else:
        say(verdict.reason)
        _show_verdict(rows)
    return int(Outcome.RELEASED if verdict.passed else Outcome.NOT_BETTER)
