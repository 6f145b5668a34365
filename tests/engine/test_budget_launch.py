"""A budget before anything is spent: refused, remarked on, recorded, and raised by a resume."""

from pathlib import Path

import pytest
from tests.engine.test_launch import ENVIRON, close, options

from fie_engine import events as e
from fie_engine.config.keys import ConfigError
from fie_engine.launch.start import prepare
from fie_engine.money.budget import Budget
from fie_engine.view.run import RunView

MODEL = {"proposer": "llm", "model": "house-model", "base_url": "https://llm.example.com/v1"}


def record(tmp_path: Path, **changes: object) -> list[e.Event]:
    run = close(prepare(options(tmp_path, **changes), ENVIRON)).directory
    return [recorded.event for recorded in run.events()]


def budget_of(tmp_path: Path, **changes: object) -> Budget:
    run = close(prepare(options(tmp_path, **changes), ENVIRON)).directory
    view = RunView()
    view.fold(run.events())
    return view.money.budget


def test_a_budget_is_part_of_a_runs_terms(tmp_path: Path) -> None:
    limits = {"tokens": 5000, "gpu_seconds": 90.0, "hours": 1.5}
    created = record(tmp_path, budget=limits)[0]
    assert isinstance(created, e.RunCreated)
    assert created.budget == Budget(tokens=5000, gpu_seconds=90.0, hours=1.5)
    assert "budget_hours = 1.5" in (tmp_path / "runs" / "one" / "run.toml").read_text()


def test_dollars_for_a_model_of_unknown_price_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        prepare(options(tmp_path, budget={"usd": 2.0}, **MODEL), ENVIRON)
    assert str(refused.value) == (
        "fie.budget_usd: a budget of $2 can't be kept, since the price of house-model at "
        "https://llm.example.com/v1 is not known: give it in dollars per million tokens, "
        "fie: {prices: {'house-model': [IN, OUT]}}, or set a budget in tokens (--budget-tokens)"
    )
    assert not (tmp_path / "runs").exists()


def test_the_users_own_price_makes_a_budget_in_dollars_possible(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("fie: {prices: {house-model: [1.0, 4.0]}}\n")
    assert budget_of(tmp_path, budget={"usd": 2.0}, config=config, **MODEL) == Budget(usd=2.0)


@pytest.mark.parametrize("limit", [0, -1, float("inf"), float("nan")])
def test_a_limit_that_is_none_is_refused(tmp_path: Path, limit: float) -> None:
    with pytest.raises(ConfigError, match="fie.budget_hours: expected a number above 0"):
        prepare(options(tmp_path, budget={"hours": limit}), ENVIRON)


def test_a_limit_that_nothing_can_reach_is_remarked_on(tmp_path: Path) -> None:
    notes = [
        event for event in record(tmp_path, budget={"tokens": 9}) if isinstance(event, e.Noted)
    ]
    assert [note.text for note in notes] == [
        "fie.budget_tokens: without effect, since no model proposes"
    ]
    home = {**MODEL, "base_url": "http://127.0.0.1:9/v1", "name": "two", "budget": {"usd": 2.0}}
    notes = [event for event in record(tmp_path, **home) if isinstance(event, e.Noted)]
    assert [note.text for note in notes] == [
        "fie.budget_usd: never reached, since house-model counts as local and free: "
        "give a price in fie.prices if it isn't"
    ]


def test_a_resume_keeps_the_budget_and_a_flag_raises_it(tmp_path: Path) -> None:
    assert budget_of(tmp_path, budget={"hours": 1.0, "gpu_seconds": 60.0}) == Budget(
        hours=1.0, gpu_seconds=60.0
    )
    again = {"track": None, "name": None, "resume": "one"}
    assert budget_of(tmp_path, **again) == Budget(hours=1.0, gpu_seconds=60.0)
    raised = Budget(hours=2.0, gpu_seconds=60.0)
    assert budget_of(tmp_path, budget={"hours": 2.0}, **again) == raised
    assert budget_of(tmp_path, **again) == raised
    changes = [event for event in record(tmp_path, **again) if isinstance(event, e.SettingChanged)]
    assert changes == [
        e.SettingChanged(name="fie.budget_hours", value=2.0, previous=1.0, reason="--resume")
    ]


def test_a_resumed_run_with_a_budget_in_dollars_needs_its_price_again(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("fie: {prices: {house-model: [1.0, 4.0]}}\n")
    budget_of(tmp_path, budget={"usd": 2.0}, config=config, **MODEL)
    again = {"track": None, "name": None, "resume": "one"}
    with pytest.raises(ConfigError, match="the price of another-model at"):
        prepare(options(tmp_path, **again, **{**MODEL, "model": "another-model"}), ENVIRON)
    assert budget_of(tmp_path, **again) == Budget(usd=2.0)
