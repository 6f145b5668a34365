"""What the judge is asked: who is profiled, and who is cut short."""

import asyncio
import math
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.lab import Lab, evaluation
from tests.engine.test_duels import Judge, kernel, row, script, searched

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.profiling import ProfilePolicy, profile_policy, profiler_is_here
from fie_engine.loop.search import Search
from fie_engine.loop.verdicts import verdict
from fie_engine.steer.injecting import inject
from fie_engine.view.rows import CandidateState
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation, Profile
from fie_evaluator.scoring import ScoreRule

PROFILE = Profile(source="a profiler")


def asked(judge: Judge) -> list[tuple[str, bool, float | None]]:
    return [
        (job.candidate, job.profile, job.profile_above and round(job.profile_above, 3))
        for job in judge.jobs
    ]


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (ProfilePolicy(when="never"), [(False, None)] * 4),
        (ProfilePolicy(when="always"), [(True, None)] * 4),
        (
            ProfilePolicy(when="every", every=2),
            [(True, None), (False, None), (True, None), (False, None)],
        ),
        (
            ProfilePolicy(when="new-best"),
            [(True, None), (True, 1.0), (True, 2.0), (True, 2.0)],
        ),
    ],
)
def test_a_policy_says_who_is_profiled(
    lab: Lab, policy: ProfilePolicy, found: list[tuple[bool, float | None]]
) -> None:
    judge = Judge()
    searched(lab, judge, kernel(2.0), kernel(0.5), kernel(3.0), profiling=policy)
    names = ("c0000", "c0001", "c0002", "c0003")
    assert asked(judge) == [(name, *each) for name, each in zip(names, found, strict=True)]


class Profiler(Judge):
    """A judge with a profile for whatever it is asked to profile."""

    def __call__(self, job: EvalJob) -> Evaluation:
        return replace(super().__call__(job), profile=PROFILE)


def test_only_the_seed_and_new_bests_get_a_profile(lab: Lab) -> None:
    judge = Profiler()
    policy = ProfilePolicy(when="new-best")
    search = searched(lab, judge, kernel(2.0), kernel(0.5), kernel(3.0), profiling=policy)
    profiled = {
        name: one.evaluation is not None and one.evaluation.profile is not None
        for name, one in search.view.candidates.items()
    }
    assert profiled == {"c0000": True, "c0001": True, "c0002": False, "c0003": True}


def test_a_new_best_that_looked_slower_at_first_is_profiled_in_its_turns(lab: Lab) -> None:
    judge = Profiler()
    policy = ProfilePolicy(when="new-best")
    search = searched(
        lab, judge, kernel(1.03, luck=0.96), kernel(1.06, luck=0.97), profiling=policy
    )
    assert asked(judge) == [
        ("c0000", True, None),
        ("c0001", True, 1.0),
        ("c0001", True, 1.0),
        ("c0002", True, 1.03),
        ("c0002", True, 1.03),
    ]
    assert [
        one.evaluation.profile for one in search.view.candidates.values() if one.evaluation
    ] == [PROFILE] * 3


def test_turns_keep_the_profile_of_the_first_judging(lab: Lab) -> None:
    judge = Profiler()
    search = searched(lab, judge, kernel(1.01))
    assert [(job.rival != "", job.profile) for job in judge.jobs] == [
        (False, True),
        (False, True),
        (True, False),
    ]
    found = row(search, "c0001").evaluation
    assert found is not None
    assert found.profile == PROFILE


def wide(job: EvalJob) -> Evaluation:
    """Judge a kernel on four workloads, the second half of which it is twice as fast on."""
    found = Judge()(job)
    again = [replace(found.results[0], workload=f"w{n}", label=f"T={n}") for n in range(1, 5)]
    assert found.results[0].median_ms is not None
    faster = [replace(one, median_ms=found.results[0].median_ms / 2) for one in again[2:]]
    return replace(found, results=(*again[:2], *faster), rival=())


def cut(lab: Lab, share: float, *kernels: str) -> tuple[list[EvalJob], Search]:
    """Run a search that cuts short; return what was asked of the judge, too."""
    jobs: list[EvalJob] = []

    def judge(job: EvalJob) -> Evaluation:
        jobs.append(job)
        return wide(job)

    writer = lab.create(iterations=len(kernels))
    search = lab.search(writer, iterations=len(kernels))
    search.terms = replace(search.terms, quick_cut=share)
    engine = lab.engine(writer, search, script(*kernels), RecordedEvaluator(judge))
    asyncio.run(engine.run())
    return jobs, search


def test_the_bar_is_a_share_of_the_bests_speed(lab: Lab) -> None:
    jobs, _ = cut(lab, 0.5, kernel(2.0), kernel(1.5))
    assert [job.bar and round(job.bar, 6) for job in jobs] == [
        None,
        round(0.5 * math.sqrt(2), 6),
        round(math.sqrt(2), 6),
    ]


def test_without_a_cut_there_is_no_bar(lab: Lab) -> None:
    jobs, _ = cut(lab, 0.0, kernel(2.0), kernel(1.5))
    assert [job.bar for job in jobs] == [None] * 3


def test_a_candidate_cut_short_joins_with_its_estimate_and_is_never_the_best(lab: Lab) -> None:
    _, search = cut(lab, 0.5, kernel(2.0), kernel(0.25))
    slow = search.view.candidates["c0002"]
    assert slow.evaluation is not None
    assert (slow.state, slow.is_estimate, slow.score, len(slow.evaluation.results)) == (
        CandidateState.PASSED,
        True,
        0.25,
        2,
    )
    assert search.view.failures == 0
    assert "c0002" in {name for name, _ in search.population._members()}
    assert search.view.log[-3].text == (
        "c0002 0.250x ±0.7% (estimated from 2 workloads: cut short)"
    )
    hoped = replace(evaluation(9.0), complete=False)
    assert [type(one) for one in verdict(search, "c0002", hoped)] == [e.Evaluated]


def test_a_persons_kernel_is_timed_in_full_however_slow(lab: Lab) -> None:
    cut(lab, 0.5, kernel(2.0))
    jobs: list[EvalJob] = []

    def judge(job: EvalJob) -> Evaluation:
        jobs.append(job)
        return wide(job)

    writer = lab.reopen()
    search = lab.search(writer, iterations=1)
    search.terms = replace(search.terms, quick_cut=0.5)
    engine = lab.engine(writer, search, script(), RecordedEvaluator(judge))
    inject(c.Inject(source=kernel(0.1), parent="c0000"), engine._record)
    asyncio.run(engine.run())
    assert [(job.candidate, job.bar) for job in jobs] == [("c0002", None)]


@pytest.mark.parametrize(
    ("word", "device", "profiler", "asked_for", "policy"),
    [
        ("auto", "cpu", False, None, ProfilePolicy(when="always")),
        ("auto", "cpu", True, False, ProfilePolicy(when="always")),
        ("never", "cpu", True, True, ProfilePolicy(when="never")),
        ("auto", "cuda:0", True, None, ProfilePolicy(when="new-best")),
        ("auto", "cuda:0", False, None, ProfilePolicy(when="never")),
        ("always", "cuda:0", True, None, ProfilePolicy(when="always")),
        ("always", "cuda:0", True, False, ProfilePolicy(when="never")),
        ("never", "cuda:0", True, True, ProfilePolicy(when="new-best")),
        ("every-10", "cuda:0", True, True, ProfilePolicy(when="every", every=10)),
    ],
)
def test_a_word_becomes_a_policy_on_a_machine(
    word: str, device: str, profiler: bool, asked_for: bool | None, policy: ProfilePolicy
) -> None:
    assert profile_policy(word, device, profiler=profiler, asked=asked_for) == policy


def test_a_profiler_is_found_on_the_path(tmp_path: Path) -> None:
    program = tmp_path / "ncu"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert profiler_is_here({"PATH": str(tmp_path)})


def test_the_bar_and_the_profile_go_by_the_judges_own_rule(lab: Lab) -> None:
    judge = Judge()
    terms = {
        "profiling": ProfilePolicy(when="new-best"),
        "quick_cut": 0.5,
        "score_rule": ScoreRule(mean="arithmetic"),
    }
    searched(lab, judge, kernel(2.0), kernel(1.9), **terms)
    assert [(job.bar, job.profile_above) for job in judge.jobs][2] == (
        pytest.approx(1.0),
        pytest.approx(2.0),
    )
