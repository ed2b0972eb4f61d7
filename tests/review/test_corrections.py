"""What a reviewer may do to a prediction, one thing at a time, and what becomes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from attribution.errors import ConfigurationError, ReviewError
from attribution.review.interface import Taxonomy, interface
from attribution.review.layout import Layout, NewTarget, Region, Relation, Row, lay_out
from attribution.review.rebuild import Rebuilt
from attribution.review.results import NOT_AN_ACTOR, write
from attribution.review.tasks import answer, from_annotation, leaves_of, to_task
from attribution.schema import AnnotatedArticle, NarrativeRole, StanceLabel

Change = Callable[[Layout, str], Layout]


def review(record: AnnotatedArticle, change: Change) -> Rebuilt:
    task = to_task(record)
    name = task["meta"]["attribution"]["current"]
    result = write(change(lay_out(record, name), name), record.article.text)
    return from_annotation(task, result, Taxonomy())[0]


def altered(layout: Layout, identity: str, **fields: Any) -> Layout:
    assert any(region.id == identity for region in layout.regions)
    return replace(layout, regions=tuple(replace(r, **fields) if r.id == identity else r for r in layout.regions))


def without(layout: Layout, *ids: str) -> Layout:
    """As the editor deletes: arrows go with their regions."""
    regions = tuple(region for region in layout.regions if region.id not in ids)
    return replace(
        layout, regions=regions, relations=frozenset(r for r in layout.relations if not {r.origin, r.goal} & {*ids})
    )


def added(layout: Layout, region: Region, *arrows: Relation) -> Layout:
    return replace(layout, regions=(*layout.regions, region), relations=layout.relations | {*arrows})


def region_of(record: AnnotatedArticle, words: str, label: Any, **fields: Any) -> Region:
    start = record.article.text.index(words)
    return Region("new1", label, start, start + len(words), **fields)


def test_a_name_given_to_all_quotations_of_a_speaker_renames_the_speaker(ferry: AnnotatedArticle) -> None:
    rebuilt = review(
        ferry,
        lambda layout, name: altered(
            altered(layout, f"{name}-a1-s0", name="Maud A. Ferris"), f"{name}-a2-s0", name="Maud A. Ferris"
        ),
    )

    assert rebuilt.record.speakers[0].name == "Maud A. Ferris"
    assert rebuilt.record.speakers[0].role == ferry.speakers[0].role
    assert [a.speaker for a in rebuilt.record.attributions] == [a.speaker for a in ferry.attributions]
    assert rebuilt.changed == ["s1"]


def test_a_name_given_to_one_of_two_quotations_is_somebody_else(ferry: AnnotatedArticle) -> None:
    rebuilt = review(ferry, lambda layout, name: altered(layout, f"{name}-a2-s0", name="Ilse Brandt"))

    who = rebuilt.record.speaker_of(rebuilt.record.attributions[2])
    assert who is not None
    assert (who.name, who.kind) == ("Ilse Brandt", "person")
    assert rebuilt.record.speaker_of(rebuilt.record.attributions[1]) == ferry.speakers[0]


def test_a_known_name_is_the_speaker_who_has_it(ferry: AnnotatedArticle) -> None:
    rebuilt = review(ferry, lambda layout, name: altered(layout, f"{name}-a2-s0", name="Piet  Okafor"))

    assert rebuilt.record.attributions[2].speaker == "s4"
    assert rebuilt.record.speakers == ferry.speakers
    assert rebuilt.changed == ["a3"]


def test_a_cleared_answer_leaves_the_speaker_open(ferry: AnnotatedArticle) -> None:
    rebuilt = review(ferry, lambda layout, name: altered(layout, f"{name}-a3-s0", name=None, speaker_kind=None))

    assert rebuilt.record.attributions[3].speaker is None
    assert "s2" not in {item.id for item in rebuilt.record.speakers}


def test_a_deleted_quotation_is_kept_as_a_negative(ferry: AnnotatedArticle) -> None:
    rebuilt = review(ferry, lambda layout, name: without(layout, f"{name}-a0-c0", f"{name}-a0-q0", f"{name}-a0-s0"))

    assert rebuilt.faults == []
    assert rebuilt.deleted == [ferry.attributions[0]]
    assert rebuilt.record.attributions == ferry.attributions[1:]
    assert "s3" not in {item.id for item in rebuilt.record.speakers}


def test_a_new_source_needs_no_arrow_where_only_one_quotation_lacks_one(ferry: AnnotatedArticle) -> None:
    def change(layout: Layout, name: str) -> Layout:
        return added(without(layout, f"{name}-a0-s0"), region_of(ferry, "a move that critics", "Source"))

    rebuilt = review(ferry, change)

    assert rebuilt.faults == []
    assert [span.text for span in rebuilt.record.attributions[0].source] == ["a move that critics"]
    assert rebuilt.record.attributions[0].speaker == "s3"


def test_an_arrow_without_a_label_means_what_its_ends_allow(ferry: AnnotatedArticle) -> None:
    task = to_task(ferry)
    result = task["predictions"][0]["result"]
    for item in result:
        if item["type"] == "relation" and item["labels"] != ["continues"]:
            del item["labels"]

    rebuilt, _, _ = from_annotation(task, result, Taxonomy())

    assert rebuilt.record == ferry


def test_a_new_quotation_gets_an_id_and_its_place(ferry: AnnotatedArticle) -> None:
    region = region_of(
        ferry,
        "halt the night ferry",
        "Content",
        kind="indirect",
        name="Saltmere's harbour council",
        speaker_kind="organization",
    )
    rebuilt = review(ferry, lambda layout, name: added(layout, region))

    new = rebuilt.record.attributions[0]
    assert (new.id, new.kind, new.content[0].text) == ("new1", "indirect", "halt the night ferry")
    assert rebuilt.record.attributions[1:] == ferry.attributions
    who = rebuilt.record.speaker_of(new)
    assert who is not None
    assert (who.name, who.kind) == ("Saltmere's harbour council", "organization")


def test_same_speaker_joins_a_pronoun_to_a_name(ferry: AnnotatedArticle) -> None:
    attributions = [a.model_copy(update={"speaker": None}) if a.id == "a3" else a for a in ferry.attributions]
    open_one = ferry.model_copy(update={"attributions": attributions})

    def change(layout: Layout, name: str) -> Layout:
        return replace(
            layout, relations=layout.relations | {Relation("same speaker", f"{name}-a2-s0", f"{name}-a1-s0")}
        )

    assert review(open_one, change).record.attributions[2].speaker == "s1"


def test_a_role_goes_where_its_arrow_leads(ferry: AnnotatedArticle) -> None:
    def change(layout: Layout, name: str) -> Layout:
        return added(
            layout, replace(region_of(ferry, "company", "Role"), id="r"), Relation("role", "r", f"{name}-a3-s0")
        )

    rebuilt = review(ferry, change)

    assert rebuilt.record.speakers[1].role is not None
    assert rebuilt.record.speakers[1].role.text == "company"
    assert [s.id for s in rebuilt.record.speakers if s != next(o for o in ferry.speakers if o.id == s.id)] == ["s2"]


def test_rows_change_drop_and_add_stances(ferry: AnnotatedArticle) -> None:
    def change(layout: Layout, name: str) -> Layout:
        rows = (
            replace(layout.rows[0], label="favourable"),
            replace(layout.rows[1], label=NOT_AN_ACTOR),
            layout.rows[2],
        )
        return replace(layout, rows=rows, added=(NewTarget("Saltmere", Row("mixed", "victim", None)),))

    stances = review(ferry, change).record.stances

    assert [(s.target, s.label, s.score, s.role) for s in stances] == [
        ("Harbour council", "favourable", 1.0, "antagonist"),
        ("Harbour council", "unfavourable", -0.9, "antagonist"),
        ("Saltmere", "mixed", 0.0, "victim"),
    ]
    assert stances[1] == ferry.stances[2]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda r: r.__setitem__(0, r[0] | {"value": {**r[0]["value"], "end": 9999}}), "outside the text"),
        (lambda r: r.__setitem__(0, r[0] | {"value": {**r[0]["value"], "start": "7"}}), "outside the text"),
        (lambda r: r.__setitem__(0, r[0] | {"value": {**r[0]["value"], "labels": ["Person"]}}), "does not know"),
        (lambda r: r.__setitem__(0, r[0] | {"value": {**r[0]["value"], "labels": []}}), "0 labels"),
        (lambda r: r.append({"type": "relation", "from_id": "gone", "to_id": r[0]["id"], "labels": []}), "no longer there"),
        (lambda r: [item.update(labels=["role"]) for item in r if item.get("labels") == ["cue"]], "only cue fits"),
        (lambda r: r.append({"id": "x", "type": "choices", "from_name": "mood", "value": {"choices": ["a"]}}), "does not ask"),
        (lambda r: r.append({"id": "x", "type": "choices", "from_name": "stance_0", "value": {"choices": ["good"]}}), "not know"),
        (lambda r: [r.remove(i) for i in [*r] if i.get("from_name") == "kind"], "direct, indirect or mixed"),
        (lambda r: [r.remove(i) for i in [*r] if i.get("from_name") == "span" and i["value"]["labels"] == ["Cue"]], "no label"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(
    ferry: AnnotatedArticle, change: Callable[[list[Any]], object], reason: str
) -> None:
    task = to_task(ferry)
    result = task["predictions"][0]["result"]
    if reason == "no label":
        result.append(
            dict(
                result[0],
                id="half",
                from_name="kind",
                type="choices",
                value={"start": 0, "end": 4, "choices": ["direct"]},
            )
        )
    else:
        change(result)

    rebuilt, _, _ = from_annotation(task, result, Taxonomy())

    assert any(reason in fault for fault in rebuilt.faults), rebuilt.faults


def test_two_names_tied_as_one_speaker_are_a_fault(ferry: AnnotatedArticle) -> None:
    def change(layout: Layout, name: str) -> Layout:
        return replace(
            layout, relations=layout.relations | {Relation("same speaker", f"{name}-a3-s0", f"{name}-a1-s0")}
        )

    (fault,) = review(ferry, change).faults
    assert "Nordlicht" in fault
    assert "Maud Ferris" in fault


def test_a_text_changed_under_an_annotation_is_refused(ferry: AnnotatedArticle) -> None:
    task = to_task(ferry)
    task["data"]["text"] = task["data"]["text"].replace("night", "day")

    with pytest.raises(ReviewError, match="text of the task was changed"):
        from_annotation(task, [], Taxonomy())


def test_a_prediction_by_the_service_carries_its_record(ferry: AnnotatedArticle) -> None:
    task = to_task(ferry)
    newer = ferry.model_copy(update={"attributions": ferry.attributions[1:], "stances": ferry.stances[:1]})
    prediction = answer(task, newer)
    task["predictions"] = [prediction]

    rebuilt, _, shown = from_annotation(task, prediction["result"], Taxonomy())

    assert rebuilt.faults == []
    assert shown.record == newer
    assert rebuilt.record == newer


def test_a_finer_answer_of_a_taxonomy_is_kept_beside_the_coarse_one(ferry: AnnotatedArticle, tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_text('[role]\nantagonist = ["corrupt official"]\n')
    taxonomy, task = Taxonomy.load(path), to_task(ferry)
    result = task["predictions"][0]["result"]
    next(item for item in result if item.get("from_name") == "role_0")["value"]["choices"] = [
        "antagonist/corrupt official"
    ]

    rebuilt, _, _ = from_annotation(task, result, taxonomy)

    assert '<Choice value="antagonist/corrupt official"' in interface(taxonomy)
    assert rebuilt.faults == []
    assert rebuilt.record == ferry
    assert leaves_of(task, result) == {"role: Harbour council": "antagonist/corrupt official"}
    assert from_annotation(task, result, Taxonomy())[0].faults


def test_stances_and_roles_are_those_of_the_label_file_with_their_definitions(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    own = {"id": "antagonist.miser", "parent": "antagonist", "kind": "role", "definition": "Keeps what others need."}
    path.write_text(json.dumps([own]), encoding="utf-8")
    plain, finer = Taxonomy(), Taxonomy.load(path)

    assert (plain.stance, plain.role) == (get_args(StanceLabel), get_args(NarrativeRole))
    assert {"antagonist/miser", "unfavourable/cruel"} <= {*finer.role, *finer.stance}
    assert 'hint="Keeps what others need."' in interface(finer)
    assert "A reader would think neither better nor worse" in interface(plain)


@pytest.mark.parametrize("text", ["[mood]\nx = []", '[role]\nhero = ["a"]', "role ="])
def test_a_taxonomy_refines_only_what_there_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.toml"
    path.write_text(text)

    with pytest.raises(ConfigurationError):
        Taxonomy.load(path)
