"""Times one kernel again and again, in a new process each time, to tell a GPU's noise floor."""

import hashlib
import json

from flashinfer_bench.data import Solution

from fie_evaluator.bench import Bench
from fie_evaluator.child.messages import Build, Done, Sample, Sampled
from fie_evaluator.dataset.cache import Cache, store_json
from fie_evaluator.dataset.problem import Problem
from fie_evaluator.stages.contestant import contestant
from fie_evaluator.timing.noise import Samples, aa_noise

SITTINGS = 5
WARMUP, CALLS = 2, 10
WORKLOADS = 5
LIMIT_S = 300.0


def noise_floor(bench: Bench, cache: Cache) -> float:
    """Return the relative spread of the reference's own score here, measured once and kept."""
    flavour = hashlib.sha256(bench.yardstick.timing.encode()).hexdigest()[:12]
    path = cache.of_device(f"noise-{flavour}")
    with cache.lock():
        if not path.exists():
            store_json(path, aa_noise([sitting(bench) for _ in range(SITTINGS)]))
    return float(json.loads(path.read_text()))


def sitting(bench: Bench) -> list[Samples]:
    """Return the reference's latencies in milliseconds on a few workloads, from a new process."""
    with contestant(bench, reference_solution(bench.problem), LIMIT_S) as reference:
        reference.ask(Build(), Done)
        return [latencies(reference.ask(request, Sampled)) for request in requests(bench.problem)]


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
