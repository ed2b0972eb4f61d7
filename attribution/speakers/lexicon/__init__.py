"""The word lists that the rules read, one text file each; a line that starts with ``#`` says what a file holds.

The lists are open: a word that is missing costs a little recall where no trained tagger is at hand, nothing else.
"""

from __future__ import annotations

from importlib.resources import files


def _content(name: str) -> str:
    lines = (files(__package__) / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def words(name: str) -> frozenset[str]:
    """The words of one list; an underscore in the file stands for a space."""
    return frozenset(item.replace("_", " ") for item in _content(name).split())


def _pairs(name: str) -> dict[str, str]:
    pairs = (item.split() for item in _content(name).replace("\n", "|").split("|") if item.strip())
    return {first: "" if second == "-" else second for first, second in pairs}


COMMON = words("common")
DOCUMENTS = words("documents")
FEMALE = words("female")
FUNCTIONS = words("functions")
GROUPS = words("groups")
MALE = words("male")
METONYMS = frozenset(item.replace("_", " ") for item in _content("metonyms").strip().split("|"))
MODIFIERS = words("modifiers")
NATIONALITIES = words("nationalities")
NOT_TITLES = words("not-titles")
ORGANIZATIONS = words("organizations")
ORGANIZATION_HEADS = words("org-heads")
PARTICLES = words("particles")
PARTIES = words("parties")
PAST = words("past")
PLACES = words("places")
ROLES = words("roles")
TITLES = _pairs("titles")
"""Words before a name (without their full stop) with the role they stand for; empty for a courtesy."""

GIVEN = MALE | FEMALE
COURTESIES = frozenset(word for word, role in TITLES.items() if not role)
SPEAKING_ROLES = frozenset({"spokesman", "spokeswoman", "spokesperson", "spokespeople", "spokesmen"})
"""Roles that speak for someone else."""
