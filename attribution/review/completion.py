"""Arrows that need not be drawn: a cue, source, role or affiliation that can only belong to one thing belongs to it.

Drawing an arrow takes a reviewer longer than marking the words. A cue or source without one is tied to the only
quotation of its paragraph that lacks a cue or source; a role or affiliation to the only source of its paragraph. Where
there is a choice nothing is guessed: the region stays as it is and is reported.
"""

from __future__ import annotations

from dataclasses import replace

from attribution.review import layout as lay
from attribution.review.layout import Layout, Region, Relation

_ARROW = {"Cue": lay.CUE, "Source": lay.SOURCE, "Role": lay.ROLE, "Affiliation": lay.AFFILIATION}


def complete(layout: Layout, text: str, shown: str) -> Layout:
    """The layout with every arrow that has only one possible end.

    Predicted roles and affiliations, whose ids begin with ``shown``, are left out: they know their speaker without one.
    """
    relations = set(layout.relations)
    for label in ("Cue", "Source", "Role", "Affiliation"):
        tied = {r.origin for r in relations if r.label == _ARROW[label]}
        for region in layout.regions:
            predicted = label in ("Role", "Affiliation") and region.id.startswith(f"{shown}-")
            if region.label == label and region.id not in tied and not predicted:
                ends = _possible_ends(layout, relations, region, text)
                relations.update(Relation(_ARROW[label], region.id, end) for end in ends if len(ends) == 1)
    return replace(layout, relations=frozenset(relations))


def _possible_ends(layout: Layout, relations: set[Relation], region: Region, text: str) -> list[str]:
    start, end = paragraph(text, region.start)
    near = [other for other in layout.regions if start <= other.start < end]
    parts = {r.origin for r in relations if r.label == lay.CONTINUES}
    heads = [other.id for other in near if other.label == "Content" and other.id not in parts]
    if region.label in ("Cue", "Source"):
        return [one for one in heads if one not in {r.goal for r in relations if r.label == _ARROW[region.label]}]
    sources = [other.id for other in near if other.label == "Source"]
    return sources or [one for one in heads if one not in {r.goal for r in relations if r.label == lay.SOURCE}]


def paragraph(text: str, at: int) -> tuple[int, int]:
    """The line of ``text`` that contains the offset ``at``."""
    starts = [text.rfind(mark, 0, at) + 1 for mark in "\n\r"]
    ends = [found for mark in "\n\r" if (found := text.find(mark, at)) >= 0]
    return max(starts), min(ends, default=len(text))
