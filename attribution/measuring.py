"""Measures a release, or annotations that were made before, against gold: what ``attribution evaluate`` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from attribution.annotator import Annotator
from attribution.errors import ConfigurationError
from attribution.evaluation import quotations, speakers, stance
from attribution.evaluation.counts import AUTO_ACCEPT
from attribution.formats import read, sentences
from attribution.schema import AnnotatedArticle, Article, StanceLabel

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Prediction:
    """Where predictions come from: a file made before, or a release.

    Attributes:
        file: Annotated articles; a release annotates when ``None``.
        release: Directory or name; the release in use when ``None``.
        device: Where the models compute.
        batch_size: Windows computed at once.
    """

    file: Path | None = None
    release: str | None = None
    device: str | None = None
    batch_size: int | None = None

    def annotator(self) -> Annotator:
        """The annotator of the release."""
        return Annotator.load(self.release, self.device, self.batch_size)


def measure_quotations(
    gold: Path, by: Prediction, *, accept: float = AUTO_ACCEPT, progress: Progress | None = None
) -> quotations.QuotationScores:
    """Scores quotations; ``progress`` is called with the number of articles that have just been annotated."""
    right = list(read(gold))
    return quotations.evaluate(right, _predicted(right, by, _annotate, progress), accept=accept)


def measure_speakers(
    gold: Path,
    by: Prediction,
    *,
    given_attributions: bool = False,
    accept: float = AUTO_ACCEPT,
    progress: Progress | None = None,
) -> speakers.SpeakerScores:
    """Scores speakers, end to end or on the gold attributions.

    Raises:
        ConfigurationError: Gold attributions cannot be given to predictions that were made before.
    """
    if given_attributions and by.file is not None:
        reason = "gold attributions can be given to a release, not to predictions that were made before"
        raise ConfigurationError(reason, "name a release instead of a file of predictions")
    right = list(read(gold))
    found = _predicted(right, by, _resolve if given_attributions else _annotate, progress)
    return speakers.evaluate(right, found, accept=accept)


def measure_stance(gold: Path, by: Prediction, *, progress: Progress | None = None) -> stance.StanceScores:
    """Scores stances toward the gold targets: in articles, whose attributions and speakers are given, or in sentences.

    Raises:
        ConfigurationError: The release judges no stance, or sentences cannot be scored with predictions made before.
    """
    if sentences.holds_sentences(gold):
        return stance.evaluate_judgements(_judged(gold, by))
    right = list(read(gold))
    asked = [item.model_copy(update={"article": _with_targets(item)}) for item in right]
    found = _predicted(asked, by, _judge, progress)
    return stance.evaluate(right, found)


How = Callable[[Annotator, Iterable[AnnotatedArticle]], Iterator[AnnotatedArticle]]


def _annotate(annotator: Annotator, gold: Iterable[AnnotatedArticle]) -> Iterator[AnnotatedArticle]:
    return annotator.annotate(item.article for item in gold)


def _resolve(annotator: Annotator, gold: Iterable[AnnotatedArticle]) -> Iterator[AnnotatedArticle]:
    return annotator.complete(gold)


def _judge(annotator: Annotator, gold: Iterable[AnnotatedArticle]) -> Iterator[AnnotatedArticle]:
    return annotator.complete(gold, keep_speakers=True)


def _predicted(
    gold: Iterable[AnnotatedArticle], by: Prediction, how: How, progress: Progress | None
) -> Iterator[AnnotatedArticle]:
    for item in read(by.file) if by.file is not None else how(by.annotator(), gold):
        yield item
        if progress:
            progress(1)


def _with_targets(item: AnnotatedArticle) -> Article:
    """The article, asking for the gold targets by all their names."""
    names: dict[str, set[str]] = {}
    for found in item.stances:
        names.setdefault(found.target, set()).update(span.text for span in found.mentions)
    targets = [{"name": name, "aliases": sorted(aliases - {name})} for name, aliases in names.items()]
    return item.article.model_copy(update={"meta": item.article.meta | {"targets": targets}})


def _judged(gold: Path, by: Prediction) -> Iterator[stance.Judgement]:
    """Every sentence with the label that the classifier gives its target, whoever speaks in it."""
    from attribution.stance.classifier import Query

    if by.file is not None:
        raise ConfigurationError("sentences are judged by a release", "leave out the file of predictions")
    judge = by.annotator().judge
    if judge is None:
        raise ConfigurationError("the release judges no stance", "name a release with a stance part")
    right = list(sentences.read(gold))
    answers = judge.classifier.judge(Query(item.text, ((item.target,),)) for item in right)
    for item, answer in zip(right, answers, strict=True):
        best = int(answer.labels[0].argmax())
        confidence = float(answer.labels[0][best])
        yield stance.Judgement(item.document, "outlet", item.label, _CLASSES[best], confidence)


_CLASSES: tuple[StanceLabel, ...] = ("unfavourable", "neutral", "favourable")
