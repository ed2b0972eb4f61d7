"""Sources that are pronouns: *he*, *they*, *who*, and *I* inside and outside quotation marks."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.authors import find_signature
from attribution.speakers.candidates import Anchor, fits
from attribution.speakers.descriptions import read_description
from attribution.speakers.discourse import Decision, Discourse, anchor_of, of_other, rank, told
from attribution.speakers.names import Name
from attribution.speakers.referents import Referent
from attribution.speakers.scene import is_role
from attribution.speakers.sources import FIRST, OTHER, RELATIVE, VAGUE, Source
from attribution.speakers.turns import answering


def decide_pronoun(discourse: Discourse, at: int, source: Source) -> Decision:
    """Who a pronoun stands for, by its kind."""
    if source.noun in FIRST | {"you"} and not discourse.layout.quoted[source.head]:
        answers = answering(discourse, source.head)
        if answers is not None:
            return Decision([answers], 0.85, [("first person in an answer of the one who is interviewed", None)])
    if source.noun in FIRST:
        return _decide_first_person(discourse, at, source)
    if source.noun in RELATIVE:
        return _decide_relative(discourse, at, source)
    if source.noun in OTHER:
        group = discourse.add(Referent("group", plural=True, noun=source.noun))
        return Decision([group], 0.6, [("a general pronoun that stands for no one in particular", None)])
    anchor = anchor_of(discourse, at, source)
    candidates = [item for item in discourse.referents if fits(anchor, item)]
    best, chance, _ = rank(discourse, anchor, candidates)
    if best is None:
        return Decision([], 1.0 - chance, [("nobody whom the pronoun could mean is clear enough", None)])
    return Decision([best], chance, [told(anchor, best, "the pronoun goes back to")])


def _decide_first_person(discourse: Discourse, at: int, source: Source) -> Decision:
    """*I* and *we* are the one whose words they stand in; in the outlet's own voice they are its author."""
    around = [
        other
        for other, ranges in enumerate(discourse.contents)
        if other != at
        and any(first <= source.head < last for first, last in ranges)
        and discourse.sources[other].type != "none"
    ]
    for other in around:
        if discourse.sources[other].noun not in FIRST:
            discourse.settle(other)
        decision = discourse.decisions.get(other)
        if decision is not None and decision.referents:
            return Decision(
                decision.referents[:1],
                decision.confidence * 0.97,
                [("first person inside the words of this speaker", None)],
            )
    if discourse.layout.quoted[source.head]:
        anchor = anchor_of(discourse, at, source)
        best, chance, _ = rank(
            discourse, anchor, [item for item in discourse.referents if fits(anchor, item) and item.spoken]
        )
        if best is not None:
            return Decision([best], chance, [told(anchor, best, "first person inside a quotation; it is taken for")])
        return Decision([], 0.5, [("first person inside a quotation whose speaker is not clear", None)])
    signed = find_signature(discourse, source.head)
    if signed is not None:
        return Decision(
            [discourse.of_name(signed)],
            0.8,
            [("first person outside quotation marks: the author, who signs here", (signed.first, signed.last))],
        )
    author = next((item for item in discourse.referents if item.noun == "author of the article"), None)
    author = author or discourse.add(Referent("unknown", noun="author of the article"))
    return Decision(
        [author], 0.8, [("first person outside quotation marks: the author", (source.head, source.head + 1))]
    )


def _decide_relative(discourse: Discourse, place: int, source: Source) -> Decision:
    """*who*, *which*: what stands right before; *who* after the name of a body goes further back to a person."""
    layout, scene = discourse.layout, discourse.scene
    at = source.head - 1
    while at > 0 and (not layout.words[at][0].isalnum() or layout.lower[at] in {"and", "of", "one"}):
        at -= 1
    name = scene.by_token.get(at)
    human = source.noun in {"who", "whom"}
    if name is not None:
        described = _described_before(discourse, name) if human else None
        if described is not None:
            return described
        if not human and scene.owner[id(name)].kind == "person":
            return Decision([], 0.4, [("what the relative pronoun goes back to is not clear", None)])
        if scene.owner[id(name)].kind != "other" or not human:
            return Decision(
                [of_other(discourse, name)], 0.93, [("the relative pronoun follows the name", (name.first, name.last))]
            )
    start = at
    while (
        start > 0
        and at - start < 8
        and layout.lower[start] not in {"the", "a", "an", "some", "many", "several", "those", "people"}
        and (layout.words[start - 1][0].isalnum() or layout.lower[start - 1] in {"'s", "’"})
        and layout.lower[start - 1] not in {"is", "was", "became", "remains"}
    ):
        start -= 1
    noun = layout.lower[at]
    person = is_role(noun) or noun in {"people", "person", "those", "anyone", "everyone"}
    apposed = _person_before(discourse, start - 1) if person and layout.words[start - 1] == "," else None
    if apposed is not None:
        return Decision(
            [discourse.of_name(apposed)],
            0.9,
            [("the relative pronoun goes back to the name", (apposed.first, apposed.last))],
        )
    if person or noun in lexicon.ORGANIZATIONS:
        many = noun in lexicon.GROUPS or noun in {"people", "those"}
        facts = read_description(scene, start, at + 1, at if many else -1) if noun not in VAGUE else []
        known = None if many or not person else _described_elsewhere(discourse, start, at, place)
        if known is not None:
            known.referents[0].facts = [*known.referents[0].facts, *facts]
            return known
        referent = discourse.add(
            Referent("group" if many else "unknown", facts=facts, plural=many, noun=noun, places=[(start, at + 1)])
        )
        return Decision([referent], 0.8, [("the relative pronoun follows the description", (start, at + 1))])
    return Decision([], 0.4, [("what the relative pronoun goes back to is not clear", None)])


def _described_elsewhere(discourse: Discourse, start: int, head: int, place: int) -> Decision | None:
    """For "the 31-year-old midfielder, who" and "Lee was the only one who" the one who is described."""
    layout = discourse.layout
    before = start - 1
    while before > 0 and layout.lower[before] in {"also", "now", "still", "not"}:
        before -= 1
    if layout.lower[before] in {"is", "was", "became", "remains"}:
        name = discourse.scene.by_token.get(before - 1)
        if name is not None and discourse.scene.owner[id(name)].kind == "person":
            return Decision([discourse.of_name(name)], 0.9, [("who is said to be it", (name.first, name.last))])
    if layout.lower[start] not in {"the", "that", "this"}:
        return None
    words = frozenset(layout.lower[start : head + 1]) - lexicon.FUNCTIONS
    anchor = Anchor(head, layout.lower[head], False, True, False, words, discourse.contents[place], place)
    best, chance, _ = rank(discourse, anchor, [item for item in discourse.referents if fits(anchor, item)])
    return None if best is None else Decision([best], chance, [told(anchor, best, "the description fits")])


def _person_before(discourse: Discourse, comma: int) -> Name | None:
    name = discourse.scene.by_token.get(comma - 1)
    return name if name is not None and discourse.scene.owner[id(name)].kind == "person" else None


def _described_before(discourse: Discourse, name: Name) -> Decision | None:
    """For "a professor at the university, who" the professor: a role before the preposition before the name."""
    layout, scene = discourse.layout, discourse.scene
    at = min(name.first, name.title) - 1
    while at > 0 and layout.lower[at] in {"the", "a", "an"}:
        at -= 1
    if layout.lower[at] not in {"at", "of", "for", "to", "with", "in", "from", "on"}:
        return None
    head = next((token for token in range(at - 1, max(at - 6, 0), -1) if is_role(layout.lower[token])), None)
    if head is None:
        return None
    start = head
    while (
        start > 0
        and head - start < 6
        and layout.lower[start] not in {"the", "a", "an", "some", "many", "several"}
        and layout.words[start - 1][0].isalnum()
    ):
        start -= 1
    apposed = _person_before(discourse, start - 1) if layout.words[start - 1] == "," else None
    if apposed is not None:
        return Decision(
            [discourse.of_name(apposed)],
            0.9,
            [("the relative pronoun goes back to the name", (apposed.first, apposed.last))],
        )
    noun = layout.lower[head]
    many = noun in lexicon.GROUPS
    facts = read_description(scene, start, name.last, head if many else -1)
    referent = discourse.add(
        Referent("group" if many else "unknown", facts=facts, plural=many, noun=noun, places=[(start, name.last)])
    )
    return Decision([referent], 0.75, [("the relative pronoun follows the description", (start, name.last))])
