"""How each voice of an article frames its actors: voices, targets, classifier, aggregation, naming ledger."""

from attribution.stance.judge import StanceJudge

__all__ = ["StanceJudge"]
