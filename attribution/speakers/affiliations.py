"""Which body an affiliation is: the full name for *the ministry* or an acronym."""

from __future__ import annotations

from attribution.speakers import organizations
from attribution.speakers.descriptions import nearest_body
from attribution.speakers.discourse import Discourse
from attribution.speakers.scene import Stretch


def fullest(discourse: Discourse, stretch: Stretch) -> Stretch | None:
    """For "the ministry" or "the campaign" the place where it is named in full; ``None`` when nothing identifies it."""
    layout = discourse.layout
    text = layout.text[slice(*stretch)]
    if not text.islower():
        return full_name(discourse, stretch)
    if " " in text:
        return stretch
    fits = [
        item
        for item in discourse.referents
        if item.kind == "organization"
        and item.name
        and (item.noun == text or (item.entity is not None and any(text in name.key for name in item.entity.names)))
    ]
    if len(fits) == 1:
        return fits[0].name
    place = organizations.named_elsewhere(discourse, text, *layout.at(*stretch))
    if place is not None:
        return layout.starts[place[0]], layout.ends[place[1] - 1]
    if text in {"company", "group", "firm", "organization", "agency", "center", "institute", "foundation"}:
        return nearest_body(discourse.scene, layout.at(*stretch)[0])
    return None


def full_name(discourse: Discourse, stretch: Stretch) -> Stretch:
    """For an acronym or a short form of an organisation the place where it is named in full."""
    layout = discourse.layout
    first, last = layout.at(*stretch)
    name = discourse.scene.by_token.get(first)
    if name is None or (name.first, name.last) != (first, last):
        return stretch
    entity = discourse.scene.owner[id(name)]
    full = entity.canonical
    if entity.kind != "organization" or len(full.key) <= len(name.key):
        return stretch
    return layout.starts[full.first], layout.ends[full.last - 1]
