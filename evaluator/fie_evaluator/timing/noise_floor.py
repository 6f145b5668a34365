"""Times one kernel again and again, in a new process each time, to tell a GPU's noise floor."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flashinfer_bench.data import Solution

from fie_evaluator.bench import Bench
from fie_evaluator.child.messages import Build, Done, Sample, Sampled
from fie_evaluator.dataset.cache import Cache, store_json
from fie_evaluator.dataset.problem import Problem
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.stages.contestant import contestant
from fie_evaluator.stages.verdicts import Rejected
from fie_evaluator.timing.noise import Samples, Sitting, aa_noise

FEWEST, MOST = 5, 20
"Sittings that tell a noise; the latest that are kept."
JUDGINGS, FIRST_JUDGINGS = 20, 5
"Between one sitting and the next: about a hundredth of the time, more while few are known."
WARMUP, CALLS = 2, 10
WORKLOADS = 5
LIMIT_S = 300.0

Sit = Callable[[], Sitting]


@dataclass(slots=True)
class NoiseFloor:
    """The relative spread of one kernel's score between sittings, which are spread over time.

    Whatever slows the machine for minutes doesn't show within a few seconds: so each
    worker's start adds a sitting, and every so many judgings another one.
    """

    path: Path
    sit: Sit
    judged: int = 0
    "Since the last sitting."
    known: int = 0
    "Sittings that are kept, when last looked at."

    def begun(self) -> float:
        """Return the noise when a worker starts: with one more sitting, or the first few."""
        known = len(self._kept())
        return self._after(max(1, FEWEST - known))

    def before_judging(self) -> float | None:
        """Return the noise anew if it is time to look at it again."""
        self.judged += 1
        if self.judged < (JUDGINGS if self.known >= MOST else FIRST_JUDGINGS):
            return None
        self.judged = 0
        return self._after(1)

    def _after(self, sittings: int) -> float:
        found = [self.sit() for _ in range(sittings)]
        # Two workers may write at once: one's newest sitting is lost then, which does no harm.
        kept = [*self._kept(), *found][-MOST:]
        store_json(self.path, kept)
        self.known = len(kept)
        return aa_noise(kept)

    def _kept(self) -> list[Sitting]:
        return json.loads(self.path.read_text()) if self.path.exists() else []


def noise_floor_of(bench: Bench, cache: Cache) -> NoiseFloor:
    """Return what looks at a GPU's noise, with the reference as its kernel."""
    flavour = hashlib.sha256(bench.yardstick.timing.encode()).hexdigest()[:12]
    path = cache.of_device(f"sittings-{flavour}")
    return NoiseFloor(path, lambda: sitting(bench))


def sitting(bench: Bench) -> list[Samples]:
    """Return the reference's latencies in milliseconds on a few workloads, from a new process.

    Raises EvaluatorError where the reference fails.
    """
    with contestant(bench, reference_solution(bench.problem), LIMIT_S) as reference:
        try:
            reference.ask(Build(), Done)
            return [latencies(reference.ask(one, Sampled)) for one in requests(bench.problem)]
        except Rejected as rejected:
            trouble = f"the reference failed while the noise was measured: {rejected.error}"
            raise EvaluatorError(trouble) from rejected


def requests(problem: Problem) -> list[Sample]:
    """Return what is timed: the smallest workloads, which are the noisiest."""
    places = problem.smallest_first[:WORKLOADS]
    return [Sample(workload=place, seed=0, warmup=WARMUP, count=CALLS) for place in places]


def latencies(sampled: Sampled) -> Samples:
    """Return what was timed."""
    return sampled.latencies_ms


def reference_solution(problem: Problem) -> Solution:
    """Return the definition's reference as a solution like any other."""
    definition = problem.definition
    return Solution.model_validate(
        {
            "name": "reference",
            "definition": definition.name,
            "author": "reference",
            "spec": {
                "language": "python",
                "target_hardware": ["cpu", "cuda"],
                "entry_point": "kernel.py::run",
                "destination_passing_style": False,
            },
            "sources": [{"path": "kernel.py", "content": definition.reference}],
        }
    )
