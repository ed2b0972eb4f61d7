"""Targets that a stretch of text speaks of without naming them: "Ten minutes later it fell over".

Their names are put in front of the text, so that the classifier has a place to pool for each of them and one pass still
serves all. What such a sentence says of them is learnt from annotated articles; most often it is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attribution.stance.targets import Target
from attribution.stance.units import Offset, Unit

CARRIED = 2  # targets that the outlet's next sentences may still speak of
MEANT = 4  # targets that a quoted or reported sentence may speak of
_AHEAD = 2000  # how many characters nearer a target counts when it has been named already

Named = list[tuple[int, list[Offset]]]


def unnamed(seen: Sequence[tuple[Unit, Named]], targets: Sequence[Target]) -> Iterator[list[int]]:
    """For each unit, the targets it may mean without naming them; ``seen`` tells which ones it names.

    The outlet's sentences go on about the targets that its last sentence with a target named: nothing that others say
    plays a part. The words of others may be about anybody named near them, best of all before them.
    """
    carried: list[int] = []
    for unit, named in seen:
        here = [index for index, _ in named]
        if unit.voice == "outlet":
            yield [index for index in carried if index not in here][:CARRIED] if not unit.headline else []
            carried = here or carried
        else:
            yield [index for index in _nearest(targets, unit.pieces[0].start) if index not in here][:MEANT]


def _nearest(targets: Sequence[Target], place: int) -> list[int]:
    distances = []
    for index, target in enumerate(targets):
        before = [place - start for start, _ in target.mentions if start <= place]
        after = [start - place + _AHEAD for start, _ in target.mentions if start > place]
        if before or after:
            distances.append((min([*before, *after]), index))
    return [index for _, index in sorted(distances)]


def prefix(names: Sequence[str]) -> tuple[str, list[Offset]]:
    """What stands in front of a text for its unnamed targets, and where each of them stands in it."""
    text, spans = "", []
    for name in names:
        text += "; " if text else ""
        spans.append((len(text), len(text) + len(name)))
        text += name
    return (f"{text}: " if text else ""), spans
