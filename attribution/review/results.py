"""A layout as Label Studio writes it, and back.

Label Studio splits one region over several items with one id (its label, each of its answers), keeps arrows as items of
their own, and checks next to nothing. :func:`read` therefore checks everything: controls, labels, offsets, answers and
both ends of every arrow. It does not raise; it returns what it could read together with the faults, worded for the
reviewer who has to repair them. Words and offsets always come from the article, never from ``value.text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from attribution.review import layout as lay
from attribution.review.layout import LABELS, RELATIONS, Layout, NewTarget, Region, Relation, Row

TEXT = "text"
SPAN = "span"
NOT_AN_ACTOR = "not an actor"
CHECKED = ("quotations", "speakers", "stance")

# Which arrow two labels allow, whichever way it was drawn: the first is its origin.
_ARROWS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Source", "Content"): (lay.SOURCE, lay.SAME),
    ("Cue", "Content"): (lay.CUE,),
    ("Role", "Source"): (lay.ROLE,),
    ("Role", "Content"): (lay.ROLE,),
    ("Affiliation", "Source"): (lay.AFFILIATION,),
    ("Affiliation", "Content"): (lay.AFFILIATION,),
    ("Source", "Source"): (lay.SAME,),
    ("Content", "Content"): (lay.CONTINUES, lay.SAME),
}
# The answer of a region that each control gives, and the kind of control it is.
_ANSWERS = {
    "kind": ("kind", "choices"),
    "endorsement": ("endorsement", "choices"),
    "speaker": ("name", "textarea"),
    "wording": ("name", "textarea"),
    "speaker_kind": ("speaker_kind", "choices"),
    "former": ("former", "choices"),
}
_ROW = re.compile(r"(stance|role|voice|new_target|new_stance|new_role|new_voice)_(\d+)")


def write(layout: Layout, text: str) -> list[dict[str, Any]]:
    """The ``result`` of a prediction or annotation that shows ``layout`` over ``text``."""
    items: list[dict[str, Any]] = []
    for region in layout.regions:
        items.extend(_region_items(region, text))
    items.extend(_arrow(relation) for relation in sorted(layout.relations))
    for at, row in enumerate(layout.rows):
        items.extend(_choice(f"{name}_{at}", value) for name, value in _row_answers(row) if value is not None)
    for at, target in enumerate(layout.added):
        items.append(_words(f"new_target_{at}", target.name))
        answers = ((f"new_{name}_{at}", value) for name, value in _row_answers(target.row))
        items.extend(_choice(name, value) for name, value in answers if value is not None)
    if layout.checked:
        items.append(_choice("checked", *layout.checked))
    if layout.flags:
        items.append(_choice("flags", *layout.flags))
    if layout.note:
        items.append(_words("note", layout.note))
    return items


def _arrow(relation: Relation) -> dict[str, Any]:
    ends = {"from_id": relation.origin, "to_id": relation.goal}
    return {"type": "relation", **ends, "direction": "right", "labels": [relation.label]}


def _row_answers(row: Row) -> tuple[tuple[str, str | None], ...]:
    return (("stance", row.label), ("role", row.role), ("voice", row.voice))


def _choice(name: str, *values: str) -> dict[str, Any]:
    value = {"choices": list(values)}
    return {"id": f"answer-{name}", "from_name": name, "to_name": TEXT, "type": "choices", "value": value}


def _words(name: str, words: str) -> dict[str, Any]:
    return {"id": f"answer-{name}", "from_name": name, "to_name": TEXT, "type": "textarea", "value": {"text": [words]}}


def _region_items(region: Region, text: str) -> Iterator[dict[str, Any]]:
    place = {"start": region.start, "end": region.end}

    def item(name: str, kind: str, values: list[str]) -> dict[str, Any]:
        value = place | {_key(kind): values}
        return {"id": region.id, "from_name": name, "to_name": TEXT, "type": kind, "value": value}

    label = item(SPAN, "labels", [region.label])
    # Only for the list beside the text; nobody reads it back.
    label["value"]["text"] = text[region.start : region.end]
    yield label if region.score is None else label | {"score": round(region.score, 4)}
    if region.kind:
        yield item("kind", "choices", [region.kind])
    if region.endorsement:
        yield item("endorsement", "choices", [region.endorsement])
    if region.name is not None:
        yield item("wording" if region.label in ("Role", "Affiliation") else "speaker", "textarea", [region.name])
    if region.speaker_kind:
        yield item("speaker_kind", "choices", [region.speaker_kind])
    if region.former:
        yield item("former", "choices", ["former"])


def _key(kind: str) -> str:
    return "text" if kind == "textarea" else kind


@dataclass
class _Reading:
    """What has been read so far."""

    text: str
    faults: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    arrows: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[tuple[str, int], str] = field(default_factory=dict)
    checked: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    note: str | None = None


def read(
    result: list[dict[str, Any]], text: str, rows: int, choices: dict[str, tuple[str, ...]]
) -> tuple[Layout, list[str]]:
    """Reads the ``result`` of an annotation.

    Args:
        result: As Label Studio stores it.
        text: The article's text, which the offsets must fit.
        rows: How many stance rows the task has.
        choices: For each control with choices, what it offers.

    Returns:
        The layout, and the faults; with faults the layout lacks what could not be read.
    """
    reading = _Reading(text)
    for item in result:
        _read_item(reading, item, choices)
    regions = [_region(reading, identity) for identity in reading.places]
    kept = {region.id: region for region in regions if region}
    relations = {relation for arrow in reading.arrows if (relation := _relation(reading, kept, arrow))}
    shown = tuple(_read_row(reading, "", at) for at in range(rows))
    return (
        Layout(
            tuple(kept.values()),
            frozenset(relations),
            shown,
            tuple(_added(reading)),
            reading.checked,
            reading.flags,
            reading.note,
        ),
        reading.faults,
    )


def _read_item(reading: _Reading, item: dict[str, Any], choices: dict[str, tuple[str, ...]]) -> None:
    kind, name, value = item.get("type"), item.get("from_name"), item.get("value") or {}
    if kind == "relation":
        reading.arrows.append(item)
        return
    given = value.get(_key(str(kind))) or []
    allowed = LABELS if name == SPAN else choices.get(re.sub(r"_\d+$", "", str(name)))
    stranger = next((one for one in given if allowed is not None and one not in allowed), None)
    if stranger is not None:
        reading.faults.append(f"{name} has the answer {stranger!r}, which this project does not know")
    elif name == SPAN or name in _ANSWERS:
        _read_region_item(reading, str(item.get("id")), str(name), given, value)
    elif match := _ROW.fullmatch(str(name)):
        _read_answer(reading, match, given)
    elif name in ("checked", "flags"):
        setattr(reading, name, tuple(given))
    elif name == "note":
        reading.note = "\n".join(str(line) for line in given).strip() or None
    else:
        reading.faults.append(f"there is an answer to {name!r}, which this project does not ask")


def _read_region_item(reading: _Reading, identity: str, name: str, given: list[Any], value: dict[str, Any]) -> None:
    start, end = value.get("start"), value.get("end")
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(reading.text)):
        reading.faults.append(f"a region lies at {start}–{end}, outside the text of {len(reading.text)} characters")
        return
    reading.places.setdefault(identity, (start, end))
    if name != SPAN:
        field_name, kind = _ANSWERS[name]
        # The box keeps what was there and lists what was typed below it: the last line is what the reviewer means.
        answer = str(given[-1]).strip() if kind == "textarea" and given else next(iter(given), None)
        if answer:
            reading.answers.setdefault(identity, {})[field_name] = True if field_name == "former" else answer
    elif len(given) != 1:
        reading.faults.append(f"{quoted(reading.text, start, end)} has {len(given)} labels instead of one")
    elif reading.labels.setdefault(identity, given[0]) != given[0] or reading.places[identity] != (start, end):
        reading.faults.append(f"{quoted(reading.text, start, end)} is there twice with different labels or places")


def _read_answer(reading: _Reading, match: re.Match[str], given: list[Any]) -> None:
    name, at = match.group(1), int(match.group(2))
    if len(given) > 1 and name != "new_target":
        reading.faults.append(f"row {at + 1} of the actors has more than one {name}: {', '.join(given)}")
    elif given and (words := str(given[-1]).strip()):
        reading.rows[name, at] = words


def _region(reading: _Reading, identity: str) -> Region | None:
    start, end = reading.places[identity]
    label = reading.labels.get(identity)
    if label is None:
        reading.faults.append(
            f"{quoted(reading.text, start, end)} is marked but has no label; give it one or delete it"
        )
        return None
    return Region(identity, label, start, end, **reading.answers.get(identity, {}))  # type: ignore[arg-type]


def _relation(reading: _Reading, regions: dict[str, Region], arrow: dict[str, Any]) -> Relation | None:
    ends = [regions.get(str(arrow.get("from_id"))), regions.get(str(arrow.get("to_id")))]
    if ends[0] is None or ends[1] is None:
        reading.faults.append("an arrow leads to a region that is no longer there; delete the arrow")
        return None
    origin, goal = ends[0], ends[1]
    if (origin.label, goal.label) not in _ARROWS:
        origin, goal = goal, origin
    allowed = _ARROWS.get((origin.label, goal.label), ())
    given = [label for label in arrow.get("labels") or [] if label in RELATIONS]
    between = f"the arrow between {quoted_region(reading.text, origin)} and {quoted_region(reading.text, goal)}"
    if not allowed:
        reading.faults.append(f"{between} means nothing; delete it")
    elif (
        len(arrow.get("labels") or []) > 1
        or (given and given[0] not in allowed)
        or len(given) != len(arrow.get("labels") or [])
    ):
        reading.faults.append(f"{between} is labelled {arrow.get('labels')}; only {' or '.join(allowed)} fits")
    elif not given and len(allowed) > 1 and origin.label == goal.label:
        reading.faults.append(f"{between} has no label; choose {' or '.join(allowed)}")
    else:
        return Relation(given[0] if given else allowed[0], origin.id, goal.id)
    return None


def _read_row(reading: _Reading, prefix: str, at: int) -> Row:
    return Row(*(reading.rows.get((f"{prefix}{name}", at)) for name in ("stance", "role", "voice")))


def _added(reading: _Reading) -> Iterator[NewTarget]:
    for at in sorted({at for name, at in reading.rows if name.startswith("new_")}):
        row, name = _read_row(reading, "new_", at), reading.rows.get(("new_target", at))
        if not name:
            reading.faults.append("an added actor has no name; type it or take the answers back")
        elif row.label is None:
            reading.faults.append(f"the added actor {name} has no stance; choose one")
        else:
            yield NewTarget(name, row)


def quoted(text: str, start: int, end: int) -> str:
    """A stretch of text, short enough for a message, with its place."""
    words = " ".join(text[start:end].split())
    return f"“{words if len(words) <= 40 else words[:39] + '…'}” (at {start})"


def quoted_region(text: str, region: Region) -> str:
    """A region, short enough for a message."""
    return f"{region.label} {quoted(text, region.start, region.end)}"
