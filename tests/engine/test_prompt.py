"""Whole prompts, compared with the files in prompts/."""

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.asks import (
    BEST,
    BRIEF,
    BUILD,
    FAILED,
    PARENT,
    PROFILE,
    SEED,
    SLOWER,
    an_ask,
    judged,
    row,
)

from fie_engine.config.load import ConfigError, load_config
from fie_engine.prompt.brief import brief_of
from fie_engine.prompt.parts import build_text
from fie_engine.prompt.room import estimate_tokens
from fie_engine.prompt.told import Told
from fie_engine.prompt.write import Prompt, build_prompt
from fie_engine.propose.base import Ask, NoProposal
from fie_engine.view.clusters import Cluster
from fie_evaluator.results import Status
from fie_evaluator.tracks import resolve_track

GOLDEN = Path(__file__).parent / "prompts"
MOE = "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4_e32_h7168_i2048"

MOE_KERNEL = """import torch

# EVOLVE-BLOCK-START
def kernel(routing_logits, hidden_states, gemm1_weights, output):
    chosen = routing_logits.topk(8).indices
    for expert in chosen.unique().tolist():
        wide = gemm1_weights[expert].to(torch.bfloat16)
        output += torch.nn.functional.silu(hidden_states.bfloat16() @ wide.t())
# EVOLVE-BLOCK-END
"""
AGAIN = [
    replace(FAILED, candidate=replace(FAILED.candidate, id=name, note=note))
    for name, note in (("c0011", "multiply in fp8, scale later"), ("c0009", "fp8 everywhere"))
]
BROKEN = judged(
    "c0002",
    ("c0000",),
    note="drop the loop",
    status=Status.RUNTIME_ERROR,
    error="IndexError: index 9 is out of bounds",
)
FAILURES = (
    Cluster(
        key="COMPILE_ERROR: at ‹n›: shared memory",
        count=7,
        example="COMPILE_ERROR: at 12: shared memory\x1b[2J needs 240 KB",
        candidates=("c0031",),
    ),
    Cluster(key="the reply has no block", count=1, example="the reply has no block", candidates=()),
)


def an_ask_with_everything() -> Ask:
    """An ask in which every part of a prompt has something to say."""
    line = (
        replace(row(PARENT), noise=0.02, versus_parent=0.8),
        row(replace(SEED, evaluation=judged("c0000", score=1.4).evaluation)),
    )
    slight = replace(row(SLOWER), score=1.01, versus_parent=0.01, noise=0.02)
    told = Told(
        line=line,
        tried=(*map(row, (*AGAIN, FAILED, BEST, BROKEN)), slight),
        failures=FAILURES,
        hints=("Read the weights only once.", "Keep it\nin one kernel."),
        direction="fewer launches",
        demands=("Avoid this failure, seen 3 times: out of shared memory",),
    )
    limited = tuple(
        replace(result, floor_ms=0.5, bound="memory", spread_ms=0.01)
        for result in PARENT.evaluation.results
    )
    found = replace(PARENT.evaluation, results=limited, build=BUILD)
    return an_ask(
        parent=replace(PARENT, source=MOE_KERNEL, evaluation=found),
        told=replace(told, line=(replace(line[0], evaluation=found), line[1])),
        refused=("the reply has no block", "the reply has no block", "SEARCH is not there"),
    )


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


def test_a_prompt_can_hold_a_whole_story_and_what_a_person_asks_for() -> None:
    brief = replace(BRIEF, definition=MOE)
    config = load_config(None, {"fie.prompt_attempts": 12})
    assert written(build_prompt(an_ask_with_everything(), brief, config)) == golden("whole.txt")


def test_a_kind_of_failure_that_the_story_had_no_place_for_is_told_with_the_runs() -> None:
    ask = an_ask_with_everything()
    broken = Cluster(
        key="RUNTIME_ERROR: IndexError: index ‹n› is out of bounds",
        count=1,
        example="RUNTIME_ERROR: IndexError: index 9 is out of bounds",
        candidates=("c0002",),
    )
    ask = replace(ask, told=replace(ask.told, failures=(broken,)))
    told = {
        most: "What else failed in this search\n- once: RUNTIME_ERROR"
        in build_prompt(ask, BRIEF, load_config(None, {"fie.prompt_attempts": most})).user
        for most in (4, 5)
    }
    assert told == {4: True, 5: False}


def test_on_a_cpu_only_steps_that_a_cpu_can_do_are_open() -> None:
    brief = replace(BRIEF, definition=MOE, on_gpu=False)
    user = build_prompt(an_ask_with_everything(), brief, load_config()).user
    assert (
        "## The optimisation checklist\nDone, 1 of 2: routing and top-k vectorised.\n"
        "- Open: expert loop replaced by parallel kernels;"
    ) in user
    assert "tl.dot" not in user


def test_a_seeds_first_prompt_has_no_empty_sections() -> None:
    seed = replace(SEED, evaluation=replace(SEED.evaluation, profile=None))
    told = Told(line=(row(seed),))
    ask = an_ask(parent=seed, inspirations=(), history=(seed,), told=told)
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


ALL_LEFT_OUT = (
    "program c0008",
    "the reference",
    "program c0007",
    "the run's failures",
    *("an older attempt",) * 4,
    "program c0006",
    "the checklist",
    "the last attempts",
    "the compiler's report",
    "the profile",
)


@pytest.mark.parametrize(
    ("budget", "left"),
    [
        (1582, 0),
        (1580, 1),
        (1510, 2),
        (1504, 3),
        (1430, 4),
        (1356, 8),
        (1250, 9),
        (911, 11),
        (817, 12),
    ],
)
def test_a_tight_budget_drops_the_least_useful_first(budget: int, left: int) -> None:
    config = load_config(None, {"fie.prompt_tokens": budget, "fie.prompt_attempts": 12})
    ask, brief = an_ask_with_everything(), replace(BRIEF, definition=MOE)
    prompt = build_prompt(ask, brief, config)
    assert prompt.left_out == ALL_LEFT_OUT[:left]
    assert prompt.tokens <= budget
    for kept in (MOE_KERNEL.strip(), "| T=80 |", "Read the weights only once.", "fewer launches"):
        assert kept in prompt.user
    assert "Avoid this failure" in prompt.system


def test_a_kernel_that_has_no_room_is_not_sent_and_the_room_that_it_needs_is_told() -> None:
    config = load_config(
        None,
        {"fie.context_tokens": {"tiny": 1100}, "llm.max_tokens": 500, "llm.primary_model": "tiny"},
    )
    reason = (
        "a prompt for c0003 needs about 656 tokens and was not sent: a context of 1100 leaves 600 "
        "beside replies of 500; start Ollama with OLLAMA_CONTEXT_LENGTH=4096 (vLLM: "
        "--max-model-len 4096), or lower fie.prompt_tokens or llm.max_tokens"
    )
    with pytest.raises(NoProposal, match=f"^{re.escape(reason)}$"):
        build_prompt(an_ask(), BRIEF, config)


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


def test_asks_that_are_open_at_once_about_one_parent_differ() -> None:
    config = load_config(None, {})
    asked = [build_prompt(an_ask(angle=angle), BRIEF, config).user for angle in (0, 1, 2)]
    assert [line for line in asked[2].splitlines() if line not in asked[0].splitlines()] == [
        "2 other answers are being written about this very program. Give a different one: "
        "think of 3 sound ideas that have nothing in common, and carry out the last of them."
    ]
    assert len(set(asked)) == 3
