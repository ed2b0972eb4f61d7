"""Whether a candidate may replace the release: not worse on any headline figure beyond noise, better on at least one.

Both are measured on the same articles and compared by the paired bootstrap over articles. A figure is *worse* when it
falls by more than a tolerance and the fall is significant at ``alpha``, one-sided; that is asked of every figure alone,
so that no harm hides among many. It is *better* when its rise is significant at ``alpha`` divided by the number of
figures that could rise (Bonferroni 1936), so that looking at many gives no luck. Calibration errors have a tolerance of
their own and are no reason to release: confidences can be fitted again without learning anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from attribution.evaluation import quotations, speakers, stance
from attribution.evaluation.counts import Counts, Figure
from attribution.evaluation.estimates import Difference, paired_bootstrap

Judgement = Literal["better", "same", "worse"]

HEADLINES: dict[str, dict[str, Figure]] = {
    "quotations": quotations.HEADLINES,
    "speakers": speakers.HEADLINES,
    "stance": stance.HEADLINES,
}


@dataclass(frozen=True)
class Bar:
    """How high the bar is.

    Attributes:
        alpha: Significance level of both tests.
        tolerance: A fall up to this (of 1) is never called worse.
        calibration_tolerance: The same for calibration errors.
        draws: Bootstrap samples.
    """

    alpha: float = 0.05
    tolerance: float = 0.005
    calibration_tolerance: float = 0.05
    draws: int = 5000


@dataclass(frozen=True)
class Measured:
    """Both releases on one test: counts of one part (``quotations``, ``speakers``, ``stance``)."""

    test: str
    part: str
    before: Counts
    after: Counts


@dataclass(frozen=True)
class Row:
    """One figure on one test; ``difference`` is positive when the candidate is better, either way."""

    test: str
    part: str
    figure: str
    articles: int
    before: float
    after: float
    difference: float
    low: float
    high: float
    p_worse: float
    judgement: Judgement

    def to_dict(self) -> dict[str, Any]:
        """The row as it stands in a manifest and its card, figures in percent."""
        return {
            "test": f"{self.test} ({self.articles})",
            "figure": self.figure,
            "before": f"{100 * self.before:.1f}",
            "after": f"{100 * self.after:.1f}",
            "gain": f"{100 * self.difference:+.1f} [{100 * self.low:+.1f}, {100 * self.high:+.1f}]",
            "judgement": self.judgement,
        }


@dataclass(frozen=True)
class Verdict:
    """Whether a candidate passes, why, and the table that shows it."""

    passed: bool
    reason: str
    rows: tuple[Row, ...]


def judge(measured: Sequence[Measured], bar: Bar | None = None) -> Verdict:
    """Compares a candidate with the release on every test and part."""
    bar = bar or Bar()
    compared = [item for test in measured for item in _compared(test, bar)]
    rising = sum(_may_decide(figure) for _, figure, _ in compared)
    rows = tuple(_row(test, figure, found, bar, rising) for test, figure, found in compared)
    return Verdict(*_decision(rows), rows)


def _compared(measured: Measured, bar: Bar) -> Iterable[tuple[Measured, str, Difference]]:
    for name, figure in HEADLINES[measured.part].items():
        found = paired_bootstrap(measured.before, measured.after, figure, draws=bar.draws)
        if found.difference is not None and found.low is not None:
            yield measured, name, found


def _row(measured: Measured, figure: str, found: Difference, bar: Bar, rising: int) -> Row:
    gain, low, high = found.difference or 0.0, found.low or 0.0, found.high or 0.0
    worse = 0.5 if found.p_worse is None else found.p_worse
    if _lower_is_better(figure):
        gain, low, high, worse = -gain, -high, -low, 1 - worse
    tolerance = bar.tolerance if _may_decide(figure) else bar.calibration_tolerance
    judgement: Judgement = "same"
    if gain < -tolerance and worse >= 1 - bar.alpha:
        judgement = "worse"
    elif gain > 0 and worse <= bar.alpha / max(rising, 1):
        judgement = "better"
    return Row(
        measured.test,
        measured.part,
        figure,
        len(measured.before.ids),
        found.before or 0.0,
        found.after or 0.0,
        gain,
        low,
        high,
        worse,
        judgement,
    )


def _decision(rows: Sequence[Row]) -> tuple[bool, str]:
    worse = [row for row in rows if row.judgement == "worse"]
    better = [row for row in rows if row.judgement == "better" and _may_decide(row.figure)]
    if worse:
        return False, f"worse: {', '.join(f'{row.figure} on {row.test}' for row in worse)}"
    if not better:
        return False, "not better on any figure beyond noise"
    return True, f"better: {', '.join(f'{row.figure} on {row.test}' for row in better)}"


def _lower_is_better(figure: str) -> bool:
    return figure.startswith(("ECE", "wrong"))


def _may_decide(figure: str) -> bool:
    return not figure.startswith("ECE")
