"""The naming ledger: what each voice calls each target, with every place. Deterministic, by rule.

Three things are descriptors: the name as it is used ("Talbot", "the Kesh Front"), the words put before it or after it
in apposition ("the militant group", "a former banker"), and nouns that compete for naming the same thing
("operation", "onslaught"), which are kept under what they name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from attribution.schema import Article, Naming, Span, Voice
from attribution.stance.lexicon import ACTOR_NOUNS, CONTRASTS
from attribution.stance.pronouns import is_pronoun
from attribution.stance.targets import Target
from attribution.stance.voices import Segment, voice_at

Offset = tuple[int, int]
_DETERMINER = re.compile(r"^(?:the|a|an|its|their|his|her|these|those|this|that)\s+", re.IGNORECASE)
_BEFORE = re.compile(r"(?:\b[a-z][\w-]*(?:[’']s)?[ -]){1,4}$")
_AFTER = re.compile(r"(?:, |\s[–—-]+\s)(?P<np>(?:an?|the|its|one of the) (?:[\w’'-]+ ?){1,7})(?=[,.;–—]| [–—-])")
_FUNCTION = frozenset(
    """
    a about after against an and as at be because been before between but by down during for from had has have he her
    his if in into is it its like more most near no not of off on or out over said says she since so than that the
    their they this to told under until up was we were when which while who with you your
    """.split()
)


def namings(article: Article, targets: Sequence[Target], segments: Sequence[Segment]) -> list[Naming]:
    """All descriptors of all targets, ordered by target, voice and first place."""
    text = article.text
    found: dict[tuple[str, str, Voice, bool], list[Span]] = defaultdict(list)
    for name, (start, end) in [*_of_targets(text, targets), *_contrasts(text, targets)]:
        segment = voice_at(segments, start, end)
        key = (name, descriptor(text[start:end]), segment.voice, segment.scare_quoted)
        found[key].append(Span.of(text, start, end))
    rows = [
        Naming(
            target=name, text=words, voice=voice, scare_quoted=scare, spans=sorted(spans, key=lambda span: span.start)
        )
        for (name, words, voice, scare), spans in found.items()
        if words
    ]
    return sorted(rows, key=lambda row: (row.target, row.voice, row.spans[0].start, row.text))


def descriptor(words: str) -> str:
    """Words as the ledger counts them: without a leading determiner, one space between, lower case unless a name."""
    bare = " ".join(_DETERMINER.sub("", words.strip(" ,.")).split())
    return bare if any(word[0].isupper() for word in bare.split()) else bare.lower()


def _of_targets(text: str, targets: Sequence[Target]) -> Iterator[tuple[str, Offset]]:
    for target in targets:
        for start, end in target.mentions:
            if is_pronoun(text[start:end]):
                continue
            yield target.name, (start, end)
            for span in (_before(text, start), _after(text, end)):
                if span is not None:
                    yield target.name, span


def _before(text: str, start: int) -> Offset | None:
    """Lower-case words right before a name that belong to it: "militant group", "embattled governor"."""
    found = _BEFORE.search(text, max(0, start - 60), start)
    if found is None:
        return None
    words = re.findall(r"\S+", found.group())
    kept: list[str] = []
    for word in reversed(words):
        if word in _FUNCTION:
            break
        kept.insert(0, word)
    if not kept or not _names_an_actor(kept[-1]):
        return None
    length = len(" ".join(kept))
    end = start - 1
    return (end - length, end) if text[end - length : end] == " ".join(kept) else None


def _names_an_actor(word: str) -> bool:
    bare = word.lower()
    return bare in ACTOR_NOUNS or bare + "s" in ACTOR_NOUNS or any(bare in words for words in CONTRASTS.values())


def _after(text: str, end: int) -> Offset | None:
    """An apposition: ", a militant group banned since May,"."""
    found = _AFTER.match(text, end, min(len(text), end + 90))
    return found.span("np") if found else None


def _contrasts(text: str, targets: Sequence[Target]) -> Iterator[tuple[str, Offset]]:
    """Nouns of a contrast set that are no target's own mention, kept under the name of the set."""
    taken = [span for target in targets for span in target.mentions]
    for name, words in CONTRASTS.items():
        pattern = "|".join(sorted((re.escape(word).replace(r"\-", "[- ]") for word in words), key=len, reverse=True))
        for found in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            if not any(start < found.end() and found.start() < last for start, last in taken):
                yield name, found.span()
