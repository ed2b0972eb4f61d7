"""How far two annotators agree on who speaks in the PolNeAR articles that both labelled independently.

    scripts/agreement-speakers.py POLNEAR       a clone of the corpus

Prints, by type of source and for all: the share of attributions that both credit to the same speaker (the same full
name; or nobody named, and the same kind), and Cohen's kappa of the speaker's kind. Then how they describe the speakers
that both name: F1 of the main role and affiliation, and of all, measured as a release is.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from attribution.evaluation import speakers
from attribution.evaluation.names import normalised
from attribution.evaluation.sources import SOURCE_TYPES, source_type
from attribution.schema import AnnotatedArticle
from attribution.training.corpora import polnear_speakers

DOUBLE = Path(__file__).parents[1] / "annotations" / "polnear-speakers" / "double"


def decisions(article: AnnotatedArticle) -> Iterator[tuple[str, str]]:
    """For each attribution the kind of its speaker and the name as it is compared; both empty when unresolved."""
    for item in article.attributions:
        credited = speakers.credited(article, item)
        yield (credited[0].kind, normalised(credited[0].name or "")) if credited else ("", "")


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of the categories that two annotators gave."""
    agreed = sum(one == other for one, other in pairs) / len(pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[name] * second[name] for name in first) / len(pairs) ** 2
    return 1.0 if chance == 1 else (agreed - chance) / (1 - chance)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, metavar="POLNEAR")
    corpus = parser.parse_args().corpus
    first, second = (list(polnear_speakers.read(DOUBLE / f"{name}.jsonl", corpus)) for name in "AB")
    types = [source_type(item.article.text, each.source) for item in first for each in item.attributions]
    one, other = ([made for item in side for made in decisions(item)] for side in (first, second))
    both = list(zip(types, one, other, strict=True))
    print(f"{len(first)} articles, {len(both)} attributions")
    for name in (*SOURCE_TYPES, "all"):
        chosen = [(a, b) for kind, a, b in both if name in (kind, "all")]
        same = sum(a == b for a, b in chosen) / len(chosen)
        kinds = kappa([(a[0], b[0]) for a, b in chosen])
        print(f"{name:8} {len(chosen):4}   same speaker {same:6.1%}   kappa of the kind {kinds:.2f}")
    for label, figure in vars(speakers.evaluate(first, second, draws=0).facts_given_speaker).items():
        print(f"{label.replace('_', ' '):18} F1 {figure.f1.value or 0:6.1%}")


if __name__ == "__main__":
    main()
