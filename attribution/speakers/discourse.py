"""One article while its speakers are found: what is known, what is decided, and how a choice is ranked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from attribution.speakers import lexicon
from attribution.speakers.candidates import Anchor, features
from attribution.speakers.employers import Employers
from attribution.speakers.layout import Layout
from attribution.speakers.names import Name, name_is_plural
from attribution.speakers.ranker import Ranker
from attribution.speakers.referents import Referent
from attribution.speakers.scene import Fact, Scene
from attribution.speakers.sources import Source

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
        settle: Decides the attribution at a place before its turn, where it is not decided yet.
        employers: Chooses the body of those whose affiliation is not stated.
        teacher: Told of every choice with the features of the candidates, and giving the right one; for training.
    """

    scene: Scene
    referents: list[Referent]
    of_entity: dict[int, Referent]
    ranker: Ranker
    contents: list[tuple[tuple[int, int], ...]]
    sources: list[Source] = field(default_factory=list)
    decisions: dict[int, Decision] = field(default_factory=dict)
    settle: Callable[[int], None] = lambda _: None
    teacher: Teacher | None = None
    employers: Employers = field(default_factory=Employers)

    @property
    def layout(self) -> Layout:
        """The article's tokens."""
        return self.scene.layout

    def add(self, referent: Referent) -> Referent:
        """Takes in someone new."""
        self.referents.append(referent)
        return referent

    def position(self, at: int) -> int:
        """The token at which an attribution is read: the head of its source, or the first of its content."""
        source = self.sources[at]
        return source.head if source.head >= 0 else min((first for first, _ in self.contents[at]), default=0)

    def keep(self, at: int, decision: Decision) -> None:
        """Takes in a decision: whoever is meant is mentioned and speaks at this place."""
        source = self.sources[at]
        self.decisions[at] = decision
        for referent in decision.referents:
            referent.speaks_at(self.position(at))
        if source.type in {"pronoun", "nominal"} and len(decision.referents) == 1:
            decision.referents[0].add_place(source.first, source.last)
        if len(decision.referents) > 1 and all(item.name for item in decision.referents):
            self.together(decision.referents, source.first, source.last).speaks_at(self.position(at))

    def together(self, members: Sequence[Referent], first: int, last: int) -> Referent:
        """Those who are named side by side in ``[first, last)``, as one referent; the same ones are the same."""
        known = (item for item in self.referents if item.members and set(item.members) == set(members))
        pair = next(known, None) or self.add(Referent("group", plural=True, members=tuple(members)))
        pair.add_place(first, last)
        return pair

    def of_name(self, name: Name) -> Referent:
        """The referent that a name stands for."""
        return self.of_entity[self.scene.owner[id(name)].index]


def of_other(discourse: Discourse, name: Name) -> Referent:
    """ "Republicans" and other names that are of no one in particular."""
    layout = discourse.layout
    noun = layout.lower[name.last - 1]
    referent = discourse.of_name(name)
    if name_is_plural(layout, name):
        referent.kind, referent.name, referent.plural, referent.noun = "group", None, True, noun
        if not referent.facts:
            referent.facts = [
                Fact((layout.starts[name.last - 1], layout.ends[name.last - 1]), reason="the source itself", head=noun)
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
    chances = discourse.ranker.probabilities(rows, anchor.sort)
    order = chances.argsort()[::-1]
    best, second = int(order[0]), int(order[1])
    runner = candidates[second] if second < len(candidates) else None
    return (candidates[best] if best < len(candidates) else None), float(chances[best]), runner


_TWO = frozenset({"two", "both", "pair", "duo", "couple", "neither"})


def is_two(layout: Layout, source: Source) -> bool:
    """Whether a source is said to be two: *both*, *the two senators*, *the couple*."""
    words = {source.noun, *layout.lower[max(source.start, 0) : max(source.head, 0)]}
    return not _TWO.isdisjoint(words)


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
        is_two(layout, source),
    )


def told(anchor: Anchor, best: Referent, reason: str) -> tuple[str, tuple[int, int] | None]:
    """The reason with the mention nearest before the anchor."""
    before = [place for place in best.places if place[1] <= anchor.at]
    spoken = [token for token in best.spoken if token < anchor.at]
    if spoken:
        return f"{reason} the speaker before", (before or best.places)[-1]
    return f"{reason} the mention before" if before else f"{reason} the mention after", before[
        -1
    ] if before else best.places[0]
