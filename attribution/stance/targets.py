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
from itertools import islice
from typing import Any

from attribution.schema import Article, Speaker
from attribution.speakers.entities import find_entities
from attribution.speakers.kinds import decide_kinds
from attribution.speakers.layout import Layout, read_layout
from attribution.speakers.lexicon import ROLES
from attribution.speakers.names import find_names
from attribution.stance.lexicon import ACTING, ACTOR_NOUNS, CAPITALS, NOT_NAMES, PLACE_BEFORE, STATES, TITLES

Offset = tuple[int, int]

MAX_TARGETS = 8
_NOMINAL = re.compile(r"\b[a-z]+\b")
_DEFINITE = re.compile(r"\b(?:the|these|those|its|their) (?:[\w-]+ ){0,2}$", re.IGNORECASE)
_FRAGMENT = re.compile(r"\w|[RDI]-\w+\.?")  # an initial, or a party and state in brackets
_BYLINE = re.compile(r"(?m)^[ \t]*By [A-Z][^\n.!?]{2,80}$")
_TOP = 1000  # characters of an article in which a byline may stand
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
        found = _without_inner([_given(article.text, item) for item in _records(wanted)])
        return [_with_speakers(target, speakers, article.text) for target in found]
    names = _name_clusters(read_layout(article.text), join_states)
    clusters = _with_nominals(names, _nominal_clusters(article.text))
    grown = [_with_speakers(target, speakers, article.text) for target in clusters]
    ranked = sorted(grown, key=lambda target: (-_weight(target, article), target.mentions[0]))
    tellers = [found.span() for found in _BYLINE.finditer(article.text, 0, _TOP)]
    main = (item for item in _without_overlap(ranked) if _is_main(item, article) and not _tells(item, article, tellers))
    return list(islice(main, limit))


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
    return Target(name, tuple(disjoint(spans)))


def _without_inner(targets: Sequence[Target]) -> list[Target]:
    """The targets without mentions inside a longer one of another: the "Renn" of "Ada Renn" is not Mira Renn."""
    every = {span for target in targets for span in target.mentions}
    inner = {span for span in every if any(_inside(span, other) for other in every)}
    return [replace(item, mentions=tuple(span for span in item.mentions if span not in inner)) for item in targets]


def _inside(span: Offset, other: Offset) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _occurrences(text: str, form: str) -> Iterator[Offset]:
    flags = re.IGNORECASE if form == form.lower() or " " in form else re.NOFLAG
    for found in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text, flags):
        yield found.span()


def disjoint(spans: Sequence[Offset]) -> Iterator[Offset]:
    """Those of the ordered spans that do not overlap one before them."""
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
            return replace(target, mentions=tuple(disjoint(spans)), kind=kind)
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


def _tells(target: Target, article: Article, bylines: Sequence[Offset]) -> bool:
    """Whether it is the outlet itself or the reporter, whom the article names without being about them."""
    signed = any(first <= start < last for start, _ in target.mentions for first, last in bylines)
    return signed or bool(article.outlet and _name_words(article.outlet) == _name_words(target.name))


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
