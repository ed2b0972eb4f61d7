"""The whole pipeline in reading order: an article, its quotations, their speakers, the stance of every voice.

Everything streams: articles come in, annotated articles go out in the same order, and only as many are held as the
models compute at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from attribution import __version__
from attribution.errors import ConfigurationError, ReleaseError
from attribution.release import Release
from attribution.schema import (
    AnnotatedArticle,
    Article,
    Attribution,
    Naming,
    Provenance,
    Speaker,
    Stance,
    content_id,
    now,
)

if TYPE_CHECKING:
    from attribution.quotations import Encoded, QuotationFinder
    from attribution.speakers import SpeakerResolver
    from attribution.stance import StanceJudge

T = TypeVar("T")
Given = tuple[Article, AnnotatedArticle | None]
Found = tuple["Encoded", AnnotatedArticle]
Resolved = tuple[Article, list[Attribution], list[Speaker]]
Framed = tuple[list[Stance], list[Naming]]


class Annotator:
    """Annotates articles with one release.

    Args:
        finder: Finds the quotations.
        resolver: Finds out who speaks; without one, speakers stay open.
        judge: Judges how every voice frames the main actors; without one, there are no stances.
        release: The name of the release, for the provenance.
    """

    def __init__(
        self,
        finder: QuotationFinder,
        resolver: SpeakerResolver | None = None,
        judge: StanceJudge | None = None,
        *,
        release: str | None = None,
    ) -> None:
        self.finder = finder
        self.resolver = resolver
        self.judge = judge
        self.release = release

    @classmethod
    def load(
        cls, release: str | Path | None = None, device: str | None = None, batch_size: int | None = None
    ) -> Annotator:
        """Loads a release.

        Args:
            release: Its directory, or its name in ``models/``; the one in use when ``None``.
            device: ``cpu``, ``cuda`` or ``cuda:N``; a GPU, if there is one, when ``None``.
            batch_size: Windows of text computed at once; chosen for the device when ``None``.

        Raises:
            ReleaseError: The release is not there, half-written, or was changed after it was made.
            ConfigurationError: There is no such device.
        """
        opened = Release.open(release)
        return cls._of(opened, _device(device), batch_size)

    @classmethod
    def _of(cls, release: Release, device: str, batch_size: int | None) -> Annotator:
        quotations, speakers, stance = (release.part(name) for name in ("quotations", "speakers", "stance"))
        if quotations is None:
            raise ReleaseError(f"{release.directory}: has no quotations part", "annotate with a whole release")
        from attribution.quotations import QuotationFinder

        finder = QuotationFinder.load(quotations, device)
        if batch_size:
            finder.batch_size = batch_size
        resolver = judge = None
        if speakers is not None:
            from attribution.speakers import SpeakerResolver

            resolver = SpeakerResolver.load(speakers)
        if stance is not None:
            from attribution.stance import StanceJudge

            judge = StanceJudge.load(stance, device)
        return cls(finder, resolver, judge, release=release.name)

    def annotate(self, articles: Iterable[Article | str | Mapping[str, Any]]) -> Iterator[AnnotatedArticle]:
        """Annotates articles, in order and with constant memory.

        Args:
            articles: Articles, or their texts, or records such as ``{"text": …, "outlet": …, "targets": […]}``.

        Raises:
            InputError: A record is no article.
        """
        return self._annotated((_article(item), None) for item in articles)

    def complete(
        self, annotated: Iterable[AnnotatedArticle], *, keep_speakers: bool = False
    ) -> Iterator[AnnotatedArticle]:
        """Judges stances anew, and resolves speakers anew unless they are kept, for attributions that are given."""
        return self._annotated((item.article, item if keep_speakers else _open(item)) for item in annotated)

    def _annotated(self, items: Iterable[Given]) -> Iterator[AnnotatedArticle]:
        for (article, attributions, speakers), (stances, namings) in self._framed(self._resolved(self._found(items))):
            yield AnnotatedArticle(
                article=article,
                attributions=attributions,
                speakers=speakers,
                stances=stances,
                namings=namings,
                provenance=Provenance(release=self.release, version=__version__, created=now()),
            )

    def _found(self, items: Iterable[Given]) -> Iterator[Found]:
        """Every article with what the encoder saw and what was found, or given, in it."""
        waiting: deque[Given] = deque()
        for encoded, attributions in self.finder.find(article.text for article, _ in _passing(items, waiting)):
            article, given = waiting.popleft()
            yield encoded, given or AnnotatedArticle(article=article, attributions=attributions)

    def _resolved(self, found: Iterable[Found]) -> Iterator[Resolved]:
        for encoded, item in found:
            if self.resolver is None or item.speakers:
                yield item.article, item.attributions, item.speakers
            else:
                yield item.article, *self.resolver.resolve(item.article, item.attributions, encoded)

    def _framed(self, resolved: Iterable[Resolved]) -> Iterator[tuple[Resolved, Framed]]:
        if self.judge is None:
            for item in resolved:
                yield item, ([], [])
            return
        from attribution.stance.endorsement import with_endorsement

        waiting: deque[Resolved] = deque()
        items: Iterator[Resolved] = _passing(resolved, waiting)
        for framed in self.judge.judge_all(items):
            article, attributions, speakers = waiting.popleft()
            yield (article, with_endorsement(attributions), speakers), framed


def _passing(items: Iterable[T], seen: deque[T]) -> Iterator[T]:
    """Hands items on and keeps them until the caller, who runs behind, takes them from ``seen``."""
    for item in items:
        seen.append(item)
        yield item


def _article(item: Article | str | Mapping[str, Any]) -> Article:
    if isinstance(item, Article):
        return item
    if isinstance(item, str):
        return Article(id=content_id(item), text=item)
    from attribution.formats.fields import Columns, to_article

    return to_article(item, Columns().in_json())


def _open(item: AnnotatedArticle) -> AnnotatedArticle:
    """The article with its attributions, before anybody asked who speaks."""
    given = [entry.model_copy(update={"speaker": None, "other_speakers": []}) for entry in item.attributions]
    return AnnotatedArticle(article=item.article, attributions=given)


def _device(wanted: str | None) -> str:
    import torch

    if wanted is None:
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=wanted)
    except (RuntimeError, AssertionError) as error:
        raise ConfigurationError(f"there is no device {wanted!r} here", "use --device cpu") from error
    return wanted
