"""Whose voice each stretch of an article is: the outlet's, a quoted one, or a reported one.

The outlet's own voice is what is left when everything that is attributed to somebody, and everything inside quotation
marks, is taken away. A quoted fragment of up to three words inside the outlet's own clause is not somebody's speech but
the outlet's distance to a word (a scare quote): it stays with the outlet and is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from attribution.schema import Article, Attribution, Voice
from attribution.typography import quoted_regions

SCARE_WORDS = 3
_WORD = re.compile(r"\w+(?:[’'-]\w+)*")
_MARKS = "“”„‟«»\"‘’'` "
_FINAL = ",.!?"
REACH = 120  # characters in which a word of speech may stand before a fragment
_SENTENCE_START = re.compile(r"[.!?][\"”’)]*\s+|\n")
_NAMING = re.compile(
    r"(?<!-)\b(?:call(?:s|ed|ing)?|describ(?:es?|ed|ing)|brand(?:s|ed|ing)|dub(?:s|bed)|label(?:s|led|ed)|denounc(?:es?|ed|ing)"
    r"|accus(?:es?|ed|ing)|refer(?:s|red|ring)?|prais(?:es?|ed|ing)|dismiss(?:es|ed|ing)|characteri[sz](?:es?|ed|ing)"
    r"|condemn(?:s|ed|ing)|critici[sz](?:es?|ed|ing)|slamm(?:ed|ing))\b"
    r"|\b(?:sa(?:id|ys)|wrote|writes|tweeted|(?:comments?|remarks?|it|this|that) (?:is|was|were))[:,]?\s*$"
)
_SAYING = re.compile(
    r"\W{0,3}(?:\w+\W+){0,3}?(?:sa(?:id|ys)|told|wrote|added|argued|tweeted)\b|\s(?:sa(?:id|ys)|told|wrote|added)\b"
)


@dataclass(frozen=True)
class Segment:
    """A stretch ``[start, end)`` of the text in one voice.

    ``speaker`` is the id of the holder and ``attribution`` the id of the attribution, where there is one.
    """

    start: int
    end: int
    voice: Voice
    speaker: str | None = None
    attribution: str | None = None
    scare_quoted: bool = False
    headline: bool = False

    @property
    def holder(self) -> tuple[Voice, str | None]:
        """Voice and speaker, which together say whose words these are."""
        return self.voice, self.speaker


_OUTLET = Segment(0, 0, "outlet")


def voices(article: Article, attributions: Iterable[Attribution]) -> list[Segment]:
    """Cuts the article into segments of one voice each, in order, covering all of the text.

    Where attributions nest, the innermost one speaks. Words between quotation marks that no attribution claims are a
    quoted voice without a holder, unless they are a scare quote or a capitalised title.
    """
    text = article.text
    owners = [_OUTLET] * len(text)
    for segment in _painted(text, list(attributions)):
        owners[segment.start : segment.end] = [segment] * (segment.end - segment.start)
    cut = [_joined(list(run)) for _, run in groupby(enumerate(owners), key=lambda pair: pair[1])]
    return list(_with_headline(cut, headline_end(article)))


def _joined(run: list[tuple[int, Segment]]) -> Segment:
    return replace(run[0][1], start=run[0][0], end=run[-1][0] + 1)


def _painted(text: str, attributions: list[Attribution]) -> Iterator[Segment]:
    """Segments in the order in which they overwrite each other."""
    regions = quoted_regions(text)
    claimed = sorted(attributions, key=lambda item: -sum(span.end - span.start for span in item.content))
    spoken = [(span.start, span.end) for item in claimed for span in item.content]
    for start, end in regions:
        if not _overlap((start, end), spoken):
            yield from _unclaimed(text, start, end)
    for item in claimed:
        for span in item.content:
            yield from _attributed(item, span.start, span.end, _long(text, regions))


def _long(text: str, regions: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, end) for start, end in regions if len(_WORD.findall(text[start:end])) > SCARE_WORDS]


def _unclaimed(text: str, start: int, end: int) -> Iterator[Segment]:
    words = _WORD.findall(text[start:end])
    spoken = bool(words) and _is_spoken(text, start, end)
    if spoken or not words or len(words) > SCARE_WORDS:
        if spoken or not words or not _is_title(words):
            yield Segment(start, end, "quoted")
    elif words and not all(word[0].isupper() for word in words):
        yield Segment(start, end, "outlet", scare_quoted=True)


def _is_spoken(text: str, start: int, end: int) -> bool:
    """Whether a short fragment is somebody's words: its own sentence says or calls, before it or right after it."""
    words = text[start:end].strip(_MARKS)
    if words[:1].isupper() and words[-1:] in _FINAL:
        return True
    before = _SENTENCE_START.split(text[max(0, start - REACH) : start])[-1]
    after = text[end : end + REACH // 4]
    return bool(_NAMING.search(before) or (text[end - 2 : end - 1] in _FINAL and _SAYING.match(after)))


def _is_title(words: Sequence[str]) -> bool:
    """Whether quoted words are the title of a work: few, and all but the short ones capitalised."""
    long = [word for word in words if len(word) > 3]
    return len(words) <= 8 and bool(long) and all(word[0].isupper() for word in long)


def _attributed(item: Attribution, start: int, end: int, regions: list[tuple[int, int]]) -> Iterator[Segment]:
    """The content of one attribution: quoted when direct, else reported, but for long quoted parts of a mixed one."""
    whole: Voice = "quoted" if item.kind == "direct" else "reported"
    yield Segment(start, end, whole, item.speaker, item.id)
    if item.kind == "mixed":
        for first, last in regions:
            if max(start, first) < min(end, last):
                yield Segment(max(start, first), min(end, last), "quoted", item.speaker, item.id)


def _overlap(span: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def headline_end(article: Article) -> int:
    """Where the headline at the beginning of the text ends, or 0 when the text does not begin with it."""
    title = (article.title or "").strip()
    begin = len(article.text) - len(article.text.lstrip())
    if title and article.text.startswith(title, begin):
        return begin + len(title)
    return 0


def _with_headline(segments: list[Segment], end: int) -> Iterator[Segment]:
    for segment in segments:
        if segment.start >= end:
            yield segment
        elif segment.end <= end:
            yield replace(segment, headline=True)
        else:
            yield replace(segment, end=end, headline=True)
            yield replace(segment, start=end)


def voice_at(segments: Sequence[Segment], start: int, end: int) -> Segment:
    """The segment that holds most of ``[start, end)``; the earlier one in a tie.

    Raises:
        ValueError: No segment touches the span.
    """
    touching = [item for item in segments if item.start < end and start < item.end]
    if not touching:
        raise ValueError(f"no voice at [{start}, {end})")
    return max(touching, key=lambda item: min(item.end, end) - max(item.start, start))
