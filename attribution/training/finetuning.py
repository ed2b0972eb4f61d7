"""Goes on training a quotation model with lessons. All it needs stands in one folder, so it can run in a process, or
in several of its own: ``torchrun --nproc-per-node 2 -m attribution.training.finetuning FOLDER``.

::

    FOLDER/lessons.jsonl      a lesson a line
    FOLDER/training.json      the settings of the training
    FOLDER/start              one line: the folder of the model to go on from
    FOLDER/model/             what comes out, with the checkpoints while it runs
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from attribution.quotations.storage import load_model
from attribution.schema import AnnotatedArticle, Attribution
from attribution.training.corrections import Lesson, struck_of
from attribution.training.quotations import QuotationSettings, train

LESSONS, SETTINGS, START, MODEL = "lessons.jsonl", "training.json", "start", "model"


def prepare(folder: Path, lessons: Iterable[Lesson], settings: QuotationSettings, start: Path) -> None:
    """Writes a folder that :func:`finetune` can work in."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{_to_json(item)}\n" for item in lessons)
    (folder / LESSONS).write_text(lines, encoding="utf-8")
    (folder / SETTINGS).write_text(json.dumps(_plain(settings), indent=1), encoding="utf-8")
    (folder / START).write_text(f"{start}\n", encoding="utf-8")


def finetune(folder: Path, cache: Path | None = None) -> Path:
    """Trains, going on from the last whole checkpoint if there is one; returns the folder of the model."""
    start = Path((folder / START).read_text(encoding="utf-8").strip())
    settings = QuotationSettings(**json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
    lessons = [_from_json(line) for line in (folder / LESSONS).read_text(encoding="utf-8").splitlines()]
    train(
        [item.article for item in lessons],
        replace(settings, encoder=str(start)),
        folder / MODEL,
        model=load_model(start)[0].train(),
        weights=[item.weight for item in lessons],
        resume=True,
        struck=struck_of(lessons),
        cache=cache,
    )
    return folder / MODEL


def _plain(settings: QuotationSettings) -> dict[str, object]:
    return {name: value for name, value in vars(settings).items() if name != "encoder"}


def _to_json(lesson: Lesson) -> str:
    plain = {
        "article": lesson.article.model_dump(mode="json", by_alias=True),
        "complete": lesson.complete,
        "struck": [item.model_dump(mode="json") for item in lesson.struck],
        "weight": lesson.weight,
    }
    return json.dumps(plain)


def _from_json(line: str) -> Lesson:
    plain = json.loads(line)
    return Lesson(
        AnnotatedArticle.model_validate(plain["article"]),
        plain["complete"],
        tuple(Attribution.model_validate(item) for item in plain["struck"]),
        plain["weight"],
    )


def main(arguments: Sequence[str]) -> None:
    """Trains in the folder that is named first; the second, if given, keeps encoded articles."""
    finetune(Path(arguments[0]), Path(arguments[1]) if len(arguments) > 1 else None)


if __name__ == "__main__":
    main(sys.argv[1:])
