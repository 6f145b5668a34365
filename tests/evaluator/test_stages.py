"""What a job may ask for: a rival, a bar, a profile, a whole solution."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.evaluator.judging import RIGHT, job, small_track
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation, Status

SLOW = RIGHT.replace("def kernel(", "def once(") + (
    "\n\ndef kernel(hidden_states, weight, output):\n"
    "    for _ in range(20):\n"
    "        once(hidden_states, weight, output)\n"
)
VALUE_RETURNING = """\
import torch


def run(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight
"""


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEvaluator]:
    root = tmp_path_factory.mktemp("trace")
    write_small_dataset(root)
    track = replace(small_track(root), quick=(("rows=2", 2.0),))
    evaluator = LocalEvaluator(track, tmp_path_factory.mktemp("cache"))
    yield evaluator
    evaluator.close()


def judged(judge: LocalEvaluator, source: str = RIGHT, **asked: Any) -> Evaluation:
    return judge.submit(replace(job(source), **asked)).result(timeout=60)


def solution(source: str, **told: Any) -> str:
    spec = {
        "language": "python",
        "target_hardware": ["cpu"],
        "entry_point": "main.py::run",
        "destination_passing_style": False,
    }
    whole = {
        "name": "given",
        "definition": "rmsnorm_h1024",
        "author": "a test",
        "spec": spec,
        "sources": [{"path": "main.py", "content": source}],
    }
    return json.dumps(whole | told)


def test_a_rivals_results_come_beside_the_candidates(judge: LocalEvaluator) -> None:
    found = judged(judge, rival=SLOW)
    assert found.passed
    assert [each.label for each in found.rival] == [each.label for each in found.results]
    pairs = zip(found.results, found.rival, strict=True)
    assert all((ours.median_ms or 0) < (theirs.median_ms or 0) for ours, theirs in pairs)


def test_a_broken_rival_costs_the_candidate_nothing(judge: LocalEvaluator) -> None:
    found = judged(judge, rival="def kernel(hidden_states, weight, output):\n    1 / 0\n")
    assert (found.status, found.rival) == (Status.PASSED, ())


def test_a_workload_that_is_held_out_is_neither_checked_nor_timed(judge: LocalEvaluator) -> None:
    first, *others = (result.workload for result in judged(judge).results)
    head = "def kernel(hidden_states, weight, output):"
    picky = RIGHT.replace(head, f"{head}\n    assert hidden_states.shape[0] != 2")
    assert judged(judge, picky).status is Status.RUNTIME_ERROR
    found = judged(judge, picky, leave_out=(first,))
    assert found.passed
    assert [result.workload for result in found.results] == others


def test_a_hopeless_candidate_is_timed_on_the_quick_subset_only(judge: LocalEvaluator) -> None:
    found = judged(judge, bar=1e9)
    assert (found.status, found.complete) == (Status.PASSED, False)
    assert [(each.label, each.weight) for each in found.results] == [("rows=2", 2.0)]


def test_a_candidate_above_the_bar_is_timed_on_everything(judge: LocalEvaluator) -> None:
    found = judged(judge, bar=1e-9)
    assert found.complete
    assert [each.median_ms is not None for each in found.results] == [True, True]


@pytest.mark.parametrize(("above", "profiled"), [(None, True), (1e-9, True), (1e9, False)])
def test_a_profile_is_made_of_what_is_good_enough(
    judge: LocalEvaluator, above: float | None, profiled: bool
) -> None:
    found = judged(judge, profile=True, profile_above=above)
    assert (found.profile is not None) is profiled


def test_the_named_workload_is_profiled(judge: LocalEvaluator) -> None:
    profile = judged(judge, profile=True, profile_workload="rows=24").profile
    assert profile is not None
    assert "rows=24" in profile.source


def test_a_solution_is_judged_by_its_own_entry_point(judge: LocalEvaluator) -> None:
    found = judged(judge, "", solution=solution(VALUE_RETURNING))
    assert (found.status, found.error) == (Status.PASSED, "")


@pytest.mark.parametrize(
    ("document", "status", "phrase"),
    [
        ("{}", Status.COMPILE_ERROR, "not a solution"),
        (
            solution(VALUE_RETURNING, definition="gemm_n96_k128"),
            Status.COMPILE_ERROR,
            "the solution is for gemm_n96_k128, not for rmsnorm_h1024",
        ),
        (solution("import os\n" + VALUE_RETURNING), Status.REFUSED, "`import os`"),
    ],
    ids=["no solution", "another definition", "forbidden import"],
)
def test_a_bad_solution_is_named(
    judge: LocalEvaluator, document: str, status: Status, phrase: str
) -> None:
    found = judged(judge, "", solution=document)
    assert found.status is status
    assert phrase in found.error
