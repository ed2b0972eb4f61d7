"""How far two annotations of one article say the same, field by field.

A quotation is the same when its content is the same, white space at its edges aside; the fields of a quotation are
compared on those that both annotations have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attribution.review.voices import plain
from attribution.schema import Agreement, AnnotatedArticle, Attribution, Span, Speaker

FIELDS = ("quotation", "kind", "cue", "source", "speaker", "role", "affiliation", "stance", "narrative role")
PARTS = {"quotations": FIELDS[:4], "speakers": FIELDS[4:7], "stance": FIELDS[7:]}

Place = frozenset[tuple[int, int]]


def compare(first: AnnotatedArticle, second: AnnotatedArticle, parts: Iterable[str]) -> dict[str, Agreement]:
    """The agreement of two annotations on each field of ``parts`` (quotations, speakers, stance).

    A field about which neither annotation says anything is left out.
    """
    parts = set(parts)
    same: Counter[str] = Counter()
    total: Counter[str] = Counter()
    one, other = ({place(item.content): item for item in record.attributions} for record in (first, second))
    both = [(one[key], other[key]) for key in one if key in other]
    total["quotation"], same["quotation"] = len(one.keys() | other.keys()), len(both)
    for mine, theirs in both:
        for name, answer in _answers(first, mine).items():
            total[name] += 1
            same[name] += answer == _answers(second, theirs)[name]
    for name, (mine_all, theirs_all) in _stances(first, second).items():
        total[name] = len(mine_all.keys() | theirs_all.keys())
        same[name] = sum(mine_all[key] == theirs_all.get(key) for key in mine_all)
    asked = [name for part, names in PARTS.items() if part in parts for name in names]
    return {name: Agreement(same=same[name], total=total[name]) for name in asked if total[name]}


def add(agreements: Iterable[dict[str, Agreement]]) -> dict[str, Agreement]:
    """The sum of several agreements."""
    same: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for agreement in agreements:
        for name, value in agreement.items():
            same[name] += value.same
            total[name] += value.total
    return {name: Agreement(same=same[name], total=total[name]) for name in FIELDS if total[name]}


def place(spans: Iterable[Span]) -> Place:
    """Where some spans lie, without the white space at their edges."""
    found = set()
    for span in spans:
        lead = len(span.text) - len(span.text.lstrip())
        kept = len(span.text.strip())
        found.add((span.start + lead, span.start + lead + kept) if kept else (span.start, span.end))
    return frozenset(found)


def voice_of(speaker: Speaker | None) -> tuple[str | None, str] | None:
    """A speaker as two annotations can be compared on: by name, or by kind when there is none."""
    if speaker is None:
        return None
    name = plain(speaker.name)
    return (name.casefold(), "") if name else (None, speaker.kind)


def _answers(record: AnnotatedArticle, item: Attribution) -> dict[str, object]:
    speaker = record.speaker_of(item)
    return {
        "kind": item.kind,
        "cue": place(item.cue),
        "source": place(item.source),
        "speaker": voice_of(speaker),
        "role": (plain(speaker.role.text) or "").casefold() if speaker and speaker.role else None,
        "affiliation": (plain(speaker.affiliation.name) or "").casefold() if speaker and speaker.affiliation else None,
    }


def _stances(
    first: AnnotatedArticle, second: AnnotatedArticle
) -> dict[str, tuple[dict[object, str], dict[object, str]]]:
    def read(record: AnnotatedArticle, name: str) -> dict[object, str]:
        holders = {item.id: plain(item.name) for item in record.speakers}
        return {(s.target, s.voice, holders.get(s.speaker or "")): getattr(s, name) for s in record.stances}

    return {
        "stance": (read(first, "label"), read(second, "label")),
        "narrative role": (read(first, "role"), read(second, "role")),
    }
