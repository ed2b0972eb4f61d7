"""``attribution serve``: annotation over HTTP, and predictions for Label Studio."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from attribution.commands import Subparsers, device_options, model_option, verb
from attribution.errors import ConfigurationError, MissingExtraError
from attribution.terminal import note

if TYPE_CHECKING:
    from attribution.annotator import Annotator

TOKEN_VARIABLE = "ATTRIBUTION_TOKEN"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_DETAILS = """\
POST /annotate {"articles": [{"text": "..."}]}   annotated articles; GET /docs and /openapi.json describe it
/health /setup /predict /webhook                 a model backend for Label Studio (attribution review connect)

Beyond this machine a token is needed: put it into ATTRIBUTION_TOKEN or a file. Callers send it as
Authorization: Bearer TOKEN; Label Studio sends it as the password of a backend with basic authentication.
Without --model, another release that is put into use is picked up while the service runs."""


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution serve``."""
    parser = verb(
        subparsers,
        "serve",
        "Annotate over HTTP, and predict for Label Studio.",
        details=_DETAILS,
        example="attribution serve --port 8090",
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8090, metavar="PORT", help="port to listen on (default: 8090)")
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help=f"file with the token (default: {TOKEN_VARIABLE})"
    )
    parser.add_argument(
        "--events",
        type=Path,
        default=Path("runs/review-events.jsonl"),
        metavar="FILE",
        help="where webhooks are written down (default: runs/review-events.jsonl)",
    )
    model_option(parser)
    device_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> None:
    """Serves until it is stopped."""
    try:
        import uvicorn

        from attribution.service import create_app
    except ImportError as error:
        raise MissingExtraError(error.name or "fastapi", "serve") from error
    from attribution.annotator import Annotator

    token = _token(args)
    annotator = Annotator.load(args.model, args.device, args.batch_size)
    app = create_app(annotator, token=token, events=args.events, latest=_latest(args))
    note(f"release {annotator.release} at http://{args.host}:{args.port} (docs: /docs)")
    uvicorn.run(app, host=args.host, port=args.port, log_level="warning", timeout_graceful_shutdown=30)


def _token(args: argparse.Namespace) -> str | None:
    token = (
        args.token_file.read_text("utf-8").strip() if args.token_file else os.environ.get(TOKEN_VARIABLE, "").strip()
    )
    if not token and args.host not in _LOOPBACK:
        raise ConfigurationError(
            f"{args.host} can be reached from other machines, and there is no token",
            f"put one into {TOKEN_VARIABLE} or --token-file, or listen on 127.0.0.1",
        )
    return token or None


def _latest(args: argparse.Namespace):  # type: ignore[no-untyped-def]
    """Loads the release in use when it is another one; a release that was asked for by name stays."""
    from attribution.annotator import Annotator
    from attribution.release import current

    def latest(annotator: Annotator) -> Annotator:
        if args.model or current() == annotator.release:
            return annotator
        return Annotator.load(None, args.device, args.batch_size)

    return latest
