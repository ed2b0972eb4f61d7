"""How outlets differ over a batch."""

import csv
import json

import pytest

from attribution.cli import main
from attribution.errors import InputError
from attribution.report.comparison import canonical, compare
from attribution.report.grouping import SIMILARITY, strata
from attribution.report.writing import write
from attribution.schema import Affiliation, AnnotatedArticle, Article, Attribution, Naming, Span, Speaker, Stance

TEXT = "The militants left. “No,” said Lunt."


def article(number, outlet, score, *, name="Kesh Front", noun="militants", affiliation="Harbour Board", event="e"):
    text = TEXT.replace("militants", noun)
    mention = Span.of(text, 4, 4 + len(noun))
    start = text.index("“No,”")
    label = "neutral" if abs(score) < 0.2 else "unfavourable" if score < 0 else "favourable"
    return AnnotatedArticle(
        article=Article(id=f"x{number}", text=text, outlet=outlet, meta={"event": event}),
        attributions=[Attribution(id="a1", kind="direct", content=[Span.of(text, start, start + 5)], speaker="s1")],
        speakers=[Speaker(id="s1", name="Lunt", kind="person", affiliation=Affiliation(name=affiliation))],
        stances=[
            Stance(target=name, mentions=[mention], voice="outlet", label=label, score=score),
            Stance(target=name, mentions=[mention], voice="quoted", speaker="s1", label="favourable", score=1.0),
            Stance(target="Nobody", voice="outlet", label="neutral", abstained=True),
        ],
        namings=[Naming(target=name, text=noun, voice="outlet", spans=[mention])],
    )


@pytest.fixture
def batch():
    harsh = [
        article(n, "Harsh Post", -0.9 + n / 100, noun="terrorists", affiliation="Army", event=str(n)) for n in range(6)
    ]
    mild = [article(n + 6, "Mild Post", 0.0 + n / 100, noun="fighters", event=str(n)) for n in range(6)]
    return harsh + mild


def test_stances_are_those_of_the_outlets_own_voice_and_not_abstained(batch):
    found = compare(batch, draws=300)
    assert {row.target for row in found.stances} == {"Kesh Front"}
    harsh, mild = sorted(found.stances, key=lambda row: row.outlet)
    assert (harsh.outlet, harsh.articles, harsh.labels["unfavourable"]) == ("Harsh Post", 6, 6)
    assert harsh.score == pytest.approx(-0.875)
    assert harsh.low <= harsh.score <= harsh.high
    assert mild.labels["neutral"] == 6
    assert max(harsh.p, mild.p, found.p) < 0.05
    assert found.outlets == {"Harsh Post": 6, "Mild Post": 6}


def test_sources_and_names_are_compared_too(batch):
    found = compare(batch, draws=300)
    shares = {(row.affiliation, row.outlet): (row.attributions, row.share) for row in found.sources}
    assert shares["Army", "Harsh Post"] == (6, 1.0)
    assert shares["Army", "Mild Post"] == (0, 0.0)
    counts = {row.text: row.counts for row in found.namings}
    assert counts["terrorists"] == {"Harsh Post": 6, "Mild Post": 0}
    assert all(row.p < 0.05 for row in found.namings)


def test_an_affiliation_is_the_organisation_itself_when_it_speaks():
    one, other = article(1, "A", 0.0), article(2, "B", 0.0)
    speaker = Speaker(id="s1", name="Vessel Museum", kind="organization")
    found = compare([item.model_copy(update={"speakers": [speaker]}) for item in (one, other)], draws=20)
    assert {row.affiliation for row in found.sources} == {"Vessel Museum"}


def test_one_outlet_alone_cannot_be_compared():
    with pytest.raises(InputError, match="same outlet"):
        compare([article(1, "A", 0.0), article(2, "A", 0.5)])
    with pytest.raises(InputError):
        compare([])


def test_only_the_targets_asked_for(batch):
    other = [
        item.model_copy(update={"stances": [item.stances[0].model_copy(update={"target": "Ada Lunt"})]})
        for item in batch
    ]
    found = compare(batch + other, targets=["Lunt"], draws=20)
    assert {row.target for row in found.stances} == {"Ada Lunt"}


def test_names_of_one_actor_are_joined_but_an_ambiguous_surname_stays():
    assert canonical(["Lunt", "Ada Lunt"]) == {"Lunt": "Ada Lunt", "Ada Lunt": "Ada Lunt"}
    assert canonical(["Lunt", "Ada Lunt", "Bo Lunt"])["Lunt"] == "Lunt"


def test_articles_are_grouped_by_key_or_by_their_rarer_words():
    storm = "The storm Ilda tore roofs off in Vessel harbour and sank nine herring boats."
    vote = "Councillors in Marren voted to shut the swimming baths after a stormy debate."
    texts = [storm, vote, storm.replace("tore", "ripped"), vote.replace("shut", "close")]
    articles = [Article(id=str(n), text=text, meta={"event": "b" if n else "a"}) for n, text in enumerate(texts)]
    assert strata(articles, None) == [0, 0, 0, 0]
    assert strata(articles, "event") == [0, 1, 1, 1]
    assert strata(articles, SIMILARITY) == [0, 1, 0, 1]


def test_tables_are_written_and_can_be_read_back(batch, tmp_path):
    found = compare(batch, group_by="event", draws=50)
    paths = write(found, tmp_path / "out")
    assert sorted(path.name for path in paths) == [
        "comparison.json",
        "comparison.md",
        "namings.csv",
        "sources.csv",
        "stances.csv",
    ]
    whole = json.loads((tmp_path / "out/comparison.json").read_text(encoding="utf-8"))
    assert whole["events"] == 6
    with (tmp_path / "out/stances.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["outlet"] for row in rows} == {"Harsh Post", "Mild Post"}
    assert "within their event" in (tmp_path / "out/comparison.md").read_text(encoding="utf-8")


def test_the_command_prints_the_comparison_and_writes_it(batch, tmp_path, capsys):
    source = tmp_path / "annotated.jsonl"
    source.write_text("".join(item.to_json() + "\n" for item in batch), encoding="utf-8")
    assert main(["compare", str(source), "--draws", "50", "-o", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert "12 articles of 2 outlets" in shown.out
    assert "Kesh Front\tHarsh Post\t6" in shown.out
    assert "comparison.md" in shown.err
    assert main(["compare", str(source), "--draws", "50", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outlets"] == {"Harsh Post": 6, "Mild Post": 6}
    assert main(["compare", str(tmp_path / "nothing.jsonl")]) != 0
