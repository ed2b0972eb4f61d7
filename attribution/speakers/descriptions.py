"""Reading a description: *former Iraqi defense ministry spokesperson*, *professor of law at the University of Iowa*.

A description is a noun phrase whose head says what someone is. Read from its head outwards it gives the role (the head
with its words of rank and kind), the affiliations (names before the head, owners, and what *of*, *for*, *at*, *with*
lead to), and whether the role is past.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from attribution.speakers import lexicon
from attribution.speakers.entities import Entity
from attribution.speakers.layout import Layout
from attribution.speakers.names import Name

Stretch = tuple[int, int]

_DETERMINERS = frozenset(
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
_PRAISE = frozenset(
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
_LEADING = frozenset({"of", "for", "at", "with", "in", "from", "to", "on", "by", "under"})
_STOPS = frozenset(
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
_HEAD_PLURALS = frozenset({"officials", "members"})


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
        and (layout.lower[at] not in _STOPS or _joins_modifiers(layout, start, at, last))
        and (layout.lower[at] not in _LEADING or at == first)
    ):
        name = scene.by_token.get(at)
        if name is not None and _is_body(scene, name):
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
    fact = _premodifiers(scene, start, head)
    if owner is not None:
        _add_owner(scene, fact, *owner)
    elif layout.lower[first] == "its" and (body := nearest_body(scene, first)):
        fact.affiliations.append(body)
    facts = [fact]
    at = _second_role(scene, facts, max(at, head + 1), last)
    at = _complements(scene, facts, at, last)
    if len(facts) == 1:
        begin = len(facts)
        end = _second_role(scene, facts, at, last)
        if len(facts) > begin:  # "assistant to the president and director of …"
            second = facts[1:]
            _complements(scene, second, end, last)
    return facts


def _may_be_body(scene: Scene, name: Name) -> bool:
    kind = scene.owner[id(name)].kind
    if kind == "person":  # a body that looks like a person: Savanna Gate Terminals
        return len(name.key) > 2 and name.title == name.first and scene.layout.lower[name.first] not in lexicon.GIVEN
    return kind in {"organization", "other"} and _is_body(scene, name)


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


def _is_body(scene: Scene, name: Name) -> bool:
    """Whether a name before a head is that of an affiliation, rather than a capitalised word of the role."""
    entity = scene.owner[id(name)]
    return (
        entity.kind != "other" or name.last - name.first > 1 or scene.layout.lower[name.last - 1] not in lexicon.COMMON
    )


def _joins_modifiers(layout: Layout, start: int, at: int, last: int) -> bool:
    """Whether an "and" stands between words before the head: "global politics and government outreach director"."""
    if layout.lower[at] not in {"and", "&"} or at == start or any(is_role(word) for word in layout.lower[start:at]):
        return False
    following = layout.lower[at + 1 : min(at + 5, last)]
    stop = next(
        (i for i, word in enumerate(following) if word in _STOPS or word in _LEADING or word in _DETERMINERS),
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
        if is_role_head(layout, at) and not (name is not None and at >= name.first and _is_body(scene, name)):
            return at
    return start - 1


def _premodifiers(scene: Scene, start: int, head: int) -> Fact:
    """Role, affiliations and tense from the words before the head and the head itself."""
    layout = scene.layout
    lower = layout.lower
    former, affiliations, role_start = False, list[Stretch](), head
    at = start
    while at < head and (lower[at] in _DETERMINERS or not layout.words[at][0].isalnum()):
        at += 1
    role_start = at
    while at < head:
        name = scene.by_token.get(at)
        if lower[at] in lexicon.PAST or lower[at].startswith(("ex-", "then-")):
            former, at = True, at + 1
        elif name is not None and name.first <= at and _is_body(scene, name) and name.last <= head:
            end = name.last
            while end < head and lower[end] in {"'s", "’", "'"}:
                end += 1
            stop = (
                _organisation_end(scene, name.last, head) if scene.owner[id(name)].kind != "organization" else name.last
            )
            affiliations.append((layout.starts[at], layout.ends[stop - 1]))
            at = max(end, stop)
        elif lower[at] in lexicon.NATIONALITIES and lower[at] not in {
            "federal",
            "liberal",
            "conservative",
            "green",
            "labour",
        }:
            stop = _organisation_end(scene, at + 1, head)
            affiliations.append((layout.starts[at], layout.ends[stop - 1]))
            at = stop
        elif lower[at] in lexicon.PARTIES and layout.words[at][0].isupper():
            affiliations.append((layout.starts[at], layout.ends[at]))
            at += 1
        elif (
            lower[at] in _PRAISE or _is_age(lower[at]) or lower[at] in _DETERMINERS or not layout.words[at][0].isalnum()
        ):
            at += 1
        elif (stop := _organisation_end(scene, at, head)) > at and lower[at] not in lexicon.ROLES:
            affiliations.append((layout.starts[at], layout.ends[stop - 1]))
            at = stop
        elif _is_chamber(layout, at):
            affiliations.append((layout.starts[at], layout.ends[at]))
            at += 1
        else:
            break
        role_start = at
    while role_start < head and (
        lower[role_start] in _PRAISE or lower[role_start] in lexicon.PAST or not layout.words[role_start][0].isalnum()
    ):
        former |= lower[role_start] in lexicon.PAST
        role_start += 1
    word = lower[head]
    role = (layout.starts[role_start], layout.ends[head])
    if word.startswith("ex-"):
        former, role = True, (layout.starts[head] + 3, layout.ends[head])
    if word in lexicon.PARTIES and role_start == head and word not in lexicon.ROLES and not word.endswith("s"):
        return Fact(None, [role, *affiliations], former, head=word, at=start)
    if word in _MEMBERS and role_start == head:
        return Fact(None, [(layout.starts[head], layout.ends[head]), *affiliations], former, head=word, at=start)
    if word in _DESKS and not _DESK_WORDS.isdisjoint(lower[role_start:head]):
        word = "spokesperson"  # a media officer, a press secretary
    return Fact(role, affiliations, former, head=word, at=start)


_MEMBERS = frozenset(
    {
        "democrat",
        "republican",
        "conservative",
        "liberal",
        "socialist",
        "communist",
        "independent",
        "tory",
        "libertarian",
    }
)


_DESKS = frozenset({"officer", "secretary", "director", "chief", "head", "aide", "adviser", "advisor", "manager"})
_DESK_WORDS = frozenset({"media", "press", "communications", "information", "relations"})


def _is_chamber(layout: Layout, at: int) -> bool:
    return layout.words[at] in {
        "House",
        "Senate",
        "Congress",
        "Parliament",
        "Pentagon",
        "Cabinet",
        "Knesset",
        "Bundestag",
    }


def _organisation_end(scene: Scene, start: int, head: int) -> int:
    """The token after an organisation in lower case ("defense ministry") that begins at ``start``, or ``start``."""
    lower = scene.layout.lower
    for at in range(start, min(start + 4, head)):
        if scene.by_token.get(at) is not None or lower[at] in lexicon.ROLES or not lower[at][0].isalpha():
            break
        if lower[at] in _BODIES and not (lower[at] in _LOOSE and at + 1 < head and lower[at + 1] in lexicon.MODIFIERS):
            return at + 1
    return start


_BODIES = frozenset(
    "ministry department campaign government army navy police parliament council committee commission university "
    "embassy consulate party "
    "senate cabinet agency bureau office court union federation association company hospital foundation institute "
    "military treasury".split()
)
_OUTER_BODIES = _BODIES | frozenset(
    "school college club firm group team newspaper magazine network station company center centre society charity "
    "society league board "
    "laboratory lab institution organization organisation church mosque synagogue trust fund bank embassy squad".split()
)
_LOOSE = frozenset("police government office court party military campaign union".split())


KIN = frozenset(
    "wife husband son daughter mother father brother sister friend neighbor neighbour nephew niece uncle aunt cousin "
    "grandson granddaughter "
    "grandfather grandmother girlfriend boyfriend widow widower partner colleague rival opponent supporter "
    "counterpart successor son-in-law daughter-in-law "
    "fiance fiancee critic biographer biographers ally allies friends critics opponents rivals supporters colleagues "
    "daughters sons".split()
)


def _add_owner(scene: Scene, fact: Fact, first: int, last: int) -> None:
    layout = scene.layout
    if fact.head in KIN:
        return
    while first < last and layout.lower[first] in _DETERMINERS:
        first += 1
    if first >= last:
        return
    name = scene.by_token.get(last - 1)
    begin = max(name.first, first) if name is not None else first
    if name is not None or layout.lower[last - 1] in lexicon.ORGANIZATIONS:
        fact.affiliations.append((layout.starts[begin], layout.ends[last - 1]))


def _second_role(scene: Scene, facts: list[Fact], at: int, last: int) -> int:
    """Reads "and chief executive" after a first head; returns the token to go on from."""
    layout = scene.layout
    if at < last and layout.lower[at] in {"and", "/", "&"} and at + 1 < last:
        end = at + 1
        while end < last and layout.lower[end] not in _STOPS and layout.lower[end] not in _LEADING:
            end += 1
        head = _last_role(scene, at + 1, end)
        if head > at and end - at <= 6:
            second = _premodifiers(scene, at + 1, head)
            second.former |= facts[0].former and layout.lower[at + 1] not in _DETERMINERS
            facts.append(second)
            return end
    return at


def _complements(scene: Scene, facts: list[Fact], at: int, last: int) -> int:
    """Reads "of the Ministry of Defense", "of law at the University of Iowa" after the head; returns where it ends."""
    layout = scene.layout
    lower = layout.lower
    for _ in range(4):
        if at >= last or lower[at] not in _LEADING:
            return at
        preposition, begin = lower[at], at + 1
        if preposition == "by":
            return at
        while begin < last and lower[begin] in _DETERMINERS:
            begin += 1
        end, name, owner = _complement_end(scene, begin, last)
        if end == begin:
            return at
        if name is not None:
            first = _extended(scene, max(name.first, begin), begin)
            stretch = (layout.starts[first], layout.ends[min(name.last, end) - 1])
            _attach(facts, stretch)
            if owner is not None:
                _attach(facts, owner)
            at = max(end, min(name.last, last))
        elif lower[end - 1] in _OUTER_BODIES and preposition in {"of", "for", "at", "with", "in", "from"}:
            first = begin
            while first < end - 1 and (lower[first] in _PRAISE or lower[first] in lexicon.PAST):
                first += 1
            _attach(facts, (layout.starts[first], layout.ends[end - 1]))
            at = end
        else:
            extends = (
                preposition == "of"
                or (preposition in {"to", "in"} and end - at <= 4)
                or (preposition == "for" and end - at <= 5)
            )
            if extends and facts[-1].role is not None and facts[-1].role[1] == layout.ends[at - 1]:
                facts[-1].role = (facts[-1].role[0], layout.ends[end - 1])
            at = end
        if at < last and lower[at] == "," and at + 2 < last and _is_place(scene, at + 1):  # City, State
            at += 2
    return at


def _complement_end(scene: Scene, begin: int, last: int) -> tuple[int, Name | None, Stretch | None]:
    """The end of the noun phrase after a preposition, the name that heads it, and a second one that owns it."""
    layout = scene.layout
    at, name, owner = begin, None, None
    while (
        at < last
        and (layout.lower[at] not in _STOPS or _joins_field(layout, begin, at, last))
        and layout.lower[at] not in _LEADING
    ):
        found = scene.by_token.get(at)
        if found is not None and found.title <= at < found.last:
            kind = scene.owner[id(found)].kind
            if kind != "other" or layout.words[at][0].isupper():
                name = found
            at = found.last
            following = layout.lower[at] if at < last else ""
            if following in {"'s", "’", "'"} and at + 1 < last:
                nested = scene.by_token.get(at + 1)
                if nested is None and layout.lower[at + 1] in _STOPS:
                    at += 1
                    continue
                at += 1
                if nested is not None:
                    name = Name(found.first, nested.last, found.first, found.key + nested.key)
                    at = nested.last
            elif name is not None and at < last and layout.lower[at] in lexicon.ORGANIZATIONS:
                name = Name(found.first, at + 1, found.first, found.key)  # "the Clinton campaign"
                at += 1
            continue
        if at > begin and layout.lower[at] in {
            "after",
            "before",
            "during",
            "since",
            "until",
            "while",
            "between",
            "into",
            "over",
            "about",
            "against",
        }:
            break
        at += 1
    return at, name, owner


def _joins_field(layout: Layout, begin: int, at: int, last: int) -> bool:
    """Whether an "and" goes on with a field: "of labor economics and trade at …"."""
    if layout.lower[at] != "and" or at == begin or at + 2 >= last or not layout.words[at + 1][0].islower():
        return False
    return (layout.lower[at + 2] in _LEADING and not is_role(layout.lower[at + 1])) or (
        at + 3 < last
        and layout.lower[at + 3] in _LEADING
        and not is_role(layout.lower[at + 2])
        and layout.lower[at + 1] not in _DETERMINERS
    )


def _extended(scene: Scene, first: int, begin: int) -> int:
    """Takes capitalised or national words right before a name into it: "Iraqi" in "the Iraqi Ministry of Defense"."""
    layout = scene.layout
    while first > begin and layout.lower[first - 1] in lexicon.NATIONALITIES and layout.words[first - 1][0].isupper():
        first -= 1
    return first


def _attach(facts: list[Fact], stretch: Stretch) -> None:
    for fact in facts:
        if stretch not in fact.affiliations:
            fact.affiliations.append(stretch)


def _is_place(scene: Scene, at: int) -> bool:
    entity = scene.entity_at(at)
    return entity is not None and entity.kind == "place"


def _is_age(word: str) -> bool:
    return word.isdigit() or word.endswith("-year-old")
