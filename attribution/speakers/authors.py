"""Who wrote an article that speaks of itself as *I*: the byline or the signature."""

from __future__ import annotations

from attribution.speakers.discourse import Discourse
from attribution.speakers.names import Name


def find_signature(discourse: Discourse, at: int) -> Name | None:
    """The author's name: a line of its own after the text, a byline, or "X is …" that opens the last paragraph."""
    layout, scene = discourse.layout, discourse.scene
    people = [
        name
        for token, name in scene.by_token.items()
        if name.first == token and scene.owner[id(name)].kind == "person" and len(name.key) > 1
    ]

    def begins(name: Name) -> bool:
        return name.title == 0 or layout.paragraph[name.title - 1] != layout.paragraph[name.first]

    def ends(name: Name) -> bool:
        last = name.last
        while (
            last < len(layout)
            and not layout.words[last][0].isalnum()
            and layout.paragraph[last] == layout.paragraph[name.first]
        ):
            last += 1
        return last >= len(layout) or layout.paragraph[last] != layout.paragraph[name.first]

    signed = [name for name in people if begins(name) and ends(name)]
    after = [name for name in signed if name.first > at]
    by = [
        name
        for name in people
        if name.title and layout.lower[name.title - 1] == "by" and ends(name) and layout.paragraph[name.first] < 6
    ]
    final = [
        name
        for name in people
        if begins(name)
        and layout.paragraph[name.first] >= layout.paragraph[-1] - 1
        and layout.lower[name.last : name.last + 1] in (["is"], ["was"])
    ]
    return (after[:1] or by[:1] or signed[:1] or final[:1] or [None])[0]  # type: ignore[list-item]
