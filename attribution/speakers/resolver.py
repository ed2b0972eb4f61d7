"""Article and attributions in, attributions with speakers out: the path from mention to speaker, step by step."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from attribution.schema import Article, Attribution, Speaker
from attribution.speakers.asides import add_asides
from attribution.speakers.bodies import add_nouns
from attribution.speakers.decisions import decide_all
from attribution.speakers.discourse import Decision, Discourse
from attribution.speakers.employers import Employers
from attribution.speakers.entities import find_entities
from attribution.speakers.groups import add_pairs
from attribution.speakers.kinds import decide_kinds
from attribution.speakers.layout import Layout, read_layout
from attribution.speakers.names import find_names
from attribution.speakers.ranker import Ranker
from attribution.speakers.records import write_records
from attribution.speakers.referents import named
from attribution.speakers.roles import find_facts
from attribution.speakers.scene import Scene
from attribution.speakers.tagger import KindTagger

if TYPE_CHECKING:
    from attribution.quotations.encoding import Encoded

RANKER = "ranker.safetensors"
TAGGER = "kinds.safetensors"
EMPLOYERS = "employers.safetensors"
CONFIG = "config.json"


@dataclass(frozen=True, slots=True)
class SpeakerResolver:
    """Finds the speaker of every quotation of an article.

    Attributes:
        ranker: Chooses among the candidates for pronouns and descriptions.
        threshold: The confidence below which a quotation is left without a speaker.
        tagger: Tells the kinds of names from the encoder's states; the rules decide alone without it.
        genders: Given names and their gender, beyond those of the word lists.
        accuracy: For a reason the log-odds that are added to the confidence of decisions taken for it.
        employers: Chooses the body of those whose affiliation is not stated.
    """

    ranker: Ranker = field(default_factory=Ranker.fixed)
    threshold: float = 0.5
    tagger: KindTagger | None = None
    genders: Mapping[str, str] = field(default_factory=dict)
    accuracy: Mapping[str, float] = field(default_factory=dict)
    employers: Employers = field(default_factory=Employers)

    @classmethod
    def load(cls, directory: Path) -> SpeakerResolver:
        """Reads what was trained; what a directory lacks is replaced by the rules' own weights."""
        directory = Path(directory)
        path = directory / CONFIG
        config = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        ranker = Ranker.load(directory / RANKER) if (directory / RANKER).exists() else Ranker.fixed()
        tagger = KindTagger.load(directory / TAGGER) if (directory / TAGGER).exists() else None
        threshold = float(config.get("threshold", 0.5))
        chosen_at = float(config.get("employer_threshold", 0.5))
        employers = (
            Employers.load(directory / EMPLOYERS, chosen_at) if (directory / EMPLOYERS).exists() else Employers()
        )
        return cls(ranker, threshold, tagger, config.get("genders", {}), config.get("accuracy", {}), employers)

    def resolve(
        self, article: Article, attributions: list[Attribution], encoded: Encoded | None = None
    ) -> tuple[list[Attribution], list[Speaker]]:
        """Adds speakers to the attributions of one article.

        Args:
            article: The article.
            attributions: Its quotations with their sources; a speaker they have is replaced.
            encoded: The article through the quotation encoder, for the trained taggers.

        Returns:
            The attributions in the same order with ``speaker``, ``other_speakers`` and ``evidence``, and the speakers.
        """
        discourse = self.read(article.text, attributions, encoded)
        decisions = self.decide(discourse, attributions)
        add_asides(discourse)
        return write_records(article, attributions, decisions, discourse, self.threshold)

    def decide(self, discourse: Discourse, attributions: list[Attribution]) -> list[Decision]:
        """The speaker of every attribution, with confidences corrected by what was measured for their reasons."""
        decisions = decide_all(discourse, attributions)
        for decision in decisions:
            shift = self.accuracy.get(decision.reasons[0][0], 0.0) if decision.reasons else 0.0
            if shift:
                decision.confidence = shifted(decision.confidence, shift)
        return decisions

    def read(self, text: str, attributions: list[Attribution], encoded: Encoded | None = None) -> Discourse:
        """Everything that is known of an article before its sources are decided: names, people, what they are."""
        layout = read_layout(text)
        names = find_names(layout)
        votes = self.tagger.votes(layout, names, encoded) if self.tagger and encoded is not None and names else None
        entities, owners = find_entities(layout, names, decide_kinds(layout, names, votes))
        for entity in entities:
            if self.genders and entity.kind == "person" and entity.gender is None and len(entity.canonical.key) > 1:
                entity.gender = self.genders.get(entity.canonical.key[0])
        by_token = {token: name for name in names for token in range(name.first, name.last)}
        scene = Scene(layout, by_token, {id(name): entity for name, entity in zip(names, owners, strict=True)})
        facts = find_facts(scene, names)
        referents = [named(layout, entity, facts.get(entity.index, [])) for entity in entities]
        contents = [_tokens(layout, attribution) for attribution in attributions]
        of_entity = {entity.index: item for entity, item in zip(entities, referents, strict=True)}
        discourse = Discourse(scene, referents, of_entity, self.ranker, contents, employers=self.employers)
        add_pairs(discourse)
        add_nouns(discourse)
        return discourse


def shifted(confidence: float, by: float) -> float:
    """A confidence moved by some log-odds."""
    inside = min(max(confidence, 0.005), 0.995)
    return 1 / (1 + math.exp(-(math.log(inside / (1 - inside)) + by)))


def _tokens(layout: Layout, attribution: Attribution) -> tuple[tuple[int, int], ...]:
    return tuple(layout.at(span.start, span.end) for span in attribution.content)
