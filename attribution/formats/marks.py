"""Whether a quotation is direct, indirect or mixed, told from the quotation marks of the article."""

from __future__ import annotations

from collections.abc import Iterable

from attribution.schema import QuotationKind
from attribution.typography import quoted_regions

_DIRECT_FROM = 0.9
_INDIRECT_TO = 0.1

Stretch = tuple[int, int]


def kind_of(
    text: str,
    content: Iterable[Stretch],
    beside: Iterable[Stretch] = (),
    regions: list[Stretch] | None = None,
) -> QuotationKind:
    """The kind of a quotation, by the share of its letters and digits that stand inside quotation marks.

    Marks that enclose the cue or the source as well belong to a quotation around this one and do not count: in
    “He said he was tired,” she recalled, what *he* said is indirect.

    Args:
        text: The text of the article.
        content: The spans of the content.
        beside: The spans of cue and source.
        regions: ``quoted_regions(text)``, when it is at hand already.

    Returns:
        ``direct`` from a share of 0.9, ``indirect`` up to 0.1, ``mixed`` in between.
    """
    beside = list(beside)
    regions = quoted_regions(text) if regions is None else regions
    own = [(first, last) for first, last in regions if not any(first <= start and end <= last for start, end in beside)]
    inside = total = 0
    for start, end in content:
        near = [(first, last) for first, last in own if first < end and start < last]
        counted = [at for at in range(start, end) if text[at].isalnum()]
        total += len(counted)
        inside += sum(any(first <= at < last for first, last in near) for at in counted)
    share = inside / total if total else 0.0
    return "direct" if share >= _DIRECT_FROM else "indirect" if share <= _INDIRECT_TO else "mixed"
