"""Several models share one run: each on record, chosen by what the record says of it."""

import asyncio
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from tests.engine.lab import Lab
from tests.engine.propose.openai_server import OpenAIServer, Step, echo_prompt, status
from tests.engine.test_model_run import LINE, SEED, judge

from fie_engine.config.keys import ConfigError
from fie_engine.config.load import load_config
from fie_engine.launch.assemble import proposer
from fie_engine.launch.start import LaunchOptions, prepare
from fie_engine.loop.overheard import Overheard
from fie_engine.loop.search import Search
from fie_engine.model import RunState
from fie_engine.propose.choose import Wish
from fie_engine.propose.ensemble import Ensemble
from fie_engine.propose.team import choose_team
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.tracks import resolve_track


def ever_faster() -> Step:
    """Return a model that gives another speed with each reply."""
    steps = count(1)

    def reply(prompt: str) -> str:
        current = LINE.findall(prompt.partition("# The current program")[2])[0]
        return (
            f"Idea: go faster.\n\n<<<<<<< SEARCH\nSPEED = {current}\n=======\n"
            f"SPEED = {float(current) + next(steps) / 16}\n>>>>>>> REPLACE\n"
        )

    return echo_prompt(reply)


def team(folder: Path, *servers: OpenAIServer, adaptive: bool = False) -> Ensemble:
    """Return one model per server, as a configuration file names them."""
    listed = "".join(
        f"    - {{name: {server.models[0]}, api_base: '{server.url}'}}\n" for server in servers
    )
    path = folder / "config.yaml"
    choice = "adaptive" if adaptive else "weights"
    path.write_text(f"llm:\n  retries: 0\n  models:\n{listed}fie: {{model_choice: {choice}}}\n")
    config = load_config(path)
    choice, track = choose_team(config, {}, Wish()), resolve_track("moe-mini", None, {})
    made = proposer(choice, config, track, Overheard())
    assert isinstance(made, Ensemble)
    return made


def run(lab: Lab, asked: Ensemble, iterations: int) -> Search:
    """Run a search to its end."""
    writer = lab.create(seed=SEED, iterations=iterations)
    search = lab.search(writer, iterations=iterations)
    asyncio.run(lab.engine(writer, search, asked, RecordedEvaluator(judge)).run())
    return search


def test_every_candidate_names_its_own_model(lab: Lab, tmp_path: Path) -> None:
    step = ever_faster()
    with (
        OpenAIServer(otherwise=step, models=("left",)) as left,
        OpenAIServer(otherwise=step, models=("right",)) as right,
    ):
        search = run(lab, team(tmp_path, left, right), 8)
        asked = {"left": len(left.requests), "right": len(right.requests)}
    made = [row.candidate.model for row in search.view.candidates.values()]
    assert {name: made.count(name) for name in asked} == asked
    assert sum(asked.values()) == 8 and min(asked.values()) > 0
    assert {row.model: row.replies for row in search.view.models.rows} == asked


def test_what_is_known_of_the_models_is_the_same_after_a_resume(lab: Lab, tmp_path: Path) -> None:
    step = ever_faster()
    with (
        OpenAIServer(otherwise=step, models=("left",)) as left,
        OpenAIServer(otherwise=step, models=("right",)) as right,
    ):
        search = run(lab, team(tmp_path, left, right, adaptive=True), 10)
    again = lab.search(lab.reopen(), iterations=10)
    assert again.view.models.rows == search.view.models.rows
    assert again.ask().models == search.ask().models


def test_a_model_whose_server_fails_is_replaced_and_the_search_never_pauses(
    lab: Lab, tmp_path: Path
) -> None:
    with (
        OpenAIServer(otherwise=status(503, "down"), models=("left",)) as left,
        OpenAIServer(otherwise=ever_faster(), models=("right",)) as right,
    ):
        search = run(lab, team(tmp_path, left, right), 4)
    assert (search.view.state, search.view.iterations) == (RunState.FINISHED, 4)
    told = [line.text for line in search.view.log if line.glyph in "!‖"]
    assert told == [
        f"left is left out until its server answers: model server {left.url}: HTTP 503: down"
    ]
    assert list(search.view.models.absent) == ["left"]
    assert {row.model for row in search.view.models.rows} == {"right"}


@pytest.mark.parametrize(
    ("models", "problem"),
    [(("other",), "doesn't serve 'scripted'; it has: other"), (("scripted",), "")],
)
def test_a_run_for_a_model_that_is_not_there_is_not_begun(
    tmp_path: Path, models: tuple[str, ...], problem: str
) -> None:
    with OpenAIServer(models=models) as server:
        options = LaunchOptions(
            runs_root=tmp_path / "runs", track="moe-mini", base_url=server.url, model="scripted"
        )
        if problem:
            with pytest.raises(ConfigError, match=problem):
                prepare(options, {"HOME": "/nonexistent"})
            assert not (tmp_path / "runs").exists()
        else:
            prepare(replace(options, name="one"), {"HOME": "/nonexistent"}).writer.close()
            assert (tmp_path / "runs" / "one" / "run.db").is_file()
