"""Sources that are several: pairs of people named before, people named as examples, and groups without names."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.discourse import Decision, Discourse
from attribution.speakers.referents import Referent
from attribution.speakers.scene import Fact
from attribution.speakers.sources import VAGUE, Source


def decide_pair(discourse: Discourse, source: Source) -> Decision | None:
    """*The two*, *both candidates*: the two people last named side by side."""
    layout, scene = discourse.layout, discourse.scene
    for at in range(source.first - 1, 0, -1):
        if layout.sentence[source.first] - layout.sentence[at] > 4:
            break
        if layout.lower[at] != "and":
            continue
        one, two = scene.by_token.get(at - 1), scene.by_token.get(at + 1)
        if one is None and layout.words[at - 1] in {",", ")"}:
            one = next(
                (name for token in range(at - 2, max(at - 7, 0), -1) if (name := scene.by_token.get(token))), None
            )
        if two is None:
            two = next(
                (name for token in range(at + 2, min(at + 6, len(layout))) if (name := scene.by_token.get(token))), None
            )
        if one is not None and two is not None and {scene.owner[id(one)].kind, scene.owner[id(two)].kind} == {"person"}:
            pair = [discourse.of_name(one), discourse.of_name(two)]
            if pair[0] is not pair[1]:
                return Decision(pair, 0.6, [("the two people last named together", (at - 1, at + 2))])
    return None


def is_people(source: Source) -> bool:
    """Whether a description is of several people rather than of a body: *the teams*, *the staff*."""
    return source.noun in lexicon.GROUPS and source.plural


def decide_group(discourse: Discourse, source: Source, facts: list[Fact], span: tuple[int, int]) -> Decision:
    """Several people without a name: those of a description before, those named as examples, or new ones."""
    known = [
        item
        for item in discourse.referents
        if item.kind == "group" and item.noun == source.noun and item.entity is None
    ]
    if known and source.definite and source.noun not in VAGUE:
        return Decision(
            [known[-1]], 0.8, [("the same people as before", known[-1].places[-1] if known[-1].places else None)]
        )
    new = Referent("group", facts=facts, plural=True, noun=source.noun)
    examples, comma = _examples(discourse, source)
    if examples and not comma:
        return Decision(examples, 0.8, [("the source names examples", None)])
    return Decision([discourse.add(new), *examples], 0.93, [("several people whom the article does not name", span)])


def _examples(discourse: Discourse, source: Source) -> tuple[list[Referent], bool]:
    """The people named after *like*, *such as*, *including*, and whether a comma stands before that word."""
    layout, scene = discourse.layout, discourse.scene
    for at in range(source.head + 1, min(source.last - 1, source.head + 12)):
        if layout.lower[at] in {"like", "including"} or (layout.lower[at] == "as" and layout.lower[at - 1] == "such"):
            names = [
                name
                for token in range(at + 1, source.last)
                if (name := scene.by_token.get(token)) and name.first == token
            ]
            people = [discourse.of_name(name) for name in names if scene.owner[id(name)].kind == "person"]
            before = at - 2 if layout.lower[at] == "as" else at - 1
            return list(dict.fromkeys(people))[:4], layout.words[before] == ","
    listed = source.head + 1
    if listed < source.last - 1 and layout.words[listed] in {",", "—", "–", "-", ":"}:
        name = scene.by_token.get(listed + 1)
        opens = name is not None or layout.lower[listed + 1] in lexicon.TITLES
        held = ((token, scene.by_token.get(token)) for token in range(listed, source.last))
        between = [one for token, one in held if one is not None and one.first == token]
        bearers = [discourse.of_name(one) for one in between if scene.owner[id(one)].kind in {"person", "organization"}]
        if opens and len(set(map(id, bearers))) > 1:
            return list(dict.fromkeys(bearers))[:4], False
    return [], False
