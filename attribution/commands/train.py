"""``attribution train``: from corpora to a candidate model."""

from __future__ import annotations

import argparse
from pathlib import Path

_EXAMPLE = """\
example:
  attribution train quotations --corpus polnear/ --gold annotations/gold --encoder minilm/ --output runs/quotations"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the verb."""
    verb = subparsers.add_parser("train", help="train a part of a release from corpora")
    parts = verb.add_subparsers(title="parts", metavar="PART", required=True)
    part = parts.add_parser(
        "quotations",
        help="the quotation model",
        description="Trains the quotation model on a clone of PolNeAR and on articles of one's own.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    part.add_argument("--corpus", type=Path, required=True, help="a clone of PolNeAR, or its data folder")
    part.add_argument(
        "--gold", type=Path, help="a folder of native .jsonl with a splits.json; its train split is added"
    )
    part.add_argument("--encoder", help="directory of the encoder to start from (Hugging Face layout)")
    part.add_argument("--start", type=Path, help="a quotation model to go on from, in place of --encoder")
    part.add_argument("--config", type=Path, help="a TOML file with a table [quotations]")
    part.add_argument("--output", type=Path, required=True, help="folder of the trained model")
    part.add_argument("--resume", action="store_true", help="go on from the last checkpoint in the output folder")
    part.set_defaults(run=_quotations)


def _quotations(args: argparse.Namespace) -> int:
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
    print(f"{args.output}: trained; attributions count from a confidence of {calibration.threshold}")  # noqa: T201
    return 0
