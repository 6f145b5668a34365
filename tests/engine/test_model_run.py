"""A model behind a real socket drives the same loop: prompts out, kernels in, replies kept."""

import asyncio
import re
from dataclasses import replace
from typing import Literal

import pytest
from tests.engine.lab import Lab, evaluation
from tests.engine.propose.openai_server import OpenAIServer, echo_prompt

from fie_engine.config.load import load_config
from fie_engine.loop.profiling import ProfilePolicy
from fie_engine.model import RunState
from fie_engine.propose.choose import ProposerChoice
from fie_engine.propose.llm import ModelProposer
from fie_engine.record.rundir import RunDirectory
from fie_engine.redact import Secret
from fie_engine.view.kinship import lineage
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Advice, Evaluation, Profile
from fie_evaluator.tracks import resolve_track

CANARY = "sk-canary-0123456789abcdefghijklmnop"
SEED = """\
# EVOLVE-BLOCK-START
SPEED = 1.0


def kernel():
    return SPEED


# EVOLVE-BLOCK-END
"""
LINE = re.compile(r"^SPEED = (\S+)$", re.MULTILINE)


def judge(job: EvalJob) -> Evaluation:
    found = LINE.search(job.source)
    assert found is not None
    return replace(evaluation(float(found.group(1))), profile=profile_of(found.group(1)))


def profile_of(speed: str) -> Profile:
    """Return a profile that says another thing of every kernel, in a profiler's words."""
    return Profile(
        source="Nsight Compute 2025.3",
        advice=(
            Advice(
                text=f"MEMORY-BOUND at {speed} of DRAM peak: read {{scales}} once; <b>don't</b>"
            ),
            Advice(text=f"Est. Local Speedup: {speed}% (FP16 | BF16) \\n `tl.dot`", gain=0.25),
        ),
    )


def a_little_faster(prompt: str) -> str:
    """Answer as a model does that reads the current program in its prompt."""
    current = LINE.findall(prompt.partition("# The current program")[2])[0]
    return (
        f"Idea: go faster.\n\n<<<<<<< SEARCH\nSPEED = {current}\n=======\n"
        f"SPEED = {float(current) + 0.25}\n>>>>>>> REPLACE\n"
    )


ALWAYS = ProfilePolicy(when="always")


async def search(
    lab: Lab, server: OpenAIServer, policy: ProfilePolicy = ALWAYS, iterations: int = 4
) -> None:
    key = Secret(CANARY)
    choice = ProposerChoice(
        kind="llm", base_url=server.url, model="scripted", api_key=key, why="a test"
    )
    track = resolve_track("moe-mini", None, {})
    proposer = ModelProposer(choice, load_config(None, {}), track, check_first=True)
    writer = lab.create(seed=SEED, iterations=iterations)
    memory = lab.search(writer, iterations=iterations)
    memory.terms = replace(memory.terms, profiling=policy)
    await lab.engine(writer, memory, proposer, RecordedEvaluator(judge)).run()
    lab.close()


def test_a_model_behind_a_socket_drives_a_whole_run(lab: Lab) -> None:
    with OpenAIServer(otherwise=echo_prompt(a_little_faster)) as server:
        asyncio.run(search(lab, server))
    view = lab.search(lab.reopen(), iterations=4).view
    assert view.state is RunState.FINISHED
    assert view.iterations == 4
    best = view.best
    assert best is not None
    assert best.score > 1.2
    assert (best.candidate.origin, best.candidate.model) == ("llm", "scripted")
    words = RunDirectory(lab.path).exchange(best.candidate.id)
    assert words is not None
    assert "geometric mean speedup vs reference" in words.system
    assert words.reply.startswith("Idea: go faster.")
    assert words.usage.prompt_tokens > 0
    everything = b"".join(path.read_bytes() for path in lab.path.rglob("*") if path.is_file())
    assert CANARY.encode() not in everything


@pytest.mark.parametrize("when", ["always", "new-best"])
def test_every_childs_prompt_holds_the_profilers_advice_word_for_word(
    lab: Lab, when: Literal["always", "new-best"]
) -> None:
    with OpenAIServer(otherwise=echo_prompt(a_little_faster)) as server:
        asyncio.run(search(lab, server, ProfilePolicy(when=when), iterations=10))
    rows = lab.search(lab.reopen(), iterations=10).view.candidates
    children = {name: row.candidate.parents for name, row in rows.items() if row.candidate.parents}
    assert len(set(children.values())) > 2
    for name in children:
        family = [one.evaluation.profile for one in lineage(rows, name)[1:] if one.evaluation]
        nearest = next(profile for profile in family if profile is not None)
        words = RunDirectory(lab.path).exchange(name)
        assert words is not None
        assert [advice.text in words.user for advice in nearest.advice] == [True, True]
