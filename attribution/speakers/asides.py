"""Descriptions in passing: *the Florida senator*, *the Republican nominee*, said of somebody named elsewhere.

News repeats a name by describing its bearer and so tells affiliations that stand nowhere else. Each such description is
given to the person it fits, by the ranker, and only when that is quite sure.
"""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.candidates import Anchor, fits, same_noun
from attribution.speakers.descriptions import read_description
from attribution.speakers.discourse import Discourse, rank

_OFFICES = frozenset(
    "nominee candidate front-runner frontrunner senator governor mayor congressman congresswoman lawmaker president "
    "minister premier chancellor secretary ambassador "
    "chairman chairwoman leader spokesman spokeswoman spokesperson director executive professor economist analyst "
    "coach striker goalkeeper captain commander general "
    "commissioner prosecutor lawyer attorney editor founder contender challenger hopeful billionaire businessman "
    "strategist pollster representative".split()
)
_SURE = 0.55
_MOST = 12


def add_asides(discourse: Discourse) -> None:
    """Adds what passing descriptions say to the facts of the people they fit."""
    layout = discourse.layout
    done = 0
    for at, word in enumerate(layout.lower):
        if word not in _OFFICES or layout.quoted[at] or done >= _MOST or not _ends_phrase(discourse, at):
            continue
        start = _start(discourse, at)
        facts = read_description(discourse.scene, start, at + 1, at) if start >= 0 else []
        if not facts or not facts[0].affiliations:
            continue
        done += 1
        words = frozenset(layout.lower[start : at + 1]) - lexicon.FUNCTIONS
        anchor = Anchor(start, word, False, True, False, words)
        candidates = [
            one for one in discourse.referents if one.entity is not None and one.kind == "person" and fits(anchor, one)
        ]
        best, chance, _ = rank(discourse, anchor, candidates)
        alike = [one for one in candidates if any(same_noun(fact.head) == same_noun(word) for fact in one.facts)]
        if best is None or (chance < _SURE and alike != [best]):
            continue
        for fact in facts:
            fact.reason, fact.strength = "described so elsewhere", 0.6
        best.facts = [*best.facts, *facts]


def _ends_phrase(discourse: Discourse, at: int) -> bool:
    """Whether a description ends here without naming anybody."""
    layout = discourse.layout
    after = discourse.scene.by_token.get(at + 1)
    if after is not None and after.title <= at + 1:
        return False
    if at + 2 < len(layout) and layout.words[at + 1] == ",":
        named = discourse.scene.by_token.get(at + 2)
        return named is None or discourse.scene.owner[id(named)].kind != "person"
    return at + 1 >= len(layout) or layout.lower[at + 1] not in lexicon.ROLES


def _start(discourse: Discourse, at: int) -> int:
    """The "the" that opens the description; -1 when it opens otherwise or stands in apposition to a name."""
    layout = discourse.layout
    start = at - 1
    while start >= 0 and at - start < 7 and layout.lower[start] != "the":
        if not layout.words[start][0].isalnum() or layout.sentence[start] != layout.sentence[at]:
            return -1
        start -= 1
    if start < 0 or at - start >= 7 or layout.lower[start] != "the":
        return -1
    before = (
        discourse.scene.by_token.get(start - 2) if start > 1 and layout.words[start - 1] in {",", "—", "–"} else None
    )
    apposed = before is not None and discourse.scene.owner[id(before)].kind == "person"
    return -1 if apposed else start
