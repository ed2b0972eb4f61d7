"""PolNeAR, the Political News Attribution Relations corpus (Newell, Margolin and Ruths, LREC 2018).

Its repository lays it out like this, text in UTF-8 and annotations in brat standoff, a file for each annotator::

    data/metadata.tsv                                 compartment, filename, annotators, publisher, publication_date …
    data/train/text/gazette_2016-08-03_a-day.txt
    data/train/attributions/gazette_2016-08-03_a-day_d473.ann     by annotator d473

with one event for each attribution::

    T1	Source 110 115	Mills
    T2	Cue 116 122	denied
    T3	Content 123 136	the rumours
    T4	Attribution 116 122	denied
    E1	Attribution:T4 Content:T3 Cue:T2 Source:T1

Of an article with several annotators, the one who agrees best with the others is taken. Events without content are
left out. The text of a ``T`` line is ignored, since it is cut where a span crosses a line break. Stretches marked
``Discard`` (no part of the article) and ``Discuss`` (hard to annotate) are kept in ``Article.meta`` as lists of
``[start, end]``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attribution.errors import FormatError
from attribution.formats import brat, marks
from attribution.schema import AnnotatedArticle, Article, Attribution, Span
from attribution.typography import quoted_regions

SPLITS = ("train", "dev", "test")
_ROLES = ("Content", "Cue", "Source")

Roles = dict[str, brat.Fragments]


def is_polnear(folder: Path) -> bool:
    """Whether a folder is a PolNeAR clone, its ``data`` folder, or one split of it."""
    return bool(_split_folders(Path(folder)))


def read(folder: str | Path, splits: Sequence[str] = SPLITS) -> Iterator[AnnotatedArticle]:
    """Reads a clone of the corpus, its ``data`` folder, or the folder of one split.

    Args:
        folder: The folder; the metadata is looked for in it, in its ``data`` folder and in its parent.
        splits: Which splits to read of those that are there; without effect when ``folder`` is one split.

    Yields:
        The articles, split by split, in order of their file names.

    Raises:
        FormatError: The folder is not laid out like the corpus, or an annotation does not fit its text.
    """
    folder = Path(folder)
    found = _split_folders(folder)
    if not found:
        raise FormatError(
            f"{folder} does not hold PolNeAR: there is no folder with text/ and attributions/ in it",
            "name the clone of the corpus, its data folder, or one of data/train, data/dev",
        )
    wanted = found if found == [folder] else [item for item in found if item.name in splits]
    metadata = _metadata(folder)
    for split in wanted:
        annotations = _annotations(split)
        for path in sorted((split / "text").glob("*.txt")):
            yield _read_article(path, annotations.get(path.stem, {}), metadata.get(path.stem, {}))


def _split_folders(folder: Path) -> list[Path]:
    for root in (folder, folder / "data"):
        candidates = [root, *(root / name for name in SPLITS)]
        found = [item for item in candidates if (item / "text").is_dir() and (item / "attributions").is_dir()]
        if found:
            return found
    return []


def _metadata(folder: Path) -> dict[str, dict[str, str]]:
    for place in (folder, folder / "data", folder.parent):
        path = place / "metadata.tsv"
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as stream:
                rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
            return {row["filename"].removesuffix(".txt"): row for row in rows}
    return {}


def _annotations(split: Path) -> dict[str, dict[str, Path]]:
    """For each article of a split, the files of its annotators."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted((split / "attributions").glob("*.ann")):
        stem, _, annotator = path.stem.rpartition("_")
        found.setdefault(stem, {})[annotator] = path
    return found


def _read_article(path: Path, annotations: dict[str, Path], row: dict[str, str]) -> AnnotatedArticle:
    text = path.read_bytes().decode("utf-8")  # bytes, so that no line break is translated
    meta: dict[str, Any] = {"split": path.parent.parent.name}
    if not annotations:
        return AnnotatedArticle(article=_article(path, text, row, meta))
    standoffs = {name: brat.parse(file.read_bytes().decode("utf-8")) for name, file in annotations.items()}
    chosen = most_agreeing({name: _events(standoff) for name, standoff in standoffs.items()})
    meta |= {"annotator": chosen, "annotators": sorted(annotations), **_marked(standoffs[chosen])}
    try:
        attributions = _attributions(text, _events(standoffs[chosen]))
    except ValueError as error:
        reason = f"{annotations[chosen]} does not fit {path}: {error}"
        raise FormatError(reason, "get the corpus again, without translating line breaks") from error
    return AnnotatedArticle(article=_article(path, text, row, meta), attributions=attributions)


def _marked(standoff: brat.Standoff) -> dict[str, list[list[int]]]:
    """The stretches an annotator marked as no part of the article, or as hard to annotate."""
    found: dict[str, list[list[int]]] = {}
    for item in standoff.spans.values():
        if item.label in ("Discard", "Discuss"):
            found.setdefault(item.label.lower(), []).extend([start, end] for start, end in item.fragments)
    return found


def _article(path: Path, text: str, row: dict[str, str], meta: dict[str, Any]) -> Article:
    known = {key: value for key in ("author", "level") if (value := row.get(key)) not in (None, "", "None")}
    return Article(
        id=path.stem,
        text=text,
        title=row.get("title"),
        outlet=row.get("publisher") or path.stem.partition("_")[0],
        published=row.get("publication_date"),
        meta={**meta, **known},
    )


def _events(standoff: brat.Standoff) -> list[Roles]:
    """The attributions of one annotator that have a content: the fragments of each role."""
    events = ({role: standoff.fragments(event, role) for role in _ROLES} for event in standoff.events.values())
    return [event for event in events if event["Content"]]


def _attributions(text: str, events: list[Roles]) -> list[Attribution]:
    regions = quoted_regions(text)
    attributions: list[Attribution] = []
    for event in sorted(events, key=lambda item: item["Content"]):
        content, cue, source = (_trim(text, event[role]) for role in _ROLES)
        if content:
            attributions.append(
                Attribution(
                    id=f"a{len(attributions) + 1}",
                    kind=marks.kind_of(text, content, [*cue, *source], regions),
                    content=[Span.of(text, start, end) for start, end in content],
                    cue=[Span.of(text, start, end) for start, end in cue],
                    source=[Span.of(text, start, end) for start, end in source],
                )
            )
    return attributions


def _trim(text: str, fragments: brat.Fragments) -> brat.Fragments:
    """The fragments without white space at their edges, merged where they overlap."""
    trimmed: brat.Fragments = []
    for first, last in sorted(fragments):
        if last > len(text):
            raise ValueError(f"span [{first}, {last}) ends behind the text")
        piece = text[first:last]
        start = first + len(piece) - len(piece.lstrip())
        end = start + len(piece.strip())
        if trimmed and start < trimmed[-1][1]:
            trimmed[-1] = (trimmed[-1][0], max(end, trimmed[-1][1]))
        elif start < end:
            trimmed.append((start, end))
    return trimmed


def most_agreeing(annotators: dict[str, list[Roles]]) -> str:
    """The annotator whose spans agree best with those of the others: highest mean exact F1 over (role, span) pairs."""
    pairs = {
        name: {(role, tuple(event[role])) for event in events for role in _ROLES if event[role]}
        for name, events in annotators.items()
    }

    def agreement(name: str) -> float:
        others = [_f1(pairs[name], pairs[other]) for other in pairs if other != name]
        return sum(others) / len(others) if others else 0.0

    return max(sorted(pairs), key=agreement)


def _f1(first: set[Any], second: set[Any]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 1.0
