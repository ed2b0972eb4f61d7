"""Checks that tell whether stance is judged by voice: order of outlets, flipped quotations, masked outlets, chance.

Each check takes articles with their attributions and a judge, and returns numbers. What is compared is the label of the
outlet's own voice, for the same targets before and after.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from attribution.report.comparison import outlet_scores
from attribution.report.permutation import false_positives
from attribution.schema import AnnotatedArticle, Article, Attribution, Span, Speaker, Stance
from attribution.stance.judge import StanceJudge, scene
from attribution.stance.targets import find_targets
from attribution.stance.voices import Segment, voices
from attribution.training.corpora.basil import BasilArticle
from attribution.typography import quoted_regions

Attribute = Callable[[Article], Sequence[Attribution]]
Labels = dict[str, str]
Move = tuple[int, int, int, int]


@dataclass(frozen=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True)
class Ordering:
    """How pairs of articles about one event were ordered: ``decided`` of ``pairs``, ``right`` of ``decided``."""

    pairs: int
    decided: int
    right: int


def outlet_gaps(
    judge: StanceJudge, articles: Iterable[BasilArticle], attribute: Attribute, *, by_voice: bool = True
) -> list[float]:
    """How far the outlet's stance toward an entity differs in two articles of one event whose authors feel differently.

    One number for each pair: positive where the stances are in the order of the feelings, NaN where one is missing.

    Args:
        judge: The judge.
        articles: Articles with their authors' feelings.
        attribute: Finds the attributions of an article.
        by_voice: Whether to judge the outlet's words alone; otherwise every word counts as the outlet's.
    """
    scores: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for item in articles:
        feelings = {name: value for name, value in item.feelings.items() if name != "main event"}
        found = _scores(judge, item.article, list(feelings), attribute(item.article) if by_voice else (), by_voice)
        for name, feeling in feelings.items():
            scores[item.article.meta["event"], name].append((feeling, found.get(name, float("nan"))))
    return [
        (first[1] - second[1]) * (1 if first[0] > second[0] else -1)
        for known in scores.values()
        for first, second in combinations(known, 2)
        if first[0] != second[0]
    ]


def ordering(gaps: Sequence[float], coverage: float = 0.6) -> Ordering:
    """Decides the pairs whose scores lie furthest apart, up to a share of all pairs."""
    usable = sorted((gap for gap in gaps if not np.isnan(gap) and gap != 0), key=abs, reverse=True)
    decided = usable[: int(np.ceil(coverage * len(gaps)))]
    return Ordering(len(gaps), len(decided), sum(gap > 0 for gap in decided))


def _scores(
    judge: StanceJudge, article: Article, names: list[str], attributions: Sequence[Attribution], by_voice: bool
) -> dict[str, float]:
    asked = _asking(article, [{"name": name} for name in names])
    whole = None if by_voice else [Segment(0, len(article.text), "outlet")]
    (stances,) = judge.stances([scene(asked, attributions, (), whole)])
    return {item.target: item.score for item in stances if item.voice == "outlet"}


def _asking(article: Article, targets: list[dict[str, object]]) -> Article:
    return article.model_copy(update={"meta": article.meta | {"targets": targets}})


def voice_agreement(articles: Iterable[BasilArticle], attribute: Attribute) -> Share:
    """How often a bias span is mostly in a quoted voice exactly when BASIL says that it is in a quotation."""
    right = whole = 0
    for item in articles:
        segments = voices(item.article, attribute(item.article))
        for span in item.spans:
            quoted = sum(
                max(0, min(span.end, part.end) - max(span.start, part.start))
                for part in segments
                if part.voice == "quoted"
            )
            whole += 1
            right += (2 * quoted > span.end - span.start) == span.in_quote
    return Share(right, whole)


def flip_quotations(
    judge: StanceJudge, articles: Iterable[AnnotatedArticle], words: str, attribute: Attribute | None = None
) -> Share:
    """How many outlet labels change when everything inside quotation marks is replaced.

    Args:
        judge: The judge.
        articles: Annotated articles.
        words: What to put inside the marks instead; ``{target}`` becomes the main target's name; empty deletes.
        attribute: Finds attributions in the original and in the changed text; the given ones are kept when ``None``.
    """
    changed = whole = 0
    for item in articles:
        asked = _asked(item)
        main = asked.meta["targets"][0]["name"] if asked.meta["targets"] else ""
        new, moved, others = _replace_quotations(item, words.format(target=main))
        other = asked.model_copy(update={"text": new})
        before = attribute(asked) if attribute else item.attributions
        after = attribute(other) if attribute else moved
        first, second = ((), ()) if attribute else (item.speakers, others)
        same, total = _agreement(judge, (asked, before, first), (other, after, second))
        changed, whole = changed + total - same, whole + total
    return Share(changed, whole)


def _asked(item: AnnotatedArticle) -> Article:
    """The article asking for its own main actors by all their names, so that both versions are judged on the same."""
    text = item.article.text
    inside = quoted_regions(text)
    records: list[dict[str, object]] = []
    for target in find_targets(item.article, item.speakers):
        outside = [span for span in target.mentions if not any(a <= span[0] < b for a, b in inside)]
        forms = {text[start:end] for start, end in outside} - {target.name}
        if outside:
            records.append({"name": target.name, "aliases": sorted(form for form in forms if form[:1].isupper())})
    return _asking(item.article, records)


def _replace_quotations(item: AnnotatedArticle, words: str) -> tuple[str, list[Attribution], list[Speaker]]:
    """The text with new words between its quotation marks, and attributions and speakers moved along."""
    text = item.article.text
    long = [(a, b) for a, b in quoted_regions(text) if len(text[a:b].split()) > 3]
    parts: list[str] = []
    moves: list[Move] = []
    last = length = 0
    for start, end in long:
        inner_start, inner_end = start + 1, end - (text[end - 1] in "”\"'’»")
        parts += [text[last:inner_start], words]
        length += inner_start - last + len(words)
        last = inner_end
        moves.append((inner_start, inner_end, length - len(words), length))
    parts.append(text[last:])
    new = "".join(parts)
    attributions = [_moved(attribution, new, moves) for attribution in item.attributions]
    speakers = [
        speaker.model_copy(update={"mentions": _moved_spans(speaker.mentions, new, moves)}) for speaker in item.speakers
    ]
    return new, [attribution for attribution in attributions if attribution is not None], speakers


def _moved(attribution: Attribution, text: str, moves: Sequence[Move]) -> Attribution | None:
    fields = {name: _moved_spans(getattr(attribution, name), text, moves) for name in ("content", "cue", "source")}
    return attribution.model_copy(update=fields | {"evidence": []}) if fields["content"] else None


def _moved_spans(spans: Sequence[Span], text: str, moves: Sequence[Move]) -> list[Span]:
    ends = [(_shifted(span.start, moves, False), _shifted(span.end, moves, True)) for span in spans]
    return [Span.of(text, start, end) for start, end in ends if end > start]


def _shifted(place: int, moves: Sequence[Move], is_end: bool) -> int:
    """Where a place of the old text is in the new one; one inside replaced words goes to their beginning or end."""
    shift = 0
    for old_start, old_end, new_start, new_end in moves:
        if place <= old_start:
            break
        if place < old_end:
            return new_end if is_end else new_start
        shift = new_end - old_end
    return place + shift


def mask_outlet(judge: StanceJudge, articles: Iterable[AnnotatedArticle], attribute: Attribute | None = None) -> Share:
    """How many outlet labels change when outlet, byline and address are masked, in the fields and in the text."""
    changed = whole = 0
    for item in articles:
        asked = _asked(item)
        masked = _masked_text(asked)
        update = {"outlet": None, "url": None, "text": masked, "meta": {"targets": asked.meta["targets"]}}
        other = asked.model_copy(update=update)
        before = attribute(asked) if attribute else item.attributions
        after = attribute(other) if attribute else item.attributions
        speakers = () if attribute else item.speakers
        same, total = _agreement(judge, (asked, before, speakers), (other, after, speakers))
        changed, whole = changed + total - same, whole + total
    return Share(changed, whole)


def _masked_text(article: Article) -> str:
    """The text with the outlet's name, addresses and bylines overwritten by letters of the same number."""
    text = article.text
    patterns = [r"https?://\S+|www\.\S+", r"(?m)^By [A-Z][^\n.]{2,60}$"]
    if article.outlet:
        patterns.append(re.escape(article.outlet))
    for pattern in patterns:
        text = re.sub(pattern, lambda found: "X" * len(found.group()), text)
    return text


Version = tuple[Article, Sequence[Attribution], Sequence[Speaker]]


def _agreement(judge: StanceJudge, one: Version, other: Version) -> tuple[int, int]:
    first, second = (_labels(stances) for stances in judge.stances([scene(*version) for version in (one, other)]))
    shared = first.keys() & second.keys()
    return sum(first[name] == second[name] for name in shared), len(shared)


def _labels(stances: Sequence[Stance]) -> Labels:
    return {item.target: item.label for item in stances if item.voice == "outlet"}


def chance_differences(articles: Sequence[AnnotatedArticle], *, splits: int = 200, seed: int = 0) -> float:
    """The share of random halvings of one outlet's articles that the comparison calls different at 5%."""
    _, values = outlet_scores(articles)
    return false_positives(values, np.zeros(len(articles), dtype=np.int64), splits=splits, seed=seed)
