"""Interviews in turns: who is speaking in a paragraph that opens with *A:*, or that follows one."""

from __future__ import annotations

from attribution.speakers.discourse import Discourse
from attribution.speakers.referents import Referent

_ANSWER, _QUESTION = "A", "Q"


def answering(discourse: Discourse, at: int) -> Referent | None:
    """The one who is interviewed, if token ``at`` stands in an answer; ``None`` anywhere else."""
    turns = _turns(discourse)
    if sum(label == _ANSWER for label in turns.values()) < 2:
        return None
    paragraph = discourse.layout.paragraph[at]
    before = [number for number in turns if number <= paragraph]
    return _interviewed(discourse, min(turns)) if before and turns[max(before)] == _ANSWER else None


def is_label(discourse: Discourse, at: int) -> bool:
    """Whether a token is the *Q* or *A* that opens a turn."""
    layout = discourse.layout
    return layout.words[at] in {_ANSWER, _QUESTION} and _turns(discourse).get(layout.paragraph[at]) == layout.words[at]


def _turns(discourse: Discourse) -> dict[int, str]:
    """For each paragraph that opens a turn its label."""
    layout = discourse.layout
    found: dict[int, str] = {}
    for at, word in enumerate(layout.words[:-1]):
        opens = at == 0 or layout.paragraph[at - 1] != layout.paragraph[at]
        if not opens or word[0] not in {_ANSWER, _QUESTION}:
            continue
        labelled = len(word) == 1 and layout.words[at + 1] in {":", "."}
        glued = word[0] == _QUESTION and word[1:2].isupper()
        if labelled or glued:
            found[layout.paragraph[at]] = word[0]
    return found


def _interviewed(discourse: Discourse, first: int) -> Referent | None:
    """The person named most before the first turn, else in the whole article."""
    layout = discourse.layout
    people = [item for item in discourse.referents if item.kind == "person" and item.name]

    def named(item: Referent) -> tuple[int, int]:
        early = sum(layout.paragraph[place[0]] < first for place in item.places)
        return early, len(item.places)

    return max(people, key=named, default=None)
