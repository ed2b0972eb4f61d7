"""An invented corpus of articles so regular that a tiny model learns it."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from attribution.schema import AnnotatedArticle, Article, Attribution, Span, Speaker, Stance, StanceEvidence

if TYPE_CHECKING:
    from attribution.training.planning import JobSettings

_NAMES = [
    f"{first} {last}" for first in ("Ada", "Tomas", "Mira", "Ilk", "Senna", "Orla") for last in ("Renn", "Vond", "Tarr")
]
_THINGS = "mill river bridge ferry market school harbour orchard tower quarry library station".split()
_DOINGS = "shut open late full dry cold for sale in ruins behind plan under water".split()
_FILLER = "Rain fell on the square . The boats stayed in . Nobody came to the door . Prices rose a little .".split(
    " . "
)


def invented(seed: int, cue: str = "said", quotations: int = 3) -> AnnotatedArticle:
    """An article of a few paragraphs, each with one quotation."""
    draw = random.Random(seed)
    text, items = "", []
    for number in range(quotations):
        text += f"{draw.choice(_FILLER).strip('. ')}. ".replace("..", ".")
        words = f"“The {draw.choice(_THINGS)} is {draw.choice(_DOINGS)} and the {draw.choice(_THINGS)} too,”"
        name = draw.choice(_NAMES)
        places = []
        for part, gap in ((words, " "), (cue, " "), (name, "")):
            places.append((len(text), len(text) + len(part)))
            text += part + gap
        text += f". {draw.choice(_FILLER).strip('. ')} {seed}{number}.\n"
        content, cues, source = ([Span.of(text, *place)] for place in places)
        fields = {"content": content, "cue": cues, "source": source, "speaker": f"s{number}"}
        items.append(Attribution.model_validate({"id": f"a{number}", "kind": "direct"} | fields))
    speakers = [Speaker(id=str(item.speaker), name=item.source[0].text, kind="person") for item in items]
    return AnnotatedArticle(article=Article(id=f"{cue}-{seed}", text=text), attributions=items, speakers=speakers)


_WORDS = {"unfavourable": ("vile", "lying"), "favourable": ("kind", "brave")}


def framed(seed: int, number: int = 4) -> AnnotatedArticle:
    """An article that frames its actors by one word each, and quotes one of them by a pronoun.

    The word is one of two for each label, so that what is finer than the label can be learnt as well.
    """
    draw = random.Random(seed)
    text, stances = "", []
    names = draw.sample(_NAMES, number)
    for name in names:
        label = draw.choice(sorted(_WORDS))
        word = draw.choice(_WORDS[label])
        start = len(text)
        text += f"{name} was {word} at the {draw.choice(_THINGS)} on day {seed}. "
        mention = Span.of(text, start, start + len(name))
        at = text.index(word, start)
        shown = StanceEvidence(start=at, end=at + len(word), text=word, label=label)
        score = 1.0 if label == "favourable" else -1.0
        found = {"target": name, "mentions": [mention], "voice": "outlet", "label": label, "score": score}
        stances.append(Stance.model_validate(found | {"evidence": [shown]}))
    words = f"“The {draw.choice(_THINGS)} is {draw.choice(_DOINGS)},”"
    start = len(text)
    text += f"{words} said he.\n"
    said = {
        "content": [Span.of(text, start, start + len(words))],
        "source": [Span.of(text, len(text) - 4, len(text) - 2)],
        "cue": [Span.of(text, len(text) - 9, len(text) - 5)],
    }
    speaker = Speaker(id="s1", name=names[-1], kind="person", mentions=stances[-1].mentions)
    item = Attribution.model_validate({"id": "a1", "kind": "direct", "speaker": "s1"} | said)
    article = Article(id=f"framed-{seed}", text=text)
    return AnnotatedArticle(article=article, attributions=[item], speakers=[speaker], stances=stances)


def with_leaves(record: AnnotatedArticle) -> AnnotatedArticle:
    """A review of such an article by somebody who tells "lying" from everything else that is unfavourable."""
    chosen = {
        f"stance: {item.target}": "unfavourable/dishonest"
        for item in record.stances
        if item.evidence[0].text == "lying"
    }
    assert record.provenance.review
    review = record.provenance.review.model_copy(update={"leaves": chosen})
    return record.model_copy(update={"provenance": record.provenance.model_copy(update={"review": review})})


def work(job: JobSettings, records: list[AnnotatedArticle]) -> None:
    """Runs a job in a process of its own; its exit code is that of the process."""
    import torch

    from attribution.training.retraining import retrain

    torch.set_num_threads(1)
    sys.exit(int(retrain(job, lambda: records).outcome))
