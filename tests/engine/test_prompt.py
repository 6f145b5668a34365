"""Whole prompts, compared with the files in prompts/."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.asks import BRIEF, BUILD, PARENT, PROFILE, SEED, an_ask

from fie_engine.brief import brief_of
from fie_engine.config import ConfigError, load_config
from fie_engine.prompt import Prompt, build_prompt, estimate_tokens
from fie_engine.prompt_parts import build_text
from fie_evaluator.tracks import resolve_track

GOLDEN = Path(__file__).parent / "prompts"


def written(prompt: Prompt) -> str:
    """A prompt as a golden file holds it."""
    return f"{prompt.system}\n======== user\n{prompt.user}"


def golden(name: str) -> str:
    """The prompt that is expected."""
    return (GOLDEN / name).read_text(encoding="utf-8")


def test_a_prompt_holds_the_kernel_its_figures_its_failures_and_other_programs() -> None:
    prompt = build_prompt(an_ask(), BRIEF, load_config())
    assert written(prompt) == golden("diff.txt")
    assert prompt.left_out == ()
    assert prompt.tokens == estimate_tokens(prompt.system + prompt.user)


def test_a_seeds_first_prompt_has_no_empty_sections() -> None:
    seed = replace(SEED, evaluation=replace(SEED.evaluation, profile=None))
    ask = an_ask(parent=seed, inspirations=(), history=(seed,))
    bare = replace(BRIEF, reference="", constraints=())
    assert written(build_prompt(ask, bare, load_config())) == golden("first.txt")


def test_a_rewrite_is_asked_for_as_one_fenced_program() -> None:
    config = load_config(None, {"diff_based_evolution": False})
    assert written(build_prompt(an_ask(), BRIEF, config)) == golden("rewrite.txt")


def test_a_compiled_parent_shows_its_build_and_a_parent_cut_short_its_estimate() -> None:
    found = replace(PARENT.evaluation, build=BUILD, complete=False)
    parent = replace(PARENT, evaluation=found)
    ask = an_ask(parent=parent, inspirations=())
    assert written(build_prompt(ask, BRIEF, load_config())) == golden("built.txt")


def test_of_many_kernels_those_that_spill_are_reported() -> None:
    many = tuple(replace(BUILD[0], name=f"k{n}", spills=n % 5) for n in range(11))
    lines = build_text(replace(PARENT.evaluation, build=many)).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        *(f"- k{n}" for n in (4, 9, 3, 8, 2, 7, 1, 6)),
        "- and 3 more",
    ]


def test_the_parents_own_profile_is_preferred_to_an_ancestors() -> None:
    profile = replace(PROFILE, source="Nsight Compute", figures=(), advice=())
    parent = replace(PARENT, evaluation=replace(PARENT.evaluation, profile=profile))
    prompt = build_prompt(an_ask(parent=parent), BRIEF, load_config())
    assert "## Where its time goes\nBy Nsight Compute:\n\n" in prompt.user


def test_the_same_ask_gives_the_same_prompt_and_touches_no_shared_generator() -> None:
    random.seed(3)
    before = random.getstate()
    config = load_config(None, {"prompt.num_top_programs": 1, "prompt.num_diverse_programs": 2})
    first, second = (build_prompt(an_ask(), BRIEF, config) for _ in range(2))
    assert first == second
    assert random.getstate() == before


def test_another_proposal_draws_its_diverse_programs_in_another_order() -> None:
    config = load_config(None, {"prompt.num_top_programs": 1, "prompt.num_diverse_programs": 2})
    users = {build_prompt(an_ask(proposal=number), BRIEF, config).user for number in range(8)}
    assert len(users) == 2


@pytest.mark.parametrize(
    ("budget", "left_out"),
    [
        (1000, ()),
        (950, ("program c0008",)),
        (915, ("program c0008", "the reference")),
        (900, ("program c0008", "the reference", "program c0007")),
        (
            500,
            (
                "program c0008",
                "the reference",
                "program c0007",
                "an older attempt",
                "program c0006",
                "the last attempts",
                "the profile",
            ),
        ),
    ],
)
def test_a_tight_budget_drops_the_least_useful_first(
    budget: int, left_out: tuple[str, ...]
) -> None:
    config = load_config(None, {"fie.prompt_tokens": budget})
    prompt = build_prompt(an_ask(), BRIEF, config)
    assert prompt.left_out == left_out
    assert prompt.tokens <= max(budget, 660)
    assert PARENT.source.strip() in prompt.user and "| T=80 |" in prompt.user


def test_a_users_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "diff_user.txt").write_text("{metrics}\n{artifacts}\n{current_program}")
    (tmp_path / "system_message.txt").write_text("Be {brief}.")
    config = load_config(None, {"prompt.template_dir": str(tmp_path)})
    prompt = build_prompt(an_ask(), BRIEF, config)
    assert prompt.system.startswith("Be {brief}.\n\n# The problem\nScale a matrix\n")
    assert prompt.user.startswith("- combined_score: 1.8000\n## Last Execution Output\n")
    assert "time_per_token: void kernel_moe_fp8_block_scale_topk8" in prompt.user


def test_a_system_message_of_the_configuration_is_kept_with_the_facts() -> None:
    config = load_config(None, {"prompt.system_message": "Think of {registers}."})
    prompt = build_prompt(an_ask(), BRIEF, config)
    assert prompt.system.startswith("Think of {registers}.\n\n# The problem\n")


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("diff_user.txt", "{curent_program}", "a template names 'curent_program'"),
        ("README.md", "", "holds no templates"),
    ],
)
def test_a_template_that_cannot_be_filled_is_a_configuration_error(
    tmp_path: Path, name: str, text: str, problem: str
) -> None:
    (tmp_path / name).write_text(text)
    config = load_config(None, {"prompt.template_dir": str(tmp_path)})
    with pytest.raises(ConfigError, match=problem):
        build_prompt(an_ask(), BRIEF, config)


def test_a_tracks_brief_is_read_from_its_definition_and_seed() -> None:
    brief = brief_of(resolve_track("moe-mini", None, {}), "the score")
    assert brief.parameters[0] == "routing_logits" and brief.parameters[-1] == "output"
    assert "hidden_states_scale: float32 [num_hidden_blocks, seq_len]" in brief.tensors
    assert "output: bfloat16 [seq_len, hidden_size] (written by you)" in brief.tensors
    assert "local_expert_offset: int32 scalar" in brief.tensors
    assert "seq_len varies" in brief.axes and "hidden_size = 512" in brief.axes
    assert brief.constraints and "def run(" in brief.reference
