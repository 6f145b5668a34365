"""The lease of a GPU: one holder at a time, whoever it is, and nobody starves."""

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.pool.lease import GpuLease, holder_name, make_folder

GPU = "GPU-1"

HOLDER = """
import sys, time
from pathlib import Path
from fie_evaluator.pool.lease import GpuLease

lease = GpuLease("GPU-1", "pid 7 of run other (someone)", Path(sys.argv[1]))
assert lease.take(lambda: True, lambda words: None)
print("held", flush=True)
time.sleep(600)
"""


def ignore(words: str) -> None:
    pass


def never() -> bool:
    return False


def always() -> bool:
    return True


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    return tmp_path / "locks"


def test_only_one_holds_a_gpu(locks: Path) -> None:
    first, second = GpuLease(GPU, "first", locks), GpuLease(GPU, "second", locks)
    assert first.take(never, ignore)
    assert not second.take(never, ignore)
    first.give_back()
    assert second.take(never, ignore)
    second.give_back()


def test_other_gpus_are_free(locks: Path) -> None:
    leases = [GpuLease(uuid, "one engine", locks) for uuid in ("GPU-1", "GPU-2")]
    assert [lease.take(never, ignore) for lease in leases] == [True, True]
    for lease in leases:
        lease.give_back()


def test_who_waits_is_told_once_who_holds_it(locks: Path) -> None:
    holder = GpuLease(GPU, "pid 7 of run x\x1b[2J (someone)" + "!" * 200, locks)
    assert holder.take(never, ignore)
    told: list[str] = []
    patience = iter((True, True, True, False))
    assert not GpuLease(GPU, "me", locks).take(lambda: next(patience), told.append)
    holder.give_back()
    [words] = told
    assert words.startswith("waiting for the GPU, held by pid 7 of run x[2J (someone)!!")
    assert len(words) < 160


def test_who_waits_has_its_turn_before_the_holder_has_another(locks: Path) -> None:
    busy, patient = GpuLease(GPU, "busy", locks), GpuLease(GPU, "patient", locks)
    assert busy.take(never, ignore)
    waits, holds, may_go = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        assert patient.take(always, lambda words: waits.set())
        holds.set()
        may_go.wait(30)
        patient.give_back()

    other = threading.Thread(target=work)
    other.start()
    assert waits.wait(30)
    busy.give_back()
    assert not busy.take(never, ignore)
    assert holds.wait(30)
    may_go.set()
    other.join(30)
    assert busy.take(never, ignore)
    busy.give_back()


def test_a_killed_holder_gives_it_back(locks: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(locks)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        mine = GpuLease(GPU, "me", locks)
        told: list[str] = []
        patience = iter((True, False))
        assert not mine.take(lambda: next(patience), told.append)
        assert told == ["waiting for the GPU, held by pid 7 of run other (someone)"]
        holder.send_signal(signal.SIGKILL)
    assert mine.take(never, ignore)
    mine.give_back()


def test_every_user_may_lock_what_the_first_one_made(locks: Path) -> None:
    mask = os.umask(0o077)
    try:
        lease = GpuLease(GPU, "first", locks)
        assert lease.take(never, ignore)
        lease.give_back()
    finally:
        os.umask(mask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in locks.iterdir()}
    assert modes == {"GPU-1.lock": 0o666, "GPU-1.door": 0o666}
    assert stat.S_IMODE(locks.stat().st_mode) == 0o1777


def test_a_file_that_a_cleaner_took_away_is_locked_anew(locks: Path) -> None:
    lease = GpuLease(GPU, "me", locks)
    assert lease.take(never, ignore)
    lease.give_back()
    (locks / "GPU-1.lock").unlink()
    assert lease.take(never, ignore)
    assert (locks / "GPU-1.lock").read_text() == "me"
    lease.give_back()


def test_what_is_no_lock_file_is_an_error_that_says_what_to_do(locks: Path) -> None:
    make_folder(locks)
    os.mkfifo(locks / "GPU-1.door")
    with pytest.raises(EvaluatorError, match="GPU-1.door can't be used: it is no regular file"):
        GpuLease(GPU, "me", locks).take(never, ignore)
    (locks / "GPU-1.door").unlink()
    (locks / "GPU-1.door").symlink_to("/etc/passwd")
    with pytest.raises(EvaluatorError, match="GPU-1.door can't be used"):
        GpuLease(GPU, "me", locks).take(never, ignore)


def test_a_holder_signs_with_process_and_run() -> None:
    assert holder_name("run fast").startswith(f"pid {os.getpid()} of run fast (")
