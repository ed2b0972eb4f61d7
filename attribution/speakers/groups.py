"""Sources that are several: pairs of people named before, people named as examples, and groups without names."""

from __future__ import annotations

from itertools import pairwise

from attribution.speakers import lexicon
from attribution.speakers.candidates import fits
from attribution.speakers.discourse import Decision, Discourse, anchor_of, rank, told
from attribution.speakers.names import Name
from attribution.speakers.referents import Referent
from attribution.speakers.scene import Fact
from attribution.speakers.sources import VAGUE, Source


def add_pairs(discourse: Discourse) -> None:
    """Takes in the people and bodies that are named side by side: "Ann Lee and Bo Ray", "A, B and C"."""
    layout, scene = discourse.layout, discourse.scene
    names = [name for token, name in sorted(scene.by_token.items()) if name.first == token]
    run: list[Name] = names[:1]
    for before, name in pairwise(names):
        joint = layout.lower[before.last : min(name.title, name.first)]
        kinds = {scene.owner[id(one)].kind for one in (before, name)}
        joins = len(kinds) == 1 and kinds <= {"person", "organization"} and _joins_names(joint)
        if not joins:
            _add_run(discourse, run)
            run = []
        run.append(name)
    _add_run(discourse, run)


def _joins_names(between: list[str]) -> bool:
    """Whether the words between two names put them side by side, as "and" and ", of Ohio, and"."""
    return 0 < len(between) < 8 and (between == [","] or between[-1] in {"and", "&"} or between[-2:] == ["and", "the"])


def _add_run(discourse: Discourse, run: list[Name]) -> None:
    members = list(dict.fromkeys(discourse.of_name(name) for name in run))
    ends_listed = len(run) > 1 and "and" in discourse.layout.lower[run[-2].last : run[-1].first]
    if 1 < len(members) < 5 and ends_listed:
        discourse.together(members, run[0].first, run[-1].last)


def decide_several(discourse: Discourse, at: int, source: Source) -> Decision | None:
    """*The two*, *both candidates*, *the committee chairmen*: people who are named side by side."""
    anchor = anchor_of(discourse, at, source)
    candidates = [item for item in discourse.referents if item.members and fits(anchor, item)]
    best, chance, _ = rank(discourse, anchor, candidates)
    if best is None:
        return None
    return Decision([best], chance, [told(anchor, best, "several people, as in")])


def is_people(source: Source) -> bool:
    """Whether a description is of several people rather than of a body: *the teams*, *the staff*."""
    return source.noun in lexicon.GROUPS and source.plural


def decide_group(discourse: Discourse, source: Source, facts: list[Fact], span: tuple[int, int]) -> Decision:
    """Several people without a name: those of a description before, those named as examples, or new ones."""
    known = [
        item
        for item in discourse.referents
        if item.kind == "group" and not item.members and item.noun == source.noun and item.entity is None
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
