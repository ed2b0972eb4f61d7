"""Reading a description: *former Iraqi defense ministry spokesperson*, *professor of law at the University of Iowa*.

A description is a noun phrase whose head says what someone is. Read from its head outwards it gives the role (the head
with its words of rank and kind), the affiliations (names before the head, owners, and what *of*, *for*, *at*, *with*
lead to), and whether the role is past.
"""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.complements import read_complements
from attribution.speakers.layout import Layout
from attribution.speakers.modifiers import add_owner, read_modifiers
from attribution.speakers.names import Name
from attribution.speakers.scene import DETERMINERS, LEADING, STOPS, Fact, Scene, Stretch, is_body, is_role, is_role_head

_HEAD_PLURALS = frozenset({"officials", "members"})


def read_description(scene: Scene, first: int, last: int, head: int = -1) -> list[Fact]:
    """Reads the description that begins at token ``first`` and ends before token ``last`` at the latest.

    Args:
        scene: The article.
        first: Its first token.
        last: The token after the last that may belong to it.
        head: Its head, where that is known already; then the head need not be a known role.

    Returns:
        One fact for each role that is named ("president and chief executive of …" has two); empty if the head of the
        phrase is no role.
    """
    layout = scene.layout
    start, owner, known = first, None, head
    at = head = first
    while (
        at < last
        and (layout.lower[at] not in STOPS or _joins_modifiers(layout, start, at, last))
        and (layout.lower[at] not in LEADING or at == first)
    ):
        name = scene.by_token.get(at)
        if name is not None and is_body(scene, name):
            at = min(name.last, last)
            head = at - 1
            continue
        if layout.lower[at] == "'s" or (layout.words[at] in {"’", "'"} and layout.words[at - 1].endswith("s")):
            owner, start = (start, at), at + 1
        head = at
        at += 1
    head = known if start <= known else _last_role(scene, start, head + 1)
    if head < start:
        return []
    fact = read_modifiers(scene, start, head)
    if owner is not None:
        add_owner(scene, fact, *owner)
    elif layout.lower[first] == "its" and (body := nearest_body(scene, first)):
        fact.affiliations.append(body)
    facts = [fact]
    at = _second_role(scene, facts, max(at, head + 1), last)
    at = read_complements(scene, facts, at, last)
    if len(facts) == 1:
        begin = len(facts)
        end = _second_role(scene, facts, at, last)
        if len(facts) > begin:  # "assistant to the president and director of …"
            second = facts[1:]
            read_complements(scene, second, end, last)
    return facts


def _may_be_body(scene: Scene, name: Name) -> bool:
    kind = scene.owner[id(name)].kind
    if kind == "person":  # a body that looks like a person: Savanna Gate Terminals
        return len(name.key) > 2 and name.title == name.first and scene.layout.lower[name.first] not in lexicon.GIVEN
    return kind in {"organization", "other"} and is_body(scene, name)


def nearest_body(scene: Scene, at: int) -> Stretch | None:
    """The organisation that an "its" points back to: the nearest before it in this or the previous sentence."""
    layout = scene.layout
    for token in range(at - 1, max(-1, at - 45), -1):
        if layout.sentence[at] - layout.sentence[token] > 1:
            break
        name = scene.by_token.get(token)
        if name is not None and _may_be_body(scene, name):
            return layout.starts[name.first], layout.ends[name.last - 1]
    return None


def _joins_modifiers(layout: Layout, start: int, at: int, last: int) -> bool:
    """Whether an "and" stands between words before the head: "global politics and government outreach director"."""
    if layout.lower[at] not in {"and", "&"} or at == start or any(is_role(word) for word in layout.lower[start:at]):
        return False
    following = layout.lower[at + 1 : min(at + 5, last)]
    stop = next(
        (i for i, word in enumerate(following) if word in STOPS or word in LEADING or word in DETERMINERS),
        len(following),
    )
    return any(is_role(word) for word in following[:stop])


def _last_role(scene: Scene, start: int, end: int) -> int:
    """The head: the last token of the base noun phrase if it is a role; ``start - 1`` when it is none."""
    layout = scene.layout
    for at in range(end - 1, max(start, end - 2) - 1, -1):
        name = scene.by_token.get(at)
        if name is not None and scene.owner[id(name)].kind == "person" and at >= name.first:
            return start - 1
        if is_role_head(layout, at) and not (name is not None and at >= name.first and is_body(scene, name)):
            return at
    return start - 1


def _second_role(scene: Scene, facts: list[Fact], at: int, last: int) -> int:
    """Reads "and chief executive" after a first head; returns the token to go on from."""
    layout = scene.layout
    if at < last and layout.lower[at] in {"and", "/", "&"} and at + 1 < last:
        end = at + 1
        while end < last and layout.lower[end] not in STOPS and layout.lower[end] not in LEADING:
            end += 1
        head = _last_role(scene, at + 1, end)
        if head > at and end - at <= 6:
            second = read_modifiers(scene, at + 1, head)
            second.former |= facts[0].former and layout.lower[at + 1] not in DETERMINERS
            facts.append(second)
            return end
    return at
