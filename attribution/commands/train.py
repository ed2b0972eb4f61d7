"""``attribution train``: from corpora to a trained part, from trained parts to a release."""

from __future__ import annotations

import argparse
from pathlib import Path

from attribution.commands import Subparsers, verb
from attribution.terminal import say


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
