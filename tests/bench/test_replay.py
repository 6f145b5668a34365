"""A run is played again from its record, twice and killed in the middle, to the same population."""

import asyncio
import hashlib
import re
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from tests.bench.replay import compare
from tests.engine.lab import evaluation
from tests.engine.propose.openai_server import OpenAIServer, Step, echo_prompt

from fie_engine.launch.assemble import engine
from fie_engine.launch.start import LaunchOptions, prepare
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation

TERMS = "max_iterations: 6\nfie: {proposals_in_flight: 1, held_out: 0}\n"
LINE = re.compile(r"^    return (?!.*#).*$", re.MULTILINE)


def judge(job: EvalJob) -> Evaluation:
    """Judge by the text alone."""
    value = hashlib.sha256(job.source.encode()).digest()[0]
    return replace(evaluation(1.0 + value / 64), noise_floor=None)


def ever_another() -> Step:
    """Answer each prompt with another change, every third time with none."""
    numbers = count(1)

    def reply(prompt: str) -> str:
        number = next(numbers)
        lines = LINE.findall(prompt.partition("# The current program")[2])
        if number % 3 == 0 or not lines:
            return "I would rather not."
        line = lines[0]
        block = f"<<<<<<< SEARCH\n{line}\n=======\n    last = {number}\n{line}\n>>>>>>> REPLACE"
        return f"Idea: number {number}.\n\n{block}\n"

    return echo_prompt(reply)


def record(folder: Path) -> Path:
    """Let a model drive a run, one proposal at a time."""
    (folder / "config.yaml").write_text(TERMS)
    with OpenAIServer(otherwise=ever_another()) as server:
        options = LaunchOptions(
            runs_root=folder,
            run_dir=folder / "recorded",
            track="moe-mini",
            config=folder / "config.yaml",
            base_url=server.url,
            model="scripted",
        )
        prepared = prepare(options, {"HOME": str(folder)})
        judged = RecordedEvaluator(judge)
        asyncio.run(engine(prepared, judged, linger=False, errands=()).run())
        prepared.writer.close()
    return folder / "recorded"


@pytest.mark.slow
def test_a_recorded_run_played_again_has_the_same_population_also_when_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(record(tmp_path), tmp_path / "played", [3]) == 0
    head, *rows, verdict = capsys.readouterr().out.splitlines()
    assert (head.split()[0], verdict) == ("played", "all the same")
    assert [row.partition("  ")[0] for row in rows] == [
        "recorded",
        "once",
        "twice",
        "killed in judging 3",
    ]
