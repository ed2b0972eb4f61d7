"""The labelling interface, written from the taxonomy of the project.

What can be answered comes from :class:`Taxonomy`; how it looks stands here and in ``interface.css``. Stances and roles
with their definitions are those of the stance judge's own taxonomy. The colours are those of Okabe and Ito, which
people with any of the common colour blindnesses can tell apart; the labels differ in their underline too. Label
Studio's ``Text`` tag with ``granularity="symbol"`` counts code points as Python does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args
from xml.etree import ElementTree

from attribution.errors import ConfigurationError
from attribution.review.layout import RELATIONS
from attribution.review.results import CHECKED, NOT_AN_ACTOR, SPAN, TEXT
from attribution.schema import Endorsement, QuotationKind, ReviewFlag, SpeakerKind, Voice
from attribution.stance.taxonomy import Label
from attribution.stance.taxonomy import Taxonomy as Labels

# Okabe & Ito (2008), "Color Universal Design"; the key marks the words under the mouse with the label.
_LABELS = (
    ("Content", "#0072B2", "1", "what is said"),
    ("Cue", "#E69F00", "2", "the words that attribute it: said, according to"),
    ("Source", "#D55E00", "3", "who is named as saying it: she, the ministry"),
    ("Role", "#009E73", "4", "what the speaker is: spokesperson"),
    ("Affiliation", "#CC79A7", "5", "whom the speaker speaks for"),
)
_KEYS = {
    "kind": {"direct": "d", "indirect": "i", "mixed": "m"},
    "speaker_kind": {"person": "p", "organization": "o", "group": "g", "document": "t", "unknown": "n"},
    "former": {"former": "f"},
    "checked": {"quotations": "q", "speakers": "w", "stance": "e"},
}
# Label Studio gives every answer without a key the next free letter, and a slip of the hand would change a stance. All
# of them get this one, which nobody presses.
_NO_KEY = "ctrl+alt+shift+f12"
SPARE_TARGETS = 2
_REFINABLE = ("role", "stance")
_HINT = (
    "Click on marked words to answer for them, drag their edges to correct them. New words: press 1 to 5, then mark."
)
INSTRUCTION = """\
<p>Read the article once. Correct what is marked, mark what is missing, and tick what you have checked.</p>
<ul>
<li><b>1</b> content, <b>2</b> cue, <b>3</b> source, <b>4</b> role, <b>5</b> affiliation: press, then select the words.
Drag the edge of a mark to move it; <b>Backspace</b> deletes it.</li>
<li>A new mark needs no arrow where only one quotation of the paragraph can be meant. Otherwise <b>Alt+R</b>, then
click.</li>
<li>Click a quotation: <b>D</b> direct, <b>I</b> indirect, <b>M</b> mixed. Click a source: <b>Tab</b> and type the
speaker's full name; <b>P</b> person, <b>O</b> organization, <b>G</b> group, <b>T</b> document, <b>N</b> unknown.</li>
<li>Tick only what you vouch for: <b>Q</b> quotations, <b>W</b> speakers, <b>E</b> stance.
<b>Ctrl+Enter</b> submits.</li>
</ul>"""


def _answer(label: Label) -> str:
    """How a label is written in an answer: a finer one stands behind the one above it."""
    return f"{label.parent}/{label.id.removeprefix(f'{label.parent}.')}" if label.parent else label.id


def _offered(labels: Labels, kind: Literal["stance", "role"], *, finer: bool = False) -> tuple[str, ...]:
    return tuple(
        _answer(label)
        for top in labels.of_kind(kind)
        for label in (top, *(labels.of_kind(kind, top.id) if finer else ()))
    )


def _definitions(labels: Labels) -> dict[str, str]:
    return {_answer(label): label.definition for label in labels.labels.values()}


_OURS = Labels.load()


@dataclass(frozen=True)
class Taxonomy:
    """What may be answered. The fields default to everything that the contract knows.

    ``definitions`` says what a stance or a role means; the reviewer sees it under the mouse.
    """

    kind: tuple[str, ...] = get_args(QuotationKind)
    endorsement: tuple[str, ...] = get_args(Endorsement)
    speaker_kind: tuple[str, ...] = get_args(SpeakerKind)
    stance: tuple[str, ...] = _offered(_OURS, "stance")
    role: tuple[str, ...] = _offered(_OURS, "role")
    voice: tuple[str, ...] = get_args(Voice)
    flags: tuple[str, ...] = get_args(ReviewFlag)
    definitions: Mapping[str, str] = field(default_factory=lambda: _definitions(_OURS))

    @classmethod
    def load(cls, path: Path) -> Taxonomy:
        """The taxonomy of a file that adds finer answers to those of the contract.

        A JSON file is a list of labels as :mod:`attribution.stance.taxonomy` describes them; a TOML file names them::

            [role]
            antagonist = ["corrupt official", "invader"]
            [stance]
            unfavourable = ["mocking"]

        A finer answer is shown as ``antagonist/corrupt official``; the record gets its first part, the review all.

        Raises:
            ConfigurationError: The file is neither, or refines something that the contract does not have.
        """
        if path.suffix == ".json":
            labels = Labels.load(path)
            stance, role = (_offered(labels, kind, finer=True) for kind in ("stance", "role"))
            return cls(stance=stance, role=role, definitions=_definitions(labels))
        try:
            given = tomllib.loads(path.read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{path} is not TOML: {error}") from error
        refined: dict[str, Any] = {}
        for name, leaves in given.items():
            offered = getattr(cls, name) if name in _REFINABLE else ()
            stranger = next((parent for parent in leaves if parent not in offered), None)
            if not offered or stranger is not None:
                wrong = f"[{name}]" if not offered else f"{stranger} in [{name}]"
                raise ConfigurationError(
                    f"{path}: {wrong} cannot be refined", f"refine answers of {', '.join(_REFINABLE)}"
                )
            refined[name] = tuple(
                answer
                for parent in offered
                for answer in (parent, *(f"{parent}/{leaf}" for leaf in leaves.get(parent, ())))
            )
        return cls(**refined)

    def choices(self) -> dict[str, tuple[str, ...]]:
        """What each control offers, by the name of the control without its number."""
        offered = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "definitions"}
        offered |= {"former": ("former",), "checked": CHECKED, "stance": (*self.stance, NOT_AN_ACTOR)}
        return offered | {f"new_{name}": offered[name] for name in ("stance", "role", "voice")}


def interface(taxonomy: Taxonomy) -> str:
    """The labelling configuration for Label Studio."""
    root = ElementTree.Element("View", className="attribution")
    _add(root, "Style").text = resources.files("attribution.review").joinpath("interface.css").read_text("utf-8")
    relations = _add(root, "Relations")
    for name in RELATIONS:
        _add(relations, "Relation", value=name)
    columns = _add(root, "View", className="columns")
    _article(_add(columns, "View", className="article"))
    panel = _add(columns, "View", className="panel")
    _region_questions(_add(panel, "View", className="card region"), taxonomy)
    _stance_questions(_add(panel, "View", className="card actors"), taxonomy)
    _closing_questions(_add(panel, "View", className="card closing"), taxonomy)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def _add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _article(column: ElementTree.Element) -> None:
    labels = _add(column, "Labels", name=SPAN, toName=TEXT, showInline="true")
    for name, colour, key, hint in _LABELS:
        _add(labels, "Label", value=name, background=colour, hotkey=key, hint=hint)
    _add(column, "Header", value="$headline", size="4")
    _add(_add(column, "View", className="byline"), "Text", name="byline", value="$byline")
    _add(column, "Text", name=TEXT, value="$text", granularity="symbol")


def _choices(
    parent: ElementTree.Element,
    name: str,
    values: tuple[str, ...],
    when: str = "",
    hints: Mapping[str, str] | None = None,
    **more: str,
) -> None:
    given = {"name": name, "toName": TEXT, "choice": "single-radio", "showInline": "true"} | more
    if when:
        given |= {"perRegion": "true", "visibleWhen": "region-selected", "whenTagName": SPAN, "whenLabelValue": when}
    choices = _add(_add(parent, "View", className="keys") if name in _KEYS else parent, "Choices", **given)
    for value in values:
        hint = {"hint": hints[value]} if hints and value in hints else {}
        _add(choices, "Choice", value=value, hotkey=_KEYS.get(name, {}).get(value, _NO_KEY), **hint)


def _words(parent: ElementTree.Element, name: str, placeholder: str, when: str = "", **more: str) -> None:
    given: dict[str, Any] = {"name": name, "toName": TEXT, "rows": "1", "editable": "true"}
    given |= {"placeholder": placeholder} | more
    if when:
        given |= {"perRegion": "true", "visibleWhen": "region-selected", "whenTagName": SPAN, "whenLabelValue": when}
    _add(parent, "TextArea", **given)


def _titled(parent: ElementTree.Element, title: str, when: str) -> ElementTree.Element:
    """A box that is there while a region with one of these labels is selected."""
    box = _add(parent, "View", visibleWhen="region-selected", whenTagName=SPAN, whenLabelValue=when)
    _add(box, "Header", value=title, size="6")
    return box


def _heading(card: ElementTree.Element, title: str) -> None:
    _add(_add(card, "View", className="title"), "Header", value=title, size="5")


def _region_questions(card: ElementTree.Element, taxonomy: Taxonomy) -> None:
    _heading(card, "Selected words")
    idle = _add(card, "View", visibleWhen="no-region-selected", whenTagName=SPAN)
    _add(
        idle,
        "Header",
        value=_HINT,
        size="6",
    )
    box = _titled(card, "Quotation", "Content")
    needed = "Each quotation needs its kind: direct, indirect or mixed"
    _choices(box, "kind", taxonomy.kind, "Content", required="true", requiredMessage=needed)
    box = _titled(card, "Speaker: full name and kind", "Source,Content")
    _words(box, "speaker", "Tab, then the full name", "Source,Content")
    _choices(box, "speaker_kind", taxonomy.speaker_kind, "Source,Content")
    box = _titled(card, "The outlet, about these words", "Content")
    _choices(box, "endorsement", taxonomy.endorsement, "Content")
    box = _titled(card, "Full wording, if the text shortens it", "Role,Affiliation")
    _words(box, "wording", "Tab, then the full wording", "Role,Affiliation")
    _choices(_add(card, "View"), "former", ("former",), "Role", choice="multiple")


def _stance_questions(card: ElementTree.Element, taxonomy: Taxonomy) -> None:
    _heading(card, "How the article frames its actors")
    rows = _add(card, "Repeater", on="$stances", indexFlag="{{idx}}")
    row = _add(rows, "View", className="actor")
    _add(row, "Header", value="$stances[{{idx}}].title", size="6")
    _choices(row, "stance_{{idx}}", (*taxonomy.stance, NOT_AN_ACTOR), hints=taxonomy.definitions)
    minor = _add(row, "View", className="minor")
    _choices(minor, "role_{{idx}}", taxonomy.role, hints=taxonomy.definitions)
    _choices(minor, "voice_{{idx}}", taxonomy.voice)
    collapsed = _add(card, "Collapse", bordered="false", open="false")
    for at in range(SPARE_TARGETS):
        spare = _add(collapsed, "Panel", value="Another actor" if at == 0 else "And another")
        _words(spare, f"new_target_{at}", "Who?")
        _choices(spare, f"new_stance_{at}", taxonomy.stance)
        _choices(spare, f"new_role_{at}", taxonomy.role)
        _choices(spare, f"new_voice_{at}", taxonomy.voice)


def _closing_questions(card: ElementTree.Element, taxonomy: Taxonomy) -> None:
    _heading(card, "I have checked")
    needed = "Tick what you have checked: Q quotations, W speakers, E stance"
    _choices(card, "checked", CHECKED, choice="multiple", required="true", requiredMessage=needed)
    _add(card, "Header", value="Something wrong with the article?", size="6")
    _choices(card, "flags", taxonomy.flags, choice="multiple")
    _words(card, "note", "Note for the editors")
