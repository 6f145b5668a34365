"""The axes that a checklist gives to the grid."""

from typing import Any

import pytest

from fie_engine.config.load import Config, ConfigError, load_config
from fie_engine.launch.assemble import population
from fie_engine.model import Candidate, Origin
from fie_engine.population.grid import checklist_metrics, with_checklist
from fie_engine.population.members import program_of

MOE = "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4_e32_h512_i256"
OTHER = "rmsnorm_h1024"
STEPS = (
    "checklist.parallel-experts",
    "checklist.fused-dequantisation",
    "checklist.fp8-dot",
    "checklist.fitted-tiles",
    "checklist.vectorised-routing",
    "checklist.fused-swiglu",
)


def axes(definition: str, **given: Any) -> tuple[str, ...]:
    """The axes of a run's grid."""
    config = load_config(None, {name.replace("__", "."): value for name, value in given.items()})
    return with_checklist(config, definition).islands.feature_dimensions


def test_a_family_with_a_checklist_has_an_axis_more_unless_axes_are_named() -> None:
    assert axes(MOE) == ("checklist", "complexity", "score")
    assert axes(OTHER) == ("complexity", "score")
    assert axes(MOE, database__feature_dimensions=["score"]) == ("score",)


def test_the_configuration_chooses_one_axis_or_one_for_each_step_or_none() -> None:
    only = {"database__feature_dimensions": ["score"]}
    assert axes(MOE, fie__checklist_axes="count", **only) == ("checklist", "score")
    assert axes(MOE, fie__checklist_axes="steps", **only) == (*STEPS, "score")
    assert axes(MOE, fie__checklist_axes="off") == ("complexity", "score")


def test_axes_that_a_run_began_with_stay() -> None:
    once = with_checklist(load_config(), MOE)
    assert with_checklist(once, MOE) == once


@pytest.mark.parametrize(
    ("definition", "axis", "problem"),
    [
        (OTHER, "checklist", "rmsnorm_h1024 has no axis 'checklist': it has no checklist"),
        (MOE, "checklist.fp8", "has no axis 'checklist.fp8': there are checklist, checklist."),
    ],
)
def test_an_axis_that_the_checklist_lacks_is_an_error(
    definition: str, axis: str, problem: str
) -> None:
    with pytest.raises(ConfigError, match=problem):
        axes(definition, database__feature_dimensions=[axis])


def test_designs_that_differ_in_their_steps_have_cells_of_their_own() -> None:
    config = with_checklist(Config(), MOE)
    members = population(config, 1.0, 100)
    for count in range(7):
        done = tuple(step.removeprefix("checklist.") for step in STEPS[:count])
        candidate = Candidate(
            id=f"c{count}",
            parents=(),
            island=0,
            generation=0,
            origin=Origin.LLM,
            model="m",
            note="",
            digest=f"{count}",
            done=done,
        )
        metrics = {**checklist_metrics(MOE, done), "combined_score": 1.0}
        members.join(program_of(candidate, lambda: "x" * 100, metrics, at=0.0), 0)
    assert sorted(members.island_feature_maps[0].values()) == [f"c{count}" for count in range(7)]
