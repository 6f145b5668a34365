"""Everything that judging candidates of one track needs; shared by all of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fie_evaluator.child.children import Child, ChildDied, ChildLate, Interrupts
from fie_evaluator.child.confinement import Confinement
from fie_evaluator.child.exchange import Exchange
from fie_evaluator.child.launchers import Launchers
from fie_evaluator.child.messages import Advanced, Broken, FromChecker, Measure, Measured
from fie_evaluator.dataset.inputs import InputSets
from fie_evaluator.dataset.problem import Problem
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.track import Track

CHECK_LIMIT_S = 600.0
"The checker is trusted; this only bounds a reference that never ends."

Report = Callable[[Advanced], None]


@dataclass(slots=True, kw_only=True)
class Bench:
    """One track, ready to judge on: its problem, its checker and its limits."""

    track: Track
    problem: Problem
    inputs: InputSets
    checker: Child
    interrupts: Interrupts
    confinement: Confinement
    memory_bytes: int
    environment: tuple[tuple[str, str], ...]
    exchange: Exchange
    triton_cache: Path | None
    launchers: Launchers | None
    "None where Triton compiles nothing, that is on the CPU."
    measured: Measured | None = None
    noise_floor: float | None = None
    "Relative spread of the reference's own score between processes."

    def measure_reference(self, report: Report) -> None:
        """Have everything that candidates are held against made, or found."""
        self.measured = ask_checker(self, Measure(), report, Measured)

    @property
    def yardstick(self) -> Measured:
        """What candidates are held against; `measure_reference` comes first."""
        assert self.measured is not None
        return self.measured


def ask_checker(bench: Bench, request: object, report: Report, kind: type[Any]) -> Any:
    """Return the checker's answer, forwarding its progress."""
    deadline = time.monotonic() + CHECK_LIMIT_S
    try:
        answer = bench.checker.ask(request, FromChecker, deadline, bench.interrupts)
        while isinstance(answer, Advanced):
            report(answer)
            answer = bench.checker.answer(FromChecker, deadline, bench.interrupts)
    except (ChildDied, ChildLate) as error:
        raise EvaluatorError(f"the checker is gone: {error or 'it did not answer'}") from error
    if isinstance(answer, Broken) or not isinstance(answer, kind):
        detail = answer.error if isinstance(answer, Broken) else str(answer)
        raise EvaluatorError(f"the reference of {bench.track.definition} failed: {detail}")
    return answer
