"""What the readers of descriptions look at and what they find: names in their places, words of role, facts."""

from __future__ import annotations

from dataclasses import dataclass, field

from attribution.speakers import lexicon
from attribution.speakers.entities import Entity
from attribution.speakers.layout import Layout
from attribution.speakers.names import Name

Stretch = tuple[int, int]

DETERMINERS = frozenset(
    {
        "a",
        "an",
        "the",
        "this",
        "that",
        "one",
        "another",
        "some",
        "its",
        "his",
        "her",
        "their",
        "our",
        "my",
        "both",
        "two",
        "three",
        "several",
        "many",
        "other",
        "few",
    }
)

PRAISE = frozenset(
    "longtime long-time veteran prominent legendary leading outspoken powerful influential famous respected "
    "well-known renowned noted celebrated "
    "high-profile award-winning distinguished eminent popular controversial vocal wealthy elderly young black white "
    "female male self-described "
    "self-proclaimed staunch fellow new old famed key major independent current sitting incumbent likely presumptive "
    "top-ranking multiple ardent avid "
    "middle-aged iron hardline reformist far-right far-left right-wing left-wing local lifelong little big good "
    "great best best-known newly "
    "recently conservative liberal progressive libertarian populist nationalist only own very highly".split()
)

LEADING = frozenset({"of", "for", "at", "with", "in", "from", "to", "on", "by", "under"})

STOPS = frozenset(
    {
        ",",
        ";",
        ":",
        ".",
        "—",
        "–",
        "(",
        ")",
        '"',
        "“",
        "”",
        "who",
        "whose",
        "which",
        "that",
        "where",
        "when",
        "said",
        "says",
        "told",
        "is",
        "was",
        "has",
        "had",
        "are",
        "were",
        "and",
        "or",
        "but",
        "as",
        "--",
        "-",
    }
)

_ENDINGS = (
    "man",
    "woman",
    "person",
    "ologist",
    "ographer",
    "ician",
    "maker",
    "keeper",
    "holder",
    "worker",
    "owner",
    "leader",
    "writer",
    "founder",
)


@dataclass(slots=True)
class Fact:
    """One statement about what somebody is.

    Attributes:
        role: Where the role stands, in code points; ``None`` when only an affiliation is stated.
        affiliations: Where the affiliations stand, the nearest to the role first.
        former: Whether the role is past.
        reason: Which form the statement has.
        strength: How explicit the form is; the strongest statement is the main one.
        head: The head noun, lower case.
        at: The token where the statement begins.
    """

    role: Stretch | None
    affiliations: list[Stretch] = field(default_factory=list)
    former: bool = False
    reason: str = ""
    strength: float = 1.0
    head: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """What the readers of descriptions look at: tokens, and names with their entities."""

    layout: Layout
    by_token: dict[int, Name]
    owner: dict[int, Entity]

    def entity_at(self, token: int) -> Entity | None:
        """The entity of the name that covers a token."""
        name = self.by_token.get(token)
        return self.owner[id(name)] if name is not None else None


def is_role(word: str) -> bool:
    """Whether a lower-case noun says what a person is or does."""
    if word in lexicon.ROLES or word in lexicon.GROUPS or (word.endswith("s") and word[:-1] in lexicon.ROLES):
        return True
    tail = word.rpartition("-")[2]
    return tail in lexicon.ROLES or (len(word) > 6 and word.endswith(_ENDINGS))


def is_role_head(layout: Layout, at: int) -> bool:
    """Whether the token may head a description: a role noun, or the abbreviation of a title."""
    word = layout.lower[at]
    return is_role(word) or bool(lexicon.TITLES.get(word)) or word in lexicon.PARTIES


def is_body(scene: Scene, name: Name) -> bool:
    """Whether a name before a head is that of an affiliation, rather than a capitalised word of the role."""
    entity = scene.owner[id(name)]
    return (
        entity.kind != "other" or name.last - name.first > 1 or scene.layout.lower[name.last - 1] not in lexicon.COMMON
    )


def organisation_end(scene: Scene, start: int, head: int) -> int:
    """The token after an organisation in lower case ("defense ministry") that begins at ``start``, or ``start``."""
    lower = scene.layout.lower
    for at in range(start, min(start + 4, head)):
        if scene.by_token.get(at) is not None or lower[at] in lexicon.ROLES or not lower[at][0].isalpha():
            break
        if lower[at] in BODIES and not (lower[at] in _LOOSE and at + 1 < head and lower[at + 1] in lexicon.MODIFIERS):
            return at + 1
    return start


BODIES = frozenset(
    "ministry department campaign government army navy police parliament council committee commission university "
    "embassy consulate party "
    "senate cabinet agency bureau office court union federation association company hospital foundation institute "
    "military treasury".split()
)

_LOOSE = frozenset("police government office court party military campaign union".split())


def is_age(word: str) -> bool:
    """Whether a word tells an age."""
    return word.isdigit() or word.endswith("-year-old")
