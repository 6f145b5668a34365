"""Whole searches in projects of OpenEvolve's kind: by the operators, and by a model."""

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.engine.propose.openai_server import OpenAIServer, echo_prompt

from fie_engine.config.load import ConfigError, load_config
from fie_engine.errors import RunError, SeedError
from fie_engine.launch.assemble import assemble
from fie_engine.launch.start import LaunchOptions, prepare
from fie_engine.model import Origin, RunState
from fie_engine.record.rundir import RunDirectory
from fie_engine.view.run import RunView
from fie_evaluator.errors import FieError

PROJECTS = Path(__file__).parent.parent / "projects"
ENVIRON = {**os.environ, "MINIMISE_API_KEY": "sk-of-the-test-0123456789abcdef"}


def options(tmp_path: Path, project: str, **changes: Any) -> LaunchOptions:
    folder = PROJECTS / project
    given = {
        "runs_root": tmp_path / "runs",
        "name": "one",
        "evaluator": str(folder / "evaluator.py"),
        "kernel": folder / "initial_program.py",
        "config": folder / "config.yaml",
        "proposer": "operators",
        **changes,
    }
    return LaunchOptions(**given)


def search(wish: LaunchOptions) -> tuple[RunDirectory, RunView]:
    prepared = prepare(wish, ENVIRON)
    asyncio.run(assemble(prepared, linger=False).run())
    prepared.writer.close()
    view = RunView()
    view.fold(prepared.directory.events())
    return prepared.directory, view


@pytest.mark.parametrize("name", ["minimise", "sorting"])
def test_the_operators_search_in_a_project(name: str, tmp_path: Path) -> None:
    run, view = search(options(tmp_path, name))
    assert (view.state, view.iterations, view.evaluations) == (RunState.FINISHED, 6, 7)
    assert view.seed is not None
    assert view.best is not None
    assert view.best.score > view.seed.score > 0
    assert view.created is not None
    assert (view.created.score_name, view.created.device) == ("combined_score", "evaluator.py")
    folder = run.folder(view.best.candidate.id)
    assert view.best.evaluation is not None
    told = json.loads((folder / "metrics.json").read_text())
    assert told == dict(view.best.evaluation.metrics)
    assert not (folder / "solution.json").exists()


def test_the_same_seed_searches_the_same_way_twice(tmp_path: Path) -> None:
    _, first = search(options(tmp_path, "sorting"))
    _, again = search(options(tmp_path, "sorting", name="two"))
    assert [(row.candidate, row.score) for row in first.candidates.values()] == [
        (row.candidate, row.score) for row in again.candidates.values()
    ]


def larger_circles(prompt: str) -> str:
    """Answer with the whole program, its circles as large as their cells, as a model would."""
    program = re.findall(r"```python\n(.*?)```", prompt.partition("# The current program")[2], re.S)
    return "Idea: fill the cells.\n```python\n" + program[0].replace("0.5\n", "1.0\n", 1) + "```"


def test_a_model_rewrites_programs_by_what_the_evaluator_says(tmp_path: Path) -> None:
    with OpenAIServer(otherwise=echo_prompt(larger_circles), models=("large", "small")) as server:
        wish = options(tmp_path, "packing", proposer="llm", base_url=server.url, iterations=3)
        run, view = search(wish)
    assert view.best is not None
    assert view.best.candidate.origin is Origin.LLM
    assert view.best.score == pytest.approx(14 * 0.125 / 1.9)
    words = run.exchange(view.best.candidate.id)
    assert words is not None
    assert words.system.startswith("You are an expert in packing problems.")
    assert "An evaluator, evaluator.py, runs each program." in words.system
    assert "## Its metrics\n- combined_score: 0.460526\n- validity: 1\n" in words.user
    assert "## What the evaluator told\npacking:\n```\n0.125 0.125 0.062\n" in words.user
    assert "kernel" not in words.user.partition("# Your answer")[2]


def test_a_program_may_be_in_another_language(tmp_path: Path) -> None:
    (tmp_path / "judge.py").write_text(
        "def evaluate(path):\n"
        "    text = open(path).read()\n"
        "    return {'combined_score': text.count('!'), 'rust': path.endswith('.rs')}\n"
    )
    (tmp_path / "main.rs").write_text('fn main() { print("a"); }\n')
    config = tmp_path / "config.yaml"
    config.write_text("language: rust\nfile_suffix: .rs\nfie: {evaluator: judge.py}\n")
    search_text, replace_text = 'fn main() { print("a"); }', 'fn main() { println!("a"); }'
    reply = f"<<<<<<< SEARCH\n{search_text}\n=======\n{replace_text}\n>>>>>>> REPLACE\n"
    with OpenAIServer(otherwise=echo_prompt(lambda _: reply)) as server:
        wish = LaunchOptions(
            runs_root=tmp_path / "runs",
            name="one",
            config=config,
            kernel=tmp_path / "main.rs",
            proposer="llm",
            model="scripted",
            base_url=server.url,
            iterations=1,
        )
        run, view = search(wish)
    assert view.best is not None
    assert (view.best.candidate.id, view.best.score) == ("c0001", 1.0)
    words = run.exchange("c0001")
    assert words is not None
    assert "```rust\nfn main()" in words.user


def test_variables_reach_an_evaluator_that_asks_for_them(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("max_iterations: 1\nfie: {evaluator_environment: [PACKING_SITE]}\n")
    prepared = prepare(options(tmp_path, "packing", config=config), ENVIRON)
    assert prepared.track.project is not None
    assert prepared.track.project.variables == ("PACKING_SITE",)
    prepared.writer.close()


def test_a_configuration_may_name_its_evaluator_from_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "judge.py").write_text("def evaluate(path): return {'combined_score': 1.0}\n")
    (tmp_path / "initial_program.py").write_text("X = 1\n")
    (tmp_path / "config.yaml").write_text("fie: {evaluator: judge.py}\nmax_iterations: 1\n")
    wish = LaunchOptions(runs_root=tmp_path, config=tmp_path / "config.yaml", name="one")
    _, view = search(wish)
    assert view.best is not None
    assert view.best.score == 1.0


@pytest.mark.parametrize("scores", [(-5.0, -3.0), (0.0, 0.5), (-1.0, 0.0)])
def test_a_score_may_be_zero_or_less(scores: tuple[float, float], tmp_path: Path) -> None:
    (tmp_path / "evaluator.py").write_text(
        "import runpy\n"
        "def evaluate(path):\n"
        f"    return {{'combined_score': {scores}[runpy.run_path(path)['BLOCK'] > 16]}}\n"
    )
    (tmp_path / "initial_program.py").write_text("BLOCK = 16\n")
    wish = LaunchOptions(
        runs_root=tmp_path,
        evaluator=str(tmp_path / "evaluator.py"),
        iterations=6,
        seed_rng=1,
        proposer="operators",
        name="one",
    )
    _, view = search(wish)
    assert view.best is not None
    assert (view.best.score, view.improvements != []) == (scores[1], True)
    assert view.islands()[view.best.candidate.island].best == scores[1]


def refusal(wish: LaunchOptions) -> str:
    with pytest.raises(FieError) as refused:
        prepare(wish, ENVIRON)
    assert not wish.runs_root.exists()
    return str(refused.value)


def test_a_project_brings_its_own_problem(tmp_path: Path) -> None:
    said = refusal(options(tmp_path, "minimise", track="moe-mini"))
    assert "fie.track: 'moe-mini' contradicts the evaluator" in said


def test_a_first_program_that_cant_be_parsed_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def (:\n")
    wish = options(tmp_path, "minimise", kernel=broken)
    assert refusal(wish) == f"{broken} is not Python: invalid syntax in line 1"


def test_a_project_without_a_first_program_says_how_to_give_one(tmp_path: Path) -> None:
    (tmp_path / "judge.py").write_text("def evaluate(path): return {}\n")
    wish = options(tmp_path, "minimise", evaluator=str(tmp_path / "judge.py"), kernel=None)
    with pytest.raises(SeedError, match="give the project's first program with --kernel FILE"):
        prepare(wish, ENVIRON)


def test_a_run_goes_on_with_its_own_evaluator_only(tmp_path: Path) -> None:
    judge = tmp_path / "evaluator.py"
    judge.write_text("def evaluate(path): return {'combined_score': 1.0}\n")
    wish = options(tmp_path, "sorting", evaluator=str(judge), iterations=1)
    search(wish)
    judge.write_text("def evaluate(path): return {'combined_score': 2.0}\n")
    again = LaunchOptions(runs_root=tmp_path / "runs", resume="one")
    with pytest.raises(RunError, match="was judged with definition .* start a new run from one of"):
        prepare(again, ENVIRON)


def test_a_projects_configuration_is_refused_for_kernels(tmp_path: Path) -> None:
    config = PROJECTS / "minimise" / "config.yaml"
    wish = LaunchOptions(runs_root=tmp_path / "runs", track="moe-mini", config=config)
    with pytest.raises(ConfigError, match="'looks' is no figure of a kernel"):
        prepare(wish, ENVIRON)


def test_what_a_project_does_not_use_is_said_once(tmp_path: Path) -> None:
    prepared = prepare(options(tmp_path, "packing"), ENVIRON)
    prepared.writer.close()
    assert prepared.config.notes == (
        "not used here: evaluator.max_retries: a program that fails is told why, and mended once",
        "not used here: llm.evaluator_models.0.name, llm.evaluator_models.0.weight: "
        "no model judges here, only measurements do",
    )
    assert load_config(prepared.directory.path / "run.toml").judging == prepared.config.judging
