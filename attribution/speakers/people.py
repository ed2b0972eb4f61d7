"""Sources that describe somebody: *the spokesman*, *a neighbour*, *the 43-year-old*."""

from __future__ import annotations

from dataclasses import replace

from attribution.schema import SpeakerKind
from attribution.speakers import descriptions, lexicon, organizations
from attribution.speakers.candidates import Anchor, fits, has_role, same_noun
from attribution.speakers.discourse import Decision, Discourse, anchor_of, is_two, rank, told
from attribution.speakers.documents import decide_document
from attribution.speakers.groups import decide_group, decide_several, is_people
from attribution.speakers.modifiers import KIN
from attribution.speakers.referents import Referent
from attribution.speakers.scene import Fact, is_role
from attribution.speakers.sources import PRONOUNS, VAGUE, Source
from attribution.speakers.turns import answering, is_label

_NOBODY = frozenset({"nobody", "none", "nothing"})


def decide_description(discourse: Discourse, at: int, source: Source) -> Decision:
    """Who a description stands for: somebody named elsewhere whom it fits, or somebody new."""
    if source.noun in lexicon.DOCUMENTS and not (source.noun in {"program", "leak"} and source.plural):
        return decide_document(discourse, at, source)
    return (
        _decide_stated(discourse, source)
        or _decide_several(discourse, at, source)
        or _decide_one(discourse, at, source)
    )


def _decide_stated(discourse: Discourse, source: Source) -> Decision | None:
    """What the source settles by itself: nobody, a turn of an interview, "a man named Bob"."""
    if source.noun in _NOBODY:
        return Decision([], 0.7, [("nobody is said to have said it", None)])
    if source.last - source.first == 1 and is_label(discourse, source.head):
        answers = answering(discourse, source.head)
        reason = "an answer of the one who is interviewed" if answers else "a question of the interviewer"
        return Decision([answers] if answers else [], 0.85, [(reason, None)])
    called = organizations.called_so(discourse, source)
    if called is None:
        return None
    return Decision([discourse.of_name(called)], 0.9, [("the source calls it so", (called.first, called.last))])


def _decide_several(discourse: Discourse, at: int, source: Source) -> Decision | None:
    """People who are named side by side, for *the two* or *the committee chairmen*."""
    definite = source.definite and (source.plural or source.noun in lexicon.GROUPS)
    return decide_several(discourse, at, source) if definite or is_two(discourse.layout, source) else None


def _decide_one(discourse: Discourse, at: int, source: Source) -> Decision:
    """A body, a group, a thing or a person, by the noun."""
    noun = source.noun
    if _is_body(discourse, source):
        return organizations.decide_organization(discourse, at, source)
    facts = _own_facts(discourse, source)
    vague = noun in VAGUE and noun not in {"one", "someone", "anyone"}
    if source.plural or noun in lexicon.GROUPS or vague or noun in {"pair", "duo"}:
        return decide_group(discourse, source, facts, _span(source))
    if not _is_human(discourse, source) and noun[0].isalpha() and discourse.layout.words[source.head][0].islower():
        new = discourse.add(Referent("document", noun=noun))
        return Decision([new], 0.7, [("what is said to say it is no person", _span(source))])
    return _decide_person(discourse, at, source, facts)


def _span(source: Source) -> tuple[int, int]:
    """The tokens of a description with its owner and complement."""
    begin = source.possessor[0] if source.possessor else source.start
    return begin, source.complement[1] if source.complement else source.head + 1


def _own_facts(discourse: Discourse, source: Source) -> list[Fact]:
    """What the description itself says of whom it describes."""
    if source.noun in VAGUE:
        return []
    many = source.plural or source.noun in lexicon.GROUPS
    facts = descriptions.read_description(discourse.scene, *_span(source), source.head if many else -1)
    for fact in facts:
        fact.reason, fact.strength = "the source itself", 1.0
    return facts


def _is_body(discourse: Discourse, source: Source) -> bool:
    noun = source.noun
    if noun == "guard":
        return discourse.layout.lower[source.head - 1] in {"coast", "border", "national"}
    if noun in {"team", "camp", "staff"} and organizations.inner_name(discourse, source) is not None:
        return True
    return noun in lexicon.ORGANIZATIONS and noun not in lexicon.ROLES and not is_people(source)


def _is_human(discourse: Discourse, source: Source) -> bool:
    noun, complement = source.noun, source.complement
    return (
        (complement is not None and discourse.layout.lower[complement[0]] in {"who", "whose"})
        or is_role(noun)
        or noun.endswith(("ist", "ian", "-year-old"))
        or noun in lexicon.PARTIES
        or noun in lexicon.TITLES
    )


def _decide_person(discourse: Discourse, at: int, source: Source, facts: list[Fact]) -> Decision:
    """Somebody named whom the description fits, or somebody without a name."""
    layout, noun, confidence = discourse.layout, source.noun, 0.92
    indefinite = layout.lower[source.start] in {"a", "an", "one", "another", "some"}
    bare = source.start == source.head or (layout.words[source.start][0].isupper() and not indefinite)
    anchor = anchor_of(discourse, at, source)
    if source.definite or source.possessor is not None or bare:
        best, chance, _ = rank(discourse, anchor, _candidates(discourse, anchor, source))
        if best is not None:
            best.facts = [*best.facts, *facts]
            return Decision([best], chance, [told(anchor, best, "the description fits")])
        confidence = chance
    same = _named_later(discourse, noun, facts)
    if same is not None:
        reason = ("named elsewhere with this role in the same body", same.places[0])
        return Decision([same], 0.6 if indefinite else 0.85, [reason])
    kind: SpeakerKind = "unknown" if is_role(noun) or not noun.endswith("s") else "group"
    if noun in lexicon.PLACES:
        kind = "organization"
    new = discourse.add(Referent(kind, facts=facts, noun=noun, gender=anchor.gender))
    return Decision([new], confidence, [("described, and not named anywhere in the article", _span(source))])


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
