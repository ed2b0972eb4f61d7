"""The actors an article is about: people, organisations, states, forces and groups, with every mention of them.

Mentions are runs of capitalised words, the speakers' own mentions, and definite nouns that name groups ("the
militants"). They are clustered by rule over the whole article. A state, its capital as the name of its government, and
its forces are told apart by default; :func:`find_targets` can join them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from attribution.schema import Article, Speaker
from attribution.speakers.entities import find_entities
from attribution.speakers.kinds import decide_kinds
from attribution.speakers.layout import Layout, read_layout
from attribution.speakers.lexicon import ROLES
from attribution.speakers.names import find_names
from attribution.stance.lexicon import ACTING, ACTOR_NOUNS, CAPITALS, NOT_NAMES, PLACE_BEFORE, STATES, TITLES
from attribution.stance.sentences import sentences

Offset = tuple[int, int]

MAX_TARGETS = 8
_NOMINAL = re.compile(r"\b[a-z]+\b")
_DEFINITE = re.compile(r"\b(?:the|these|those|its|their) (?:[\w-]+ ){0,2}$", re.IGNORECASE)
_FRAGMENT = re.compile(r"\w|[RDI]-\w+\.?")  # an initial, or a party and state in brackets
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")


@dataclass(frozen=True)
class Target:
    """One actor: its fullest name, and its mentions in the text, in order, without overlap.

    ``kind`` is ``person``, ``organization``, ``place``, ``group`` or ``other``; ``gender`` ``m``, ``f`` or ``None``.
    """

    name: str
    mentions: tuple[Offset, ...]
    kind: str = "other"
    gender: str | None = None


def find_targets(
    article: Article, speakers: Iterable[Speaker] = (), *, limit: int = MAX_TARGETS, join_states: bool = False
) -> list[Target]:
    """The targets of an article: those the input asks for, else its main actors, most mentioned first.

    Args:
        article: ``meta["targets"]`` may hold ``{"name", "aliases"}`` records; then only those are found.
        speakers: Resolved speakers, whose mentions (pronouns too) are added to the actor of the same name.
        limit: At most this many actors are found by themselves.
        join_states: Counts a capital ("Ankara") as a mention of its state.
    """
    speakers = list(speakers)
    wanted = article.meta.get("targets")
    if wanted:
        found = [_given(article.text, item) for item in _records(wanted)]
        return [_with_speakers(target, speakers, article.text) for target in found]
    names = _name_clusters(read_layout(article.text), join_states)
    clusters = _with_nominals(names, _nominal_clusters(article.text))
    grown = [_with_speakers(target, speakers, article.text) for target in clusters]
    ranked = sorted(grown, key=lambda target: (-_weight(target, article), target.mentions[0]))
    return [target for target in _without_overlap(ranked) if _is_main(target, article)][:limit]


def _records(wanted: Any) -> list[Mapping[str, Any]]:
    return [{"name": item} if isinstance(item, str) else item for item in wanted]


def _given(text: str, wanted: Mapping[str, Any]) -> Target:
    """A target of the input, with all places where its name, its aliases or its surname stand."""
    name = str(wanted["name"])
    forms = {name, *(str(alias) for alias in wanted.get("aliases") or [])}
    words = name.split()
    if len(words) in (2, 3) and all(word[0].isupper() for word in words) and words[0].lower() not in TITLES:
        forms.add(words[-1])
    spans = sorted({span for form in forms for span in _occurrences(text, form)}, key=lambda span: (span[0], -span[1]))
    return Target(name, tuple(_disjoint(spans)))


def _occurrences(text: str, form: str) -> Iterator[Offset]:
    flags = re.NOFLAG if form != form.lower() else re.IGNORECASE
    for found in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text, flags):
        yield found.span()


def _disjoint(spans: Sequence[Offset]) -> Iterator[Offset]:
    end = -1
    for start, last in spans:
        if start >= end:
            yield start, last
            end = last


def _name_clusters(layout: Layout, join_states: bool) -> list[Target]:
    """Everything the article names, with the people, organisations and states that the speakers' rules make of it."""
    names = find_names(layout)
    entities, _ = find_entities(layout, names, decide_kinds(layout, names))
    found: dict[str, Target] = {}
    for entity in entities:
        name = layout.slice(entity.canonical.first, entity.canonical.last)
        state = CAPITALS.get(name.lower()) if join_states else None
        spans = {(layout.starts[item.first], layout.ends[item.last - 1]) for item in entity.names}
        merged = found.get(state or name)
        every = tuple(sorted(spans | set(merged.mentions if merged else ())))
        found[state or name] = Target(state or name, every, kind=entity.kind, gender=entity.gender)
    return list(found.values())


def _nominal_clusters(text: str) -> list[Target]:
    """Group nouns with a definite article, or plural without one: "the militants", "police", "Turkish forces"."""
    merged: dict[str, list[Offset]] = defaultdict(list)
    for found in _NOMINAL.finditer(text):
        head, start = found.group(), found.start()
        definite = _DEFINITE.search(text, max(0, start - 40), start)
        if _is_actor(head) and (definite or head.endswith("s") or head == "police"):
            nation = re.search(r"\b[A-Z][\w-]+ $", text[max(0, start - 30) : start])
            named = nation is not None and nation.group().strip().lower() not in NOT_NAMES
            begin = start - len(nation.group()) if nation and named else start
            merged[text[begin : found.end()]].append((begin, found.end()))
    return [Target(name, tuple(spans), kind="group") for name, spans in _with_bare_heads(merged).items()]


def _is_actor(head: str) -> bool:
    return head in ACTOR_NOUNS or (head.endswith("s") and head[:-1] in ROLES)


def _with_nominals(names: Sequence[Target], nominals: Sequence[Target]) -> list[Target]:
    """Counts "the union" as the only organisation whose name ends in *Union*; other group nouns stay on their own."""
    joined = {target.name: target for target in names}
    for nominal in nominals:
        owners = [name for name in joined if name.lower().endswith(f" {nominal.name.lower()}")]
        if len(owners) == 1:
            owner = joined[owners[0]]
            joined[owners[0]] = replace(owner, mentions=tuple(sorted({*owner.mentions, *nominal.mentions})))
        else:
            joined[nominal.name] = nominal
    return list(joined.values())


def _with_bare_heads(merged: Mapping[str, list[Offset]]) -> dict[str, list[Offset]]:
    """Counts "the army" as "Turkish army" when only one army is named."""
    result = {name: list(spans) for name, spans in merged.items()}
    for head in [name for name in merged if " " not in name]:
        fuller = [name for name in merged if name.endswith(f" {head}")]
        if len(fuller) == 1:
            result[fuller[0]] = sorted([*result[fuller[0]], *result.pop(head)])
    return result


def _with_speakers(target: Target, speakers: Sequence[Speaker], text: str) -> Target:
    """The target with the mentions of the speaker who has its name, pronouns among them."""
    for speaker in speakers:
        if speaker.name and same_name(speaker.name, target.name):
            spans = sorted({*target.mentions, *((item.start, item.end) for item in speaker.mentions)})
            spans = [span for span in spans if text[slice(*span)]]
            kind = "person" if speaker.kind == "person" else target.kind
            return replace(target, mentions=tuple(_disjoint(spans)), kind=kind)
    return target


def same_name(one: str, other: str) -> bool:
    """Whether two names are one actor's: equal without case and titles, or one is the other's surname."""
    first, second = _name_words(one), _name_words(other)
    if not first or not second:
        return False
    return first == second or (min(len(first), len(second)) == 1 and first[-1] == second[-1])


def _name_words(name: str) -> list[str]:
    return [word for word in re.findall(r"\w+", name.lower()) if word not in TITLES and word != "the"]


def _weight(target: Target, article: Article) -> float:
    """Mentions, with more for those in the headline and near the top."""
    title = article.title or ""
    in_title = any(word in title for word in {target.name, target.name.split()[-1]})
    early = sum(start < 600 for start, _ in target.mentions)
    return len(target.mentions) + 0.5 * early + 3 * in_title


def _without_overlap(ranked: Iterable[Target]) -> Iterator[Target]:
    """Every stretch of text mentions one target: the highest ranked one that claims it."""
    taken: list[Offset] = []
    for target in ranked:
        free = [span for span in target.mentions if not any(s < span[1] and span[0] < e for s, e in taken)]
        if free:
            taken += free
            yield replace(target, mentions=tuple(free))


def _is_main(target: Target, article: Article) -> bool:
    """At least two mentions, or the headline; and a thing that acts rather than a place."""
    named = target.name in (article.title or "") or any(start < 120 for start, _ in target.mentions)
    enough = len(target.mentions) > 1 or named
    return enough and _FRAGMENT.fullmatch(target.name) is None and _acts(target, article.text)


def _acts(target: Target, text: str) -> bool:
    """Whether it is somebody or something that acts, by its kind, else by what stands around its mentions."""
    if target.kind in {"person", "organization", "group"} or target.name.lower() in STATES:
        return True
    votes: Counter[str] = Counter()
    for start, end in target.mentions:
        before = _WORD.findall(text[max(0, start - 25) : start].lower())[-1:]
        after = _WORD.findall(text[end : end + 25].lower())[:1]
        votes["place"] += bool(before) and before[0] in PLACE_BEFORE
        votes["actor"] += (bool(after) and after[0] in ACTING) or text[end : end + 2] in {"’s", "'s"}
    return votes["actor"] > votes["place"] or (votes["place"] == 0 and len(target.name.split()) > 1)


def pronouns(targets: Sequence[Target], text: str, blocked: Sequence[Offset] = ()) -> list[Target]:
    """Adds *he* and *she* where exactly one person was named just before, in the same or the previous sentence.

    Args:
        targets: The targets of the article.
        text: Its text.
        blocked: Stretches whose pronouns are left alone (quotations: their *he* is somebody else's).
    """
    masked = text
    for start, end in blocked:  # so that nothing inside a quotation decides whom the outlet's pronouns mean
        masked = masked[:start] + "_" * (end - start) + masked[end:]
    people = {
        span: i
        for i, target in enumerate(targets)
        if target.kind == "person"
        for span in target.mentions
        if masked[slice(*span)] == text[slice(*span)]
    }
    taken = {span for target in targets for span in target.mentions}
    added: dict[int, list[Offset]] = defaultdict(list)
    before: set[int] = set()
    for first, last in sentences(masked):
        here = {span: index for span, index in people.items() if first <= span[0] < last}
        for found in _PRONOUN.finditer(text, first, last):
            gender = "f" if found.group().lower() in {"she", "her"} else "m"
            earlier = _fitting({i for span, i in here.items() if span[1] <= found.start()}, targets, gender)
            earlier = earlier or _fitting(before, targets, gender)
            free = not any(start <= found.start() < end for start, end in blocked) and found.span() not in taken
            if len(earlier) == 1 and free:
                added[next(iter(earlier))].append(found.span())
        before = set(here.values()) or before
    return [
        replace(target, mentions=tuple(_disjoint(sorted({*target.mentions, *added[index]}))))
        for index, target in enumerate(targets)
    ]


def spoken_pronouns(
    targets: Sequence[Target], text: str, spoken: Sequence[tuple[int, int, str | None]]
) -> list[Target]:
    """Adds *he*, *she*, *they* and *it* inside other people's words to the actor named last before, else right after.

    Args:
        targets: The targets of the article.
        text: Its text.
        spoken: Stretches of quoted and reported words, each with the name of who speaks. Neither the speaker nor an
            actor whom the stretch names itself is ever meant.
    """
    added: dict[int, list[Offset]] = defaultdict(list)
    places = sorted((span, index) for index, target in enumerate(targets) for span in target.mentions)
    for start, end, speaker in spoken:
        named = {index for span, index in places if start <= span[0] < end}
        named |= {index for index, target in enumerate(targets) if speaker and same_name(speaker, target.name)}
        others = [(span, index) for span, index in places if index not in named]
        for found in _SPOKEN_PRONOUN.finditer(text, start, end):
            at = found.start()
            if not any(span[0] <= at < span[1] for span, _ in places):
                fitting = [(span, index) for span, index in others if _may_mean(targets[index], found.group().lower())]
                before = [index for span, index in fitting if at - _BACK <= span[0] < at]
                after = [index for span, index in fitting if at < span[0] <= end + _AHEAD]
                if before or after:
                    added[before[-1] if before else after[0]].append(found.span())
    return [
        replace(target, mentions=tuple(_disjoint(sorted({*target.mentions, *added[index]}))))
        for index, target in enumerate(targets)
    ]


def _may_mean(target: Target, pronoun: str) -> bool:
    if pronoun in {"he", "him", "his"}:
        return target.kind in {"person", "other"} and target.gender != "f"
    if pronoun in {"she", "her"}:
        return target.kind in {"person", "other"} and target.gender != "m"
    return target.kind != "person"


def is_pronoun(words: str) -> bool:
    """Whether a mention is nothing but a personal or possessive pronoun."""
    return words.lower() in _PRONOUNS


def _fitting(indices: set[int], targets: Sequence[Target], gender: str) -> set[int]:
    """Those of the right gender; those of unknown gender only where nobody is of the right one."""
    known = {index for index in indices if targets[index].gender == gender}
    return known or {index for index in indices if targets[index].gender is None}


_BACK, _AHEAD = 900, 200  # characters before and behind a spoken pronoun in which its actor must be named
_SPOKEN_PRONOUN = re.compile(r"\b(?:he|she|his|him|her|they|them|their|it|its)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]im|[Hh]er)\b")
_PRONOUNS = frozenset("he she his him her hers it its they them their who whose i we you".split())
