"""Who speaks: one decision for each source, with its confidence and its reasons.

Names come first, over the whole article, because pronouns and descriptions lean on who speaks around them. Then the
other sources are read in order: pronouns and definite descriptions go to the ranker, *a spokesman* and *officials*
bring in someone new, documents and organisations are told by their nouns, and what has no source takes the speaker
whose words it continues.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from attribution.schema import Attribution
from attribution.speakers import descriptions, lexicon, organizations
from attribution.speakers.candidates import Anchor, features, fits, has_role, same_noun
from attribution.speakers.descriptions import Scene
from attribution.speakers.layout import Layout
from attribution.speakers.names import Name
from attribution.speakers.ranker import Ranker
from attribution.speakers.referents import Referent
from attribution.speakers.sources import FIRST, OTHER, RELATIVE, Source, name_is_plural, read_source

_VAGUE = frozenset(
    "some others many few most several people one everyone anyone someone all those each none any those you this "
    "what it".split()
)
_NOBODY = frozenset({"nobody", "none", "nothing"})


Teacher = Callable[["Discourse", Anchor, list[Referent], list[list[float]]], Referent | None]


@dataclass(slots=True)
class Decision:
    """Who a source is.

    Attributes:
        referents: The speaker and any further speakers; empty when it cannot be told.
        confidence: The probability that the (first) speaker is right.
        reasons: Why, in words, each with the token range that shows it or ``None``.
    """

    referents: list[Referent]
    confidence: float
    reasons: list[tuple[str, tuple[int, int] | None]] = field(default_factory=list)


@dataclass(slots=True)
class Discourse:
    """One article while its speakers are found.

    Attributes:
        scene: Tokens and names.
        referents: All referents so far.
        of_entity: The referent of each named entity, by the entity's index.
        ranker: Chooses among candidates.
        contents: For each attribution the token ranges of its content.
        decisions: The decisions so far, by the place of the attribution.
        teacher: Told of every choice with the features of the candidates, and giving the right one; for training.
    """

    scene: Scene
    referents: list[Referent]
    of_entity: dict[int, Referent]
    ranker: Ranker
    contents: list[tuple[tuple[int, int], ...]]
    sources: list[Source] = field(default_factory=list)
    decisions: dict[int, Decision] = field(default_factory=dict)
    teacher: Teacher | None = None

    @property
    def layout(self) -> Layout:
        """The article's tokens."""
        return self.scene.layout

    def add(self, referent: Referent) -> Referent:
        """Takes in someone new."""
        self.referents.append(referent)
        return referent

    def of_name(self, name: Name) -> Referent:
        """The referent that a name stands for."""
        return self.of_entity[self.scene.owner[id(name)].index]


def decide_all(discourse: Discourse, attributions: list[Attribution]) -> list[Decision]:
    """The speaker of every attribution, in their order."""
    scene = discourse.scene
    discourse.sources = [read_source(scene.layout, item.source, scene.by_token, scene.owner) for item in attributions]
    for at, source in enumerate(discourse.sources):
        if source.type == "name":
            _keep(discourse, at, _decide_name(discourse, source))
    order = sorted(range(len(attributions)), key=lambda at: _position(discourse, at))
    for at in order:
        if at not in discourse.decisions and discourse.sources[at].type != "none":
            source = discourse.sources[at]
            decide = _decide_pronoun if source.type == "pronoun" else _decide_description
            _keep(discourse, at, decide(discourse, at, source))
    for step, at in enumerate(order):
        if at not in discourse.decisions:
            _keep(discourse, at, _decide_continuation(discourse, attributions, order, step))
    return [discourse.decisions[at] for at in range(len(attributions))]


def _position(discourse: Discourse, at: int) -> int:
    source = discourse.sources[at]
    return source.head if source.head >= 0 else min((first for first, _ in discourse.contents[at]), default=0)


def _keep(discourse: Discourse, at: int, decision: Decision) -> None:
    source = discourse.sources[at]
    discourse.decisions[at] = decision
    for referent in decision.referents:
        referent.speaks_at(_position(discourse, at))
    if source.type in {"pronoun", "nominal"} and len(decision.referents) == 1:
        decision.referents[0].add_place(source.first, source.last)


def _decide_name(discourse: Discourse, source: Source) -> Decision:
    referents, reasons, confidence = list[Referent](), list[tuple[str, tuple[int, int] | None]](), 0.98
    for name in source.names:
        entity = discourse.scene.owner[id(name)]
        referent = discourse.of_name(name)
        if entity.kind != "person":
            referent = _of_other(discourse, name)
        if referent in referents:
            continue
        referents.append(referent)
        full = entity.canonical
        if name.key == full.key:
            reasons.append(("the source gives the name", (name.first, name.last)))
        else:
            reasons.append(("short for the name given in full here", (full.first, full.last)))
        ambiguous = entity.shared and len(name.key) < len(full.key)
        if ambiguous:
            reasons.append(("more than one person in the article has this name; the nearest was taken", None))
        confidence = min(confidence, 0.75 if ambiguous else 0.9 + 0.08 * entity.certainty)
    return Decision(referents, confidence, reasons)


def _of_other(discourse: Discourse, name: Name) -> Referent:
    """ "Republicans" and other names that are of no one in particular."""
    layout = discourse.layout
    noun = layout.lower[name.last - 1]
    referent = discourse.of_name(name)
    if name_is_plural(layout, name):
        referent.kind, referent.name, referent.plural, referent.noun = "group", None, True, noun
        if not referent.facts:
            referent.facts = [
                descriptions.Fact(
                    (layout.starts[name.last - 1], layout.ends[name.last - 1]), reason="the source itself", head=noun
                )
            ]
    elif referent.entity is not None and referent.entity.kind == "other":
        if noun in lexicon.DOCUMENTS:
            referent.kind = "document"
        elif name.last - name.first == 1 and noun not in lexicon.COMMON and not layout.words[name.first].isupper():
            referent.kind = "person"  # nothing else is known of the name but that its bearer speaks
    return referent


def rank(
    discourse: Discourse, anchor: Anchor, candidates: list[Referent]
) -> tuple[Referent | None, float, Referent | None]:
    """The best candidate or ``None``, its probability, and the runner-up."""
    if not candidates:
        return None, 0.5, None
    rows = features(discourse.layout, anchor, candidates)
    if discourse.teacher is not None:
        return discourse.teacher(discourse, anchor, candidates, rows), 1.0, None
    chances = discourse.ranker.probabilities(rows, anchor.pronoun)
    order = chances.argsort()[::-1]
    best, second = int(order[0]), int(order[1])
    runner = candidates[second] if second < len(candidates) else None
    return (candidates[best] if best < len(candidates) else None), float(chances[best]), runner


def anchor_of(discourse: Discourse, at: int, source: Source) -> Anchor:
    """The source of attribution ``at`` as the ranker sees it."""
    layout = discourse.layout
    pronoun = source.type == "pronoun"
    last = source.complement[1] if source.complement else source.head + 1
    words = frozenset(
        word
        for token in range(source.start if source.start >= 0 else source.head, last)
        for word in layout.lower[token].split("-")
        if word not in lexicon.FUNCTIONS and word[0:1].isalnum()
    )
    person = not pronoun and source.noun not in lexicon.ORGANIZATIONS and source.noun not in lexicon.DOCUMENTS
    first = source.possessor[0] if source.possessor and not pronoun else source.head
    return Anchor(
        min(first, source.head),
        source.noun,
        pronoun,
        person,
        source.plural,
        frozenset() if pronoun else words,
        discourse.contents[at],
        at,
    )


def _decide_pronoun(discourse: Discourse, at: int, source: Source) -> Decision:
    if source.noun in FIRST:
        return _decide_first_person(discourse, at, source)
    if source.noun in RELATIVE:
        return _decide_relative(discourse, source)
    if source.noun in OTHER:
        group = discourse.add(Referent("group", plural=True, noun=source.noun))
        return Decision([group], 0.6, [("a general pronoun that stands for no one in particular", None)])
    anchor = anchor_of(discourse, at, source)
    candidates = [item for item in discourse.referents if fits(anchor, item)]
    best, chance, _ = rank(discourse, anchor, candidates)
    if best is None:
        return Decision([], 1.0 - chance, [("nobody whom the pronoun could mean is clear enough", None)])
    return Decision([best], chance, [_told(anchor, best, "the pronoun goes back to")])


def _told(anchor: Anchor, best: Referent, reason: str) -> tuple[str, tuple[int, int] | None]:
    """The reason with the mention nearest before the anchor."""
    before = [place for place in best.places if place[1] <= anchor.at]
    spoken = [token for token in best.spoken if token < anchor.at]
    if spoken:
        return f"{reason} the speaker before", (before or best.places)[-1]
    return f"{reason} the mention before" if before else f"{reason} the mention after", before[
        -1
    ] if before else best.places[0]


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
        if other not in discourse.decisions and discourse.sources[other].noun not in FIRST:
            inner = discourse.sources[other]
            decide = _decide_pronoun if inner.type == "pronoun" else _decide_description
            _keep(discourse, other, decide(discourse, other, inner))
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
            return Decision([best], chance, [_told(anchor, best, "first person inside a quotation; it is taken for")])
        return Decision([], 0.5, [("first person inside a quotation whose speaker is not clear", None)])
    signed = _signature(discourse, source.head)
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


def _signature(discourse: Discourse, at: int) -> Name | None:
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


def _decide_relative(discourse: Discourse, source: Source) -> Decision:
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
                [_of_other(discourse, name)], 0.93, [("the relative pronoun follows the name", (name.first, name.last))]
            )
    start = at
    while (
        start > 0
        and at - start < 5
        and layout.lower[start] not in {"the", "a", "an", "some", "many", "several", "those", "people", "only"}
        and layout.words[start - 1][0].isalnum()
    ):
        start -= 1
    noun = layout.lower[at]
    person = descriptions.is_role(noun) or noun in {"people", "person", "those", "anyone", "everyone"}
    apposed = _person_before(discourse, start - 1) if person and layout.words[start - 1] == "," else None
    if apposed is not None:
        return Decision(
            [discourse.of_name(apposed)],
            0.9,
            [("the relative pronoun goes back to the name", (apposed.first, apposed.last))],
        )
    if person or noun in lexicon.ORGANIZATIONS:
        many = noun in lexicon.GROUPS or noun in {"people", "those"}
        facts = descriptions.read_description(scene, start, at + 1, at if many else -1) if noun not in _VAGUE else []
        referent = discourse.add(
            Referent("group" if many else "unknown", facts=facts, plural=many, noun=noun, places=[(start, at + 1)])
        )
        return Decision([referent], 0.8, [("the relative pronoun follows the description", (start, at + 1))])
    return Decision([], 0.4, [("what the relative pronoun goes back to is not clear", None)])


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
    head = next(
        (token for token in range(at - 1, max(at - 6, 0), -1) if descriptions.is_role(layout.lower[token])), None
    )
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
    facts = descriptions.read_description(scene, start, name.last, head if many else -1)
    referent = discourse.add(
        Referent("group" if many else "unknown", facts=facts, plural=many, noun=noun, places=[(start, name.last)])
    )
    return Decision([referent], 0.75, [("the relative pronoun follows the description", (start, name.last))])


def _decide_description(discourse: Discourse, at: int, source: Source) -> Decision:
    layout, scene = discourse.layout, discourse.scene
    noun = source.noun
    if noun in _NOBODY:
        return Decision([], 0.7, [("nobody is said to have said it", None)])
    last = source.complement[1] if source.complement else source.head + 1
    begin = source.possessor[0] if source.possessor else source.start
    span = (begin, last)
    if noun in lexicon.DOCUMENTS and not (noun in {"program", "leak"} and source.plural):
        return organizations.decide_document(discourse, at, source)
    if (
        noun in {"two", "both", "pair", "duo", "couple"}
        or layout.lower[source.start] == "both"
        or "two" in layout.lower[source.start : source.head]
    ):
        pair = _decide_pair(discourse, source)
        if pair is not None:
            return pair
        if noun in {"two", "both", "pair", "duo"}:
            return _decide_group(discourse, source, [], span)
    body = noun in lexicon.ORGANIZATIONS and noun not in lexicon.ROLES and not _is_people(source)
    if body or (noun in {"team", "camp", "staff"} and organizations.inner_name(discourse, source) is not None):
        return organizations.decide_organization(discourse, at, source)
    many = source.plural or noun in lexicon.GROUPS
    facts = descriptions.read_description(scene, begin, last, source.head if many else -1)
    if noun in _VAGUE:
        facts = []
    for fact in facts:
        fact.reason, fact.strength = "the source itself", 1.0
    if source.plural or noun in lexicon.GROUPS or (noun in _VAGUE and noun not in {"one", "someone", "anyone"}):
        return _decide_group(discourse, source, facts, span)
    bare = source.start == source.head or (
        layout.words[source.start][0].isupper()
        and layout.lower[source.start] not in {"a", "an", "one", "another", "some"}
    )
    who = source.complement is not None and layout.lower[source.complement[0]] in {"who", "whose"}
    human = (
        who
        or descriptions.is_role(noun)
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
            return Decision([best], chance, [_told(anchor, best, "the description fits")])
        confidence = chance
    else:
        confidence = 0.92
    same = _named_later(discourse, noun, facts)
    if same is not None:
        chance = 0.85 if layout.lower[source.start] not in {"a", "an", "one", "another"} else 0.6
        reason = ("named elsewhere with this role in the same body", same.places[0])
        return Decision([same], chance, [reason])
    kind = "unknown" if descriptions.is_role(noun) or not noun.endswith("s") else "group"
    if layout.lower[source.head] in lexicon.PLACES:
        kind = "organization"
    new = discourse.add(Referent(kind, facts=facts, noun=noun, gender=anchor_of(discourse, at, source).gender))  # type: ignore[arg-type]
    return Decision([new], confidence, [("described, and not named anywhere in the article", span)])


def _named_later(discourse: Discourse, noun: str, facts: list[descriptions.Fact]) -> Referent | None:
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
    if source.possessor is None:
        return fitting
    first, last = source.possessor
    owners = [item for item in fitting if any(begin < last and first < end for begin, end in item.places)]
    return [item for item in fitting if item not in owners and has_role(anchor, item)]


def _decide_pair(discourse: Discourse, source: Source) -> Decision | None:
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


def _is_people(source: Source) -> bool:
    return source.noun in lexicon.GROUPS and source.plural


def _decide_group(
    discourse: Discourse, source: Source, facts: list[descriptions.Fact], span: tuple[int, int]
) -> Decision:
    known = [
        item
        for item in discourse.referents
        if item.kind == "group" and item.noun == source.noun and item.entity is None
    ]
    if known and source.definite and source.noun not in _VAGUE:
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


def _decide_continuation(
    discourse: Discourse, attributions: list[Attribution], order: list[int], step: int
) -> Decision:
    """Words without a source continue the quotation before them, if they stand in its sentence or paragraph."""
    layout, at = discourse.layout, order[step]
    here = _position(discourse, at)
    earlier = [other for other in order[:step] if other in discourse.decisions and discourse.decisions[other].referents]
    inside = [
        other
        for other in earlier
        if any(first <= here < last for first, last in discourse.contents[other]) and not layout.quoted[here]
    ]
    if inside:
        return Decision([], 0.6, [("no source, inside the words of somebody else", None)])
    direct = attributions[at].kind == "direct"
    later = [
        other for other in order[step + 1 :] if other in discourse.decisions and discourse.decisions[other].referents
    ]
    if earlier:
        other = earlier[-1]
        there = max(last - 1 for first, last in discourse.contents[other]) if discourse.contents[other] else here
        same_sentence = layout.sentence[there] == layout.sentence[here]
        same_paragraph = layout.paragraph[there] == layout.paragraph[here]
        gap = layout.paragraph[here] - layout.paragraph[there]
        chance = (
            0.85
            if direct and same_sentence
            else 0.9
            if direct and same_paragraph
            else 0.75
            if direct and gap == 1
            else 0.0
        )
        if chance >= 0.5:
            reason = "no source of its own: goes on with the words of the speaker before"
            return Decision(
                discourse.decisions[other].referents[:1],
                chance * min(1.0, discourse.decisions[other].confidence + 0.05),
                [(reason, None)],
            )
    if direct and later and layout.paragraph[_position(discourse, later[0])] == layout.paragraph[here]:
        return Decision(
            discourse.decisions[later[0]].referents[:1],
            0.75,
            [("no source of its own: the speaker after it in the paragraph", None)],
        )
    return Decision([], 0.5, [("the article gives no source", None)])
