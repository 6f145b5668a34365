"""Candidates that are too close to call are timed in turns, and only a clear ratio counts."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import pytest
from tests.engine.lab import SEED, Lab, evaluation
from tests.engine.test_loop import kinds, order, until

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.duels import Measure, Retiming, retimed, standing
from fie_engine.loop.pace import Limits
from fie_engine.loop.search import Search
from fie_engine.loop.verdicts import outcome, verdict
from fie_engine.model import RunState
from fie_engine.propose.base import Ask, NoProposal
from fie_engine.propose.scripted import ScriptedProposer
from fie_engine.record.rundir import RunDirectory
from fie_engine.steer.answer import challenge
from fie_engine.steer.refusals import Refused
from fie_engine.view.rows import CandidateRow, CandidateState, Turns
from fie_evaluator.base import OnProgress, ignore_progress
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation, Status
from fie_evaluator.scoring import ScoreRule

SPREAD = 0.01
"Relative half-interval of every figure here; the joint one of two is 1.41 %."


def timed(speed: float) -> Evaluation:
    """Return a verdict with noise."""
    found = evaluation(speed)
    results = tuple(replace(one, spread_ms=SPREAD * 10.0 / speed) for one in found.results)
    return replace(found, results=results)


def kernel(speed: float, luck: float = 1.0) -> str:
    """Return a kernel that looks `luck` times as fast as it is when it is judged alone."""
    return f"speed = {speed!r}\nluck = {luck!r}\n"


def told(source: str) -> tuple[float, float]:
    """Return a kernel's speed and its luck."""
    numbers = [float(line.split("=")[1]) for line in source.splitlines()]
    return numbers[0], (*numbers, 1.0)[1]


@dataclass
class Judge:
    """Judges kernels by their own words, and remembers what it was asked."""

    jobs: list[EvalJob] = field(default_factory=list)
    in_turns: Callable[[EvalJob, Evaluation], Evaluation] = lambda job, found: found
    "What becomes of a timing in turns."

    def __call__(self, job: EvalJob) -> Evaluation:
        self.jobs.append(job)
        speed, luck = told(job.source)
        if not job.rival:
            return timed(speed * luck)
        beside = timed(told(job.rival)[0])
        return self.in_turns(job, replace(timed(speed), rival=beside.results))

    @property
    def duels(self) -> list[tuple[str, str]]:
        """Who met whose kernel."""
        return [(job.candidate, job.rival) for job in self.jobs if job.rival]


def script(*kernels: str) -> ScriptedProposer:
    """Propose these kernels in order, then none."""

    def propose(ask: Ask) -> str:
        if ask.proposal > len(kernels):
            raise NoProposal("no more ideas")
        return kernels[ask.proposal - 1]

    return ScriptedProposer(propose)


def searched(lab: Lab, judge: Judge, *kernels: str, **terms: object) -> Search:
    """Run a search through these kernels and return it."""
    writer = lab.create(iterations=len(kernels))
    search = lab.search(writer, iterations=len(kernels))
    search.terms = replace(search.terms, **terms)  # type: ignore[arg-type]
    asyncio.run(lab.engine(writer, search, script(*kernels), RecordedEvaluator(judge)).run())
    lab.close()
    return search


def row(search: Search, name: str) -> CandidateRow:
    return search.view.candidates[name]


BEST = CandidateRow(
    candidate=None,  # type: ignore[arg-type]
    state=CandidateState.PASSED,
    at=0.0,
    score=2.0,
    noise=0.03,
)


@pytest.mark.parametrize(
    ("score", "retiming", "found"),
    [
        # The joint noise of 3 % and 4 % is 5 %.
        (2.21, Retiming(), "better"),
        (2.19, Retiming(), "close"),
        (1.91, Retiming(), "close"),
        (1.89, Retiming(), "worse"),
        (2.19, Retiming(margin=1.0), "better"),
        (2.11, Retiming(enabled=False), "better"),
        (2.09, Retiming(enabled=False), "worse"),
    ],
)
def test_what_is_close_follows_from_both_noises(
    score: float, retiming: Retiming, found: str
) -> None:
    assert standing(Measure(score=score, noise=0.04), BEST, retiming) == found


def test_anything_is_better_than_no_best() -> None:
    assert standing(Measure(score=0.1, noise=0.5), None, Retiming()) == "better"


@pytest.mark.parametrize(
    ("own", "rival", "verdict"),
    [(2.04, 2.0, "faster"), (2.02, 2.0, "tie"), (2.0, 2.02, "tie"), (2.0, 2.04, "slower")],
)
def test_a_verdict_is_clear_of_the_ratios_interval_in_both_directions(
    own: float, rival: float, verdict: str
) -> None:
    found = replace(timed(own), rival=timed(rival).results)
    event = retimed("c2", "c1", found, ScoreRule())
    assert isinstance(event, e.Retimed)
    assert (event.verdict, round(event.ratio, 6), round(event.ratio_noise, 6)) == (
        verdict,
        round(own / rival, 6),
        0.014142,
    )


@pytest.mark.parametrize(
    ("floor", "verdict", "ratio_noise"), [(0.005, "faster", 0.014142), (0.015, "tie", 0.0294)]
)
def test_a_ratio_is_no_surer_than_one_kernel_is_from_process_to_process(
    floor: float, verdict: str, ratio_noise: float
) -> None:
    found = replace(timed(2.04), rival=timed(2.0).results, noise_floor=floor)
    event = retimed("c2", "c1", found, ScoreRule())
    assert isinstance(event, e.Retimed)
    assert (event.verdict, round(event.ratio_noise, 6)) == (verdict, ratio_noise)
    assert (event.noise, event.rival_noise) == (pytest.approx(max(SPREAD, 1.96 * floor)),) * 2


def test_a_rival_without_figures_settles_nothing() -> None:
    wrong = replace(evaluation(2.0).results[0], status=Status.CRASHED, median_ms=None)
    assert retimed("c2", "c1", replace(timed(2.0), rival=(wrong,)), ScoreRule()) == (
        e.RetimingDropped(
            candidate="c2",
            reason="the judge gave no figures of c1 beside it: CRASHED at T=1",
        )
    )


def test_a_clear_gain_needs_no_second_timing(lab: Lab) -> None:
    judge = Judge()
    search = searched(lab, judge, kernel(1.05), kernel(0.9))
    assert judge.duels == []
    assert search.view.best_candidate == "c0001"


def test_a_close_candidate_becomes_the_best_by_a_clear_ratio_only(lab: Lab) -> None:
    judge = Judge()
    search = searched(lab, judge, kernel(1.03, luck=0.97))
    assert judge.duels == [("c0001", SEED)]
    assert kinds(RunDirectory(lab.path))[-7:] == [
        "Evaluated",
        "Challenged",
        "RetimingStarted",
        "Retimed",
        "Improved",
        "Finished",
        "EngineStopped",
    ]
    assert search.view.improvements[0].event == e.Improved(
        candidate="c0001", score=1.03, previous=1.0
    )
    assert (search.view.iterations, search.view.evaluations, search.view.duels) == (1, 2, 1)


def test_a_lucky_candidate_loses_its_luck_and_both_show_the_figures_of_their_turns(
    lab: Lab,
) -> None:
    search = searched(lab, Judge(), kernel(0.999, luck=1.02))
    assert search.view.best_candidate == "c0000"
    judged, best = row(search, "c0001"), row(search, "c0000")
    assert (judged.first_score, judged.score, judged.champion) == (
        pytest.approx(1.01898),
        pytest.approx(0.999),
        False,
    )
    assert judged.turns is not None and best.turns is not None
    assert replace(judged.turns, others=()) == Turns(
        against="c0000",
        ratio=pytest.approx(0.999),
        noise=pytest.approx(0.01 * 2**0.5),
        verdict="tie",
    )
    assert best.evaluation is not None and judged.evaluation is not None
    assert judged.turns.others == best.evaluation.results
    assert best.turns.others == judged.evaluation.results
    assert (best.turns.against, best.turns.verdict, best.score) == ("c0001", "tie", 1.0)
    assert search.judged["c0001"].score == pytest.approx(0.999)
    members = search.population.programs.values()
    assert pytest.approx(0.999) in [program.metrics["combined_score"] for program in members]


def test_with_retiming_off_the_first_figures_decide(lab: Lab) -> None:
    judge = Judge()
    off = Retiming(enabled=False)
    search = searched(lab, judge, kernel(1.0, luck=1.02), kernel(1.0, luck=1.03), retiming=off)
    assert judge.duels == []
    assert search.view.best_candidate == "c0001"


class Unrivalled(RecordedEvaluator):
    """A judge that knows nothing of rivals."""

    def submit(
        self, job: EvalJob, on_progress: OnProgress = ignore_progress
    ) -> "Future[Evaluation]":
        return super().submit(replace(job, rival=""), on_progress)


@pytest.mark.parametrize(("speed", "best"), [(1.02, "c0001"), (1.01, "c0000")])
def test_without_a_judge_for_turns_the_first_figures_decide(
    lab: Lab, speed: float, best: str
) -> None:
    writer = lab.create(iterations=1)
    search = lab.search(writer, iterations=1)
    engine = lab.engine(writer, search, script(kernel(speed)), Unrivalled(Judge()))
    asyncio.run(engine.run())
    assert search.view.best_candidate == best
    assert search.view.log[-3 if best == "c0000" else -4].text == (
        "c0001 not timed in turns: the judge gave no figures of c0000 beside it"
    )


def wrong(job: EvalJob, found: Evaluation) -> Evaluation:
    return evaluation(1.0, Status.INCORRECT_NUMERICAL, "a race was lost")


def test_a_candidate_that_is_wrong_the_second_time_has_failed(lab: Lab) -> None:
    search = searched(lab, Judge(in_turns=wrong), kernel(1.01), kernel(0.5))
    failed = row(search, "c0001")
    assert (failed.state, failed.score, failed.champion) == (CandidateState.FAILED, 0.0, False)
    assert not search.judged["c0001"].evaluation.passed
    assert "c0001" not in {name for name, _ in search.population._members()}
    assert [island.best_candidate for island in search.view.islands()] == ["c0000"] * 3
    assert search.view.failures == 1
    assert [line.text for line in search.view.log if line.candidate == "c0001"][-1] == (
        "c0001 failed when timed again: INCORRECT_NUMERICAL at T=1: a race was lost"
    )


def test_an_island_that_loses_its_only_member_so_is_given_the_best(lab: Lab) -> None:
    search = searched(lab, Judge(in_turns=wrong), "speed = 1.01\n", "speed = 0.6\n")
    island = row(search, "c0001").candidate.island
    told = [recorded.event for recorded in RunDirectory(lab.path).events()]
    at = told.index(e.Evicted(members=(("c0001", island),)))
    assert told[at + 1] == e.Migrated(moves=(("c0000", 0, island),))
    assert all(search.population.islands)
    assert search.population.programs.keys() >= {"c0002"}
    after = lab.search(lab.reopen(), iterations=2)
    assert after.population._members() == search.population._members()
    assert [one.population for one in after.view.islands()] == [
        one.population for one in search.view.islands()
    ]


@pytest.mark.parametrize(
    ("losses", "ends"),
    [
        (1, ["RetimingStarted", "RetimingLost", "RetimingStarted", "Retimed", "Improved"]),
        (2, ["RetimingStarted", "RetimingLost", "RetimingStarted", "RetimingDropped", "Improved"]),
    ],
)
def test_a_lost_timing_is_tried_once_more_then_the_first_figures_decide(
    lab: Lab, losses: int, ends: list[str]
) -> None:
    lost: list[str] = []

    def lose(job: EvalJob, found: Evaluation) -> Evaluation:
        if len(lost) < losses:
            lost.append(job.candidate)
            raise EvaluatorError("the device went away")
        return found

    search = searched(lab, Judge(in_turns=lose), kernel(1.02))
    found = kinds(RunDirectory(lab.path))
    assert found[found.index("Challenged") + 1 :][:5] == ends
    assert search.view.best_candidate == "c0001"
    assert search.view.state is RunState.FINISHED


def test_a_pause_holds_a_timing_in_turns_back_until_the_search_goes_on(lab: Lab) -> None:
    asked = Judge()

    async def scenario() -> None:
        judge = RecordedEvaluator(asked, held=True)
        writer = lab.create(iterations=1)
        search = lab.search(writer, iterations=1)
        engine = lab.engine(writer, search, script(kernel(1.01)), judge)
        running = asyncio.create_task(engine.run())
        await until(lambda: judge.running == ("c0000",))
        judge.release("c0000")
        await until(lambda: judge.running == ("c0001",))
        order(lab, engine, c.Pause())
        await until(lambda: search.view.state is RunState.PAUSED)
        judge.release("c0001")
        await until(lambda: bool(search.view.challenges))
        await asyncio.sleep(0.15)
        assert judge.running == ()
        order(lab, engine, c.Resume())
        await until(lambda: judge.running == ("c0001",))
        assert search.view.in_flight == (0, 1)
        judge.release("c0001")
        await running

    asyncio.run(scenario())
    assert asked.duels == [("c0001", SEED)]


def test_a_challenge_outlives_its_engine(lab: Lab) -> None:
    async def scenario() -> None:
        judge = RecordedEvaluator(Judge(), held=True)
        writer = lab.create(iterations=1)
        search = lab.search(writer, iterations=1)
        engine = lab.engine(writer, search, script(kernel(1.01)), judge)
        running = asyncio.create_task(engine.run())
        await until(lambda: judge.running == ("c0000",))
        judge.release("c0000")
        await until(lambda: judge.running == ("c0001",))
        judge.release("c0001")
        await until(lambda: bool(search.view.retiming))
        order(lab, engine, c.Stop())
        await running
        assert (search.view.retiming, list(search.view.challenges)) == (set(), ["c0001"])

    asyncio.run(scenario())
    judge = Judge()
    writer = lab.reopen()
    search = lab.search(writer, iterations=1)
    asyncio.run(lab.engine(writer, search, script(), RecordedEvaluator(judge)).run())
    assert judge.duels == [("c0001", SEED)]
    assert search.view.state is RunState.FINISHED


def test_resuming_rebuilds_what_the_turns_changed(lab: Lab) -> None:
    kernels = [kernel(1 + 0.004 * n, luck=1 + 0.01 * (n % 3 - 1)) for n in range(1, 9)]
    before = searched(lab, Judge(), *kernels)
    assert before.view.duels > 3
    after = lab.search(lab.reopen(), iterations=8)
    assert after.view.candidates == before.view.candidates
    assert after.judged == before.judged
    assert after.population._members() == before.population._members()
    scores = [
        {name: program.metrics for name, program in one.population.programs.items()}
        for one in (before, after)
    ]
    assert scores[0] == scores[1]


def test_a_challenger_that_a_new_best_left_behind_is_not_timed_again(lab: Lab) -> None:
    asked = Judge()

    async def scenario() -> Search:
        judge = RecordedEvaluator(asked, slots=1, held=True)
        writer = lab.create(iterations=2)
        search = lab.search(writer, iterations=2)
        limits = Limits(proposals=2, ahead=2)
        engine = lab.engine(writer, search, script(kernel(1.01), kernel(2.0)), judge, limits=limits)
        running = asyncio.create_task(engine.run())
        await until(lambda: judge.running == ("c0000",))
        judge.release("c0000")
        await until(lambda: judge.running == ("c0001",))
        order(lab, engine, c.Pause())
        await until(lambda: search.view.state is RunState.PAUSED)
        judge.release("c0001")
        await until(lambda: bool(search.view.challenges))
        search.apply(
            writer.append(
                *verdict(search, "c0002", timed(2.0)),
            )
        )
        order(lab, engine, c.Resume())
        await running
        return search

    search = asyncio.run(scenario())
    assert asked.duels == []
    dropped = [line.text for line in search.view.log if "not timed in turns" in line.text]
    assert dropped == ["c0001 not timed in turns: c0002 is clearly faster by now"]


def test_a_challenger_whose_rival_was_dethroned_meanwhile_must_be_clear_of_the_new_best(
    lab: Lab,
) -> None:
    writer = lab.create(iterations=3)
    search = lab.search(writer, iterations=3)
    asyncio.run(
        lab.engine(
            writer,
            search,
            script(kernel(1.0, luck=1.005), kernel(2.0)),
            RecordedEvaluator(Judge()),
        ).run()
    )
    assert search.view.best_candidate == "c0002"
    met = replace(timed(2.05), rival=timed(1.0).results)
    assert [type(one) for one in outcome(search, "c0001", "c0000", met)] == [e.Retimed, e.Improved]
    near = replace(timed(2.02), rival=timed(1.0).results)
    assert [type(one) for one in outcome(search, "c0001", "c0000", near)] == [e.Retimed]


def test_in_single_file_a_slow_model_and_a_slow_judge_walk_the_same_path_through_turns(
    lab: Lab,
) -> None:
    def noisy(ask: Ask) -> str:
        if ask.proposal % 3 == 0:
            raise NoProposal("nothing found")
        speed, _ = told(ask.parent.source)
        step = (ask.proposal * 7 % 5 - 2) / 200
        return kernel(round(speed + 0.003, 6), luck=round(1 + step + ask.proposal / 1e6, 7))

    async def slow_judge(lab: Lab) -> Search:
        judge = RecordedEvaluator(Judge(), held=True)
        writer = lab.create(iterations=12)
        search = lab.search(writer, iterations=12)
        engine = lab.engine(writer, search, ScriptedProposer(noisy), judge)
        running = asyncio.create_task(engine.run())
        while not running.done():
            await asyncio.sleep(0.005)
            judge.release_all()
        await running
        lab.close()
        return search

    async def slow_model(lab: Lab) -> Search:
        from tests.engine.test_loop import LateProposer

        proposer = LateProposer(noisy)
        proposer.judge = RecordedEvaluator(Judge())
        writer = lab.create(iterations=12)
        search = lab.search(writer, iterations=12)
        await lab.engine(writer, search, proposer, proposer.judge).run()
        lab.close()
        return search

    first = asyncio.run(slow_judge(lab))
    second = asyncio.run(slow_model(Lab(lab.path.with_name("again"))))
    assert first.view.duels > 2
    assert scores(first) == scores(second)


def scores(search: Search) -> Mapping[str, tuple[tuple[str, ...], float, bool]]:
    return {
        name: (one.candidate.parents, one.score, one.champion)
        for name, one in search.view.candidates.items()
    }


def test_a_person_has_any_two_timed_and_the_best_is_always_the_challenged(lab: Lab) -> None:
    search = searched(lab, Judge(), kernel(2.0), kernel(1.5), kernel(-1.0))
    assert challenge(c.Retime(candidate="c0002"), search) == e.Challenged(
        candidate="c0002", rival="c0001", reason="asked for", asked=True
    )
    first = c.Retime(candidate="c0001", rival="c0002", author="ada")
    assert challenge(first, search) == e.Challenged(
        candidate="c0002", rival="c0001", reason="asked for", asked=True, author="ada"
    )
    assert challenge(c.Retime(candidate="c0000", rival="c0002", reason="odd"), search) == (
        e.Challenged(candidate="c0000", rival="c0002", reason="odd", asked=True)
    )
    for command, why in (
        (c.Retime(candidate="c0001"), "c0001 can't be timed in turns with itself"),
        (c.Retime(candidate="c9999"), "this run has no candidate c9999"),
    ):
        with pytest.raises(Refused, match=why):
            challenge(command, search)


def test_an_errand_times_two_in_turns_without_searching(lab: Lab) -> None:
    judge = Judge()
    searched(lab, judge, kernel(2.0), kernel(1.5))
    writer = lab.reopen()
    search = lab.search(writer, iterations=9)
    engine = lab.engine(writer, search, script(kernel(3.0)), RecordedEvaluator(judge))
    engine._errands = (c.Retime(candidate="c0002", rival="c0000"),)
    asyncio.run(engine.run())
    assert judge.duels == [("c0002", SEED)]
    assert (search.view.state, len(search.view.candidates)) == (RunState.FINISHED, 3)
    turns = row(search, "c0002").turns
    assert turns is not None
    assert (turns.against, turns.verdict) == ("c0000", "faster")
    assert search.view.best_candidate == "c0001"
    told = [(line.glyph, line.text) for line in search.view.log if line.asked]
    assert told == [
        ("·", "c0002 to be timed in turns with c0000: asked for"),
        ("⇆", "c0002 faster than c0000 in turns: 1.500x against 1.000x, +50.0% ±1.4%"),
    ]
    assert [mark.text for mark in search.view.marks] == ["A/B c0002 c0000"]
