"""Speaker labels for PolNeAR articles: standoff by article id and offsets, joined with a clone of the corpus.

One article a line::

    {"article": "gazette_2016-08-03_a-day", "annotator": "A", "text_sha256": "…",
     "speakers": [{"id": "s1", "kind": "person", "name": [110, 120], "aliases": [[300, 303]],
                   "roles": [{"span": [95, 102], "former": false}], "affiliations": [{"span": [88, 94]}]}],
     "attributions": [{"id": "E1", "source": [[110, 120]], "speaker": "s1", "other_speakers": [], "type": "name"}]}

``name`` is ``null`` for the unnamed; an attribution's ``id`` is the event of the corpus's own annotation file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attribution.errors import FormatError
from attribution.formats import brat, polnear
from attribution.schema import Affiliation, AnnotatedArticle, Article, Attribution, Role, Span, Speaker

Json = dict[str, Any]


def read(labels: str | Path, corpus: str | Path) -> Iterator[AnnotatedArticle]:
    """The labelled articles with their attributions, speakers, roles and affiliations, in the order of the labels.

    Args:
        labels: The standoff file.
        corpus: A clone of the corpus, or its data folder.

    Raises:
        FormatError: An article is not in the corpus, its text is another one, or a label does not fit it.
    """
    lines = Path(labels).read_text(encoding="utf-8").splitlines()
    rows: dict[str, Json] = {row["article"]: row for row in map(json.loads, lines)}
    found = {item.article.id: item for item in polnear.read(corpus) if item.article.id in rows}
    for name, row in rows.items():
        if name not in found:
            raise FormatError(f"{labels}: article {name} is not in {corpus}", "clone the whole corpus")
        yield join(found[name], row, _events(Path(corpus), found[name]))


def join(item: AnnotatedArticle, row: Json, events: list[str]) -> AnnotatedArticle:
    """One article with its labels.

    Args:
        item: The article with the attributions of the corpus.
        row: Its line of labels.
        events: The event id of each attribution.
    """
    text = item.article.text
    if hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]:
        raise FormatError(f"the text of {item.article.id} is not the one that was labelled", "clone the corpus again")
    labelled = {label["id"]: label for label in row["attributions"]}
    attributions = [
        _credited(attribution, labelled[event])
        for attribution, event in zip(item.attributions, events, strict=True)
        if event in labelled
    ]
    speakers = [_speaker(item.article, label) for label in row["speakers"]]
    return item.model_copy(update={"attributions": attributions, "speakers": speakers})


def _credited(attribution: Attribution, label: Json) -> Attribution:
    return attribution.model_copy(update={"speaker": label["speaker"], "other_speakers": label["other_speakers"]})


def _speaker(article: Article, label: Json) -> Speaker:
    def span(place: list[int]) -> Span:
        return article.span(place[0], place[1])

    roles = [
        Role(text=span(role["span"]).text, span=span(role["span"]), former=role["former"]) for role in label["roles"]
    ]
    bodies = [Affiliation(name=span(body["span"]).text, span=span(body["span"])) for body in label["affiliations"]]
    name = span(label["name"]) if label["name"] else None
    return Speaker(
        id=label["id"],
        name=name.text if name else None,
        kind=label["kind"],
        mentions=[*([name] if name else []), *(span(place) for place in label.get("aliases", []))],
        role=roles[0] if roles else None,
        other_roles=roles[1:],
        affiliation=bodies[0] if bodies else None,
        other_affiliations=bodies[1:],
    )


def _events(corpus: Path, item: AnnotatedArticle) -> list[str]:
    """The event ids of an article's attributions, in the order that :mod:`~attribution.formats.polnear` reads them."""
    name = f"{item.article.id}_{item.article.meta['annotator']}.ann"
    path = next(path for root in (corpus, corpus / "data") for path in root.glob(f"*/attributions/{name}"))
    standoff = brat.parse(path.read_bytes().decode("utf-8"))
    contents = {key: standoff.fragments(event, "Content") for key, event in standoff.events.items()}
    ordered = sorted((key for key in contents if contents[key]), key=lambda key: contents[key])
    return [key for key in ordered if any(item.article.text[start:end].strip() for start, end in contents[key])]
