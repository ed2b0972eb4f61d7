"""Sources that describe somebody: *the spokesman*, *a neighbour*, *the 43-year-old*."""

from __future__ import annotations

from dataclasses import replace

from attribution.speakers import descriptions, lexicon, organizations
from attribution.speakers.candidates import Anchor, fits, has_role, same_noun
from attribution.speakers.discourse import Decision, Discourse, anchor_of, is_two, rank, told
from attribution.speakers.groups import decide_group, decide_several, is_people
from attribution.speakers.modifiers import KIN
from attribution.speakers.referents import Referent
from attribution.speakers.scene import Fact, is_role
from attribution.speakers.sources import PRONOUNS, VAGUE, Source

_NOBODY = frozenset({"nobody", "none", "nothing"})


def decide_description(discourse: Discourse, at: int, source: Source) -> Decision:
    """Who a description stands for: somebody named elsewhere whom it fits, or somebody new."""
    layout, scene = discourse.layout, discourse.scene
    noun = source.noun
    if noun in _NOBODY:
        return Decision([], 0.7, [("nobody is said to have said it", None)])
    last = source.complement[1] if source.complement else source.head + 1
    begin = source.possessor[0] if source.possessor else source.start
    span = (begin, last)
    if noun in lexicon.DOCUMENTS and not (noun in {"program", "leak"} and source.plural):
        return organizations.decide_document(discourse, at, source)
    two = is_two(layout, source)
    if two or (source.definite and (source.plural or noun in lexicon.GROUPS)):
        several = decide_several(discourse, at, source)
        if several is not None:
            return several
        if noun in {"two", "both", "pair", "duo"}:
            return decide_group(discourse, source, [], span)
    body = noun in lexicon.ORGANIZATIONS and noun not in lexicon.ROLES and not is_people(source)
    if body or (noun in {"team", "camp", "staff"} and organizations.inner_name(discourse, source) is not None):
        return organizations.decide_organization(discourse, at, source)
    many = source.plural or noun in lexicon.GROUPS
    facts = descriptions.read_description(scene, begin, last, source.head if many else -1)
    if noun in VAGUE:
        facts = []
    for fact in facts:
        fact.reason, fact.strength = "the source itself", 1.0
    if source.plural or noun in lexicon.GROUPS or (noun in VAGUE and noun not in {"one", "someone", "anyone"}):
        return decide_group(discourse, source, facts, span)
    bare = source.start == source.head or (
        layout.words[source.start][0].isupper()
        and layout.lower[source.start] not in {"a", "an", "one", "another", "some"}
    )
    who = source.complement is not None and layout.lower[source.complement[0]] in {"who", "whose"}
    human = (
        who
        or is_role(noun)
        or noun.endswith(("ist", "ian", "-year-old"))
        or noun in lexicon.PARTIES
        or noun in lexicon.TITLES
    )
    if not human and noun[0].isalpha() and layout.words[source.head][0].islower():
        new = discourse.add(Referent("document", noun=noun))
        return Decision([new], 0.7, [("what is said to say it is no person", span)])
    if source.definite or source.possessor is not None or bare:
        anchor = anchor_of(discourse, at, source)
        best, chance, _ = rank(discourse, anchor, _candidates(discourse, anchor, source))
        if best is not None:
            best.facts = [*best.facts, *facts]
            return Decision([best], chance, [told(anchor, best, "the description fits")])
        confidence = chance
    else:
        confidence = 0.92
    same = _named_later(discourse, noun, facts)
    if same is not None:
        chance = 0.85 if layout.lower[source.start] not in {"a", "an", "one", "another"} else 0.6
        reason = ("named elsewhere with this role in the same body", same.places[0])
        return Decision([same], chance, [reason])
    kind = "unknown" if is_role(noun) or not noun.endswith("s") else "group"
    if layout.lower[source.head] in lexicon.PLACES:
        kind = "organization"
    new = discourse.add(Referent(kind, facts=facts, noun=noun, gender=anchor_of(discourse, at, source).gender))  # type: ignore[arg-type]
    return Decision([new], confidence, [("described, and not named anywhere in the article", span)])


def _owner_of(discourse: Discourse, anchor: Anchor, source: Source) -> Referent | None:
    """Whose "her sister" is: the one whom the pronoun goes back to."""
    word = discourse.layout.lower[source.start]
    owner = replace(anchor, at=source.start, word=word, pronoun=True, words=frozenset(), attribution=-1)
    teacher, discourse.teacher = discourse.teacher, None
    best, _, _ = rank(discourse, owner, [item for item in discourse.referents if fits(owner, item)])
    discourse.teacher = teacher
    return best


def _named_later(discourse: Discourse, noun: str, facts: list[Fact]) -> Referent | None:
    """For "the ministry's spokesperson" the only person whom the article names as spokesperson of the ministry."""
    bodies = {entity for fact in facts for stretch in fact.affiliations for entity in _entities_in(discourse, stretch)}
    if not bodies or noun not in {"spokesman", "spokeswoman", "spokesperson"} | _UNIQUE:
        return None
    found = []
    for person in discourse.referents:
        if person.kind != "person" or person.entity is None:
            continue
        for fact in person.facts:
            shared = any(
                entity in bodies for stretch in fact.affiliations for entity in _entities_in(discourse, stretch)
            )
            if shared and same_noun(fact.head) == same_noun(noun) and person not in found:
                found.append(person)
    return found[0] if len(found) == 1 else None


_UNIQUE = frozenset(
    "mayor governor president minister premier chairman chairwoman chair director coach captain ceo head".split()
)


def _entities_in(discourse: Discourse, stretch: tuple[int, int]) -> set[int]:
    """The indices of the entities named in a stretch of text."""
    first, last = discourse.layout.at(*stretch)
    found = (discourse.scene.entity_at(token) for token in range(first, last))
    return {entity.index for entity in found if entity is not None}


def _candidates(discourse: Discourse, anchor: Anchor, source: Source) -> list[Referent]:
    """Whom a description may mean: not its own owner, and with an owner only someone of that role or body."""
    fitting = [item for item in discourse.referents if fits(anchor, item)]
    opening = discourse.layout.lower[source.start]
    if source.possessor is None and opening in PRONOUNS and anchor.word in KIN | {"boss", "lawyer", "doctor", "leader"}:
        owner = _owner_of(discourse, anchor, source)
        return [item for item in fitting if item is not owner and has_role(anchor, item)]
    if source.possessor is None:
        return fitting
    first, last = source.possessor
    owners = [item for item in fitting if any(begin < last and first < end for begin, end in item.places)]
    return [item for item in fitting if item not in owners and has_role(anchor, item)]
