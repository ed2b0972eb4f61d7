"""What stands before the head of a description: rank, field, body, tense, owner."""

from __future__ import annotations

from attribution.speakers import lexicon
from attribution.speakers.layout import Layout
from attribution.speakers.scene import DETERMINERS, PRAISE, Fact, Scene, Stretch, is_age, is_body, organisation_end


def read_modifiers(scene: Scene, start: int, head: int) -> Fact:
    """Role, affiliations and tense from the words before the head and the head itself."""
    layout = scene.layout
    lower = layout.lower
    former, affiliations, role_start = False, list[Stretch](), head
    at = start
    while at < head and (lower[at] in DETERMINERS or not layout.words[at][0].isalnum()):
        at += 1
    role_start = at
    while at < head:
        name = scene.by_token.get(at)
        if lower[at] in lexicon.PAST or lower[at].startswith(("ex-", "then-")):
            former, at = True, at + 1
        elif name is not None and name.first <= at and is_body(scene, name) and name.last <= head:
            end = name.last
            while end < head and lower[end] in {"'s", "’", "'"}:
                end += 1
            stop = (
                organisation_end(scene, name.last, head) if scene.owner[id(name)].kind != "organization" else name.last
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
            stop = organisation_end(scene, at + 1, head)
            affiliations.append((layout.starts[at], layout.ends[stop - 1]))
            at = stop
        elif lower[at] in lexicon.PARTIES and layout.words[at][0].isupper():
            affiliations.append((layout.starts[at], layout.ends[at]))
            at += 1
        elif lower[at] in PRAISE or is_age(lower[at]) or lower[at] in DETERMINERS or not layout.words[at][0].isalnum():
            at += 1
        elif (stop := organisation_end(scene, at, head)) > at and lower[at] not in lexicon.ROLES:
            affiliations.append((layout.starts[at], layout.ends[stop - 1]))
            at = stop
        elif _is_chamber(layout, at):
            affiliations.append((layout.starts[at], layout.ends[at]))
            at += 1
        else:
            break
        role_start = at
    while role_start < head and (
        lower[role_start] in PRAISE or lower[role_start] in lexicon.PAST or not layout.words[role_start][0].isalnum()
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


KIN = frozenset(
    "wife husband son daughter mother father brother sister friend neighbor neighbour nephew niece uncle aunt cousin "
    "grandson granddaughter "
    "grandfather grandmother girlfriend boyfriend widow widower partner colleague rival opponent supporter "
    "counterpart successor son-in-law daughter-in-law "
    "fiance fiancee critic biographer biographers ally allies friends critics opponents rivals supporters colleagues "
    "daughters sons".split()
)


def add_owner(scene: Scene, fact: Fact, first: int, last: int) -> None:
    """Adds the one who owns a description, "Nevada" in "Nevada's governor", to its affiliations."""
    layout = scene.layout
    if fact.head in KIN:
        return
    while first < last and layout.lower[first] in DETERMINERS:
        first += 1
    if first >= last:
        return
    name = scene.by_token.get(last - 1)
    begin = max(name.first, first) if name is not None else first
    if name is not None or layout.lower[last - 1] in lexicon.ORGANIZATIONS:
        fact.affiliations.append((layout.starts[begin], layout.ends[last - 1]))
