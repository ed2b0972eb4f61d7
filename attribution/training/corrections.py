"""Reviewed articles as training data: what a person said, no more and no less.

A part that the reviewer vouches for is gold: what stands there is certain, and what does not, the deleted predictions
among it, is certainly not there. Of a part that was not looked at only single acts are known: a quotation that was
changed is certain, one that was deleted is none, and everything else carries no loss. Speakers and stances are learnt
only where the reviewer vouches for them. Articles flagged as bad text or as no news teach nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attribution.schema import AnnotatedArticle, Attribution, Review, ReviewedPart

_UNUSABLE = {"bad text", "not news"}


@dataclass(frozen=True)
class Lesson:
    """What is known about the quotations of one article.

    Attributes:
        article: The article with the attributions that are certainly there.
        complete: Whether it has no others.
        struck: When it is not complete: what is certainly no attribution.
        weight: How many times it counts.
    """

    article: AnnotatedArticle
    complete: bool = True
    struck: tuple[Attribution, ...] = ()
    weight: int = 1


def usable(record: AnnotatedArticle) -> bool:
    """Whether a reviewed article can be learnt from or measured on."""
    review = record.provenance.review
    return review is not None and not _UNUSABLE & set(review.flags) and bool(record.article.text.strip())


def vouched_for(record: AnnotatedArticle, part: ReviewedPart) -> bool:
    """Whether the reviewer looked at the whole of a part; having no quotations at all is an answer about them."""
    review = record.provenance.review
    if review is None or not usable(record):
        return False
    return part in review.looked_at or (part == "quotations" and "no quotations" in review.flags)


def teaches(record: AnnotatedArticle, part: ReviewedPart) -> bool:
    """Whether a reviewed article says anything certain about a part."""
    if part == "quotations":
        return bool(quotation_lessons([record]))
    found = record.stances if part == "stance" else [item for item in record.attributions if item.speaker]
    return bool(found) and vouched_for(record, part)


def quotation_lessons(records: Iterable[AnnotatedArticle], weight: int = 1) -> list[Lesson]:
    """What reviewed articles teach about quotations; those that teach nothing are left out."""
    found = []
    for record in records:
        review = record.provenance.review
        if review is None or not usable(record):
            continue
        if vouched_for(record, "quotations"):
            found.append(Lesson(record, weight=weight))
        elif lesson := _single_acts(record, review, weight):
            found.append(lesson)
    return found


def _single_acts(record: AnnotatedArticle, review: Review, weight: int) -> Lesson | None:
    certain = [item for item in record.attributions if item.id in review.changed]
    if not certain and not review.deleted:
        return None
    article = record.model_copy(update={"attributions": certain})
    return Lesson(article, complete=False, struck=tuple(review.deleted), weight=weight)


def base_lessons(articles: Iterable[AnnotatedArticle], weight: int = 1) -> list[Lesson]:
    """Fully annotated articles as lessons."""
    return [Lesson(item, weight=weight) for item in articles]


def struck_of(lessons: Sequence[Lesson]) -> dict[int, tuple[Attribution, ...]]:
    """The lessons of which only part is known, by position, with what is struck out in them."""
    return {at: item.struck for at, item in enumerate(lessons) if not item.complete}
