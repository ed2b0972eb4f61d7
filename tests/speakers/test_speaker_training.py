"""From gold articles to a trained speaker part, and the importers of what it learns from. Everything is invented."""

import hashlib
import json

import numpy as np
import pytest

from attribution.errors import FormatError, TrainingError
from attribution.quotations.encoding import Encoded
from attribution.schema import AnnotatedArticle, Article, Attribution, Speaker
from attribution.speakers import SpeakerResolver
from attribution.training import speaker_kinds
from attribution.training.corpora import gap, gum, polnear_speakers
from attribution.training.speaker_choices import choices
from attribution.training.speakers import train


def gold(number):
    text = f"Maria Lund met Jonas Berg at mill {number}. “It will close,” Berg said. He added that it was old. She said nothing to the editor."
    article = Article(id=f"g{number}", text=text)

    def span(piece):
        return article.span(text.index(piece), text.index(piece) + len(piece))

    def said(name, content, source, speaker):
        return Attribution(id=name, kind="indirect", content=[span(content)], source=[span(source)], speaker=speaker)

    return AnnotatedArticle(
        article=article,
        attributions=[said("a1", "It will close", "Berg said"[:4], "s1"), said("a2", "that it was old", "He", "s1"), said("a3", "nothing", "She", "s2")],
        speakers=[Speaker(id="s1", name="Jonas Berg", kind="person", mentions=[span("Jonas Berg")]), Speaker(id="s2", name="Maria Lund", kind="person")],
    )  # fmt: skip


def test_examples_hold_the_right_candidate():
    found = choices([gold(1)]).speakers
    assert [item.sort for item in found] == [0, 0]
    assert all(len(item.right) == 1 for item in found)
    assert found[0].right != found[1].right


def test_a_trained_part_loads_and_resolves(tmp_path):
    articles = [gold(number) for number in range(6)]
    config = train(articles, tmp_path, genders={"zyx": "f"}, epochs=10)
    assert config["folds"]["wrong"] <= 0.03
    resolver = SpeakerResolver.load(tmp_path)
    assert resolver.genders == {"zyx": "f"}
    assert resolver.threshold == config["threshold"]
    item = gold(9)
    attributions, speakers = resolver.resolve(item.article, item.attributions)
    assert [speaker.name for speaker in speakers] == ["Jonas Berg", "Maria Lund"]
    assert [one.speaker for one in attributions] == ["s1", "s1", "s2"]


def test_too_few_articles_are_refused(tmp_path):
    with pytest.raises(TrainingError, match="too few"):
        train([gold(1)], tmp_path)


def test_kinds_are_learnt_from_states():
    document = gum.Document("d", "In Zyx they met Zyx Works.", [(3, 6, "place"), (16, 25, "organization")])
    encoded = Encoded(document.text, np.array([[3, 6], [16, 25]]), np.array([[1, 0], [0, 1]], np.float32))
    learnt = speaker_kinds.from_gum(document, encoded)
    assert learnt.kinds.tolist() == [2, 1]
    tagger = speaker_kinds.train_kinds([learnt] * 20, epochs=200)
    assert speaker_kinds.accuracy(tagger, [learnt]) == 1.0


GUM = """# newdoc id = GUM_news_harbour
# newpar
1	Ann	Ann	PROPN	NNP	_	3	nsubj	_	Entity=(1-person-new-cf1-2-sgl
2	Lee	Lee	PROPN	NNP	_	1	flat	_	Entity=1)
3	runs	run	VERB	VBZ	_	0	root	_	_
4	Tarn	Tarn	PROPN	NNP	_	5	compound	_	Entity=(2-organization-new-cf2-2-sgl(3-place-new-cf3-1-sgl)
5	Works	work	PROPN	NNPS	_	3	obj	_	Entity=2)|SpaceAfter=No
6	.	.	PUNCT	.	_	3	punct	_	_

# newpar
1	It	it	PRON	PRP	_	2	nsubj	_	Entity=(2-organization-giv-cf1-1-coref)
2	pays	pay	VERB	VBZ	_	0	root	_	SpaceAfter=No
"""


def test_gum(tmp_path):
    (tmp_path / "GUM_news_harbour.conllu").write_text(GUM, encoding="utf-8")
    (tmp_path / "GUM_fiction_sea.conllu").write_text(GUM, encoding="utf-8")
    [document] = gum.read(tmp_path)
    assert document.text == "Ann Lee runs Tarn Works. \n\nIt pays"
    assert [(document.text[start:end], kind) for start, end, kind in document.entities] == [
        ("Ann Lee", "person"),
        ("Tarn", "place"),
        ("Tarn Works", "organization"),
    ]
    with pytest.raises(FormatError, match=r"no \.conllu"):
        list(gum.read(tmp_path / "none"))


def test_gap(tmp_path):
    heading = "ID\tText\tPronoun\tPronoun-offset\tA\tA-offset\tA-coref\tB\tB-offset\tB-coref\tURL\n"
    rows = [
        "1\tx\tshe\t1\tZyx Lee\t0\tTRUE\tBo Ray\t4\tFALSE\tu\n",
        "2\tx\tHer\t1\tZyx Orr\t0\tTRUE\tBo Ray\t4\tFALSE\tu\n",
        "3\tx\the\t1\tQuin Orr\t0\tTRUE\tBo\t4\tTRUE\tu\n",
    ]
    path = tmp_path / "gap-development.tsv"
    path.write_text(heading + "".join(rows), encoding="utf-8")
    assert gap.given_names(path) == {"zyx": "f"}
    assert gap.given_names(path, least=1) == {"zyx": "f", "quin": "m"}
    path.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(FormatError, match="no file of GAP"):
        gap.given_names(path)


@pytest.fixture
def corpus(tmp_path):
    split = tmp_path / "data" / "train"
    for folder in ("text", "attributions"):
        (split / folder).mkdir(parents=True)
    text = "Mayor Orr said no.\n"
    (split / "text" / "gazette_2031-01-02_a-day.txt").write_text(text, encoding="utf-8")
    lines = [
        "T1\tSource 0 9\tMayor Orr",
        "T2\tCue 10 14\tsaid",
        "T3\tContent 15 17\tno",
        "T4\tAttribution 10 14\tsaid",
        "E7\tAttribution:T4 Content:T3 Cue:T2 Source:T1",
    ]
    (split / "attributions" / "gazette_2031-01-02_a-day_a1b2.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    label = {
        "article": "gazette_2031-01-02_a-day", "annotator": "A", "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "speakers": [{"id": "s1", "kind": "person", "name": [6, 9], "roles": [{"span": [0, 5], "former": False}], "affiliations": []}],
        "attributions": [{"id": "E7", "source": [[0, 9]], "speaker": "s1", "other_speakers": [], "type": "name"}],
    }  # fmt: skip
    return tmp_path, text, label


def written(folder, label):
    path = folder / "labels.jsonl"
    path.write_text(json.dumps(label) + "\n", encoding="utf-8")
    return path


def test_labels_join_the_corpus(corpus):
    folder, _, label = corpus
    [item] = polnear_speakers.read(written(folder, label), folder)
    [attribution] = item.attributions
    speaker = item.speaker_of(attribution)
    assert (speaker.name, speaker.role.text, attribution.content[0].text) == ("Orr", "Mayor", "no")


def test_labels_of_another_text_or_article_are_refused(corpus):
    folder, _, label = corpus
    with pytest.raises(FormatError, match="not the one that was labelled"):
        list(polnear_speakers.read(written(folder, label | {"text_sha256": "0"}), folder))
    with pytest.raises(FormatError, match="is not in"):
        list(polnear_speakers.read(written(folder, label | {"article": "gone"}), folder))
