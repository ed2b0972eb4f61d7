"""A record as a Label Studio task, and an annotation of such a task as a record.

``data`` holds what the screen shows: the text, a headline and one row for each stance. ``meta`` holds what it does not:
under ``attribution`` the records that were shown, each under its name, the latest under ``current``. The ids of regions
begin with the name of the record they were made from, so an annotation finds its own record even after a newer release
has put another one there. A prediction made by the service while an article is open carries its record along.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from attribution.errors import ReviewError
from attribution.review.completion import complete
from attribution.review.interface import Taxonomy
from attribution.review.layout import Layout, NewTarget, Row, digest, lay_out
from attribution.review.rebuild import Rebuilt, rebuild
from attribution.review.results import read, write
from attribution.schema import AnnotatedArticle, Article, content_id, first_fault
from attribution.stance.leaves import title_of

META = "attribution"


@dataclass(frozen=True)
class Shown:
    """A record that was put before reviewers, its name, and for each row on the screen the stance it asks about."""

    name: str
    record: AnnotatedArticle
    rows: tuple[int | None, ...]


def text_hash(text: str) -> str:
    """The name of a text: two tasks with one article id and one text hash are the same task."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_task(record: AnnotatedArticle, drawn: str | None = None) -> dict[str, Any]:
    """The task for a record, with its prediction, ready to be imported."""
    name = digest(record)
    article = record.article
    rows: list[int | None] = list(range(len(record.stances)))
    return {
        "data": {
            "text": article.text,
            "headline": "" if not article.title or article.text.lstrip().startswith(article.title) else article.title,
            "byline": " · ".join(part for part in (article.outlet, article.published) if part),
            "stances": [{"title": title_of(record, stance)} for stance in record.stances],
        },
        "meta": {
            META: {
                "key": article.id,
                "text": text_hash(article.text),
                "drawn": drawn,
                "current": name,
                "records": {name: carried(record, rows)},
            }
        },
        "predictions": [to_prediction(record, name)],
    }


def carried(record: AnnotatedArticle, rows: list[int | None]) -> dict[str, Any]:
    """A record without what the text of the task says already, and the stances its rows ask about."""
    dumped = record.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"article"})
    article = record.article.model_dump(mode="json", exclude={"text"})
    return {"record": {"article": article, **_without_words(dumped)}, "rows": rows}


def _without_words(value: Any) -> Any:
    """Drops the text of every span: its offsets say it."""
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    if not isinstance(value, dict):
        return value
    is_span = {"start", "end", "text"} <= value.keys()
    return {key: _without_words(item) for key, item in value.items() if not (is_span and key == "text")}


def _with_words(value: Any, text: str) -> Any:
    """Puts the text back into every span."""
    if isinstance(value, list):
        return [_with_words(item, text) for item in value]
    if not isinstance(value, dict):
        return value
    full = {key: _with_words(item, text) for key, item in value.items()}
    if isinstance(value.get("start"), int) and isinstance(value.get("end"), int):
        full["text"] = text[value["start"] : value["end"]]
    return full


def to_prediction(record: AnnotatedArticle, name: str, rows: list[int | None] | None = None) -> dict[str, Any]:
    """The prediction that shows ``record``; its score is the mean confidence of what it found."""
    layout = lay_out(record, name)
    if rows is not None:
        shown = tuple(Row() if at is None else layout.rows[at] for at in rows)
        layout = replace(layout, rows=shown)
    given = [item.confidence for item in record.attributions] + [item.confidence for item in record.stances]
    sure = [value for value in given if value is not None]
    return {
        "model_version": model_version(record),
        "score": sum(sure) / len(sure) if sure else None,
        "result": write(layout, record.article.text),
    }


def model_version(record: AnnotatedArticle) -> str:
    """How Label Studio names the origin of a prediction: the release that made it."""
    return record.provenance.release or "unreleased"


def answer(task: dict[str, Any], record: AnnotatedArticle) -> dict[str, Any]:
    """The prediction for a task that is open in Label Studio; it carries its record along.

    The rows of the task were made when it was pushed. A stance of ``record`` fills the row with its title.
    """
    titles = [title_of(record, stance) for stance in record.stances]
    shown = [row.get("title") for row in (task.get("data") or {}).get("stances") or []]
    rows = [titles.index(title) if title in titles else None for title in shown]
    name = digest(record)
    prediction = to_prediction(record, name, rows)
    for item in prediction["result"][:1]:
        item[META] = {"name": name, **carried(record, rows)}
    return prediction


def article_of(task: dict[str, Any]) -> Article | None:
    """The article of a task, also of one that was not pushed; ``None`` when it has no text."""
    text = (task.get("data") or {}).get("text")
    if not isinstance(text, str):
        return None
    kept = (task.get("meta") or {}).get(META)
    if isinstance(kept, dict) and kept.get("current") in (kept.get("records") or {}):
        return Article.model_validate({**kept["records"][kept["current"]]["record"]["article"], "text": text})
    return Article(id=content_id(text), text=text, title=task["data"].get("headline") or None)


def shown_to(task: dict[str, Any], result: list[dict[str, Any]]) -> Shown:
    """The record that the reviewer who left ``result`` was shown.

    Raises:
        ReviewError: The task was not made by this package, or its text is not the one that was pushed.
    """
    kept = (task.get("meta") or {}).get(META)
    text = (task.get("data") or {}).get("text")
    if not isinstance(kept, dict) or not isinstance(text, str):
        raise ReviewError("this task was not pushed by attribution", "push the article instead of importing it by hand")
    if text_hash(text) != kept.get("text"):
        raise ReviewError(
            "the text of the task was changed after it was pushed", "delete the task, push the article again, review it"
        )
    records = dict(kept.get("records") or {})
    for prediction in task.get("predictions") or []:
        for item in prediction.get("result") or []:
            if META in item:
                records.setdefault(item[META]["name"], item[META])
    names = [name for item in result if (name := str(item.get("id", "")).partition("-")[0]) in records]
    name = max(set(names), key=names.count) if names else str(kept.get("current"))
    if name not in records:
        raise ReviewError("the prediction that was reviewed is gone", "push the article again and review it")
    return _shown(name, records[name], text)


def _shown(name: str, entry: dict[str, Any], text: str) -> Shown:
    article = {**entry["record"]["article"], "text": text}
    rest = {key: item for key, item in entry["record"].items() if key != "article"}
    dumped = {"article": article, **_with_words(rest, text)}
    try:
        return Shown(name, AnnotatedArticle.model_validate(dumped), tuple(entry["rows"]))
    except ValidationError as error:
        raise ReviewError(
            f"the record kept with the task does not fit its text: {first_fault(error)}", "push the article again"
        ) from error


def from_annotation(
    task: dict[str, Any], result: list[dict[str, Any]], taxonomy: Taxonomy
) -> tuple[Rebuilt, Layout, Shown]:
    """The record that an annotation describes, the layout it was read from, and what the reviewer had been shown.

    Raises:
        ReviewError: The annotation belongs to no record of this task.
    """
    shown = shown_to(task, result)
    layout, faults = read(result, shown.record.article.text, len(shown.rows), taxonomy.choices())
    layout = without_leaves(_as_asked(complete(layout, shown.record.article.text, shown.name), shown, task))
    rebuilt = rebuild(shown.record, shown.name, layout)
    return replace(rebuilt, faults=faults + rebuilt.faults), layout, shown


def without_leaves(layout: Layout) -> Layout:
    """The layout with the answers of the contract instead of the finer ones of a taxonomy of one's own."""

    def coarse(row: Row) -> Row:
        return replace(
            row, label=row.label and row.label.partition("/")[0], role=row.role and row.role.partition("/")[0]
        )

    added = tuple(NewTarget(target.name, coarse(target.row)) for target in layout.added)
    return replace(layout, rows=tuple(coarse(row) for row in layout.rows), added=added)


def leaves_of(task: dict[str, Any], result: list[dict[str, Any]]) -> dict[str, str]:
    """The finer answers of an annotation, by what they answer and about whom."""
    titles = [str(row.get("title")) for row in task["data"].get("stances") or []]
    names = {
        item["from_name"]: "\n".join(item["value"].get("text") or [])
        for item in result
        if item.get("type") == "textarea"
    }
    found = {}
    for item in result:
        name, _, number = str(item.get("from_name")).rpartition("_")
        chosen = ((item.get("value") or {}).get("choices") or [""])[0]
        if name.removeprefix("new_") in ("stance", "role") and "/" in chosen:
            about = names.get(f"new_target_{number}", "") if name.startswith("new_") else titles[int(number)]
            found[f"{name.removeprefix('new_')}: {about}"] = chosen
    return found


def _as_asked(layout: Layout, shown: Shown, task: dict[str, Any]) -> Layout:
    """The layout with its rows in the order of the record's stances: what was not on the screen stays as it is."""
    rows = [Row(item.label, item.role, item.voice) for item in shown.record.stances]
    added = list(layout.added)
    titles = [str(row.get("title")) for row in task["data"].get("stances") or []]
    for title, at, row in zip(titles, shown.rows, layout.rows, strict=False):
        if at is not None:
            rows[at] = row
        elif row.label is not None:
            added.append(NewTarget(title, row))
    return replace(layout, rows=tuple(rows), added=tuple(added))
