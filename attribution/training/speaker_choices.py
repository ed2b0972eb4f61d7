"""The choices that gold articles teach: who a mention is, and for whom somebody speaks.

The rankers see, for every pronoun and description, the candidates' features exactly as the resolver computes them, with
the right speakers put in place for the attributions before (teacher forcing).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from attribution.evaluation.names import normalised
from attribution.evaluation.speakers import credited
from attribution.quotations.encoding import Encoded
from attribution.schema import AnnotatedArticle, Speaker
from attribution.speakers import employers
from attribution.speakers.asides import add_asides
from attribution.speakers.candidates import Anchor
from attribution.speakers.decisions import decide_all
from attribution.speakers.discourse import Discourse, Teacher
from attribution.speakers.records import explicit_affiliations
from attribution.speakers.referents import Referent
from attribution.speakers.resolver import SpeakerResolver
from attribution.training.rankers import Example


@dataclass
class Choices:
    """The choices of some articles.

    Attributes:
        speakers: Who a pronoun or a description is.
        employers: For everybody of whom no affiliation is stated beside the name: which body of the article it is.
    """

    speakers: list[Example] = field(default_factory=list)
    employers: list[Example] = field(default_factory=list)


def choices(
    articles: Iterable[AnnotatedArticle],
    resolver: SpeakerResolver | None = None,
    encoded: Mapping[str, Encoded] | None = None,
) -> Choices:
    """The choices that the resolver would have to make in gold articles."""
    resolver = resolver or SpeakerResolver()
    found = Choices()
    for item in articles:
        discourse = resolver.read(item.article.text, item.attributions, (encoded or {}).get(item.article.id))
        discourse.teacher = _teacher(item, found.speakers)
        decide_all(discourse, item.attributions)
        discourse.teacher = None
        add_asides(discourse)
        found.employers += _of_employers(discourse, item)
    return found


def _teacher(item: AnnotatedArticle, found: list[Example]) -> Teacher:
    """Writes down every choice and gives the right answer."""

    def teach(
        discourse: Discourse, anchor: Anchor, candidates: list[Referent], rows: list[list[float]]
    ) -> Referent | None:
        gold = credited(item, item.attributions[anchor.attribution])
        right = _right(discourse, item, candidates, gold)
        found.append(Example(np.array(rows, np.float32), right, anchor.sort, item.article.id))
        return candidates[right[0]] if right else None

    return teach


def _right(
    discourse: Discourse, item: AnnotatedArticle, candidates: Sequence[Referent], gold: Sequence[Speaker]
) -> tuple[int, ...]:
    """The places of right candidates: those who are named side by side if they are all and only the gold speakers."""
    together = tuple(
        at
        for at, one in enumerate(candidates)
        if one.members
        and len(one.members) == len(gold)
        and all(any(_is(discourse, item, member, speaker) for member in one.members) for speaker in gold)
    )
    if together or not gold:
        return together
    return tuple(at for at, one in enumerate(candidates) if not one.members and _is(discourse, item, one, gold[0]))


def _is(discourse: Discourse, item: AnnotatedArticle, referent: Referent, gold: Speaker) -> bool:
    """Whether a referent is the gold speaker: by name, or for the unnamed by an attribution they share."""
    if gold.name:
        if referent.name is None:
            return False
        names = {normalised(gold.name)} | {normalised(span.text) for span in gold.mentions if span.text[0].isupper()}
        text = discourse.layout.text
        spellings = {normalised(text[referent.name[0] : referent.name[1]])}
        if referent.entity is not None:
            spellings |= {normalised(discourse.layout.slice(name.first, name.last)) for name in referent.entity.names}
        return normalised(gold.name) in spellings or normalised(text[referent.name[0] : referent.name[1]]) in names
    if referent.entity is not None:
        return False
    return any(
        referent in decision.referents and item.attributions[at].speaker == gold.id
        for at, decision in discourse.decisions.items()
    )


def _of_employers(discourse: Discourse, item: AnnotatedArticle) -> Iterator[Example]:
    candidates = employers.bodies(discourse)
    for gold in item.speakers:
        person = _person(discourse, item, gold) if gold.kind == "person" and gold.name else None
        if person is None or not candidates or explicit_affiliations(discourse, person):
            continue
        rows = np.array(employers.features(discourse, person, candidates), np.float32)
        right = tuple(at for at, body in enumerate(candidates) if _is_body(discourse, gold, body))
        yield Example(rows, right, employers.sort_of(person), item.article.id)


def _person(discourse: Discourse, item: AnnotatedArticle, gold: Speaker) -> Referent | None:
    named = (one for one in discourse.referents if one.kind == "person" and _is(discourse, item, one, gold))
    return next(named, None)


def _is_body(discourse: Discourse, gold: Speaker, body: Referent) -> bool:
    """Whether a body is an affiliation of a gold speaker: by name, or by the place where it stands."""
    text = discourse.layout.text
    wanted = [one for one in (gold.affiliation, *gold.other_affiliations) if one is not None]
    spellings = {normalised(text[slice(*(body.name or (0, 0)))])}
    if body.entity is not None:
        spellings |= {normalised(discourse.layout.slice(name.first, name.last)) for name in body.entity.names}
    if any(normalised(one.name) in spellings for one in wanted):
        return True
    layout = discourse.layout
    places = {(layout.starts[first], layout.ends[last - 1]) for first, last in body.places}
    return any(one.span is not None and (one.span.start, one.span.end) in places for one in wanted)
