"""Text to what the stance encoder reads: wordpieces, their offsets, and what lower-casing would lose.

The encoder is uncased, so each wordpiece carries a *feature* that goes in through ``token_type_ids``: the case shape of
its word times whether it stands inside quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from attribution.typography import inside_quotes

Offset = tuple[int, int]

SHAPES = 4
FEATURES = SHAPES * 2
# By these names the families of BERT and RoBERTa know the special pieces; without a mask, the unknown piece serves.
CLS, SEP, PAD = ("[CLS]", "<s>"), ("[SEP]", "</s>"), ("[PAD]", "<pad>")
MASK = ("[MASK]", "<mask>", "[UNK]", "<unk>")


@dataclass(frozen=True)
class Pieces:
    """One text as the encoder reads it, with ``[CLS]`` first and ``[SEP]`` last; all lists have the same length.

    ``offsets`` are code-point spans into the text, ``(0, 0)`` for the two special pieces.
    """

    ids: list[int]
    features: list[int]
    offsets: list[Offset]

    def mask(self, spans: Sequence[Offset]) -> list[bool]:
        """Which pieces share a code point with one of the spans."""
        return [
            end > start and any(start < other_end and other_start < end for other_start, other_end in spans)
            for start, end in self.offsets
        ]

    def crop(self, centre: int, length: int) -> Pieces:
        """At most ``length`` pieces around the piece ``centre``, with the two special pieces kept."""
        if len(self.ids) <= length:
            return self
        room = length - 2
        first = min(max(1, centre - room // 2), len(self.ids) - 1 - room)
        keep = [0, *range(first, first + room), len(self.ids) - 1]
        return Pieces([self.ids[i] for i in keep], [self.features[i] for i in keep], [self.offsets[i] for i in keep])


def shape(word: str) -> int:
    """Case shape of a word: 0 lower or no letters, 1 first letter upper, 2 all upper, 3 mixed or with digits."""
    if word.islower() or not any(character.isalnum() for character in word):
        return 0
    if word.isupper() and len(word) > 1:
        return 2
    return 1 if word[:1].isupper() and (word[1:].islower() or len(word) == 1) else 3


class StanceEncoding:
    """Turns text into :class:`Pieces` with a tokenizer of the BERT or RoBERTa family."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.tokenizer = tokenizer
        self.pad_id = self._id(PAD)
        self.mask_id = self._id(MASK)
        self._cls_id, self._sep_id = self._id(CLS), self._id(SEP)

    @classmethod
    def load(cls, directory: Path) -> StanceEncoding:
        """Reads ``tokenizer.json`` of a directory."""
        return cls(Tokenizer.from_file(str(directory / "tokenizer.json")))

    def _id(self, names: tuple[str, ...]) -> int:
        found = (self.tokenizer.token_to_id(name) for name in names)
        known = next((number for number in found if number is not None), None)
        if known is None:
            raise ValueError(f"the tokenizer has no {names[0]}")
        return int(known)

    def encode(self, text: str) -> Pieces:
        """The pieces of one text, however long."""
        found = self.tokenizer.encode(text, add_special_tokens=False)
        quoted = inside_quotes(text)
        shapes = {}
        for word in re.finditer(r"\w+", text):
            shapes.update(dict.fromkeys(range(word.start(), word.end()), shape(word.group())))
        features = [shapes.get(start, 0) + SHAPES * quoted[start] for start, _ in found.offsets]
        return Pieces([self._cls_id, *found.ids, self._sep_id], [0, *features, 0], [(0, 0), *found.offsets, (0, 0)])
