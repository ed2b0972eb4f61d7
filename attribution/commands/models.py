"""``attribution models``: the releases that are there, what is said about them, and whether they are whole."""

from __future__ import annotations

import argparse
from typing import Any

from attribution.commands import Subparsers, verb
from attribution.terminal import say, say_json, table


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution models`` and its own verbs."""
    parser = verb(
        subparsers,
        "models",
        "List, show, compare, verify and choose releases.",
        example="""attribution models list
                   attribution models verify models/2026.11
                   attribution models promote 2026.11""",
    )
    own = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    listing = verb(own, "list", "List the releases that are there.", example="attribution models list --json")
    listing.set_defaults(run=run_list)
    show = verb(own, "show", "Show the card of a release.", example="attribution models show")
    show.set_defaults(run=run_show)
    verify = verb(own, "verify", "Check that a release is whole.", example="attribution models verify")
    verify.set_defaults(run=run_verify)
    diff = verb(own, "diff", "Compare two releases.", example="attribution models diff 2026.10 2026.11")
    diff.add_argument("before", help="directory or name")
    diff.add_argument("after", nargs="?", help="directory or name (default: the release in use)")
    diff.set_defaults(run=run_diff)
    promote = verb(own, "promote", "Put a release into use.", example="attribution models promote 2026.11")
    promote.add_argument("name", help="name of a release in models/")
    promote.set_defaults(run=run_promote)
    back = verb(own, "rollback", "Go back to the release used before.", example="attribution models rollback")
    back.set_defaults(run=run_rollback)
    for item in (show, verify):
        item.add_argument("release", nargs="?", help="directory or name (default: the release in use)")
    for item in (listing, show, diff):
        item.add_argument("--json", action="store_true", help="as JSON")


def run_list(args: argparse.Namespace) -> None:
    """Lists the releases, the oldest first, and marks the one in use."""
    from attribution import release
    from attribution.errors import ReleaseError

    models = release.models_directory()
    try:
        used = release.current(models)
    except ReleaseError:
        used = None
    found = [release.read_manifest(models / name) for name in release.names(models)]
    rows: list[dict[str, Any]] = [
        {
            "name": item.name,
            "in use": item.name == used,
            "created": item.created,
            "parent": item.facts.parent,
            "parts": item.parts,
            "bytes": sum(file.size for file in item.files.values()),
        }
        for item in found
    ]
    if args.json:
        say_json(rows)
        return
    table(
        ("", "release", "created", "parent", "parts", ">MB"),
        [
            (
                "*" if row["in use"] else "",
                row["name"],
                row["created"],
                row["parent"],
                ", ".join(row["parts"]),
                f"{row['bytes'] / 1e6:.1f}",
            )
            for row in rows
        ],
        title=f"releases in {models}",
    )


def run_show(args: argparse.Namespace) -> None:
    """Shows the card, or the manifest as JSON."""
    from attribution.release import CARD, Release

    opened = Release.open(args.release)
    if args.json:
        say_json(opened.manifest.model_dump(mode="json"))
    else:
        say((opened.directory / CARD).read_text(encoding="utf-8").rstrip())


def run_verify(args: argparse.Namespace) -> None:
    """Verifies; what is wrong is raised."""
    from attribution.release import Release

    opened = Release.open(args.release)
    say(f"{opened.directory}: whole, {len(opened.manifest.files)} files")


def run_diff(args: argparse.Namespace) -> None:
    """Compares what is said about two releases, and which files changed."""
    from attribution.manifest import differences
    from attribution.release import Release

    found = differences(*(Release.open(name).manifest for name in (args.before, args.after)))
    if args.json:
        say_json([item._asdict() for item in found])
    else:
        table(("", "what", ">before", ">after"), found)


def run_promote(args: argparse.Namespace) -> None:
    """Puts a release into use, if it is whole."""
    from attribution import release

    release.use(args.name)
    say(f"{args.name} is in use")


def run_rollback(args: argparse.Namespace) -> None:
    """Goes back."""
    from attribution import release

    del args
    say(f"{release.roll_back()} is in use again")
