"""A run whose engine is killed outright, again and again, loses nothing that was judged."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.engine.lab import Lab

from fie_engine import events as e
from fie_engine.model import RunState
from fie_engine.record.rundir import RunDirectory

ITERATIONS = 60

ENGINE = """
import asyncio, os, sys, time
from pathlib import Path
from fie_engine.record.rundir import RunWriter
from fie_evaluator.pool.recorded import RecordedEvaluator
from tests.engine.lab import Lab, judge_speed

lab, journal = Lab(Path(sys.argv[1])), os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND)

def judge(job):
    evaluation = judge_speed(job)
    os.write(journal, f"{job.candidate}\\n".encode())
    return evaluation

writer = RunWriter(lab.path)
search = lab.search(writer, iterations=int(sys.argv[3]))
print("ready", flush=True)
asyncio.run(lab.engine(writer, search, evaluator=RecordedEvaluator(judge)).run())
writer.close()
"""


def start_engine(lab: Lab, journal: Path) -> "subprocess.Popen[str]":
    root = Path(__file__).parents[2]
    path = ":".join(str(root / folder) for folder in ("", "tui", "engine", "evaluator"))
    command = [sys.executable, "-c", ENGINE, str(lab.path), str(journal), str(ITERATIONS)]
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.slow
def test_killed_at_random_points_it_loses_no_finished_evaluation(lab: Lab, tmp_path: Path) -> None:
    lab.create(iterations=ITERATIONS)
    lab.close()
    journal = tmp_path / "judged"
    journal.touch()
    chance, kills = random.Random(3), 0
    while kills < 5:
        with start_engine(lab, journal) as engine:
            assert engine.stdout is not None
            engine.stdout.readline()
            try:
                engine.wait(timeout=chance.uniform(0.0, 0.25))
                break
            except subprocess.TimeoutExpired:
                engine.send_signal(signal.SIGKILL)
                kills += 1
    with start_engine(lab, journal) as engine:
        assert engine.wait(timeout=60) == 0
    assert kills > 0

    run = RunDirectory(lab.path)
    recorded = [r.event for r in run.events()]
    judged = [event.candidate for event in recorded if isinstance(event, e.Evaluated)]
    view = lab.search(lab.reopen(), iterations=ITERATIONS).view
    again = sum(times - 1 for times in Counter(journal.read_text().split()).values())
    assert (view.state, view.iterations) == (RunState.FINISHED, ITERATIONS)
    assert sorted(judged) == sorted(set(judged)) == sorted(view.candidates)
    assert again <= kills
    assert [r.seq for r in run.events()] == list(range(1, len(recorded) + 1))
