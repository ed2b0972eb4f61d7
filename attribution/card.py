"""The card of a release: what its manifest says, for people. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_USE = {"training": "trained on", "development": "thresholds chosen on", "test": "measured on"}


def render(manifest: Mapping[str, Any]) -> str:
    """The card in Markdown, from the manifest as plain data."""
    return "\n".join(_lines(manifest)).rstrip() + "\n"


def _lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    facts = manifest["facts"]
    yield from ("---", "library_name: attribution", "language: en", "license: apache-2.0", "---", "")
    yield f"# attribution {manifest['name']}\n"
    if facts["summary"]:
        yield facts["summary"] + "\n"
    made = f"Made {manifest['created']}{_from(facts)}"
    yield f"Parts: {', '.join(manifest['parts'])}. {made}. {_size(manifest['files'])}.\n"
    yield from ("```python", "from attribution import Annotator\n")
    yield f'annotator = Annotator.load("models/{manifest["name"]}")'
    yield from ("for annotated in annotator.annotate(texts):", "    print(annotated.to_json())", "```\n")
    yield from _scores(facts["scores"])
    yield from _section("Verdict", _table(facts["verdict"]))
    yield from _section("Limits", [f"- {item}" for item in facts["limits"]])
    yield from _section("Data", _table([_source(item) for item in facts["data"]]))
    yield from _section("Training", list(_settings(facts["settings"])))
    yield from _section(
        "Made with", [", ".join(f"{name} {version}" for name, version in manifest["libraries"].items())]
    )


def _from(facts: Mapping[str, Any]) -> str:
    parent = f" from {facts['parent']}" if facts["parent"] else ""
    return parent + (f" with seed {facts['seed']}" if facts["seed"] is not None else "")


def _size(files: Mapping[str, Any]) -> str:
    return f"{sum(item['size'] for item in files.values()) / 1e6:.1f} MB in {len(files)} files"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"## {title}\n"
        yield from lines
        yield ""


def _scores(scores: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    if not scores:
        return
    yield "## Figures\n"
    yield "In percent, with 95% bootstrap intervals over articles where they are given.\n"
    for part, sets in scores.items():
        for name, figures in sets.items():
            rows = [{"figure": figure, "value": _figure(value)} for figure, value in figures.items()]
            yield from (f"### {part}: {name}\n", *_table(rows), "")


def _figure(value: Any) -> str:
    if isinstance(value, Mapping):
        low, high = value.get("low"), value.get("high")
        interval = f" [{100 * low:.1f}, {100 * high:.1f}]" if low is not None and high is not None else ""
        return _figure(value.get("value")) + interval
    if isinstance(value, float):
        return f"{100 * value:.1f}"
    return "-" if value is None else str(value)


def _source(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "data": item["name"],
        "use": _USE[item["use"]],
        "articles": item["articles"],
        "licence": item["licence"],
        "SHA-256": (item["sha256"] or "")[:16],
    }


def _settings(settings: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    for name, value in settings.items():
        numbered = isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value)
        if numbered:
            value = {str(at): item for at, item in enumerate(value, start=1)}  # noqa: PLW2901
        if isinstance(value, Mapping):
            yield from _settings(value, f"{prefix}{name}.")
        else:
            yield f"- `{prefix}{name}`: {value}"


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *([_cell(row.get(name)) for name in columns] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
