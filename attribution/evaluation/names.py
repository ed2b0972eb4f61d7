"""When two names are the same name.

Names are compared without case, accents, punctuation, a leading article and a closing possessive. A speaker is named
*right* when the predicted name is the gold name or a listed alias of it: a mention of the gold speaker that is a name
itself and not only a shorter form of a person's name. He is *identified* when any mention of his would do, as the
surname.
"""

from __future__ import annotations

import unicodedata

from attribution.schema import Speaker

_ARTICLES = ("the ", "a ", "an ")


def normalised(name: str) -> str:
    """A name or a role as it is compared: small letters and digits, single spaces, no article, no possessive."""
    folded = unicodedata.normalize("NFKD", name.replace("’", "'")).casefold().strip()
    folded = folded.removesuffix("'s").removesuffix("'")
    letters = "".join(" " if not (char.isalnum() or char == "'") else char for char in _without_marks(folded))
    words = " ".join(letters.replace("'", "").split())
    for article in _ARTICLES:
        words = words.removeprefix(article)
    return words


def _without_marks(text: str) -> str:
    return "".join(char for char in text if not unicodedata.combining(char))


def aliases(speaker: Speaker) -> set[str]:
    """The normalised name of a speaker and what counts as the same name; empty for a speaker without a name."""
    if not speaker.name:
        return set()
    name = normalised(speaker.name)
    others = {normalised(item) for item in _names(speaker)}
    if speaker.kind == "person":
        others = {item for item in others if len(item.split()) >= len(name.split())}
    return {name} | others


def forms(speaker: Speaker) -> set[str]:
    """Every normalised form that points to a named speaker: the name, its aliases, the surname alone."""
    if not speaker.name:
        return set()
    return {normalised(speaker.name)} | {normalised(item) for item in _names(speaker)}


def _names(speaker: Speaker) -> list[str]:
    """The mentions that are names: their last word holds a capital letter."""
    texts = (span.text.strip() for span in speaker.mentions)
    return [text for text in texts if text and any(letter.isupper() for letter in text.split()[-1])]


def same_name(gold: Speaker, predicted: Speaker) -> bool:
    """Whether the prediction names the gold speaker in full, or by a listed alias."""
    return bool(predicted.name) and normalised(predicted.name or "") in aliases(gold)


def identified(gold: Speaker, predicted: Speaker) -> bool:
    """Whether the predicted name, however short, is a name of the gold speaker, or the other way round."""
    if not gold.name or not predicted.name:
        return False
    return normalised(predicted.name) in forms(gold) or normalised(gold.name) in forms(predicted)
