"""From corpora and annotated articles to a directory that can judge."""

import json

import pytest
import torch

from attribution.errors import ConfigurationError, FormatError, InputError, TrainingError
from attribution.schema import Speaker, Stance, StanceEvidence
from attribution.stance.classifier import Query, StanceClassifier
from attribution.training.corpora import basil, narrative_roles, newsmtsc, newssd
from attribution.training.stance import average, save, train
from attribution.training.stance_calibration import fit_aggregation, fit_temperature, observations
from attribution.training.stance_examples import UNKNOWN, Example, Labelled, held_out, of_article, one_hot, read_lines
from attribution.training.stance_settings import StanceSettings


def lines(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_lines_of_one_text_become_one_example(tmp_path):
    text = "Ada Lunt praised Bo Falk."
    path = lines(
        tmp_path / "a.jsonl",
        {"document": "d", "text": text, "target": {"span": [0, 8]}, "label": 0, "role": "none"},
        {"document": "d", "text": text, "target": {"span": [17, 24]}, "label": 1},
        {"document": "e", "text": "Rain fell.", "subjective": False},
    )
    first, second = read_lines(path)
    assert first == Example(text, (Labelled(((0, 8),), one_hot(0), 3), Labelled(((17, 24),), one_hot(1), UNKNOWN)), "d")
    assert (second.targets, second.subjective) == ((), 0)


def test_reported_items_are_cut_to_their_voice_and_denials_read_as_they_stand(tmp_path):
    item = {"id": "r", "label": 1, "voice": "reported", "holder": None, "split": "train"}
    path = lines(
        tmp_path / "r.jsonl",
        item | {"text": "Lunt said Falk won.", "target": {"span": [10, 14]}, "content": [[10, 18]]},
        item | {"text": "Lunt denied Falk lied.", "target": {"span": [12, 16]}, "content": [[12, 21]], "id": "s"},
        item
        | {
            "text": "Brave Lunt said Falk won.",
            "target": {"span": [6, 10]},
            "content": [[16, 24]],
            "voice": "outlet",
            "id": "t",
        },
    )
    found = [(example.text, example.targets[0].mentions[0], example.targets[0].label) for example in read_lines(path)]
    assert found == [
        ("Falk won", (0, 4), one_hot(1)),
        ("Falk lied", (0, 4), one_hot(-1)),
        ("Brave Lunt said [...].", (6, 10), one_hot(1)),
    ]


def test_a_broken_line_is_named(tmp_path):
    path = lines(tmp_path / "a.jsonl", {"text": "x"}, {"target": {}})
    with pytest.raises(FormatError, match="line 2"):
        list(read_lines(path))


def test_newsmtsc(tmp_path):
    record = {
        "primary_gid": "wire_12_3_4_Lunt_0_4",
        "sentence_normalized": "Lunt lied and she knew.",
        "targets": [
            {
                "Input.gid": "a",
                "from": 0,
                "to": 4,
                "mention": "Lunt",
                "polarity": 2.0,
                "further_mentions": [{"from": 14, "to": 17, "mention": "she"}],
            }
        ],
    }
    (found,) = newsmtsc.read(lines(tmp_path / "train.jsonl", record))
    assert found == Example(record["sentence_normalized"], (Labelled(((0, 4), (14, 17)), one_hot(-1)),), "wire_12")
    wrong = record | {"targets": [record["targets"][0] | {"mention": "Falk"}]}
    with pytest.raises(FormatError, match="line 1"):
        list(newsmtsc.read(lines(tmp_path / "wrong.jsonl", wrong)))
    assert newsmtsc.document_of("polusa_v1_99_-1_2_x") == "polusa_v1_99"


def test_newssd(tmp_path):
    path = tmp_path / "train.csv"
    path.write_text(
        'Sentence,Label,Solved conflict\n"A vile, ""bad"" plan.\n",SUBJ,False\nIt rained.,OBJ,True\n', encoding="utf-8"
    )
    assert [(item.text, item.subjective) for item in newssd.read(path)] == [
        ('A vile, "bad" plan.', 1),
        ("It rained.", 0),
    ]
    path.write_text("Text,Label\nx,SUBJ\n", encoding="utf-8")
    with pytest.raises(FormatError, match="row 2"):
        list(newssd.read(path))


def test_narrative_roles(tmp_path):
    (tmp_path / "articles_metadata.tsv").write_text(
        "id\toutlet\tdate\tbias\ttext\n7\tpost\t2020\tleft\tThe oil lobby lied. They left. Farmers lost all.\n",
        encoding="utf-8",
    )
    (tmp_path / "role_and_frame_annoations.tsv").write_text(
        "id\tentity\tgroup\trole\n7\toil lobby\tINDUSTRY\tvillain\n"
        "7\tthey\tINDUSTRY\tvillain\n7\tfarmers\tPUBLIC\tvictim\n",
        encoding="utf-8",
    )
    found = list(narrative_roles.read(tmp_path))
    assert [(item.text, item.targets[0].role, item.targets[0].label) for item in found] == [
        ("The oil lobby lied.", 1, None),
        ("Farmers lost all.", 2, None),
    ]
    with pytest.raises(InputError, match="is not there"):
        list(narrative_roles.read(tmp_path / "none"))


def test_basil(tmp_path):
    for folder in ("articles/2031", "annotations/2031"):
        (tmp_path / folder).mkdir(parents=True)
    body = {
        "triplet-uuid": "e1",
        "title": "T",
        "source": "post",
        "body-paragraphs": [["Lunt met Falk.", "Vile Lunt left."], ["End."]],
    }
    notes = {
        "article-level-annotations": {"author_feeling_Ada_Lunt": "str-neg", "author_feeling_Falk": "", "notes": "x"},
        "phrase-level-annotations": [
            {"id": "p1", "start": 0, "end": 4, "target": "Ada_Lunt", "polarity": "neg", "quote": "no"}
        ],
    }
    (tmp_path / "articles/2031/e1_1.json").write_text(json.dumps(body), encoding="utf-8")
    (tmp_path / "annotations/2031/e1_1_ann.json").write_text(json.dumps(notes), encoding="utf-8")
    (found,) = basil.read(tmp_path)
    assert found.article.text == "Lunt met Falk. Vile Lunt left.\n\nEnd."
    assert [found.article.text[span.start : span.end] for span in found.spans] == ["Vile"]
    assert found.feelings == {"Ada Lunt": -1}
    with pytest.raises(InputError, match="holds no articles"):
        list(basil.read(tmp_path / "none"))


@pytest.fixture
def framed(annotated, quote):
    text = "Brave Ada Lunt opened the bridge. Ada Lunt met the board. Falk said that Ada Lunt lied."
    said = quote(text, "that Ada Lunt lied", "said", "Falk", kind="indirect", speaker="s1")
    item = annotated(text, said, id="a", speakers=[Speaker(id="s1", name="Falk", kind="person")])
    mention = item.article.span(6, 14)
    brave = StanceEvidence(start=0, end=5, text="Brave", label="favourable")
    lied = text.index("lied")
    proof = StanceEvidence(start=lied, end=lied + 4, text="lied", label="unfavourable")
    stances = [
        Stance(target="Ada Lunt", mentions=[mention], voice="outlet", label="favourable", score=0.5, evidence=[brave]),
        Stance(
            target="Ada Lunt",
            mentions=[mention],
            voice="reported",
            speaker="s1",
            label="unfavourable",
            score=-0.5,
            evidence=[proof],
        ),
    ]
    return item.model_copy(update={"stances": stances})


def test_sentences_with_evidence_have_its_label_and_others_are_mostly_neutral(framed):
    found = [(example.text, example.targets[0].label) for example in of_article(framed)]
    assert found == [
        ("Brave Ada Lunt opened the bridge.", one_hot(1)),
        ("Ada Lunt met the board.", (0.0, 0.8, 0.2)),
        ("that Ada Lunt lied", one_hot(-1)),
    ]


def test_the_held_out_tenth_is_a_tenth_and_always_the_same():
    kept = [number for number in range(2000) if held_out(f"document {number}")]
    assert 150 < len(kept) < 250
    assert kept == [number for number in range(2000) if held_out(f"document {number}")]


def test_a_run_learns_a_word_and_the_result_can_be_loaded_and_calibrated(tiny_encoder, tmp_path, framed):
    examples = [
        Example(
            f"{word} minister said the {noun}",
            (Labelled(((len(word) + 1, len(word) + 9),), one_hot(label), 3),),
            "d",
            int(label > 0),
        )
        for word, label in (("told", 1), ("not", -1))
        for noun in ("spokesperson", "will", "that", "we") * 6
    ]
    settings = StanceSettings(
        encoder=str(tiny_encoder), epochs=6, batch_size=8, learning_rate=3e-3, head_learning_rate=3e-3, averaging=0.8,
        masked_words=0.0, bf16=False,
    )  # fmt: skip
    network = train(examples, settings, tmp_path / "work")
    save(network, settings, tmp_path / "stance")
    classifier = StanceClassifier.load(tmp_path / "stance")
    found = list(classifier.judge(Query(item.text, (item.targets[0].mentions,)) for item in examples))
    right = [int(item.labels[0].argmax()) - 1 for item in found]
    assert right == [int(item.targets[0].label.index(1.0)) - 1 for item in examples]
    assert 0.5 <= fit_temperature(classifier, examples) <= 3.0
    seen = observations(classifier, [framed])
    assert [(item.voice, item.label) for item in seen] == [("outlet", 2), ("reported", 0)]
    fitted = fit_aggregation(seen * 3)
    assert set(fitted["thresholds"]) == {"outlet", "reported"}
    assert len(fitted["weights"]["outlet"]) == 4


def test_nothing_to_learn_and_no_encoder_are_errors(tiny_encoder, tmp_path):
    with pytest.raises(TrainingError, match="no stance examples"):
        train([], StanceSettings(encoder=str(tiny_encoder)), tmp_path)
    config = tmp_path / "stance.toml"
    config.write_text("[stance]\nepochs = 2\nrate = 1\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="'rate'"):
        StanceSettings.from_toml(config)


def test_networks_that_started_alike_are_averaged_weight_by_weight(tiny_stance):
    one = StanceClassifier.load(tiny_stance).network.state_dict()
    mean = average([tiny_stance, tiny_stance, tiny_stance]).state_dict()
    assert all(torch.allclose(mean[name], weight) for name, weight in one.items())


def test_training_goes_on_from_a_directory(tiny_stance, tiny_encoder, tmp_path):
    examples = [Example("told minister said", (Labelled(((5, 13),), one_hot(1)),), "d")] * 4
    settings = StanceSettings(
        encoder=str(tiny_encoder),
        start=str(tiny_stance),
        epochs=1,
        learning_rate=0.0,
        head_learning_rate=0.0,
        bf16=False,
    )
    before = StanceClassifier.load(tiny_stance).network.state_dict()
    after = train(examples, settings, tmp_path).state_dict()
    assert all(torch.allclose(after[name], weight, atol=1e-6) for name, weight in before.items())
