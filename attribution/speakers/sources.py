"""What the source of a quotation says by itself: a pronoun, names, or a description, and how many speak.

The head of the noun phrase decides. *A spokesman for Bernie Sanders* is a description, *Sanders' spokesman, Tad
Devine,* names Devine, *Mr. Effron and Mr. Pruzan* are two, *the campaign* is an organisation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from attribution.schema import Span
from attribution.speakers import lexicon
from attribution.speakers.entities import Entity
from attribution.speakers.layout import Layout
from attribution.speakers.names import PLURAL_DETERMINERS, Name, name_is_plural

SourceType = Literal["none", "pronoun", "name", "nominal"]

HE = frozenset({"he", "him", "his", "himself"})
SHE = frozenset({"she", "her", "hers", "herself"})
IT = frozenset({"it", "its", "itself"})
THEY = frozenset({"they", "them", "their", "themselves", "theirs"})
FIRST = frozenset({"i", "me", "my", "myself", "mine", "we", "us", "our", "ourselves", "ours"})
RELATIVE = frozenset({"who", "which", "that", "whom"})
OTHER = frozenset({"you", "your", "this", "these", "those", "one", "what"})
PRONOUNS = HE | SHE | IT | THEY | FIRST | RELATIVE | OTHER

_PREPOSITIONS = frozenset(
    "of for at in from with on to by against about under over between among near inside outside behind within across "
    "like including "
    "close who which whose that whom where said says told when after before as during through than is was were are "
    "has had".split()
)
_DEFINITE = frozenset({"the", "this", "that", "his", "her", "its", "their", "my", "our", "these", "those", "both"})
_INDEFINITE = frozenset(
    "a an another one some many most several other others few two three four five six seven eight nine ten dozens "
    "hundreds "
    "thousands any no every each all more countless numerous various multiple certain".split()
)
_ADVERBS = frozenset("today yesterday now also then here there too alone itself himself herself themselves".split())
_RETIRED = frozenset({"ret", "retd", "rtd", "retired", "res"})
_SHARES = frozenset(
    "percent majority number half quarter third thirds share plurality dozens hundreds thousands millions scores "
    "handful pair couple cent plenty lots lot".split()
)
_VAGUE = frozenset(
    "some others many few most several people one everyone anyone someone everybody nobody both all those each "
    "none".split()
)
_NOUNS = lexicon.ROLES | lexicon.GROUPS | lexicon.DOCUMENTS | lexicon.ORGANIZATIONS
_NAMED_AS = frozenset({"named", "called", "as", "identified", "nicknamed"})
_GLUE = frozenset({",", "—", "–", "-", ";", "(", "--"})


VAGUE = frozenset(
    "some others many few most several people one everyone anyone someone all those each none any those you this "
    "what it".split()
)
"""Words that stand for no one in particular."""


@dataclass(slots=True)
class Source:
    """One source, read.

    Attributes:
        type: How it refers.
        first: Its first token; ``-1`` without a source.
        last: The token after its last.
        head: The token of the head noun or pronoun; ``-1`` without a source.
        names: The names of those who speak, one for each speaker.
        plural: Whether the description is of several people.
        definite: Whether it points at someone known (*the spokesman*, *his lawyer*).
        noun: The head noun in lower case, for descriptions.
        also: Whether someone without a name is credited beside the names.
        start: The first token of the head's own noun phrase.
        possessor: The name or pronoun token that owns the head (*Trump's campaign*), as ``(first, last)``.
        complement: Tokens after the head that belong to its noun phrase, ``(first, last)``.
    """

    type: SourceType
    first: int = -1
    last: int = -1
    head: int = -1
    names: list[Name] = field(default_factory=list)
    plural: bool = False
    definite: bool = False
    noun: str = ""
    also: bool = False
    start: int = -1
    possessor: tuple[int, int] | None = None
    complement: tuple[int, int] | None = None


def read_source(layout: Layout, spans: list[Span], by_token: dict[int, Name], owner: dict[int, Entity]) -> Source:
    """Reads one source.

    Args:
        layout: The article.
        spans: The source's spans.
        by_token: For each token inside a name, that name.
        owner: For each name, by ``id``, its entity.
    """
    ranges = [layout.at(span.start, span.end) for span in spans]
    ranges = [(first, last) for first, last in ranges if first < last]
    if not ranges:
        return Source("none")
    read = [_read_range(layout, first, last, by_token, owner) for first, last in ranges]
    best = next((item for item in read if item.type == "name"), read[0])
    if len(read) > 1 and best.type == "pronoun" and read[1].type != "none":
        best = read[1]
    return best


def _read_range(layout: Layout, first: int, last: int, by_token: dict[int, Name], owner: dict[int, Entity]) -> Source:
    lower = layout.lower
    while first < last - 1 and not layout.words[first][0].isalnum() and layout.words[first] not in {"@", "#"}:
        first += 1
    while last - 1 > first and layout.words[last - 1] in {",", "—", "–", ";", ":", "--", '"', "“"}:
        last -= 1
    while first < last - 1 and lower[first] in {"and", "by", "but", "even", "from", "to"}:
        first += 1
    word, _, contracted = lower[first].partition("'")
    if last - first == 1 and contracted in {"ve", "re", "ll", "d", "m", "s"} and word in PRONOUNS:
        return Source("pronoun", first, last, first, noun=word, plural=word in THEY or word == "we")
    if lower[first] in PRONOUNS and (
        last - first == 1
        or (last - first == 2 and lower[last - 1] in {"himself", "herself", "themselves", "all", "both", "also"})
    ):
        return Source(
            "pronoun",
            first,
            last,
            first,
            noun=lower[first],
            plural=lower[first] in THEY or lower[first] in {"we", "us"},
        )
    start, head, end, possessor = _noun_phrase(layout, first, last, by_token)
    titled = _titled(layout, start, end, last, by_token, owner)
    if titled is not None:
        head, end = titled.last - 1, titled.last
    source = Source("nominal", first, last, head, start=start, possessor=possessor)
    name = by_token.get(head)
    kind = owner[id(name)].kind if name is not None else None
    if name is not None and kind in {"person", "organization", "place", "other"} and head == min(name.last, last) - 1:
        source.type, source.names = "name", [name]
    _add_coordinated(layout, source, end, by_token, owner)
    if source.type == "nominal":
        _read_description(layout, source, end)
        _find_apposed_name(layout, source, end, by_token, owner)
    elif kind != "person" and layout.lower[first] not in {"the"}:
        _prefer_person(layout, source, end, by_token, owner)
    return source


def _titled(
    layout: Layout, start: int, end: int, last: int, by_token: dict[int, Name], owner: dict[int, Entity]
) -> Name | None:
    """The person in "Superintendent of Police Ann Lee" and "HOST (Ann Lee)", where the first noun is a title."""
    if end + 1 >= last or layout.lower[end] not in {"of", "for", "("}:
        return None
    if layout.lower[end] == "(":
        label = layout.words[start].isupper() and end - start == 1 and len(layout.words[start]) > 1
        name = by_token.get(end + 1) if label else None
    else:
        name = next((one for at in range(end + 1, last) if (one := by_token.get(at)) and one.title <= start + 1), None)
    return name if name is not None and owner[id(name)].kind == "person" and name.last <= last else None


def _noun_phrase(
    layout: Layout, first: int, last: int, by_token: dict[int, Name]
) -> tuple[int, int, int, tuple[int, int] | None]:
    """The first token of the head's noun phrase, its head, the token after it, and its possessor."""
    start, at, possessor = first, first, None
    while at < last:
        name = by_token.get(at)
        if name is not None and name.first == at:
            at = min(name.last, last)
            continue
        word = layout.lower[at]
        if at + 1 >= last and word in {"'s", "'", "’"}:
            break
        if word == "'s" or (word in {"'", "’"} and at > first and layout.words[at - 1].endswith("s") and at + 1 < last):
            possessor = (start, at)
            start = at = at + 1
            continue
        if (
            word == "(" and at + 2 < last and layout.lower[at + 1] in _RETIRED and ")" in layout.words[at + 2 : at + 4]
        ):  # Admiral (ret.) Ann Lee
            at += layout.words[at:last].index(")") + 1
            continue
        if at > start and (word in _PREPOSITIONS or word in _GLUE or word in {"and", "or", '"', "“", ")", ":"}):
            break
        if (
            at > start
            and layout.words[at][0].islower()
            and word.endswith(("ed", "ing", "out", "who's"))
            and layout.lower[at - 1] in _NOUNS
            and word not in _NOUNS
        ):
            break
        at += 1
    end = at
    head = end - 1
    while head > start and (
        not layout.words[head][0].isalnum()
        or layout.lower[head] in _ADVERBS
        or (layout.lower[head].endswith("ly") and layout.lower[head - 1] in _NOUNS and layout.lower[head] not in _NOUNS)
    ):
        head -= 1
    return start, head, end, possessor


def _add_coordinated(
    layout: Layout, source: Source, end: int, by_token: dict[int, Name], owner: dict[int, Entity]
) -> None:
    """Adds the further speakers of *A, B and C said*; an apposition between commas is not one of them."""
    lower, last = layout.lower, source.last
    found: list[Name] = []
    at, also, listed = end, False, False
    while at < last:
        joint = lower[at]
        if joint == "(":
            at = next((i + 1 for i in range(at, last) if lower[i] == ")"), last)
            continue
        if joint == "," and at + 1 < last and lower[at + 1] in {"and", "or"}:
            at += 1
            joint = lower[at]
        if joint not in {",", "and", "or", "&", "nor"}:
            break
        _, head, stop, _ = _noun_phrase(layout, at + 1, last, by_token)
        name = by_token.get(head)
        person = (
            name is not None
            and head == name.last - 1
            and (
                owner[id(name)].kind in {"person", "organization"}
                or (owner[id(name)].kind == "other" and not name_is_plural(layout, name))
            )
        )
        if joint in {"and", "or", "&", "nor"}:
            listed = True
            if person and name is not None:
                found.append(name)
            else:
                also = True
        elif (
            source.type == "name" and person and name is not None and owner[id(name)] is not owner[id(source.names[0])]
        ):
            found.append(name)
        else:
            break
        at = stop
    if source.type == "nominal" and found and listed and _is_one_person(layout, source, end, found):
        source.type, source.names, source.head = "name", found, found[0].last - 1
    elif source.type == "name" and listed:
        source.names += found
        source.also = also
        source.plural = True
    elif source.type == "nominal" and listed:
        source.plural = True


def _is_one_person(layout: Layout, source: Source, end: int, found: list[Name]) -> bool:
    """*Former senator and presidential candidate Ann Lee*: two roles, one person."""
    role = layout.lower[source.head] in lexicon.ROLES and layout.lower[source.head] not in lexicon.GROUPS
    between = layout.lower[end + 1 : found[0].first]
    return (
        role
        and len(found) == 1
        and bool(between)
        and between[0] not in _DEFINITE | _INDEFINITE
        and any(word in lexicon.ROLES for word in between)
    )


def _read_description(layout: Layout, source: Source, end: int) -> None:
    lower = layout.lower
    opening = lower[source.start] if source.start < source.head + 1 else ""
    noun = lower[source.head]
    if noun in _VAGUE or noun in _SHARES or noun.isdigit() or noun.endswith("%"):
        following = [at for at in range(end + 1, source.last) if lower[end] in {"of", "in"} or layout.words[end] == "%"]
        deeper = next((at for at in following if lower[at] in lexicon.GROUPS or lower[at] in {"people"}), None)
        source.plural = noun != "one"
        if deeper is not None and noun != "one":
            source.head, noun = deeper, lower[deeper]
        elif deeper is not None:
            source.plural = False
            source.noun, source.definite = noun, False
            return
    source.noun = noun
    source.definite = opening in _DEFINITE or source.possessor is not None
    many = opening in PLURAL_DETERMINERS or noun in lexicon.GROUPS
    ends = noun.endswith("s") and not noun.endswith("ss") and noun not in lexicon.ROLES
    source.plural = source.plural or many or (ends and noun not in lexicon.ORGANIZATIONS)
    source.complement = (end, source.last) if end < source.last else None
    if opening == "one" or (noun == "one" and end < source.last):
        source.plural = False


def _find_apposed_name(
    layout: Layout, source: Source, end: int, by_token: dict[int, Name], owner: dict[int, Entity]
) -> None:
    """*Nevada's governor, Brian Sandoval* and *a man named Bob* name the one they describe."""
    if source.plural and source.noun not in lexicon.ROLES:
        return
    if source.noun in lexicon.DOCUMENTS or source.noun in lexicon.ORGANIZATIONS:
        return
    for at in range(end, source.last - 1):
        opens = layout.words[at] in _GLUE or layout.lower[at] in _NAMED_AS
        if not opens or (layout.lower[at] == "as" and layout.lower[at - 1] not in {"known", "identified", "named"}):
            continue
        _, head, stop, _ = _noun_phrase(layout, at + 1, source.last, by_token)
        name = by_token.get(head)
        if name is None or owner[id(name)].kind != "person" or head != name.last - 1:
            continue
        if (
            stop < source.last
            and layout.words[stop] not in {",", "—", "–", "(", ")", "--"}
            and layout.lower[stop] not in {"of", "who"}
        ):
            continue
        source.type, source.names = "name", [name]
        return


def _prefer_person(
    layout: Layout, source: Source, end: int, by_token: dict[int, Name], owner: dict[int, Entity]
) -> None:
    """*Foreign Ministry, spokesman Ali Reza* or a run cut short: a person's name at the end is the speaker's."""
    name = by_token.get(source.last - 1)
    if name is not None and owner[id(name)].kind == "person" and name.last == source.last and end < source.last:
        before = layout.lower[name.first - 1]
        if before in lexicon.ROLES or layout.words[name.title - 1] in _GLUE:
            source.names = [name]
            source.head = name.last - 1
