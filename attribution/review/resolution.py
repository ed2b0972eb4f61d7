"""One answer from several reviewers: adjudicated over majority over latest.

An annotation marked as ground truth (the star in Label Studio) settles everything. Otherwise each quotation, and each
answer about it, stands when more than half of the reviewers who looked at that part say so. Where no majority exists
the latest annotation decides; it is also the frame that keeps ids, roles and evidence together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from attribution.review.agreement import Place, place, voice_of
from attribution.review.store import Store
from attribution.review.tasks import text_hash
from attribution.schema import AnnotatedArticle, Attribution, Review, Speaker, Stance

Item = TypeVar("Item")


def reviewed(store: Store) -> Iterator[AnnotatedArticle]:
    """The reviewed articles of a store, one record for each article, in the order of their ids."""
    for _, records in sorted(by_article(store).items()):
        yield resolve(records)


def by_article(store: Store) -> dict[tuple[str, str], list[AnnotatedArticle]]:
    """The current annotations of each article, one for each reviewer, the latest last."""
    latest: dict[tuple[str, str, str], AnnotatedArticle] = {}
    for record in sorted(store.current().values(), key=_time):
        article = record.article
        latest[article.id, text_hash(article.text), _review(record).reviewer] = record
    found: dict[tuple[str, str], list[AnnotatedArticle]] = {}
    for (identity, text, _), record in sorted(latest.items(), key=lambda entry: _time(entry[1])):
        found.setdefault((identity, text), []).append(record)
    return found


def resolve(records: Sequence[AnnotatedArticle]) -> AnnotatedArticle:
    """The one record that several annotations of one article, the latest last, amount to."""
    settled = [record for record in records if _review(record).adjudicated]
    if settled:
        return settled[-1]
    frame = records[-1]
    if len(records) == 1:
        return frame
    frame = _vote_quotations(frame, [r for r in records if "quotations" in _review(r).looked_at] or [frame])
    frame = _vote_speakers(frame, [r for r in records if "speakers" in _review(r).looked_at] or [frame])
    return _vote_stances(frame, [r for r in records if "stance" in _review(r).looked_at] or [frame])


def _review(record: AnnotatedArticle) -> Review:
    assert record.provenance.review is not None
    return record.provenance.review


def _time(record: AnnotatedArticle) -> tuple[str, int]:
    return _review(record).time, _review(record).annotation


def _majority(items: Iterable[Item], voters: int, fallback: Item, key: Callable[[Item], object]) -> Item:
    """What more than half of ``voters`` say, or ``fallback``."""
    found = list(items)
    counts = Counter(key(item) for item in found)
    winner = next((value for value, count in counts.items() if count * 2 > voters), None)
    return next((item for item in reversed(found) if key(item) == winner), fallback) if counts else fallback


def _vote_quotations(frame: AnnotatedArticle, records: Sequence[AnnotatedArticle]) -> AnnotatedArticle:
    latest = records[-1]
    seen: dict[Place, list[Attribution]] = {}
    for record in records:
        for item in record.attributions:
            seen.setdefault(place(item.content), []).append(item)
    own = {place(item.content): item for item in latest.attributions}
    kept = []
    for where, items in seen.items():
        votes, against = len(items), len(records) - len(items)
        if votes > against or (votes == against and where in own):
            kept.append(_vote_fields(own.get(where, items[-1]), items))
    return frame.model_copy(update=_carry_over(frame, records, kept))


def _vote_fields(item: Attribution, items: Sequence[Attribution]) -> Attribution:
    update = {}
    for name, key in (("kind", str), ("cue", place), ("source", place)):
        update[name] = _majority([getattr(other, name) for other in items], len(items), getattr(item, name), key)
    return item.model_copy(update=update)


def _carry_over(
    frame: AnnotatedArticle, records: Sequence[AnnotatedArticle], kept: Sequence[Attribution]
) -> dict[str, object]:
    """The voted quotations with the speakers they refer to; what comes from another annotation keeps its speaker."""
    speakers = {item.id: item for item in frame.speakers}
    taken: dict[str, Attribution] = {}
    for item in sorted(kept, key=lambda one: (one.content[0].start, one.content[0].end)):
        record = next(
            r for r in reversed(records) if any(a.id == item.id and a.content == item.content for a in r.attributions)
        )
        for other in record.speakers:
            if other.id in (item.speaker, *item.other_speakers):
                speakers.setdefault(other.id, other)
        identity = item.id
        while identity in taken:
            identity += "'"
        taken[identity] = item.model_copy(update={"id": identity})
    return {"attributions": list(taken.values()), "speakers": list(speakers.values())}


def _vote_speakers(frame: AnnotatedArticle, records: Sequence[AnnotatedArticle]) -> AnnotatedArticle:
    speakers = {item.id: item for item in frame.speakers}
    attributions = []
    for item in frame.attributions:
        said: list[Speaker | None] = []
        for record in records:
            same = [other for other in record.attributions if place(other.content) == place(item.content)]
            said.extend(record.speaker_of(other) for other in same[:1])
        winner = _majority(said, len(said), frame.speaker_of(item), voice_of)
        if voice_of(winner) != voice_of(frame.speaker_of(item)):
            if winner is not None:
                known = next((s.id for s in speakers.values() if voice_of(s) == voice_of(winner) and winner.name), None)
                identity = known or winner.id + ("'" if winner.id in speakers else "")
                speakers.setdefault(identity, winner.model_copy(update={"id": identity}))
                winner = speakers[identity]
            item = item.model_copy(update={"speaker": winner.id if winner else None})  # noqa: PLW2901
        attributions.append(item)
    return frame.model_copy(update={"attributions": attributions, "speakers": list(speakers.values())})


def _vote_stances(frame: AnnotatedArticle, records: Sequence[AnnotatedArticle]) -> AnnotatedArticle:
    def key(record: AnnotatedArticle, item: Stance) -> tuple[str, str, object]:
        holder = next((s for s in record.speakers if s.id == item.speaker), None)
        return item.target, item.voice, voice_of(holder)

    stances = []
    for item in frame.stances:
        same = [s for record in records for s in record.stances if key(record, s) == key(frame, item)]
        if same:
            winner = _majority(same, len(same), item, lambda stance: stance.label)
            role = _majority([s.role for s in same], len(same), item.role, str)
            fields = {"label": winner.label, "score": winner.score, "abstained": winner.abstained, "role": role}
            item = item.model_copy(update=fields)  # noqa: PLW2901
        stances.append(item)
    return frame.model_copy(update={"stances": stances})
