"""Which names are one: full name and surname, first name, title and surname, acronym and full form, spelling variants.

Persons are told apart by their full names. A shorter name goes to the one full name it fits; where it fits two people,
courtesy titles and then nearness decide, mention by mention, and the entity remembers that it shares a name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from attribution.speakers import lexicon
from attribution.speakers.kinds import NameKind
from attribution.speakers.layout import Layout
from attribution.speakers.names import Key, Name
from attribution.speakers.spellings import core, same_person, short_for

_HE = {
    "mr",
    "sir",
    "lord",
    "king",
    "prince",
    "father",
    "brother",
    "monsieur",
    "herr",
    "señor",
    "baron",
    "duke",
    "pope",
    "imam",
}

_SHE = {
    "mrs",
    "ms",
    "miss",
    "dame",
    "lady",
    "queen",
    "princess",
    "sister",
    "mother",
    "madame",
    "frau",
    "baroness",
    "duchess",
}

_USUAL = lexicon.PARTIES | lexicon.NATIONALITIES | lexicon.PLACES | lexicon.ORGANIZATIONS | lexicon.GIVEN

_PREFIXES = (
    lexicon.NATIONALITIES
    | lexicon.PLACES
    | {"house", "senate", "national", "federal", "state", "royal", "united", "new", "south", "north", "york", "states"}
)

_LEGAL = frozenset(
    "inc corp corporation sa plc ltd co ag gmbh llc nv bv spa ab asa oyj holdings holding company group".split()
)

_FILLERS = {"of", "the", "for", "and", "&", "on", "in"}

_SAME_PLACE = (
    "us united_states usa america|uk united_kingdom britain great_britain|turkey turkiye|uae united_arab_emirates|"
    "eu european_union"
)


@dataclass(slots=True)
class Entity:
    """Someone or something that the article names, with every mention.

    Attributes:
        kind: What it is.
        names: Its mentions, in order.
        canonical: The mention that gives its name most fully.
        gender: ``"m"``, ``"f"`` or ``None`` where the name and its titles do not say.
        certainty: How sure the kind is, 0 to 1.
        shared: Whether some mention could be another person's as well.
        joined: Why mentions of other spellings belong to it.
    """

    kind: NameKind
    names: list[Name]
    canonical: Name
    gender: str | None = None
    certainty: float = 1.0
    shared: bool = False
    joined: list[str] = field(default_factory=list)
    index: int = -1


def find_entities(
    layout: Layout, names: list[Name], kinds: dict[Key, tuple[NameKind, float]]
) -> tuple[list[Entity], list[Entity]]:
    """Groups the names of an article.

    Returns:
        The entities in order of their first mention, and for each name its entity.
    """
    groups: dict[Key, list[Name]] = defaultdict(list)
    for name in names:
        groups[name.key].append(name)
    persons = [key for key in groups if kinds[key][0] == "person"]
    others = [key for key in groups if kinds[key][0] != "person"]
    owner = _join_people(persons, groups, layout)
    entities: dict[Key, Entity] = {}
    of_name: dict[int, Entity] = {}
    reasons = _join_organizations(layout, others, groups)
    for key in others:
        root, reason = _root(reasons, key)
        entity = entities.get(root)
        if entity is None:
            kind = kinds[root][0]
            entity = entities[root] = Entity(kind, [], groups[root][0], certainty=kinds[root][1])
        if reason:
            entity.joined.append(reason)
        for name in groups[key]:
            of_name[id(name)] = entity
    for key in persons:
        for name, root in zip(groups[key], owner[key], strict=True):
            entity = entities.get(root)
            if entity is None:
                entity = entities[root] = Entity("person", [], groups[root][0], certainty=kinds[root][1])
            entity.shared |= len(set(owner[key])) > 1
            of_name[id(name)] = entity
    result = [of_name[id(name)] for name in names]
    for name, entity in zip(names, result, strict=True):
        entity.names.append(name)
    ordered = list({id(entity): entity for entity in result}.values())
    for index, entity in enumerate(ordered):
        entity.index = index
        entity.canonical = _fullest(layout, entity)
        if entity.kind == "person":
            entity.gender = gender_of(layout, entity)
    return ordered, result


def _root(reasons: dict[Key, tuple[Key, str]], key: Key) -> tuple[Key, str]:
    reason = ""
    for _ in range(4):
        if key not in reasons:
            break
        key, reason = reasons[key]
    return key, reason


def _fullest(layout: Layout, entity: Entity) -> Name:
    counts = Counter(name.key for name in entity.names)
    if entity.kind == "place":
        return max(entity.names, key=lambda name: (counts[name.key], len(name.key), -name.first))

    def fullness(name: Name) -> tuple[int, int, int, int]:
        text = layout.slice(name.first, name.last)
        return (
            len(name.key),
            sum(len(part) > 1 for part in name.key),
            not text.isupper(),
            counts[name.key] * 1000 + len(text),
        )

    return max(entity.names, key=fullness)


def _join_people(persons: list[Key], groups: dict[Key, list[Name]], layout: Layout) -> dict[Key, list[Key]]:
    """For each spelling, mention by mention, the fullest spelling of the same person."""
    full = sorted((key for key in persons if len(core(key)) > 1), key=lambda key: (-len(key), groups[key][0].first))
    root: dict[Key, Key] = {}
    for key in full:
        known = dict.fromkeys(root.values())
        same = [other for other in known if same_person(key, other)] or [
            other for other in known if len(other) > len(core(key)) and core(other)[-len(core(key)) :] == core(key)
        ]  # Wasserman Schultz is Debbie Wasserman Schultz
        root[key] = same[0] if same else key
    people = list(dict.fromkeys(root.values()))
    owner = {key: [root[key]] * len(groups[key]) for key in full}
    for key in persons:
        if key in owner:
            continue
        fits = [person for person in people if short_for(core(key), person)]
        fits = [person for person in fits if core(key)[-1] == person[-1]] or fits  # a surname before a first name
        owner[key] = [_choose(layout, name, fits, groups, root) if fits else key for name in groups[key]]
    return owner


def _choose(layout: Layout, name: Name, fits: list[Key], groups: dict[Key, list[Name]], root: dict[Key, Key]) -> Key:
    """The person a short name stands for, of several with it: courtesy title, then who is named in full most often."""
    if len(fits) == 1:
        return fits[0]
    title = set(layout.lower[name.title : name.first])
    wanted = "m" if title & _HE else "f" if title & _SHE else None
    if wanted:
        fits = [key for key in fits if given_gender(key[0]) in {wanted, None}] or fits

    def prominence(key: Key) -> tuple[int, int]:
        places = [other.first for spelling, person in root.items() if person == key for other in groups[spelling]]
        return -len(places), min(places)

    return min(fits, key=prominence)


def given_gender(word: str) -> str | None:
    """``"m"`` or ``"f"`` for a given name that is one of the two."""
    male, female = word in lexicon.MALE, word in lexicon.FEMALE
    return ("m" if male else "f") if male != female else None


def gender_of(layout: Layout, entity: Entity) -> str | None:
    """The gender that titles or else the given name tell."""
    for name in entity.names:
        title = set(layout.lower[name.title : name.first])
        if title & _SHE or any(word.endswith("woman") for word in title):
            return "f"
        if title & _HE or any(word.endswith("man") and word != "chairman" for word in title):
            return "m"
    key = entity.canonical.key
    return given_gender(key[0]) if len(key) > 1 or key[0] in lexicon.GIVEN else None


def _join_organizations(layout: Layout, keys: list[Key], groups: dict[Key, list[Name]]) -> dict[Key, tuple[Key, str]]:
    """For a spelling of an organisation or place the fuller spelling it stands for, and why."""
    joined: dict[Key, tuple[Key, str]] = {}
    known = set(keys)
    for group in _SAME_PLACE.split("|"):
        variants = [key for key in keys if "_".join(key) in group.split()]
        for key in variants[1:]:
            joined[key] = (variants[0], "another name of the same place")
    for full, short in _defined_acronyms(layout, groups, known):
        joined.setdefault(short, (full, "an abbreviation that the article defines"))
    long = [key for key in keys if len(key) > 1]
    for key in keys:
        if key in joined or (
            len(key) == 1 and (key[0] in lexicon.GROUPS or key[0].rstrip("s") in lexicon.NATIONALITIES)
        ):
            continue
        fits = [
            other
            for other in long
            if other != key and joined.get(other, ("",))[0] != key and _abbreviates(layout, key, other, groups)
        ]
        if len(fits) == 1:
            joined[key] = (fits[0], "a shorter form of the same name")
    return joined


def _defined_acronyms(layout: Layout, groups: dict[Key, list[Name]], known: set[Key]) -> list[tuple[Key, Key]]:
    """Pairs of full form and acronym that stand side by side, one in parentheses."""
    by_first = {name.first: name for key in known for name in groups[key]}
    pairs: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for key in known:
        for name in groups[key]:
            inner = by_first.get(name.last + 1)
            if (
                layout.words[name.last : name.last + 1] != ["("]
                or inner is None
                or layout.words[inner.last : inner.last + 1] != [")"]
            ):
                continue
            one, two = (key, inner.key) if len(key) >= len(inner.key) else (inner.key, key)
            if len(two) == 1 and len(one) > 1 and one[0][0] == two[0][0]:
                pairs.append((one, two))
    return pairs


def _abbreviates(layout: Layout, short: Key, full: Key, groups: dict[Key, list[Name]]) -> bool:
    word = layout.words[groups[short][0].first]
    if len(short) == 1 and word.isupper() and len(word) > 2:
        letters = word.replace(".", "").lower()
        every = "".join(part[0] for part in full)
        return letters in {every, "".join(part[0] for part in full if part not in _FILLERS)}
    if len(short) > 1:
        bare = [part for part in full if part not in _FILLERS]
        mine = [part for part in short if part not in _FILLERS]
        if full[: len(short)] == short and full[-1] in _LEGAL and " ".join(short) not in lexicon.PLACES:
            return True  # Tarn Paper is Tarn Paper Holdings SA
        extra = bare[: len(bare) - len(mine)]
        localised = bool(extra) and all(part in _PREFIXES for part in extra)
        return sorted(bare) == sorted(mine) or (len(mine) > 1 and localised and bare[-len(mine) :] == mine)
    if short[0] in lexicon.PLACES:
        return False
    if full[-1] not in lexicon.ORGANIZATIONS:
        return False
    return full[-1] == short[0] or (full[0] == short[0] and short[0] not in _USUAL)
