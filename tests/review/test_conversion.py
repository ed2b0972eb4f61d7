"""Native to Label Studio and back: nothing is lost, and a reviewer's change changes exactly what was changed."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from review_strategies import records, spans_in

from attribution.review.interface import Taxonomy
from attribution.review.layout import lay_out, places
from attribution.review.results import write
from attribution.review.tasks import from_annotation, to_task
from attribution.schema import AnnotatedArticle, Attribution, Span

TAXONOMY = Taxonomy()
thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(records())
def test_the_round_trip_is_the_identity(record: AnnotatedArticle) -> None:
    task = json.loads(json.dumps(to_task(record)))

    rebuilt, _, _ = from_annotation(task, task["predictions"][0]["result"], TAXONOMY)

    assert rebuilt.faults == []
    assert rebuilt.record == record
    assert (rebuilt.changed, rebuilt.deleted) == ([], [])


@thorough
@given(records(), st.randoms())
def test_the_order_of_items_does_not_matter(record: AnnotatedArticle, random: st.DataObject) -> None:
    task = to_task(record)
    result = list(task["predictions"][0]["result"])
    random.shuffle(result)  # type: ignore[attr-defined]

    rebuilt, _, _ = from_annotation(task, result, TAXONOMY)

    assert rebuilt.faults == []
    assert rebuilt.record == record


@thorough
@given(records().filter(lambda record: bool(record.attributions)), st.data())
def test_a_moved_edge_changes_those_spans_and_nothing_else(record: AnnotatedArticle, data: st.DataObject) -> None:
    task = to_task(record)
    name = task["meta"]["attribution"]["current"]
    layout = lay_out(record, name)
    region = data.draw(st.sampled_from([r for r in layout.regions if r.label in ("Content", "Cue", "Source")]))
    span = data.draw(spans_in(record.article.text))
    moved = replace(region, start=span.start, end=span.end)
    regions = tuple(moved if r is region else r for r in layout.regions)

    result = write(replace(layout, regions=regions), record.article.text)
    rebuilt, _, _ = from_annotation(task, result, TAXONOMY)

    where = places(record, name)
    wanted = [
        replaced(item, region.id, span, where.contents[at], where.cues[at], where.sources[at])
        for at, item in enumerate(record.attributions)
    ]
    assert rebuilt.faults == []
    assert rebuilt.record.model_copy(update={"attributions": wanted}) == rebuilt.record
    assert rebuilt.record.model_copy(update={"attributions": record.attributions}) == record


def replaced(item: Attribution, moved: str, span: Span, *ids: list[str]) -> Attribution:
    """An attribution as it is once the region ``moved`` covers ``span``; a change takes the confidence away."""
    update = {
        name: [span if one == moved else old for one, old in zip(regions, getattr(item, name), strict=True)]
        for name, regions in zip(("content", "cue", "source"), ids, strict=True)
    }
    after = item.model_copy(update=update)
    return item if after == item else after.model_copy(update={"confidence": None})


@thorough
@given(records().filter(lambda record: bool(record.attributions)), st.data())
def test_another_kind_changes_the_kind_and_nothing_else(record: AnnotatedArticle, data: st.DataObject) -> None:
    task = to_task(record)
    layout = lay_out(record, task["meta"]["attribution"]["current"])
    at = data.draw(st.integers(0, len(record.attributions) - 1))
    kind = data.draw(st.sampled_from([k for k in TAXONOMY.kind if k != record.attributions[at].kind]))
    head = places(record, task["meta"]["attribution"]["current"]).contents[at][0]
    regions = tuple(replace(r, kind=kind) if r.id == head else r for r in layout.regions)

    result = write(replace(layout, regions=regions), record.article.text)
    rebuilt, _, _ = from_annotation(task, result, TAXONOMY)

    wanted = [*record.attributions]
    wanted[at] = wanted[at].model_copy(update={"kind": kind, "confidence": None})
    assert rebuilt.faults == []
    assert rebuilt.record == record.model_copy(update={"attributions": wanted})
    assert rebuilt.changed == [record.attributions[at].id]
