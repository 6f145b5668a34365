"""What a run cost is a fold over its record: by candidate, island and model, against its budget."""

from dataclasses import replace

import pytest
from tests.engine.lab import created, evaluation, seed_candidate

from fie_engine import events as e
from fie_engine.model import Candidate, Origin, Usage
from fie_engine.money.budget import Budget, Spent
from fie_engine.money.cost import Cost
from fie_engine.money.spending import Spending
from fie_engine.view.run import RunView

PAID = Usage(
    prompt_tokens=1000, cached_tokens=400, completion_tokens=100, reasoning_tokens=30, usd=0.02
)
COST = Cost(
    replies=1,
    prompt_tokens=1000,
    cached_tokens=400,
    completion_tokens=100,
    reasoning_tokens=30,
    known_usd=0.02,
)


def child(number: int, island: int = 1, model: str = "m") -> Candidate:
    return Candidate(
        id=f"c{number:04d}",
        parents=("c0000",),
        island=island,
        generation=1,
        origin=Origin.LLM,
        model=model,
        note="",
        digest=f"d{number}",
    )


START: tuple[e.Event, ...] = (
    created(),
    e.Proposed(proposal=0, candidate=seed_candidate("seed")),
    e.EngineStarted(pid=7, host="box", resumed=False),
    e.IslandAdded(island=0, founder="c0000", reason="start"),
    e.IslandAdded(island=1, founder="c0000", reason="start"),
)


def proposed(number: int, usage: Usage = PAID, model: str = "m") -> e.Proposed:
    return e.Proposed(proposal=number, candidate=child(number, model=model), usage=usage)


def failed(usage: Usage, *, island: int = 0, model: str = "m", mendable: bool = False) -> e.Event:
    return e.ProposalFailed(
        proposal=9,
        island=island,
        parent="c0000",
        reason="no block applies",
        model=model,
        usage=usage,
        mendable=mendable,
        spent=not mendable,
    )


def judged(name: str, seconds: float = 0.0, score: float = 1.0) -> e.Evaluated:
    found = replace(evaluation(score), seconds=seconds)
    return e.Evaluated(candidate=name, evaluation=found, score=score, noise=0.01)


def view_of(*events: e.Event | tuple[float, e.Event]) -> RunView:
    """Fold events a second apart; a pair has its own time."""
    view = RunView()
    at = 100.0
    for seq, event in enumerate((*START, *events), 1):
        at, told = event if isinstance(event, tuple) else (at + 1.0, event)
        view.fold([e.Recorded(seq=seq, at=at, event=told)])
    return view


def money_of(*events: e.Event | tuple[float, e.Event]) -> Spending:
    return view_of(*events).money


def test_replies_and_leases_add_up_by_candidate_island_and_model() -> None:
    money = money_of(
        proposed(1),
        e.EvaluationStarted(candidate="c0001"),
        judged("c0001", seconds=3.5),
        failed(PAID, island=0),
    )
    whole = replace(COST, gpu_seconds=3.5)
    assert money.of("c0001") == whole
    assert {island: effort.cost for island, effort in money.efforts.by_island.items()} == {
        1: whole,
        0: COST,
    }
    assert money.efforts.by_model["m"].cost == money.total == whole + COST


def test_a_reply_that_is_to_be_put_right_and_its_repair_are_both_paid() -> None:
    assert money_of(failed(PAID, mendable=True), proposed(1)).total == COST + COST


def test_operators_pay_with_judging_alone() -> None:
    made = replace(child(1), origin=Origin.OPERATOR, model="recipes")
    money = money_of(e.Proposed(proposal=1, candidate=made), judged("c0001", seconds=2.0))
    assert (money.total, money.unit) == (Cost(gpu_seconds=2.0), "gpu_seconds")


def test_a_lease_without_a_figure_lasts_from_start_to_end() -> None:
    money = money_of(
        proposed(1),
        (200.0, e.EvaluationStarted(candidate="c0001")),
        (207.0, e.EvaluationLost(candidate="c0001", reason="the worker died")),
        (210.0, e.EvaluationStarted(candidate="c0001")),
        (213.0, judged("c0001")),
        (220.0, e.PromotionStarted(candidate="c0001")),
        (240.0, e.PromotionRefused(candidate="c0001", reasons=("wrong",))),
    )
    assert money.of("c0001").gpu_seconds == 7.0 + 3.0 + 20.0


def test_what_a_dead_engine_left_on_a_lease_is_not_counted() -> None:
    money = money_of(
        proposed(1),
        (200.0, e.EvaluationStarted(candidate="c0001")),
        (900.0, e.EngineStarted(pid=8, host="box", resumed=True)),
        (905.0, judged("c0001")),
    )
    assert money.total.gpu_seconds == 0.0


def test_dollars_are_unknown_as_soon_as_one_reply_has_no_price() -> None:
    nameless = replace(PAID, usd=None)
    assert money_of(proposed(1)).total.usd == 0.02
    assert money_of(proposed(1), failed(nameless)).total.usd is None
    assert money_of(proposed(1), failed(nameless)).unit == "tokens"


def test_time_runs_while_the_search_does_and_not_while_it_is_paused_or_dead() -> None:
    view = view_of(
        (200.0, e.EngineStopped(state="stopped", reason="asked")),
        (5000.0, e.EngineStarted(pid=8, host="box", resumed=True)),
        (5010.0, e.Paused(reason="lunch")),
        (6000.0, e.Resumed(reason="")),
        (6005.0, e.Noted(text="hello")),
        (9000.0, e.EngineStarted(pid=9, host="box", resumed=True)),
    )
    first = 200.0 - 103.0
    assert view.money.spent(9060.0).hours * 3600 == pytest.approx(first + 10 + 5 + 60)


def test_a_budget_follows_its_settings_and_warns_of_a_changed_limit_anew() -> None:
    money = money_of(
        replace(created(), budget=Budget(usd=2.0, hours=1.0)),
        e.BudgetNeared(limit="usd", spent=1.7, budget=2.0),
        e.BudgetNeared(limit="hours", spent=0.9, budget=1.0),
        e.SettingChanged(name="fie.budget_usd", value=5.0, previous=2.0),
        e.SettingChanged(name="fie.budget_hours", value=None, previous=1.0),
        e.SettingChanged(name="fie.budget_hours", value=2.0, previous=None),
        e.SettingChanged(name="fie.slots", value=3, previous=None),
    )
    assert money.budget == Budget(usd=5.0, hours=2.0)
    assert money.warned == set()


def test_only_a_limit_that_ended_the_search_lets_a_raise_reopen_it() -> None:
    money = money_of(e.Finished(reason="the budget of $2 is spent", limit="usd"))
    assert money.ended_by == "usd"
    assert money_of(e.Finished(reason="all 10 iterations are used")).ended_by == ""


def test_what_counts_against_a_budget() -> None:
    money = money_of(proposed(1), judged("c0001", seconds=4.0))
    spent = money.spent(0.0)
    assert spent == Spent(usd=0.02, tokens=1100.0, gpu_seconds=4.0, hours=spent.hours)
