"""What an article calls the organisations it names: "the delivery company Baedalon", "Baedalon, a delivery company"."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.discourse import Discourse

_ENDS = frozenset(", . ; : — – ( ) that which who said says and in of for".split())


def add_nouns(discourse: Discourse) -> None:
    """Adds to every organisation the nouns that stand before its name or in apposition to it."""
    layout, scene = discourse.layout, discourse.scene
    for name in {id(name): name for name in scene.by_token.values()}.values():
        referent = discourse.of_name(name)
        if referent.kind != "organization":
            continue
        before = layout.lower[name.first - 1] if name.first else ""
        if before in lexicon.ORGANIZATIONS and layout.words[name.first - 1][0].islower():
            referent.nouns.add(before)
        apposed = _apposed(discourse, name.last)
        if apposed:
            referent.nouns.add(apposed)


def _apposed(discourse: Discourse, at: int) -> str:
    """The head of ", a private company …", "is the largest union …" after a name; empty when there is none."""
    lower, total = discourse.layout.lower, len(discourse.layout)
    if at + 2 >= total or lower[at] not in {",", "is", "was", "—", "–", "("}:
        return ""
    if lower[at + 1] not in {"a", "an", "the", "one"}:
        return ""
    end = next((token for token in range(at + 2, min(at + 9, total)) if lower[token] in _ENDS), at + 2)
    head = lower[end - 1]
    return head if head in lexicon.ORGANIZATIONS else ""
