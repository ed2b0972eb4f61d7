"""An invented corpus of articles so regular that a tiny model learns it."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

from attribution.schema import AnnotatedArticle, Article, Attribution, Span

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
        items.append(Attribution(id=f"a{number}", kind="direct", content=content, cue=cues, source=source))
    return AnnotatedArticle(article=Article(id=f"{cue}-{seed}", text=text), attributions=items)


def work(job: JobSettings, records: list[AnnotatedArticle]) -> None:
    """Runs a job in a process of its own; its exit code is that of the process."""
    import torch

    from attribution.training.retraining import retrain

    torch.set_num_threads(1)
    sys.exit(int(retrain(job, lambda: records).outcome))
