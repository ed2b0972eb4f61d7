"""What the stance classifier learns from: texts with targets, each with a label, a narrative role, or both.

Lines (one target each, lines of one text are joined)::

    {"text": "The board praised Ada Lunt.", "target": {"span": [18, 26]}, "label": 1}

``label`` may also be the name of a label of the taxonomy. ``further_mentions`` (spans), ``soft`` (three probabilities,
from unfavourable to favourable), ``role``, ``subjective`` (true or false, of the text), ``voice`` with ``content`` (the
item is cut to that voice) and ``id`` or ``document`` may be there as well; a line without a target teaches
subjectivity alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from attribution.errors import FormatError
from attribution.formats.sources import Source, opened
from attribution.schema import AnnotatedArticle, Article, Attribution, Span, Stance
from attribution.stance.aggregation import ROLES
from attribution.stance.endorsement import denies
from attribution.stance.judge import scene
from attribution.stance.taxonomy import Taxonomy
from attribution.stance.units import Unit, units
from attribution.stance.voices import voices

Offset = tuple[int, int]
UNKNOWN = -100
_QUIET_NAMED, _QUIET_UNNAMED = 0.6, 0.08
_SIDES = {"unfavourable": -1, "favourable": 1}
# What a sentence is that no evidence was marked in, by the label of the whole: annotators mark enough, not all.
_BESIDE = {
    "unfavourable": (0.2, 0.8, 0.0),
    "neutral": (0.0, 1.0, 0.0),
    "favourable": (0.0, 0.8, 0.2),
    "mixed": (0.1, 0.8, 0.1),
}
_QUIET = frozenset(_BESIDE.values())
_NUMBERS = {"unfavourable": -1, "neutral": 0, "favourable": 1}


@dataclass(frozen=True)
class Labelled:
    """A target of a text: its mentions, the main one first, and what is known of it.

    ``label`` holds probabilities of unfavourable, neutral, favourable; ``role`` an index into the narrative roles.
    """

    mentions: tuple[Offset, ...]
    label: tuple[float, float, float] | None = None
    role: int = UNKNOWN


@dataclass(frozen=True)
class Example:
    """One text with its targets; ``document`` is what it is from, ``subjective`` 0, 1 or :data:`UNKNOWN`."""

    text: str
    targets: tuple[Labelled, ...] = ()
    document: str = ""
    subjective: int = UNKNOWN


def read_lines(path: Path) -> Iterator[Example]:
    """Reads a file of lines, gzipped or not.

    Raises:
        FormatError: A line is not as this module describes; the message names it.
    """
    joined: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    with opened(Source(str(path), "jsonl")) as file:
        for number, line in enumerate(file.stream, start=1):
            try:
                record = json.loads(line)
                text, record = _own_voice(record)
                joined.setdefault((_document(record), text), []).append(record)
            except (ValueError, KeyError, TypeError) as error:
                fix = 'write {"text", "target": {"span"}, "label"}'
                raise FormatError(f"{path}, line {number}: is no stance example: {error}", fix) from error
    for (document, text), records in joined.items():
        subjective = {record["subjective"] for record in records if record.get("subjective") is not None}
        targets = tuple(_labelled(record) for record in records if record.get("target"))
        yield Example(text, targets, document, int(subjective.pop()) if len(subjective) == 1 else UNKNOWN)


def _document(record: Mapping[str, Any]) -> str:
    return str(record.get("document") or record.get("id") or record["text"])


def _labelled(record: Mapping[str, Any]) -> Labelled:
    mentions = [record["target"]["span"], *record.get("further_mentions", [])]
    role = record.get("role")
    return Labelled(
        tuple((int(start), int(end)) for start, end in mentions),
        tuple(record["soft"]) if record.get("soft") else one_hot(_number(record.get("label"))),
        ROLES.index(role) if role is not None else UNKNOWN,
    )


def _number(label: int | str | None) -> int | None:
    """A label as -1, 0 or 1; a name is looked up in the taxonomy, where finer ones fall back to ours."""
    if not isinstance(label, str):
        return label
    return _NUMBERS.get(_taxonomy().resolve(label))


@cache
def _taxonomy() -> Taxonomy:
    return Taxonomy.load()


def one_hot(label: int | None) -> tuple[float, float, float] | None:
    """The certain distribution of a label -1, 0 or 1."""
    return None if label is None else (float(label == -1), float(label == 0), float(label == 1))


def _own_voice(record: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Cuts an item of reported speech to what the classifier will read of its voice."""
    if "voice" not in record or "content" not in record:
        return record["text"], record
    text, span = record["text"], tuple(record["target"]["span"])
    contents = [Span.of(text, start, end) for start, end in record["content"]]
    attribution = Attribution(id="a1", kind="indirect", content=contents)
    found = _unit_of(units(text, voices(Article(id="-", text=text), [attribution])), record["voice"], span)
    cut = record | {"text": found.text, "target": {"span": found.locate(*span)}}
    if record["voice"] != "outlet" and denies(_outside(text, contents)):
        cut["label"] = -record["label"]  # what the content says by itself; the judge turns it round again
    return found.text, cut


def _outside(text: str, contents: Sequence[Span]) -> str:
    for span in reversed(contents):
        text = text[: span.start] + " " + text[span.end :]
    return text


def _unit_of(cut: Iterable[Unit], voice: str, span: Offset) -> Unit:
    for unit in cut:
        if unit.voice == voice and unit.locate(*span) is not None:
            return unit
    raise ValueError(f"the target is not in the {voice} voice")


def with_gold_targets(item: AnnotatedArticle) -> AnnotatedArticle:
    """The article, asking for the targets of its own stances by all their names."""
    names: dict[str, set[str]] = {}
    for stance in item.stances:
        names.setdefault(stance.target, set()).update(span.text for span in stance.mentions)
    wanted = [{"name": name, "aliases": sorted(forms - {name})} for name, forms in names.items()]
    article = item.article.model_copy(update={"meta": item.article.meta | {"targets": wanted}})
    return item.model_copy(update={"article": article})


def of_article(annotated: AnnotatedArticle) -> list[Example]:
    """Examples from an annotated article: each unit of a voice with the targets that it names or may mean.

    A unit that overlaps a stance's evidence has the evidence's label, its other units are mostly neutral.
    So is what others say of a target without a stance of theirs, since the guidelines ask for each that judges. Neutral
    units are many, and a part of them is enough, above all of those that do not name the target.
    """
    random = Random(annotated.article.id)
    article = with_gold_targets(annotated).article
    if not article.meta["targets"]:
        return []
    view = scene(article, annotated.attributions, annotated.speakers)
    examples = []
    for unit, query, cast in zip(view.units, view.queries, view.cast, strict=True):
        kept = []
        for (index, named), mentions in zip(cast, query.targets, strict=True):
            target = _of_stance(annotated.stances, unit, view.targets[index].name, mentions)
            share = 1.0 if target is None or target.label not in _QUIET else _QUIET_NAMED if named else _QUIET_UNNAMED
            if target and random.random() < share:
                kept.append(target)
        if kept:
            examples.append(Example(query.text, tuple(kept), annotated.article.id))
    return examples


def _of_stance(stances: Sequence[Stance], unit: Unit, name: str, mentions: tuple[Offset, ...]) -> Labelled | None:
    for stance in stances:
        if stance.target == name and stance.voice == unit.voice and stance.speaker == unit.speaker:
            shown = [
                item.label
                for item in stance.evidence
                if any(item.start < piece.end and piece.start < item.end for piece in unit.pieces)
            ]
            role = ROLES.index(stance.role) if shown or stance.role == "none" else UNKNOWN
            return Labelled(mentions, one_hot(_SIDES.get(shown[0], 0)) if shown else _BESIDE[stance.label], role)
    return Labelled(mentions, one_hot(0)) if unit.voice != "outlet" else None


def held_out(document: str, tenth: int = 0) -> bool:
    """Whether a document belongs to the given tenth; the same on every machine."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % 10 == tenth
