"""What a candidate's folder holds, and that it stays there."""

import asyncio
import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.lab import Lab
from tests.engine.test_duels import Judge, kernel, row, searched

from fie_engine import commands as c
from fie_engine.record.shelf import AUTHOR, Shelf, files_of, write_whole
from fie_engine.steer.answer import steer
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.promotion.solution import solution_fields
from fie_evaluator.results import Evaluation
from fie_evaluator.tracks import resolve_track

TRACK = resolve_track("moe-mini", None, {})


def talkative(job: EvalJob) -> Evaluation:
    """Judge a kernel that prints, and leave a profiler's report with it."""
    (job.directory / "profile.ncu-rep").write_bytes(b"report of " + job.candidate.encode())
    return replace(Judge()(job), log="step \x1b[31m1\n" if job.candidate != "c0000" else "")


def run_with_files(lab: Lab) -> None:
    writer = lab.create(iterations=1)
    search = lab.search(writer, iterations=1)
    engine = lab.engine(writer, search, None, RecordedEvaluator(talkative))
    engine._judging._keeper = Shelf(writer, TRACK)
    asyncio.run(engine.run())


def names(folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in files_of(folder)]


def test_a_verdict_leaves_the_log_and_the_solution_beside_the_kernel(lab: Lab) -> None:
    run_with_files(lab)
    writer = lab.writers[-1]
    folder = writer.folder("c0001")
    assert names(folder) == ["kernel.py", "log.txt", "profile.ncu-rep", "solution.json"]
    assert (folder / "log.txt").read_text() == "step \x1b[31m1\n"
    source = writer.source("c0001")
    assert json.loads((folder / "solution.json").read_text()) == solution_fields(
        TRACK, source, f"{writer.name}-c0001", AUTHOR
    )
    assert names(writer.folder("c0000")) == ["kernel.py", "profile.ncu-rep", "solution.json"]


def test_forks_undos_and_another_engine_leave_a_candidates_files_alone(lab: Lab) -> None:
    run_with_files(lab)
    writer = lab.reopen()
    search = lab.search(writer, iterations=1)
    before = {path: path.read_bytes() for path in files_of(writer.path / "candidates")}
    for command in (c.Fork(candidate="c0001"), c.Undo()):
        search.apply(writer.append(*steer(command, search)))
    asyncio.run(lab.engine(writer, search).run())
    assert {path: path.read_bytes() for path in files_of(writer.path / "candidates")} == before


def test_a_half_written_file_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text("")
    (tmp_path / "log.txt.partial").write_text("half")
    assert names(tmp_path) == ["kernel.py"]


def test_turns_keep_the_words_that_were_printed_in_them(lab: Lab) -> None:
    judge = Judge(in_turns=lambda job, found: replace(found, log="again\n"))
    search = searched(lab, judge, kernel(1.01))
    found = row(search, "c0001").evaluation
    assert found is not None
    assert found.log == "again\n"


def test_a_verdict_and_a_timing_in_turns_may_be_kept_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced = os.replace

    def beside_another(partial: Path, path: Path) -> None:
        monkeypatch.setattr(os, "replace", replaced)
        other = threading.Thread(target=write_whole, args=(path, "of the verdict"))
        other.start()
        other.join()
        replaced(partial, path)

    monkeypatch.setattr(os, "replace", beside_another)
    write_whole(tmp_path / "log.txt", "of the turns")
    assert [path.name for path in tmp_path.iterdir()] == ["log.txt"]
    assert (tmp_path / "log.txt").read_text() == "of the turns"
