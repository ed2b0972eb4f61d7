"""What a cue says about the words it introduces: the outlet stands behind them, or steps back.

A small lexicon of English reporting verbs, after the classes of factive, neutral and non-factive predicates
(Kiparsky and Kiparsky 1970; for news, Bergler 1992): *admitted* takes the content as true, *claimed* does not vouch
for it. A cue that is not listed is neutral. An adverb ("falsely said") decides before the verb does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attribution.schema import Attribution, Endorsement

ENDORSING = frozenset(
    "acknowledge admit affirm concede confess confirm demonstrate disclose discover establish explain expose find "
    "illustrate note observe point prove realise realize recall recognise recognize remind reveal show uncover "
    "understand verify".split()
)
DISTANCING = frozenset(
    "allege assert boast brag claim contend deny dispute fabricate imagine imply insinuate insist maintain moan "
    "profess purport pretend protest rant speculate spin tout whine".split()
)
_ENDORSING_ADVERB = re.compile(r"\b(?:rightly|correctly|accurately|truthfully|presciently)\b", re.IGNORECASE)
_DISTANCING_ADVERB = re.compile(
    r"\b(?:falsely|wrongly|incorrectly|misleadingly|baselessly|dubiously|supposedly|allegedly|purportedly"
    r"|without (?:evidence|proof|offering evidence|providing evidence))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
_IRREGULAR = {"found": "find", "understood": "understand", "shown": "show", "spun": "spin", "denied": "deny"}


def endorsement(cue: str) -> Endorsement:
    """Whether a cue endorses what it introduces, is neutral, or distances the writer from it.

    The last listed verb of the cue counts, so that "refused to confirm" and "has claimed" are read by their verb; a
    negated or refused endorsement ("could not confirm", "declined to confirm") is neutral.
    """
    if _DISTANCING_ADVERB.search(cue):
        return "distances"
    if _ENDORSING_ADVERB.search(cue):
        return "endorses"
    words = _WORD.findall(cue.lower())
    for word in reversed(words):
        if forms(word) & DISTANCING:
            return "distances"
        if forms(word) & ENDORSING:
            return "neutral" if _REFUSED & set(words) else "endorses"
    return "neutral"


_REFUSED = frozenset({"not", "never", "refuse", "refused", "refuses", "declined", "t", "cannot"})


DENYING = frozenset("contradict deny disbelieve disown dispute doubt rebut refute reject".split())
_BELIEVING = frozenset("accept believe doubt think".split())
_NEGATORS = frozenset({"few", "no", "nobody", "none", "neither", "nor"})


def denies(words: str) -> bool:
    """Whether a source and its cue turn the content round: *denied that*, *few believe that*; two such words cancel."""
    found = re.findall(r"[a-z]+", words.lower())
    turns = sum(bool(forms(word) & DENYING) for word in found)
    if any(forms(word) & _BELIEVING for word in found):
        turns += sum(word in _REFUSED | _NEGATORS for word in found)
    return turns % 2 == 1


def forms(word: str) -> set[str]:
    """Possible base forms of an inflected English verb."""
    found = {word, _IRREGULAR.get(word, word)}
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending):
            stem = word[: -len(ending)]
            found |= {stem, stem + "e"}
            if len(stem) > 2 and stem[-1] == stem[-2]:
                found.add(stem[:-1])
            if stem.endswith("i"):
                found.add(stem[:-1] + "y")
    return found


def with_endorsement(attributions: Iterable[Attribution]) -> list[Attribution]:
    """The attributions with ``endorsement`` filled in from their cues; ``None`` stays where there is no cue."""
    return [
        item.model_copy(update={"endorsement": endorsement(" ".join(span.text for span in item.cue))})
        if item.cue and item.endorsement is None
        else item
        for item in attributions
    ]
