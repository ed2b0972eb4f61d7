"""One part after the other is trained anew and put to the gate; what passes joins the candidate.

A part is judged by its own headline figures, quotations by those of the speakers as well, which are found end to end.
What does not pass stays as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attribution.release import Release, drafting
from attribution.schema import ReviewedPart
from attribution.stance import StanceJudge
from attribution.stance import leaves as finer
from attribution.training.gate import Measured, Verdict, judge
from attribution.training.leaves import framed, rows, train_leaves
from attribution.training.parts import Lessons, calibrate_quotations, train_part
from attribution.training.planning import JobSettings, Plan
from attribution.training.proving import Side, Test, compare

Tell = Callable[[str], None]
FIGURES: dict[ReviewedPart, tuple[str, ...]] = {
    "quotations": ("quotations", "speakers"),
    "speakers": ("speakers",),
    "stance": ("stance",),
}
_IGNORED = shutil.ignore_patterns("checkpoints", "runs")


@dataclass(frozen=True)
class Trial:
    """A part that was trained anew, and what the gate said.

    Attributes:
        part: Which.
        passed: Whether it joins the candidate.
        reason: The verdict in one sentence.
        rows: The verdict as rows of a table.
        measured: The counts behind it.
        candidate: The candidate after it, with the part or without.
    """

    part: ReviewedPart
    passed: bool
    reason: str
    rows: list[dict[str, Any]]
    measured: list[Measured]
    candidate: Side


@dataclass(frozen=True)
class Bench:
    """Where a job tries its parts: in ``folder``, all under the name of the release it wants to make."""

    settings: JobSettings
    folder: Path
    base: Release
    planned: Plan
    name: str
    tests: Sequence[Test]
    tell: Tell

    def run(self) -> Iterator[Trial]:
        """Tries every part that has something new to learn; done again after a crash, it tells the same."""
        best = Side("before", self.base.directory)
        for part in self.planned.parts:
            trial = self._try(part, best)
            yield trial
            best = trial.candidate
            if part == "stance" and (finer_trial := self._try_leaves(best)):
                yield finer_trial
                best = finer_trial.candidate

    def _try(self, part: ReviewedPart, best: Side) -> Trial:
        teaching = len(self.planned.teaching(part))
        self.tell(f"{part}: training on {teaching} corrected articles and what is replayed")
        trained = train_part(part, Lessons(self.settings, self.planned, best.release, self.folder / "training" / part))
        after = Side(part, self._candidate(part, best.release, trained))
        self.tell(f"{part}: measuring on {', '.join(test.name for test in self.tests)}")
        measured = compare(self.tests, best, after, self.folder, FIGURES[part])
        verdict: Verdict = judge(measured, self.settings.bar())
        self.tell(f"{part}: {verdict.reason}")
        told = [{"part": part, **row.to_dict()} for row in verdict.rows]
        return Trial(part, verdict.passed, verdict.reason, told, measured, after if verdict.passed else best)

    def _candidate(self, part: ReviewedPart, best: Path, trained: Path) -> Path:
        """The best so far as a release, with one part replaced."""
        target = self.folder / "candidates" / part / self.name
        if target.is_dir():
            return target
        shutil.rmtree(target.parent, ignore_errors=True)
        with drafting(target) as draft:
            for other in self.base.manifest.parts:
                shutil.copytree(best / other, draft / other)
            shutil.copytree(trained, draft / part, dirs_exist_ok=True, ignore=_IGNORED)
            if part == "stance":
                (draft / part / finer.LEAVES).unlink(missing_ok=True)  # they belong to the states before
            if part == "quotations":
                self.tell("quotations: calibrating")
                calibrate_quotations(draft / part, best, self.settings)
            self.planned.learnt(part).write(draft / part)
        return target

    def _try_leaves(self, best: Side) -> Trial | None:
        """Finer answers, learnt anew from all reviews there are; they change nothing else and are judged alone."""
        before = finer.load(self.base.directory / "stance")
        kept = finer.load(best.release / "stance")
        judging = StanceJudge.load(best.release / "stance")
        learnt = train_leaves(framed(self.planned.train, judging), self.settings.leaf_minimum)
        after = {**kept, **learnt}
        if after == kept:
            return None
        target = self.folder / "candidates" / "leaves" / self.name
        if not target.is_dir():
            with drafting(target) as draft:
                for part in self.base.manifest.parts:
                    shutil.copytree(best.release / part, draft / part)
                finer.save(after, draft / "stance")
                self.planned.learnt("stance").write(draft / "stance")
        reason = f"better: {', '.join(sorted(set(after) - set(before))) or 'finer answers'}"
        self.tell(f"stance: {reason}")
        return Trial("stance", True, reason, rows(before, after), [], Side(best.name, target))
