"""Whether a speaker of one article is a speaker known from others: names first, then role and affiliation.

Two speakers of one full name are one person only if something they are said to be agrees, or if one of them is said to
be nothing at all; a name in another spelling needs an agreement. Whoever is in doubt stays apart, with the doubt
written down, because two people taken for one are the harder error to see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from attribution.evaluation.names import normalised
from attribution.speakers import lexicon
from attribution.speakers.candidates import same_noun
from attribution.speakers.names import key_of
from attribution.speakers.spellings import same_person, skeleton

Verdict = Literal["same", "likely", "doubtful", "other"]

_EMPTY = frozenset("of the and for in at a an to on de la".split())


@dataclass(frozen=True)
class Profile:
    """What is known of a speaker.

    Attributes:
        kind: ``person`` or ``organization``.
        names: Full names and, for organisations, acronyms.
        roles: What the speaker is said to be.
        affiliations: What the speaker is said to belong to.
        known: Whether it comes from an imported list.
    """

    kind: str
    names: frozenset[str]
    roles: frozenset[str] = field(default_factory=frozenset)
    affiliations: frozenset[str] = field(default_factory=frozenset)
    known: bool = False


def name_keys(kind: str, names: Iterable[str]) -> set[str]:
    """What an identity is looked up by: for people the sound of first and last name, else the normalised name."""
    keys = set()
    for name in names:
        parts = name_key(name)
        if kind == "person" and len(parts) > 1:
            keys.add(f"person {skeleton(parts[0])[:1]} {skeleton(parts[-1])}")
        elif parts:
            keys.add(f"{kind} {normalised(name)}")
    return keys


def name_key(name: str) -> tuple[str, ...]:
    """A name as the parts by which names are compared."""
    return tuple(part for word in name.lower().replace("’", "'").split() for part in key_of(word))


def compare(one: Profile, two: Profile) -> tuple[Verdict, str]:
    """Whether two profiles are one speaker, and why."""
    if one.kind != two.kind:
        return "other", "a person and an organisation"
    exact = {normalised(name) for name in one.names} & {normalised(name) for name in two.names}
    if one.kind != "person":
        return ("same", "the same name") if exact else ("other", "another name")
    alike = any(same_person(name_key(a), name_key(b)) for a in one.names for b in two.names)
    if not exact and not alike:
        return "other", "another name"
    agreement = agrees(one, two)
    full = any(len(name_key(name)) > 1 for name in (*one.names, *two.names))
    if agreement and full:
        return "same", f"{'the same name' if exact else 'a spelling of the same name'}, and {agreement}"
    if exact and full and (two.known or one.known) and not _conflict(one, two):
        return "likely", "the name of the imported list"
    if exact and full and not _conflict(one, two):
        return "likely", "the same full name, and nothing that speaks against it"
    reason = "another role and affiliation" if _conflict(one, two) else "only a spelling alike, or a single name"
    return "doubtful", f"{'the same name' if exact else 'a similar name'}, but {reason}"


def agrees(one: Profile, two: Profile) -> str:
    """What two profiles have in common, in words; empty when nothing."""
    bodies = _words(one.affiliations) & _words(two.affiliations)
    if bodies:
        return f"the affiliation agrees ({', '.join(sorted(bodies))})"
    roles = _heads(one.roles) & _heads(two.roles)
    if roles:
        return f"the role agrees ({', '.join(sorted(roles))})"
    return ""


def _conflict(one: Profile, two: Profile) -> bool:
    said = bool(one.roles | one.affiliations), bool(two.roles | two.affiliations)
    return all(said)


def _words(names: Iterable[str]) -> set[str]:
    found = {word.strip(".,'’") for name in names for word in name.lower().replace("-", " ").split()}
    generic = lexicon.ORGANIZATIONS | lexicon.PARTIES
    return {word for word in found if len(word) > 1 and word not in _EMPTY and word not in generic}


def _heads(roles: Iterable[str]) -> set[str]:
    """The head nouns of roles, where they say enough: a *president* of nothing in particular does not."""
    heads = {same_noun(role.lower().split()[-1].strip(".,")) for role in roles if role.split()}
    return heads - {
        "man",
        "woman",
        "official",
        "member",
        "president",
        "leader",
        "director",
        "spokesperson",
        "resident",
        "expert",
        "professor",
        "chair",
        "head",
        "manager",
        "minister",
        "doctor",
        "voter",
        "supporter",
        "analyst",
        "lawyer",
        "teacher",
        "officer",
        "chief",
        "executive",
        "secretary",
        "candidate",
        "student",
        "activist",
        "advisor",
    }
