"""What typography alone decides about a quotation: signed lines, and contents that their marks bind together. Pure.

The model labels one attribution at a time and within its reach; quotation marks say more. A line that consists of a
quotation and a dash with a name is the name's. A quotation behind a colon, or one that opens a headline and is followed
by a colon, is a quotation even where nobody is named. A content that begins with a quotation's opening mark ends with
its closing one, however far that is. And a quotation that goes on behind "she said," or behind the sentence that names
the speaker belongs to what it goes on from, unless another attribution claims it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attribution.formats.marks import kind_of
from attribution.schema import Attribution, Span
from attribution.typography import quoted_regions

_SIGNED = re.compile(
    r"^[^\S\r\n]*([“”„\"«»][^\r\n]+[”“\"»])[^\S\r\n]*(―|—|–|--?|~)[^\S\r\n]*"
    r"([^\r\n“”\"«»]{2,140}?)[\s.]*$",
    re.MULTILINE,
)
_UNFINISHED = re.compile(r"[,;–—-]['’]?(?:[”\"»“‘’']|'')\Z")
_FINISHED = re.compile(r"[.?!…]['’]?(?:[”\"»“‘’']|'')\Z")
_LOWER = re.compile(r"\W*[a-zà-öø-ÿ]")
_SENTENCE_END = re.compile(r"[.?!][”\"’»]?\s+")
_FULL_STOP = re.compile(r"[.?!]\s+\Z")
_BETWEEN = 160  # characters at most between a quotation and what goes on from it
_COLON_BEFORE = re.compile(r"(:)[^\S\r\n]?\Z")
_COLON_BEHIND = re.compile(r":(?=\s)")
_SIGNED_CONFIDENCE = 0.95
_INTRODUCED_CONFIDENCE = 0.8  # a sixth of those in the development articles are titles and the like
_NAME_WORDS = 16
Stretch = tuple[int, int]


@dataclass(frozen=True)
class _SignedLine:
    """A line of the form “…” — Name."""

    line: Stretch
    content: Stretch
    dash: Stretch
    name: Stretch


def settled(text: str, found: Sequence[Attribution]) -> list[Attribution]:
    """The attributions of a text after typography has had its say, in reading order and numbered anew."""
    regions = quoted_regions(text)
    signed = [
        _SignedLine((line.start(1), line.end(3)), line.span(1), line.span(2), line.span(3))
        for line in _SIGNED.finditer(text)
        if _is_name(line[3])
    ]
    kept = [item for item in (_outside(item, signed) for item in found) if item]
    claimed = _claimed(text, [*(span for item in kept for span in item.spans()), *_spans(text, signed)])
    free = [(start, end) for start, end in regions if not any(claimed[start:end])]
    bound = [_continued(text, _whole(text, item, regions, claimed), free) for item in kept]
    bound += [_of_line(text, line) for line in signed]
    bound += _introduced(text, regions, _claimed(text, [span for item in bound for span in item.spans()]))
    bound.sort(key=lambda item: min(span.start for span in item.cue or item.content))
    return [_numbered(text, item, number, regions) for number, item in enumerate(bound, start=1)]


def _is_name(words: str) -> bool:
    return (words[0].isupper() or words[0] == "@") and len(words.split()) <= _NAME_WORDS


def _claimed(text: str, spans: Sequence[Span]) -> bytearray:
    """One byte for each code point, 1 where an attribution has its words."""
    flags = bytearray(len(text))
    for span in spans:
        flags[span.start : span.end] = b"\x01" * (span.end - span.start)
    return flags


def _spans(text: str, signed: Sequence[_SignedLine]) -> list[Span]:
    return [Span.of(text, *line.line) for line in signed]


def _near(stretches: Sequence[Stretch], span: Span) -> Iterator[Stretch]:
    """Those of some sorted stretches without overlap that touch a span."""
    for at in range(bisect_right(stretches, span.start, key=lambda stretch: stretch[1]), len(stretches)):
        if stretches[at][0] >= span.end:
            return
        yield stretches[at]


def _outside(item: Attribution, signed: Sequence[_SignedLine]) -> Attribution | None:
    """An attribution without what it took of signed lines; nothing, if it is about such a line."""
    lines = {line.line: line for line in signed}
    places = list(lines)

    def quoted(span: Span) -> bool:
        return all(lines[place].content[1] >= span.end for place in _near(places, span))

    if not all(quoted(cue) for cue in item.cue):
        return None
    rest = [span for span in item.content if not list(_near(places, span))]
    if rest == item.content or (not rest and item.cue and all(list(_near(places, cue)) for cue in item.cue)):
        return item  # of another line, or reported within the words of a signed one
    return item.model_copy(update={"content": rest}) if rest else None


def _whole(text: str, item: Attribution, regions: Sequence[Stretch], claimed: bytearray) -> Attribution:
    """A content that covers one end of a quotation and breaks off inside it runs to its other end, if that is free."""
    content = []
    for span in item.content:
        start, end = span.start, span.end
        for first, last in _near(regions, span):
            if start <= first + 1 and end < last and not any(claimed[end:last]):
                end = last
            elif end >= last - 1 and first < start and not any(claimed[first:start]):
                start = first
        content.append(Span.of(text, start, end))
    return item.model_copy(update={"content": content})


def _continued(text: str, item: Attribution, free: Sequence[Stretch]) -> Attribution:
    """A quotation with those further ones of its paragraph that nobody claims and that go on from it."""
    content = list(item.content)
    for at in range(bisect_right(free, content[-1].end, key=lambda stretch: stretch[0]), len(free)):
        if not _goes_on(text, item, content[-1], free[at]):
            break
        content.append(Span.of(text, *free[at]))
    return item.model_copy(update={"content": content})


def _goes_on(text: str, item: Attribution, last: Span, region: Stretch) -> bool:
    between = text[last.end : region[0]][: _BETWEEN + 1]
    if len(between) > _BETWEEN or "\n" in between or not any(last.end <= cue.start < region[0] for cue in item.cue):
        return False
    if _LOWER.match(text, region[0]):
        return bool(_UNFINISHED.search(last.text)) and not _SENTENCE_END.search(between)
    sentences = len(_SENTENCE_END.findall(between))
    return sentences == 1 and bool(_FULL_STOP.search(between)) and bool(_FINISHED.search(text[slice(*region)]))


def _of_line(text: str, line: _SignedLine) -> Attribution:
    return Attribution(
        id="signed",
        kind="direct",
        content=[Span.of(text, *line.content)],
        cue=[Span.of(text, *line.dash)],
        source=[Span.of(text, *line.name)],
        confidence=_SIGNED_CONFIDENCE,
    )


def _introduced(text: str, regions: Sequence[Stretch], claimed: bytearray) -> Iterator[Attribution]:
    """The quotations that nobody claims and that only a colon introduces, or follows in a headline."""
    for start, end in regions:
        before, behind = _COLON_BEFORE.search(text, max(0, start - 3), start), _COLON_BEHIND.match(text, end)
        colon = before.span(1) if before else behind.span() if behind and not text[:start].strip() else None
        if colon and not any(claimed[min(colon[0], start) : max(colon[1], end)]):
            content, cue = [Span.of(text, start, end)], [Span.of(text, *colon)]
            yield Attribution(
                id="introduced", kind="direct", content=content, cue=cue, confidence=_INTRODUCED_CONFIDENCE
            )


def _numbered(text: str, item: Attribution, number: int, regions: list[Stretch]) -> Attribution:
    beside = [(span.start, span.end) for span in (*item.cue, *item.source)]
    kind = kind_of(text, [(span.start, span.end) for span in item.content], beside, regions)
    return item.model_copy(update={"id": f"a{number}", "kind": kind})
