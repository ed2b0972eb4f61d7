"""Who says each quotation, after a review.

Each quotation is asked at its sources, or at its content where there is none. An answer that was left as it was keeps
its speaker. When all quotations of a speaker got the same new name, that speaker was renamed. Otherwise a changed name
is that of a speaker who is already there, or of a new one. ``same speaker`` arrows join, and taking one away parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from attribution.review import layout as lay
from attribution.review.layout import Layout, Places, Region, Relation
from attribution.review.results import quoted_region
from attribution.schema import AnnotatedArticle, Speaker, SpeakerKind

Claim = tuple[str | None, str | None]


@dataclass(frozen=True)
class Quote:
    """One quotation of a layout, by region ids; ``index`` is the attribution it was, if it was predicted."""

    index: int | None
    contents: list[str]
    cues: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def bearing(self) -> list[str]:
        """The regions that may say who speaks."""
        return [*self.sources, *self.contents]


class Voices:
    """Settles the speaker of every quotation; ``speaker`` then holds one speaker id or ``None`` for each quotation."""

    def __init__(
        self,
        base: AnnotatedArticle,
        before: Layout,
        where: Places,
        layout: Layout,
        quotes: list[Quote],
        faults: list[str],
    ) -> None:
        self.base, self.layout, self.quotes, self.faults = base, layout, quotes, faults
        self.before = {region.id: region for region in before.regions}
        self.before_arrows = before.relations
        self.before_same = [r for r in before.relations if r.label == lay.SAME]
        self.regions = {region.id: region for region in layout.regions}
        self.known = {item.id: item for item in base.speakers}
        self.made: dict[str, Speaker] = {}
        self.speaker: list[str | None] = [None] * len(quotes)
        self.region_speaker = {
            region: item.speaker
            for at, item in enumerate(base.attributions)
            for region in where.bearing(at)
            if item.speaker
        }

    def settle(self) -> None:
        """Fills ``speaker``: answers left alone first, then changed ones, then arrows."""
        claims = [self._claim(at) for at in range(len(self.quotes))]
        self.speaker = [None if claim else self._asked_before(at) for at, claim in enumerate(claims)]
        self._part()
        renamed = self._renames(claims)
        for at, claim in enumerate(claims):
            if claim:
                source = self._asked_before(at)
                self.speaker[at] = source if source in renamed else self._named(at, *claim)
        self._join()

    def everyone(self) -> list[Speaker]:
        """All speakers: the predicted ones as they are now called, then the new ones."""
        return [*self.known.values(), *self.made.values()]

    def whose(self, at: int) -> str:
        """The speaker of a quotation; one without a name is made where a role or affiliation needs a holder."""
        found = self.speaker[at]
        if found is None:
            found = self._make(at, None, None)
            self.speaker[at] = found
        return found

    def _claim(self, at: int) -> Claim | None:
        """The changed answer of a quotation, or ``None`` when every answer was left as it was."""
        changed = dict.fromkeys(
            claim_of(self.regions[one]) for one in self.quotes[at].bearing() if self._is_changed(one)
        )
        if len(changed) > 1:
            self.faults.append(
                f"{quoted_region(self.base.article.text, self.regions[self.quotes[at].contents[0]])}: "
                f"its sources name different speakers: {', '.join(str(name or kind) for name, kind in changed)}"
            )
        return next(iter(changed), None)

    def _is_changed(self, one: str) -> bool:
        now = claim_of(self.regions[one])
        then = self.before.get(one)
        if then is None:
            return now != (None, None)
        return now != claim_of(then)

    def _asked_before(self, at: int) -> str | None:
        """Whom the prediction showed at the regions of a quotation."""
        shown = [self.region_speaker[one] for one in self.quotes[at].bearing() if one in self.region_speaker]
        index = self.quotes[at].index
        own = None if index is None else self.base.attributions[index].speaker
        # A source that was moved here from another quotation brings its speaker along.
        return own if own in shown or not shown else shown[0]

    def _renames(self, claims: list[Claim | None]) -> set[str]:
        """Renames speakers all of whose quotations got the same new answer, unless somebody else has that name."""
        renamed: set[str] = set()
        asked = [self._asked_before(at) for at in range(len(self.quotes))]
        for identity, speaker in list(self.known.items()):
            mine = {claim for claim, who in zip(claims, asked, strict=True) if who == identity}
            if len(mine) != 1 or None in mine or identity in self.speaker:
                continue
            name, kind = cast(Claim, mine.pop())
            if (name, kind) == (None, None) or self._find(name, _changed_kind(kind, speaker), identity):
                continue
            self.known[identity] = _renamed(speaker, name, kind)
            renamed.add(identity)
        return renamed

    def _find(self, name: str | None, kind: str | None, other_than: str | None = None) -> str | None:
        """A speaker who already has this name and, if a kind was chosen, this kind."""
        if name is None:
            return None
        same = (item for item in self.everyone() if plain(item.name) == name and kind in (None, item.kind))
        return next((item.id for item in same if item.id != other_than), None)

    def _named(self, at: int, name: str | None, kind: str | None) -> str | None:
        if name is None and kind is None:
            return None
        before = self.known.get(self._asked_before(at) or "")
        return self._find(name, _changed_kind(kind, before)) or self._make(at, name, kind)

    def _make(self, at: int, name: str | None, kind: str | None) -> str:
        identity = f"speaker-{self.quotes[at].bearing()[0]}"
        while identity in self.known or identity in self.made:
            identity += "'"
        self.made[identity] = Speaker(id=identity, name=name, kind=cast(SpeakerKind, kind or "unknown"))
        return identity

    def _part(self) -> None:
        """Parts speakers without a name whose ``same speaker`` arrow was taken away between two remaining regions."""
        now = {_ends(r) for r in self.layout.relations if r.label == lay.SAME}
        for identity, speaker in list(self.known.items()):
            chain = [r for r in self.before_same if self.region_speaker.get(r.origin) == identity]
            cut = [r for r in chain if _ends(r) <= set(self.regions) and _ends(r) not in now]
            if not cut or speaker.name is not None:
                continue
            linked = [_ends(r) for r in chain if r not in cut]
            first = _reach(chain[0].origin if chain[0].origin in self.regions else chain[0].goal, linked + list(now))
            self._move_out(identity, speaker, first, linked + list(now))

    def _move_out(self, identity: str, speaker: Speaker, stay: set[str], links: list[frozenset[str]]) -> None:
        moved: list[tuple[set[str], str]] = []
        for at, who in enumerate(self.speaker):
            regions = set(self.quotes[at].bearing())
            if who != identity or regions & stay:
                continue
            found = next((made for reach, made in moved if regions & reach), None)
            if found is None:
                found = self._make(at, None, speaker.kind)
                moved.append((set().union(*(_reach(one, links) for one in regions)), found))
            self.speaker[at] = found

    def _join(self) -> None:
        """Joins what new ``same speaker`` arrows tie together."""
        old = {_ends(r) for r in self.before_same}
        arrows = sorted(r for r in self.layout.relations if r.label == lay.SAME and _ends(r) not in old)
        for _ in arrows:
            for arrow in arrows:
                self._join_two(arrow.origin, arrow.goal)

    def _join_two(self, one: str, other: str) -> None:
        mine = [at for at, quote in enumerate(self.quotes) if one in quote.bearing()]
        theirs = [at for at, quote in enumerate(self.quotes) if other in quote.bearing()]
        ids = dict.fromkeys(self.speaker[at] for at in (*mine, *theirs) if self.speaker[at])
        who = {item.id: item for item in self.everyone()}
        named = [found for found in ids if found and who[found].name is not None]
        names = {plain(who[found].name) for found in named}
        if len(names) > 1:
            texts = [quoted_region(self.base.article.text, self.regions[at]) for at in (one, other)]
            fault = (
                f"{texts[0]} and {texts[1]} are tied as the same speaker but are named {' and '.join(map(str, names))}"
            )
            if fault not in self.faults:
                self.faults.append(fault)
            return
        if not mine or not theirs:
            return
        chosen = named[0] if named else next(iter(ids), None) or self._make(min(mine + theirs), None, None)
        for at in (*mine, *theirs):
            self.speaker[at] = chosen


def _ends(arrow: Relation) -> frozenset[str]:
    return frozenset((arrow.origin, arrow.goal))


def _changed_kind(kind: str | None, before: Speaker | None) -> str | None:
    """The kind, if the reviewer chose it: one that was left as it stood says nothing about somebody else."""
    return None if before and kind == before.kind else kind


def _reach(start: str, links: list[frozenset[str]]) -> set[str]:
    found, grew = {start}, True
    while grew:
        grew = False
        for link in links:
            if link & found and not link <= found:
                found |= link
                grew = True
    return found


def _renamed(speaker: Speaker, name: str | None, kind: str | None) -> Speaker:
    keep = plain(speaker.name) == name
    return speaker.model_copy(
        update={"name": speaker.name if keep else name, "kind": cast(SpeakerKind, kind or speaker.kind)}
    )


def claim_of(region: Region) -> Claim:
    """What a region says about the speaker: name and kind."""
    return plain(region.name), region.speaker_kind


def plain(name: str | None) -> str | None:
    """A name without needless white space; ``None`` when nothing is left."""
    return " ".join((name or "").split()) or None
