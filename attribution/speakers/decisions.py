"""Who speaks: one decision for each source, with its confidence and its reasons.

Names come first, over the whole article, because pronouns and descriptions lean on who speaks around them. Then the
other sources are read in order: pronouns and definite descriptions go to the ranker, *a spokesman* and *officials*
bring in someone new, documents and organisations are told by their nouns, and what has no source takes the speaker
whose words it continues.
"""

from __future__ import annotations

from attribution.schema import Attribution
from attribution.speakers.discourse import Decision, Discourse, of_other
from attribution.speakers.names import Name
from attribution.speakers.people import decide_description
from attribution.speakers.pronouns import decide_pronoun
from attribution.speakers.referents import Referent
from attribution.speakers.sources import Source, read_source


def decide_all(discourse: Discourse, attributions: list[Attribution]) -> list[Decision]:
    """The speaker of every attribution, in their order."""
    scene = discourse.scene
    discourse.sources = [read_source(scene.layout, item.source, scene.by_token, scene.owner) for item in attributions]
    discourse.settle = lambda at: _settle(discourse, at)
    for at, source in enumerate(discourse.sources):
        if source.type == "name":
            discourse.keep(at, _decide_name(discourse, source))
    order = sorted(range(len(attributions)), key=discourse.position)
    for at in order:
        _settle(discourse, at)
    for step, at in enumerate(order):
        if at not in discourse.decisions:
            discourse.keep(at, _decide_continuation(discourse, attributions, order, step))
    return [discourse.decisions[at] for at in range(len(attributions))]


def _settle(discourse: Discourse, at: int) -> None:
    source = discourse.sources[at]
    if at not in discourse.decisions and source.type != "none":
        decide = decide_pronoun if source.type == "pronoun" else decide_description
        discourse.keep(at, decide(discourse, at, source))


def _decide_name(discourse: Discourse, source: Source) -> Decision:
    referents, reasons, confidence = list[Referent](), list[tuple[str, tuple[int, int] | None]](), 0.98
    for name in source.names:
        entity = discourse.scene.owner[id(name)]
        family = _family(discourse, name)
        if family:
            referents += [one for one in family if one not in referents]
            reasons.append(("the family of this name", (name.first, name.last)))
            confidence = min(confidence, 0.8)
            continue
        referent = discourse.of_name(name)
        if entity.kind != "person":
            referent = of_other(discourse, name)
        if referent in referents:
            continue
        referents.append(referent)
        full = entity.canonical
        if name.key == full.key:
            reasons.append(("the source gives the name", (name.first, name.last)))
        else:
            reasons.append(("short for the name given in full here", (full.first, full.last)))
        ambiguous = entity.shared and len(name.key) < len(full.key)
        if ambiguous:
            reasons.append(("more than one person in the article has this name; the nearest was taken", None))
        confidence = min(confidence, 0.75 if ambiguous else 0.9 + 0.08 * entity.certainty)
    return Decision(referents, confidence, reasons)


def _family(discourse: Discourse, name: Name) -> list[Referent]:
    """For "the Khans" the people whose surname is Khan."""
    word = name.key[-1]
    if len(name.key) > 1 or not word.endswith("s") or discourse.layout.lower[name.first - 1] not in {"the", "both"}:
        return []
    return [
        item
        for item in discourse.referents
        if item.kind == "person"
        and item.entity is not None
        and len(item.entity.canonical.key) > 1
        and item.entity.canonical.key[-1] == word[:-1]
    ]


def _decide_continuation(
    discourse: Discourse, attributions: list[Attribution], order: list[int], step: int
) -> Decision:
    """Words without a source continue the quotation before them, if they stand in its sentence or paragraph."""
    layout, at = discourse.layout, order[step]
    here = discourse.position(at)
    earlier = [other for other in order[:step] if other in discourse.decisions and discourse.decisions[other].referents]
    inside = [
        other
        for other in earlier
        if any(first <= here < last for first, last in discourse.contents[other]) and not layout.quoted[here]
    ]
    if inside:
        return Decision([], 0.6, [("no source, inside the words of somebody else", None)])
    direct = attributions[at].kind == "direct"
    later = [
        other for other in order[step + 1 :] if other in discourse.decisions and discourse.decisions[other].referents
    ]
    if earlier:
        other = earlier[-1]
        there = max(last - 1 for first, last in discourse.contents[other]) if discourse.contents[other] else here
        same_sentence = layout.sentence[there] == layout.sentence[here]
        same_paragraph = layout.paragraph[there] == layout.paragraph[here]
        gap = layout.paragraph[here] - layout.paragraph[there]
        chance = (
            0.85
            if direct and same_sentence
            else 0.9
            if direct and same_paragraph
            else 0.75
            if direct and gap == 1
            else 0.0
        )
        if chance >= 0.5:
            reason = "no source of its own: goes on with the words of the speaker before"
            return Decision(
                discourse.decisions[other].referents[:1],
                chance * min(1.0, discourse.decisions[other].confidence + 0.05),
                [(reason, None)],
            )
    if direct and later and layout.paragraph[discourse.position(later[0])] == layout.paragraph[here]:
        return Decision(
            discourse.decisions[later[0]].referents[:1],
            0.75,
            [("no source of its own: the speaker after it in the paragraph", None)],
        )
    return Decision([], 0.5, [("the article gives no source", None)])
