"""Settings that a person changes while the search goes on."""

import asyncio

import pytest
from tests.engine.lab import Lab, judge_speed
from tests.engine.test_loop import order, until

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.config.adjustable import ADJUSTABLE, read_value
from fie_engine.config.changed import changed, reset
from fie_engine.config.load import Config, read_config
from fie_engine.config.tree import settings
from fie_engine.events_steering import Scalar
from fie_engine.loop.duels import Retiming
from fie_engine.loop.pace import Limits
from fie_engine.loop.search import Search
from fie_engine.steer.refusals import Refused
from fie_engine.steer.tuning import Tuned, Tuning
from fie_evaluator.pool.recorded import RecordedEvaluator


def tuning(search: Search, config: Config | None = None) -> Tuning:
    """Return the tuning of a lab's search."""
    terms = search.terms

    def derive(config: Config) -> Tuned:
        from dataclasses import replace

        slots = config.search.proposals_in_flight
        most = slots if isinstance(slots, int) else 1
        return Tuned(
            terms=replace(
                terms,
                patience=config.search.stale_limit or 0,
                retiming=Retiming(enabled=config.judging.retime),
            ),
            limits=Limits(proposals=most, ahead=most),
            islands=config.islands,
            weights=(),
            adaptive=False,
            evaluations=config.judging.slots,
            leases=2,
        )

    return Tuning(config or Config(), derive)


def test_every_adjustable_setting_is_one_of_the_configuration() -> None:
    assert ADJUSTABLE.keys() <= settings(Config()).keys()


@pytest.mark.parametrize(
    ("name", "value", "event"),
    [
        ("fie.slots", 1, e.SettingChanged(name="fie.slots", value=1, previous=None)),
        ("retime", False, e.SettingChanged(name="fie.retime", value=False, previous=True)),
        ("quick_cut", 0.5, e.SettingChanged(name="fie.quick_cut", value=0.5, previous=None)),
        ("early_stopping_patience", None,
         e.SettingChanged(name="early_stopping_patience", value=None, previous=40)),
        ("migration_interval", 5,
         e.SettingChanged(name="database.migration_interval", value=5, previous=20)),
    ],
)  # fmt: skip
def test_a_setting_changes_by_its_key_or_its_last_word(
    name: str, value: Scalar, event: e.SettingChanged, lab: Lab
) -> None:
    assert tuning(lab.search(lab.create())).change(c.SetSetting(name=name, value=value), {}) == (
        event
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("random_seed", 3, "random_seed can't change while the search goes on; these can: "),
        ("fie.nonsense", 3, "fie.nonsense can't change while the search goes on; these can: "),
        ("fie.slots", 0, "fie.slots: must be at least 1, found 0"),
        ("fie.slots", 3, "this engine can run 2 at once, no more: to use other leases, stop"),
        ("fie.slots", "many",
         "fie.slots: expected a whole number, found 'many'"),
        ("fie.retime", None, "fie.retime: None is no value that it can have"),
        ("fie.retime", True, "fie.retime is True already"),
        ("exploration_ratio", 0.9,
         "database.exploration_ratio: 0.9 and database.exploitation_ratio 0.7 "
         "exceed 1 together"),
        ("llm.models.0.weight", 2.0, "llm.models.0.weight is not set in this run"),
    ],
)  # fmt: skip
def test_a_value_passes_the_configurations_own_checks_or_is_refused(
    name: str, value: Scalar, why: str, lab: Lab
) -> None:
    with pytest.raises(Refused) as refusal:
        tuning(lab.search(lab.create())).change(c.SetSetting(name=name, value=value), {})
    assert str(refusal.value).startswith(why)


def test_a_models_weight_changes_where_the_run_has_that_model(lab: Lab) -> None:
    models = [{"name": "a", "weight": 1.0}, {"name": "b", "weight": 1.0}]
    config = read_config({"llm": {"models": models}}, "here")
    own = tuning(lab.search(lab.create()), config)
    command = c.SetSetting(name="llm.models.1.weight", value=3.0)
    assert own.change(command, {}) == e.SettingChanged(
        name="llm.models.1.weight", value=3.0, previous=1.0
    )


def test_changes_add_up() -> None:
    now = changed(Config(), {"fie.slots": 2, "database.migration_rate": 0.5})
    assert (now.judging.slots, now.islands.migration_rate) == (2, 0.5)
    assert changed(Config(), {}) == Config()


def test_more_asks_go_out_as_soon_as_a_person_says_so_and_fewer_after_undo(lab: Lab) -> None:
    async def scenario() -> list[e.Recorded]:
        writer = lab.create(iterations=50)
        search = lab.search(writer, iterations=50)
        judge = RecordedEvaluator(judge_speed, slots=1, held=True)
        engine = lab.engine(writer, search, evaluator=judge, tuning=tuning(search))
        running = asyncio.create_task(engine.run())
        await until(lambda: bool(judge.running))
        judge.release("c0000")
        await until(lambda: len(search.view.candidates) == 3)
        order(lab, engine, c.SetSetting(name="proposals_in_flight", value=4, author="ada"))
        await until(lambda: len(search.view.candidates) == 6)
        order(lab, engine, c.Undo())
        await until(lambda: search.view.steered.settings["fie.proposals_in_flight"] == "auto")
        order(lab, engine, c.SetSetting(name="early_stopping_patience", value=7))
        await until(lambda: search.terms.patience == 7)
        order(lab, engine, c.Stop())
        await running
        return list(writer.events())

    changes = [
        one.event for one in asyncio.run(scenario()) if isinstance(one.event, e.SettingChanged)
    ]
    assert [(one.name, one.previous, one.value, one.author) for one in changes] == [
        ("fie.proposals_in_flight", "auto", 4, "ada"),
        ("fie.proposals_in_flight", 4, "auto", ""),
        ("early_stopping_patience", 40, 7, ""),
    ]


def test_a_flag_at_resume_overrules_an_earlier_change_alone(lab: Lab) -> None:
    writer = lab.create()
    assert reset("fie.slots", 2, writer.events()) == ()
    writer.append(e.SettingChanged(name="fie.slots", value=1, previous=None))
    assert reset("fie.slots", 1, writer.events()) == ()
    assert reset("fie.slots", 2, writer.events()) == (
        e.SettingChanged(name="fie.slots", value=2, previous=1, reason="--resume"),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("4", 4), ("0.5", 0.5), ("true", True), ("null", None), ("auto", "auto"), ("[1]", "[1]")],
)
def test_a_typed_value_is_read_as_a_number_where_it_is_one(text: str, value: Scalar) -> None:
    assert read_value(text) == value
