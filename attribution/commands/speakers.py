"""``attribution speakers``: the registry of speakers across articles, and labels to measure speakers with."""

from __future__ import annotations

import argparse
from pathlib import Path

from attribution.commands import Subparsers, verb
from attribution.terminal import progress, say, say_json, table

_DETAILS = """\
The registry is one SQLite file. A speaker's spelling variants join; two people of one name stay apart unless role or
affiliation agree. What you merge, split or pin holds for every batch to come; building from the same articles twice
changes nothing."""


def register(subparsers: Subparsers) -> None:
    """Describes ``attribution speakers`` and its own verbs."""
    parser = verb(
        subparsers,
        "speakers",
        "Build and query a registry of speakers across articles.",
        details=_DETAILS,
        example="""attribution speakers build speakers.sqlite annotated.jsonl
                   attribution speakers query speakers.sqlite Khafaji
                   attribution speakers merge speakers.sqlite 3 17 --note 'the same after marriage'""",
    )
    own = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _register_build(own)
    _register_queries(own)
    _register_decisions(own)
    join = verb(
        own,
        "join",
        "Join speaker labels for PolNeAR with a clone of the corpus.",
        details="Writes native gold, to measure with: attribution evaluate speakers --gold OUT.",
        example="attribution speakers join annotations/polnear-speakers/heldout.jsonl PolNeAR gold.jsonl",
    )
    join.add_argument("labels", type=Path, help="labels by article id and offsets (.jsonl)")
    join.add_argument("corpus", type=Path, help="folder of PolNeAR")
    join.add_argument("out", type=Path, help="native .jsonl to write")
    join.set_defaults(run=run_join)


def _register_build(own: Subparsers) -> None:
    build = verb(
        own,
        "build",
        "Take annotated articles into a registry.",
        example="attribution speakers build speakers.sqlite annotated.jsonl",
    )
    build.add_argument("registry", type=Path, help="registry file; begun if it is not there")
    build.add_argument("articles", type=Path, nargs="+", help="annotated articles (.jsonl)")
    build.set_defaults(run=run_build)
    known = verb(
        own,
        "import",
        "Take in known speakers, so that the speakers of articles link to them.",
        details="Columns: name, aliases (separated by |), role, affiliation, wikidata; kind when it is no person.",
        example="attribution speakers import speakers.sqlite known.csv",
    )
    known.add_argument("registry", type=Path, help="registry file")
    known.add_argument("known", type=Path, help="CSV file with a heading")
    known.set_defaults(run=run_import)


def _register_queries(own: Subparsers) -> None:
    query = verb(
        own, "query", "List speakers by name.", example="attribution speakers query speakers.sqlite Khafaji --json"
    )
    query.add_argument("registry", type=Path, help="registry file")
    query.add_argument("name", nargs="?", help="part of a name or an alias (default: everybody)")
    query.add_argument("--limit", type=int, default=50, metavar="N", help="how many at most (%(default)s)")
    query.set_defaults(run=run_query)
    show = verb(own, "show", "Show all about one speaker.", example="attribution speakers show speakers.sqlite 3")
    show.add_argument("registry", type=Path, help="registry file")
    show.add_argument("speaker", type=int, help="number of the speaker")
    show.set_defaults(run=run_show)
    for item in (query, show):
        item.add_argument("--json", action="store_true", help="as JSON")


def _register_decisions(own: Subparsers) -> None:
    merge = verb(
        own, "merge", "Say that two speakers are one.", example="attribution speakers merge speakers.sqlite 3 17"
    )
    merge.add_argument("registry", type=Path, help="registry file")
    merge.add_argument("speaker", type=int, help="number of the speaker that stays")
    merge.add_argument("other", type=int, help="number of the speaker that goes into it")
    merge.set_defaults(run=run_merge)
    split = verb(
        own, "split", "Say that a speaker is two.", example="attribution speakers split speakers.sqlite 3 41 42"
    )
    split.add_argument("registry", type=Path, help="registry file")
    split.add_argument("speaker", type=int, help="number of the speaker")
    split.add_argument("observations", type=int, nargs="+", help="observations that are somebody else")
    split.set_defaults(run=run_split)
    pin = verb(
        own,
        "pin",
        "Tie one article's speaker to a speaker of the registry.",
        example="attribution speakers pin speakers.sqlite 41 3",
    )
    pin.add_argument("registry", type=Path, help="registry file")
    pin.add_argument("observation", type=int, help="number of the observation")
    pin.add_argument("speaker", type=int, help="number of the speaker")
    pin.set_defaults(run=run_pin)
    for item in (merge, split, pin):
        item.add_argument("--note", default="", help="why")


def run_build(args: argparse.Namespace) -> None:
    """Takes articles in and says how many there were."""
    from attribution.formats import jsonl
    from attribution.speakers.registry import Registry

    articles = speakers = 0
    with Registry.open(args.registry) as registry, progress("taking in") as done:
        for path in args.articles:
            for _, taken in registry.build(jsonl.read(path)):
                articles, speakers = articles + 1, speakers + taken
                done(1)
    say(f"{articles} articles, {speakers} speakers taken in")


def run_import(args: argparse.Namespace) -> None:
    """Takes known speakers in."""
    from attribution.speakers.registry import Registry

    with Registry.open(args.registry) as registry:
        say(f"{registry.import_known(args.known)} known speakers")


def run_query(args: argparse.Namespace) -> None:
    """Lists speakers, those with the most quotes first."""
    from attribution.speakers.registry import Registry

    with Registry.open(args.registry) as registry:
        found = registry.query(args.name, limit=args.limit)
    if args.json:
        say_json(found)
        return
    rows = [
        (
            item["id"],
            item["name"],
            item["kind"],
            _first(item["roles"]),
            _first(item["affiliations"]),
            len(item["quotes"]),
            len(item["observations"]),
            item["wikidata"],
            item["note"],
        )
        for item in found
    ]
    table((">id", "name", "kind", "role", "affiliation", ">quotes", ">articles", "wikidata", "note"), rows)


def _first(facts: list[dict[str, object]]) -> object:
    return facts[0]["text"] if facts else None


def run_show(args: argparse.Namespace) -> None:
    """Shows one speaker with observations and quotes."""
    from attribution.speakers.registry import Registry

    with Registry.open(args.registry) as registry:
        item = registry.show(args.speaker)
    if args.json:
        say_json(item)
        return
    say(f"#{item['id']} {item['name']} ({item['kind']}) {item['wikidata'] or ''}".rstrip())
    for line in filter(None, [item["note"], ", ".join(item["aliases"])]):
        say(line)
    facts = [
        (
            what,
            one["text"],
            "former" if one["former"] else "",
            one["first"],
            one["last"],
            " ".join(one["articles"]) or "imported",
        )
        for what in ("roles", "affiliations")
        for one in item[what]
    ]
    table(("", "what", "", "first", "last", "articles"), facts)
    table(
        (">id", "name", "article", "outlet", "published", "why"),
        [
            (one["id"], one["name"], one["article"], one["outlet"], one["published"], one["reason"])
            for one in item["observations"]
        ],
    )
    table(
        ("published", "outlet", "kind", "words"),
        [(one["published"], one["outlet"], one["kind"], one["text"]) for one in item["quotes"]],
    )


def run_merge(args: argparse.Namespace) -> None:
    """Merges two speakers."""
    from attribution.speakers.registry import Registry

    with Registry.open(args.registry) as registry:
        say(f"#{args.other} is now #{registry.merge(args.speaker, args.other, args.note)}")


def run_split(args: argparse.Namespace) -> None:
    """Splits a speaker."""
    from attribution.speakers.registry import Registry

    with Registry.open(args.registry) as registry:
        say(f"#{registry.split(args.speaker, args.observations, args.note)} was split from #{args.speaker}")


def run_pin(args: argparse.Namespace) -> None:
    """Pins an observation."""
    from attribution.speakers.registry import Registry

    with Registry.open(args.registry) as registry:
        registry.pin(args.observation, args.speaker, args.note)
    say(f"observation {args.observation} is #{args.speaker}")


def run_join(args: argparse.Namespace) -> None:
    """Writes labels as native gold."""
    from attribution.formats import write
    from attribution.training.corpora import polnear_speakers

    number = write(polnear_speakers.read(args.labels, args.corpus), args.out)
    say(f"{number} articles in {args.out}")
