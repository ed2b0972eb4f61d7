"""``attribution evaluate``: the figures of a release, or of annotations made before, against gold."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attribution.commands import Subparsers, device_options, model_option, verb
from attribution.terminal import Advance, progress, say_json, table

if TYPE_CHECKING:
    from attribution.evaluation.estimates import F1, Calibration, Estimate, Share
    from attribution.evaluation.quotations import QuotationScores
    from attribution.evaluation.speakers import SpeakerScores
    from attribution.evaluation.stance import StanceScores
    from attribution.measuring import Prediction

    Scores = QuotationScores | SpeakerScores | StanceScores

Row = tuple[Any, ...]

_DETAILS = """\
Figures are in percent, with 95% bootstrap intervals over articles in brackets. Without --predicted the release
annotates the gold articles first. Gold is a native .jsonl file; for quotations also a folder of PolNeAR; for stance
also lines {"text", "target": {"span": [start, end]}, "label": -1, 0 or 1}."""

_F1_COLUMNS = ("", ">F1", ">precision", ">recall", ">gold", ">predicted")
_SHARE_COLUMNS = ("", ">share", ">of")


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution evaluate``."""
    parser = verb(
        subparsers,
        "evaluate",
        "Measure annotations against gold.",
        details=_DETAILS,
        example="""attribution evaluate quotations --gold annotations/gold/a.jsonl
                   attribution evaluate speakers --gold gold.jsonl --predicted annotated.jsonl --json""",
    )
    parser.add_argument("what", choices=sorted(_PRINTERS), help="what to measure")
    parser.add_argument("--gold", required=True, type=Path, metavar="GOLD", help="what is right")
    parser.add_argument("--predicted", type=Path, metavar="PRED", help="annotated articles (.jsonl) made before")
    parser.add_argument("--given-attributions", action="store_true", help="speakers: on the gold attributions")
    parser.add_argument("--accept", type=float, default=0.9, metavar="P", help="confidence to accept from (0.9)")
    parser.add_argument("--json", action="store_true", help="all figures as JSON")
    model_option(parser)
    device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Measures and prints."""
    from attribution.measuring import Prediction

    by = Prediction(args.predicted, args.model, args.device, args.batch_size)
    with progress("measuring") as done:
        scores = _measure(args, by, done)
    if args.json:
        say_json(scores.to_dict())
    else:
        _PRINTERS[args.what](scores)


def _measure(args: argparse.Namespace, by: Prediction, done: Advance) -> Scores:
    from attribution import measuring

    if args.what == "quotations":
        return measuring.measure_quotations(args.gold, by, accept=args.accept, progress=done)
    if args.what == "speakers":
        given = args.given_attributions
        return measuring.measure_speakers(args.gold, by, given_attributions=given, accept=args.accept, progress=done)
    return measuring.measure_stance(args.gold, by, progress=done)


def _print_quotations(scores: QuotationScores) -> None:
    whole = scores.overall
    figures: Sequence[tuple[str, F1]] = (
        ("source exact", whole.source),
        ("cue exact", whole.cue),
        ("content exact", whole.content),
        ("triple exact", whole.triple),
        ("attribution", whole.attribution),
        ("content characters", scores.content_characters),
    )
    table(_F1_COLUMNS, [_f1(name, figure) for name, figure in figures], title=_articles(scores))
    table(
        _SHARE_COLUMNS,
        [
            _share("of aligned: source overlaps", whole.source_overlaps),
            _share("of aligned: source exact", whole.source_exact),
            _share("of aligned: kind", scores.kind),
            _share("of exact contents: source overlaps", whole.source_given_content),
            _share("of exact contents: cue overlaps", whole.cue_given_content),
            *_calibration(scores.calibration),
        ],
    )
    groups = [*scores.by_kind.items(), *((f"source: {name}", found) for name, found in scores.by_source.items())]
    rows = [
        (
            name,
            found.attribution.f1,
            *map(_value, (found.source.f1, found.cue.f1, found.content.f1, found.triple.f1)),
            _value(found.source_overlaps.share),
            found.attribution.gold,
        )
        for name, found in groups
    ]
    columns = ("", ">attribution F1", ">source", ">cue", ">content", ">triple", ">source overlaps", ">gold")
    table(columns, rows, title="by kind and by type of source")


def _print_speakers(scores: SpeakerScores) -> None:
    rows = [_share("speaker", scores.accuracy), _share("speaker, shorter names too", scores.identified)]
    rows += [_share(f"speaker: {name}", found) for name, found in scores.by_kind.items() if found.number]
    rows += [_share(f"source: {name}", found) for name, found in scores.by_source.items() if found.number]
    rows += [_share("nobody named, nobody asserted", scores.left_open), _share("wrong asserted", scores.wrong)]
    table(_SHARE_COLUMNS, [*rows, *_calibration(scores.calibration)], title=_articles(scores))
    facts = []
    for scope, found in (("", scores.facts), (", given the speaker", scores.facts_given_speaker)):
        facts += [_f1(f"role{scope}", found.role), _f1(f"affiliation{scope}", found.affiliation)]
        facts += [_f1(f"every role{scope}", found.every_role)]
        facts += [_f1(f"every affiliation{scope}", found.every_affiliation)]
    table(_F1_COLUMNS, facts)


def _print_stance(scores: StanceScores) -> None:
    shares: list[Row] = []
    labels: list[Row] = []
    for voice, found in {"all voices": scores.overall, **scores.by_voice}.items():
        if found.accuracy.number:
            shares += [(f"{voice}: macro-F1", found.macro_f1, found.accuracy.number)]
            shares += [_share(f"{voice}: accuracy", found.accuracy), _share(f"{voice}: coverage", found.coverage)]
            shares += [_share(f"{voice}: accuracy when decided", found.accuracy_when_decided)]
            shares += [(f"{voice}: confidence, ECE", found.calibration.ece, found.calibration.coverage.number)]
            shares += [_share(f"{voice}: narrative role", found.role)]
            labels += [_f1(f"{voice}: {label}", figure) for label, figure in found.by_label.items()]
    table(_SHARE_COLUMNS, shares, title=f"{scores.units} articles or documents")
    table(_F1_COLUMNS, labels)


def _articles(scores: QuotationScores | SpeakerScores) -> str:
    missing = f", {scores.missing} of them without a prediction" if scores.missing else ""
    return f"{scores.articles} articles{missing}"


def _f1(name: str, figure: F1) -> Row:
    return (name, figure.f1, _value(figure.precision), _value(figure.recall), figure.gold, figure.predicted)


def _share(name: str, figure: Share) -> Row:
    return (name, figure.share, figure.number)


def _calibration(figure: Calibration) -> Iterator[Row]:
    yield ("confidence: ECE", figure.ece, figure.coverage.number)
    yield _share(f"confidence {figure.threshold:g} and more: right", figure.precision)
    yield _share(f"confidence {figure.threshold:g} and more: share", figure.coverage)


def _value(estimate: Estimate) -> str:
    return "-" if estimate.value is None else f"{100 * estimate.value:.1f}"


_PRINTERS: dict[str, Any] = {"quotations": _print_quotations, "speakers": _print_speakers, "stance": _print_stance}
