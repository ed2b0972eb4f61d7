"""From what a reviewer left behind back to an annotated article.

The prediction's record is the base. Whatever a region, an arrow or a row says is taken from the review; whatever the
reviewer cannot see (evidence, mentions, ids, the release) is joined again by the ids of the regions. Something that was
not touched comes back exactly as it went out, so a round trip without a reviewer is the identity. A confidence belongs
to the model's own answer: it becomes ``null`` on the items that a person changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from attribution.review import layout as lay
from attribution.review.layout import Layout, Places, Region, lay_out, places
from attribution.review.results import quoted_region
from attribution.review.rows import settle_rows
from attribution.review.voices import Quote, Voices, plain
from attribution.schema import Affiliation, AnnotatedArticle, Attribution, Role, Span, Speaker, Stance

Held = TypeVar("Held", Role, Affiliation)
Changed = TypeVar("Changed", Attribution, Speaker, Stance)


@dataclass(frozen=True)
class Rebuilt:
    """A reviewed record, and what hinders using it; ``deleted`` are the predictions that were struck out."""

    record: AnnotatedArticle
    faults: list[str]
    deleted: list[Attribution]
    changed: list[str]


def rebuild(base: AnnotatedArticle, prefix: str, layout: Layout) -> Rebuilt:
    """The record that a reviewed layout describes.

    Args:
        base: The record that the reviewer was shown.
        prefix: What its region ids began with.
        layout: What the reviewer left behind, every arrow in place (see ``completion``).
    """
    faults: list[str] = []
    before, where = lay_out(base, prefix), places(base, prefix)
    quotes = quotes_of(base, where, layout, faults)
    voices = Voices(base, before, where, layout, quotes, faults)
    voices.settle()
    speakers = _belongings(base, where, layout, quotes, voices, faults)
    attributions = [_attribution(base, layout, quote, voices.speaker[at], faults) for at, quote in enumerate(quotes)]
    stances = settle_rows(base, layout, faults)
    kept = _referred(base, speakers, attributions, stances)
    if faults:
        return Rebuilt(base, faults, [], [])
    record = base.model_copy(
        update={"attributions": _in_order(base, attributions), "speakers": kept, "stances": stances}
    )
    return _certain(base, AnnotatedArticle.model_validate(record.model_dump(by_alias=True)))


def quotes_of(base: AnnotatedArticle, where: Places, layout: Layout, faults: list[str]) -> list[Quote]:
    """Every quotation of the layout: contents tied by ``continues``, with what points at them."""
    regions = {region.id: region for region in layout.regions}
    owner = {region: at for at, ids in enumerate(where.contents) for region in ids}
    contents = [region.id for region in layout.regions if region.label == "Content"]
    found: list[Quote] = []
    taken: set[int] = set()
    groups = components(contents, [(r.origin, r.goal) for r in layout.relations if r.label == lay.CONTINUES])
    for group in sorted(groups, key=lambda ids: min(_rank(where, owner, regions, one) for one in ids)):
        ranked = sorted(group, key=lambda one: _rank(where, owner, regions, one))
        index = next((owner[one] for one in ranked if one in owner and owner[one] not in taken), None)
        taken.update(() if index is None else (index,))
        found.append(_quote(where, regions, layout, group, index))
    for region in layout.regions:
        if region.label in ("Cue", "Source") and not any(region.id in (*q.cues, *q.sources) for q in found):
            words = quoted_region(base.article.text, region)
            faults += [f"{words} belongs to no quotation; draw an arrow or delete it"]
    return found


def _rank(where: Places, owner: dict[str, int], regions: dict[str, Region], one: str) -> tuple[int, int, int]:
    """First contents first: the group that holds the head of a predicted quotation keeps its identity."""
    if one in owner:
        return (where.contents[owner[one]].index(one), owner[one], 0)
    return (1 << 30, regions[one].start, regions[one].end)


def _quote(where: Places, regions: dict[str, Region], layout: Layout, group: set[str], index: int | None) -> Quote:
    def pointing(label: str) -> set[str]:
        return {r.origin for r in layout.relations if r.label == label and r.goal in group}

    def ordered(ids: set[str], known: list[str]) -> list[str]:
        new = sorted(ids - set(known), key=lambda one: (regions[one].start, regions[one].end, one))
        return [one for one in known if one in ids] + new

    known = ([], [], []) if index is None else (where.contents[index], where.cues[index], where.sources[index])
    return Quote(
        index,
        ordered(group, known[0]),
        ordered(pointing(lay.CUE), known[1]),
        ordered(pointing(lay.SOURCE), known[2]),
    )


def components(nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> list[set[str]]:
    """The connected components of an undirected graph, in the order of their first node."""
    group = {node: {node} for node in nodes}
    for one, other in edges:
        if one in group and other in group and group[one] is not group[other]:
            group[one] |= group[other]
            for node in group[other]:
                group[node] = group[one]
    return list({id(members): members for members in group.values()}.values())


def _attribution(
    base: AnnotatedArticle, layout: Layout, quote: Quote, speaker: str | None, faults: list[str]
) -> Attribution | None:
    regions = {region.id: region for region in layout.regions}
    before = None if quote.index is None else base.attributions[quote.index]
    head = quoted_region(base.article.text, regions[quote.contents[0]])
    contents = [regions[one] for one in quote.contents]
    kind = _one([region.kind for region in contents], before.kind if before else None)
    endorsement = _one([region.endorsement for region in contents], before.endorsement if before else None)
    if kind is None:
        faults.append(f"{head}: choose whether it is direct, indirect or mixed")
    if _CLASH in (kind, endorsement):
        faults.append(f"{head}: its parts have different answers; give all of them the same")
    if kind is None or _CLASH in (kind, endorsement):
        return None

    def spans(ids: list[str]) -> list[Span]:
        return [base.article.span(regions[one].start, regions[one].end) for one in ids]

    fields = {
        "id": before.id if before else _fresh(quote.contents[0], {item.id for item in base.attributions}),
        "kind": kind,
        "content": spans(quote.contents),
        "cue": spans(quote.cues),
        "source": spans(quote.sources),
        "speaker": speaker,
        "endorsement": endorsement,
    }
    return before.model_copy(update=fields) if before else Attribution(**fields)  # type: ignore[arg-type]


_CLASH = "\0"


def _one(values: list[str | None], before: str | None) -> str | None:
    """The one answer that several regions of an item give; a changed one outvotes those left as they were."""
    if len(set(values)) == 1:
        return values[0]
    changed = set(values) - {before, None}
    return changed.pop() if len(changed) == 1 else _CLASH if changed else before


def _fresh(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "'"
    return wanted


def _in_order(base: AnnotatedArticle, attributions: list[Attribution | None]) -> list[Attribution]:
    """Predicted attributions in the order they had, new ones where the text has them."""
    found = [item for item in attributions if item is not None]
    rank = {item.id: at for at, item in enumerate(base.attributions)}
    ordered = sorted((item for item in found if item.id in rank), key=lambda item: rank[item.id])
    for item in sorted((item for item in found if item.id not in rank), key=lambda item: item.content[0].start):
        later = (at for at, other in enumerate(ordered) if other.content[0].start > item.content[0].start)
        ordered.insert(next(later, len(ordered)), item)
    return ordered


def _belongings(
    base: AnnotatedArticle, where: Places, layout: Layout, quotes: list[Quote], voices: Voices, faults: list[str]
) -> list[Speaker]:
    """All speakers with the roles and affiliations that are theirs."""
    owned: dict[str, list[Region]] = {}
    for region in layout.regions:
        if region.label in ("Role", "Affiliation"):
            owners = _owners(base, where, layout, quotes, voices, region)
            for owner in owners:
                owned.setdefault(owner, []).append(region)
            if not owners:
                words = quoted_region(base.article.text, region)
                faults.append(f"{words} belongs to no speaker; draw an arrow to the source or delete it")
    speakers = []
    for speaker in voices.everyone():
        at = next((n for n, item in enumerate(base.speakers) if item.id == speaker.id), None)
        mine = owned.get(speaker.id, [])
        roles = _held(
            [r for r in mine if r.label == "Role"],
            [] if at is None else where.roles[at],
            lay.roles_of(speaker),
            lambda region, old: _role(base, region, old),
        )
        held = _held(
            [r for r in mine if r.label == "Affiliation"],
            [] if at is None else where.affiliations[at],
            lay.affiliations_of(speaker),
            lambda region, old: _affiliation(base, region, old),
        )
        speakers.append(
            speaker.model_copy(
                update=_main_and_others(speaker, "role", roles) | _main_and_others(speaker, "affiliation", held)
            )
        )
    return speakers


def _owners(
    base: AnnotatedArticle, where: Places, layout: Layout, quotes: list[Quote], voices: Voices, region: Region
) -> list[str]:
    """Whose a role or affiliation is: of the speaker at the end of its arrow.

    The arrow of a prediction leads to just one of the sources of its speaker. As long as nobody drew it anew, and that
    speaker still speaks, what happens to that one source does not matter.
    """
    arrows = (lay.ROLE, lay.AFFILIATION)
    goals = {r.goal for r in layout.relations if r.origin == region.id and r.label in arrows}
    ids = zip(base.speakers, where.roles, where.affiliations, strict=True)
    first = next((speaker.id for speaker, *held in ids if any(region.id in part for part in held)), None)
    then = {r.goal for r in voices.before_arrows if r.origin == region.id and r.label in arrows}
    there = {item.id for item in layout.regions}
    if first in voices.speaker and (goals == then or not (goals or then & there)):
        return [first] if first else []
    found = (voices.whose(at) for at, quote in enumerate(quotes) if goals & set(quote.bearing()))
    return list(dict.fromkeys(found))


def _held(
    regions: list[Region], ids: list[str | None], old: Sequence[Held], make: Callable[[Region, Held | None], Held]
) -> list[Held]:
    """The old items whose region is still there, or that never had one, and then the new ones as the text has them."""
    known = {region.id: region for region in regions}
    kept = [
        make(known[one], item) if one else item
        for one, item in zip(ids, old, strict=False)
        if one is None or one in known
    ]
    new = sorted((r for r in regions if r.id not in ids), key=lambda region: region.start)
    fresh = [make(region, None) for region in new]
    main_is_gone = bool(ids) and ids[0] is not None and ids[0] not in known
    return fresh + kept if main_is_gone else kept + fresh


def _main_and_others(speaker: Speaker, name: str, items: list[Role] | list[Affiliation]) -> dict[str, object]:
    # A record may list others without a main one; untouched, it stays so.
    others = f"other_{name}s"
    if getattr(speaker, name) is None and items == getattr(speaker, others):
        return {}
    return {name: items[0] if items else None, others: list(items[1:])}


def _wording(region: Region, old: str | None, old_span: Span | None, words: str) -> str:
    """The canonical wording: what was typed, or the words of the text when nothing was."""
    typed = plain(region.name)
    if old is None or old_span is None:
        return typed or words
    as_in_text = old == old_span.text
    if typed == (None if as_in_text else plain(old)):
        return words if as_in_text else old
    return typed or words


def _role(base: AnnotatedArticle, region: Region, old: Role | None) -> Role:
    span = base.article.span(region.start, region.end)
    text = _wording(region, old.text if old else None, old.span if old else None, span.text)
    return Role(text=text, span=span, former=region.former)


def _affiliation(base: AnnotatedArticle, region: Region, old: Affiliation | None) -> Affiliation:
    span = base.article.span(region.start, region.end)
    name = _wording(region, old.name if old else None, old.span if old else None, span.text)
    return Affiliation(name=name, span=span)


def _referred(
    base: AnnotatedArticle, speakers: list[Speaker], attributions: list[Attribution | None], stances: Sequence[Stance]
) -> list[Speaker]:
    """The speakers without those whom the review left without anything to say."""

    def mentioned(items: Iterable[object]) -> set[str | None]:
        found: set[str | None] = set()
        for item in items:
            found.add(getattr(item, "speaker", None))
            found.update(getattr(item, "other_speakers", ()))
        return found

    then = mentioned([*base.attributions, *base.stances])
    now = mentioned([*attributions, *stances])
    known = {item.id for item in base.speakers}
    return [item for item in speakers if item.id in now or (item.id in known and item.id not in then)]


def _certain(base: AnnotatedArticle, record: AnnotatedArticle) -> Rebuilt:
    """Takes the model's confidence off whatever a person changed, and names it."""
    changed: list[str] = []

    def settled(item: Changed, before: Changed | None) -> Changed:
        if before is None or item != before:
            changed.append(f"stance: {item.target}" if isinstance(item, Stance) else item.id)
            return item.model_copy(update={"confidence": None})
        return item

    attributions = {item.id: item for item in base.attributions}
    speakers = {item.id: item for item in base.speakers}
    stances = list(base.stances)
    fields = {
        "attributions": [settled(item, attributions.get(item.id)) for item in record.attributions],
        "speakers": [settled(item, speakers.get(item.id)) for item in record.speakers],
        "stances": [settled(item, item if item in stances else None) for item in record.stances],
    }
    kept = {item.id for item in record.attributions}
    deleted = [item for item in base.attributions if item.id not in kept]
    return Rebuilt(record.model_copy(update=fields), [], deleted, changed)
