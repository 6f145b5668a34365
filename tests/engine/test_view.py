"""A RunView is what its events add up to, and nothing else."""

import math
from dataclasses import replace

from tests.engine.lab import created, evaluation, seed_candidate

from fie_engine import events as e
from fie_engine.model import Candidate, Origin, RunState
from fie_engine.view.rows import CandidateRow, CandidateState, IslandRow, LogLine, Mark, TrendPoint
from fie_engine.view.run import RunView
from fie_evaluator.results import Status

SEED = seed_candidate("seed")
CHILD = Candidate(
    id="c0001",
    parents=("c0000",),
    island=1,
    generation=1,
    origin=Origin.LLM,
    model="m",
    note="fuse",
    digest="d1",
)
WRONG = replace(CHILD, id="c0002", island=0, note="guess", digest="d2")


def judged(name: str, score: float, noise: float = 0.01) -> e.Evaluated:
    return e.Evaluated(candidate=name, evaluation=evaluation(score), score=score, noise=noise)


STORY: tuple[e.Event, ...] = (
    created(),
    e.Proposed(proposal=0, candidate=SEED),
    e.EngineStarted(pid=7, host="box", resumed=False),
    e.EvaluationStarted(candidate="c0000"),
    judged("c0000", 1.0),
    e.Improved(candidate="c0000", score=1.0, previous=0.0),
    e.IslandAdded(island=0, founder="c0000", reason="start"),
    e.IslandAdded(island=1, founder="c0000", reason="start"),
    e.ProposalStarted(proposal=1, island=1, parent="c0000", proposer="m"),
    e.Proposed(proposal=1, candidate=CHILD),
    e.EvaluationStarted(candidate="c0001"),
    judged("c0001", 2.0),
    e.Improved(candidate="c0001", score=2.0, previous=1.0),
    e.Proposed(proposal=2, candidate=WRONG),
    e.EvaluationStarted(candidate="c0002"),
    e.Evaluated(
        candidate="c0002",
        evaluation=evaluation(1.0, Status.INCORRECT_NUMERICAL, "off by 3\nmore"),
        score=0.0,
        noise=0.0,
    ),
    e.ProposalFailed(proposal=3, island=0, parent="c0001", reason="no block applies"),
    e.Pinned(candidate="c0001", reason="keep"),
    e.Migrated(moves=(("c0001", 1, 0),)),
    e.ProposalStarted(proposal=4, island=1, parent="c0001", proposer="m"),
)


def test_more_iterations_let_early_stopping_count_anew() -> None:
    ended = (
        e.Finished(reason="no new best in 2 iterations"),
        e.EngineStopped(state="finished", reason=""),
    )
    view = RunView()
    view.fold(told(*STORY, *ended, e.Extended(iterations=200)))
    assert view.created is not None
    assert (view.created.iterations, view.stale) == (200, 0)
    assert view.log[-1].text == "200 iterations in all from now on, early stopping counts anew"


def told(*events: e.Event) -> list[e.Recorded]:
    return [e.Recorded(seq=n, at=100.0 + n, event=event) for n, event in enumerate(events, 1)]


def view_of(*events: e.Event) -> RunView:
    view = RunView()
    view.fold(told(*events))
    return view


def test_the_whole_story_in_rows() -> None:
    view = view_of(*STORY)
    assert view.candidates == {
        "c0000": CandidateRow(
            candidate=SEED,
            state=CandidateState.PASSED,
            at=113.0,
            evaluation=evaluation(1.0),
            score=1.0,
            noise=0.01,
            first_score=1.0,
            first_noise=0.01,
        ),
        "c0001": CandidateRow(
            candidate=CHILD,
            state=CandidateState.PASSED,
            at=118.0,
            evaluation=evaluation(2.0),
            score=2.0,
            noise=0.01,
            first_score=2.0,
            first_noise=0.01,
            versus_parent=1.0,
            change_noise=math.hypot(0.01, 0.01),
            pinned=True,
            champion=True,
            improved=True,
        ),
        "c0002": CandidateRow(
            candidate=WRONG,
            state=CandidateState.FAILED,
            at=116.0,
            evaluation=evaluation(1.0, Status.INCORRECT_NUMERICAL, "off by 3\nmore"),
        ),
    }
    assert view.islands() == [
        IslandRow(
            island=0,
            population=2,
            best=2.0,
            best_candidate="c0001",
            mean=1.5,
            stagnation=0,
            trend=(1.0,),
            founder="c0000",
            retired=False,
            now="",
        ),
        IslandRow(
            island=1,
            population=2,
            best=2.0,
            best_candidate="c0001",
            mean=1.5,
            stagnation=0,
            trend=(2.0,),
            founder="c0000",
            retired=False,
            now="proposing from c0001",
        ),
    ]
    assert view.trend == [
        TrendPoint(evaluation=1, best=1.0, noise=0.01, score=1.0, improved=True, island=0),
        TrendPoint(evaluation=2, best=2.0, noise=0.01, score=2.0, improved=True, island=1),
        TrendPoint(evaluation=3, best=2.0, noise=0.01, island=0),
    ]
    assert view.marks == [Mark(evaluation=3, at=118.0, text="pin c0001")]
    assert (view.state, view.iterations, view.stale) == (RunState.RUNNING, 3, 2)
    assert (view.evaluations, view.failures, view.in_flight) == (3, 1, (1, 0))
    assert [r.event for r in view.improvements] == [STORY[12]]


def test_the_log_in_words() -> None:
    assert [(line.glyph, line.text) for line in view_of(*STORY).log] == [
        ("▶", "lab: moe-mini on CPU, scripted"),
        ("▶", "engine started as pid 7 on box"),
        ("✓", "c0000 1.000x ±1.0%"),
        ("★", "new best c0000 1.000x"),
        ("⑂", "island 0 founded by c0000"),
        ("⑂", "island 1 founded by c0000"),
        ("✓", "c0001 2.000x ±1.0%"),
        ("★", "new best c0001 2.000x (+100.0%)"),
        ("✗", "c0002 INCORRECT_NUMERICAL at T=1: off by 3"),
        ("✗", "no child of c0001: no block applies"),
        ("¶", "pinned c0001 (keep)"),
        ("⇄", "migrated c0001 1→0"),
    ]
    assert view_of(*STORY).log[-1] == LogLine(
        seq=19, at=119.0, glyph="⇄", text="migrated c0001 1→0", candidate=""
    )


def test_folding_in_pieces_or_twice_changes_nothing() -> None:
    record, whole, pieces = told(*STORY), view_of(*STORY), RunView()
    for cut in range(0, len(record), 3):
        pieces.fold(record[: cut + 3])
    assert pieces.__dict__.keys() == whole.__dict__.keys()
    assert (pieces.candidates, pieces.islands(), pieces.log, pieces.trend) == (
        whole.candidates,
        whole.islands(),
        whole.log,
        whole.trend,
    )


def test_a_new_engine_voids_what_the_dead_one_had_in_flight() -> None:
    started = e.EvaluationStarted(candidate="c0002")
    view = view_of(*STORY[:14], started, e.EngineStarted(pid=8, host="box", resumed=True))
    assert view.candidates["c0002"].state is CandidateState.QUEUED
    assert view.unjudged == ["c0002"]
    assert view.in_flight == (0, 0)


def test_controls_change_the_state_and_leave_a_mark() -> None:
    view = view_of(
        *STORY, e.Paused(reason="lunch"), e.Resumed(reason=""), e.Finished(reason="enough")
    )
    assert (view.state, view.reason) == (RunState.FINISHED, "enough")
    assert [mark.text for mark in view.marks] == ["pin c0001", "pause", "resume"]


def test_promotion_shows_from_start_to_end() -> None:
    asked = e.PromotionStarted(candidate="c0001")
    assert view_of(*STORY, asked).promoting == {"c0001"}
    done = view_of(*STORY, asked, e.Promoted(candidate="c0001", path="/p", score=2.1))
    assert (done.promoting, done.candidates["c0001"].promoted) == (set(), "/p")
    refused = view_of(*STORY, asked, e.PromotionRefused(candidate="c0001", reasons=("T=1: no",)))
    assert (refused.promoting, refused.candidates["c0001"].promoted) == (set(), "")


def test_an_evicted_member_leaves_its_island_and_stays_on_record() -> None:
    view = view_of(*STORY, e.Evicted(members=(("c0001", 0),)))
    assert [island.population for island in view.islands()] == [1, 2]
    assert "c0001" in view.candidates


TURNS = e.Retimed(
    candidate="c0001",
    rival="c0000",
    evaluation=replace(evaluation(1.02), rival=evaluation(1.01).results),
    verdict="tie",
    score=1.02,
    noise=0.01,
    rival_score=1.01,
    rival_noise=0.02,
    ratio=1.02 / 1.01,
    ratio_noise=0.014,
)
CLOSE: tuple[e.Event, ...] = (
    *STORY[:11],
    judged("c0001", 1.05),
    e.Challenged(candidate="c0001", rival="c0000", reason="too close to the best to call"),
    e.RetimingStarted(candidate="c0001", rival="c0000"),
)


def test_a_timing_in_turns_is_under_way_until_its_verdict() -> None:
    view = view_of(*CLOSE)
    assert (list(view.challenges), view.retiming, view.in_flight) == (["c0001"], {"c0001"}, (0, 1))
    assert view.islands()[1].now == "timing c0001 in turns"
    lost = view_of(*CLOSE, e.RetimingLost(candidate="c0001", reason="gone"))
    assert (list(lost.challenges), lost.retiming) == (["c0001"], set())
    dropped = view_of(*CLOSE, e.RetimingDropped(candidate="c0001", reason="no figures"))
    assert (list(dropped.challenges), dropped.retiming, dropped.duels) == ([], set(), 0)
    assert dropped.candidates["c0001"].score == 1.05


def test_turns_give_both_sides_the_figures_of_one_sitting_and_keep_the_first() -> None:
    view = view_of(*CLOSE, TURNS)
    judged_again, best = view.candidates["c0001"], view.candidates["c0000"]
    assert (judged_again.score, judged_again.noise, judged_again.first_score) == (1.02, 0.01, 1.05)
    assert judged_again.versus_parent == TURNS.ratio - 1
    assert (best.score, best.noise, best.first_score, best.champion) == (1.01, 0.02, 1.0, True)
    assert judged_again.evaluation == evaluation(1.02)
    assert best.evaluation is not None
    assert best.evaluation.results == evaluation(1.01).results
    assert view.trend[-1] == TrendPoint(evaluation=2, best=1.01, noise=0.02, score=1.05, island=1)
    assert [island.best for island in view.islands()] == [1.01, 1.02]
    assert (view.duels, view.evaluations, view.iterations) == (1, 2, 1)


def test_turns_give_the_challenged_side_the_gain_of_its_new_figures_too() -> None:
    challenger = replace(TURNS, candidate="c0000", rival="c0001", rival_score=0.9)
    beside = view_of(*CLOSE, challenger).candidates["c0001"]
    assert (beside.score, beside.versus_parent) == (0.9, 1 / TURNS.ratio - 1)


def test_turns_in_words() -> None:
    wrong = evaluation(1.0, Status.INCORRECT_NUMERICAL, "a race\nmore")
    told = view_of(
        *CLOSE,
        e.RetimingLost(candidate="c0001", reason="the device went away"),
        TURNS,
        replace(TURNS, verdict="faster"),
        replace(TURNS, verdict="failed", evaluation=wrong),
        e.RetimingDropped(candidate="c0001", reason="c0002 is clearly faster by now"),
    )
    assert [(line.glyph, line.text) for line in told.log if line.candidate == "c0001"][1:] == [
        ("·", "c0001 to be timed in turns with c0000: too close to the best to call"),
        ("!", "c0001 to be timed in turns once more: the device went away"),
        (
            "⇆",
            "c0001 no clear difference from c0000 in turns: 1.020x against 1.010x, +1.0% ±1.4%",
        ),
        ("⇆", "c0001 faster than c0000 in turns: 1.020x against 1.010x, +1.0% ±1.4%"),
        ("✗", "c0001 failed when timed again: INCORRECT_NUMERICAL at T=1: a race"),
        ("·", "c0001 not timed in turns: c0002 is clearly faster by now"),
    ]


def test_acts_are_kept_with_the_candidates_that_they_are_about() -> None:
    view = RunView()
    pinned = e.Pinned(candidate="c0001", reason="", author="ada")
    forked = e.Forked(candidate="c0001", island=2, reason="")
    events: tuple[e.Event, ...] = (pinned, forked, e.Paused())
    view.fold(e.Recorded(seq=n, at=1.0, event=one) for n, one in enumerate(events, start=1))
    assert view.acts == {"c0001": ("pin by ada", "fork → 2")}
