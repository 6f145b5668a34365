"""Candidates per minute of our engine and of stock OpenEvolve, same model and same evaluator."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.engine_quality import python_path
from tests.bench.model_server import MODEL, program

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 3.0
"Times the expected duration after which a run counts as hung."


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One pairing of a model's and an evaluation's time."""

    model_s: float
    evaluation_s: float
    ours: int
    "Candidates that our engine judges."
    stock: int
    "Candidates that stock OpenEvolve judges; its rate is even, so fewer say as much."


def contested(contest: Contest, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield both engines' figures on the same server and evaluator, one after the other."""
    yield figures("stock 0.4.0, 1 worker", contest, stock_run(contest, folder / "stock"))
    yield figures("ours", contest, our_run(contest, folder / "ours"))


def our_run(contest: Contest, folder: Path) -> list[dict[str, float]]:
    """Run our engine on its default settings; return its evaluator's journal."""
    with served(contest.model_s) as url:
        config = prepared(folder, contest, contest.ours, url)
        command = [sys.executable, "-m", "fie_tui", "run", "--headless", "--config", str(config)]
        project = ["--evaluator", str(folder / "evaluator.py"), "--kernel", str(folder / "one.py")]
        run(command + project + ["--run-dir", str(folder / "run")], folder, contest, contest.ours)
    return journal(folder, contest.ours)


def stock_run(contest: Contest, folder: Path) -> list[dict[str, float]]:
    """Run stock OpenEvolve with one worker; return its evaluator's journal."""
    with served(contest.model_s) as url:
        config = prepared(folder, contest, contest.stock, url)
        files = [str(folder / "one.py"), str(folder / "evaluator.py")]
        command = [sys.executable, "-m", "openevolve.cli", *files, "--config", str(config)]
        run(command + ["--output", str(folder / "out")], folder, contest, contest.stock)
    return journal(folder, contest.stock)


def prepared(folder: Path, contest: Contest, iterations: int, url: str) -> Path:
    """Write program, evaluator and configuration; return the configuration's path."""
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(program(0))
    shutil.copy(Path(__file__).parent / "timed_evaluator.py", folder / "evaluator.py")
    settings = {"seconds": contest.evaluation_s, "journal": str(folder / "journal")}
    (folder / "settings.json").write_text(json.dumps(settings))
    config = folder / "config.yaml"
    config.write_text(
        f"max_iterations: {iterations}\n"
        "checkpoint_interval: 1000\n"
        "diff_based_evolution: false\n"
        "early_stopping_patience: null\n"
        f"llm: {{primary_model: {MODEL}, api_base: '{url}', api_key: none, timeout: 60}}\n"
        "database: {num_islands: 3, feature_dimensions: [complexity, score]}\n"
        "evaluator: {parallel_evaluations: 1, cascade_evaluation: false, timeout: 60}\n"
    )
    return config


@contextmanager
def served(seconds: float) -> Iterator[str]:
    """Run a model server in a process of its own; yield its base URL."""
    command = [sys.executable, "-m", "tests.bench.model_server", "--seconds", str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def run(command: list[str], folder: Path, contest: Contest, candidates: int) -> None:
    """Run an engine to its end in a process group of its own, its output in a file."""
    longest_s = PATIENCE * (candidates + 5) * (contest.model_s + contest.evaluation_s) + 60
    own = {"OPENAI_API_KEY": "none", "XDG_CACHE_HOME": str(folder / "cache")}
    environment = {**os.environ, **own, "PYTHONPATH": python_path()}
    with (folder / "output").open("w") as output:
        work = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=output, env=environment, start_new_session=True
        )
        try:
            work.wait(longest_s)
        finally:
            if work.poll() is None:
                os.killpg(work.pid, signal.SIGKILL)
                work.wait()


def journal(folder: Path, candidates: int) -> list[dict[str, float]]:
    """Return when each evaluation began and ended, in order; the first is the seed's."""
    told = [json.loads(line) for line in (folder / "journal").read_text().splitlines()]
    if len(told) < 0.9 * candidates:
        raise RuntimeError(
            f"{len(told)} of {candidates} were judged: "
            + (folder / "output").read_text(errors="replace")[-2000:]
        )
    return sorted(told, key=lambda each: each["began"])


def figures(engine: str, contest: Contest, told: list[dict[str, float]]) -> dict[str, Any]:
    """Return a run in figures, from the end of the first program's evaluation to the last's."""
    first, *rest = told
    began, ended = first["ended"], max(each["ended"] for each in rest)
    busy = sum(each["ended"] - each["began"] for each in rest)
    steady = rest[0]["began"]
    return {
        "engine": engine,
        "model_s": contest.model_s,
        "evaluation_s": contest.evaluation_s,
        "candidates": len(rest),
        "seconds": round(ended - began, 3),
        "candidates_per_minute": round(60 * len(rest) / (ended - began), 2),
        "lease_use": round(busy / (ended - steady), 4),
        "lease_use_with_first_answer": round(busy / (ended - began), 4),
        "overlapping_evaluations": overlapping(rest),
        "gap_ms_median": round(1000 * median(gaps(rest)), 1),
    }


def overlapping(told: list[dict[str, float]]) -> int:
    """Return how many evaluations began before an earlier one had ended."""
    latest, found = 0.0, 0
    for each in told:
        found += each["began"] < latest
        latest = max(latest, each["ended"])
    return found


def gaps(told: list[dict[str, float]]) -> list[float]:
    """Return the seconds between one evaluation and the next."""
    return [after["began"] - before["ended"] for before, after in pairwise(told)]
