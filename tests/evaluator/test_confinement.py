"""A confined process can compute, and can do nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fie_evaluator.child import landlock, seccomp
from fie_evaluator.child.confinement import works

CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from fie_evaluator.child.confinement import confinement_for
import ctypes, os, signal, socket, subprocess, threading

inside, outside = Path(sys.argv[2]), Path(sys.argv[3])
confinement_for("cpu", (inside / "inputs",)).enter(inside / "own")
libc = ctypes.CDLL(None, use_errno=True)

def by_call(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

def in_thread():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()

ATTEMPTS = {
    "read inputs": lambda: (inside / "inputs" / "x").read_text(),
    "write own folder": lambda: (inside / "own" / "y").write_text("y"),
    "start a thread": in_thread,
    "read another folder": lambda: (outside / "secret").read_text(),
    "write another folder": lambda: (outside / "new").write_text("new"),
    "read the parent's environment": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "signal the parent": lambda: os.kill(os.getppid(), 0),
    "signal the parent's thread": lambda: by_call(
        libc.syscall(234 if os.uname().machine == "x86_64" else 131, os.getppid(), os.getppid(), 0)
    ),
    "fork": lambda: os.fork() or os._exit(0),
    "start a program": lambda: subprocess.run(["true"]),
    "leave the process group": lambda: os.setpgid(0, 0),
    "leave the session": lambda: os.setsid(),
    "open a socket": lambda: socket.socket(socket.AF_INET),
}
for name, attempt in ATTEMPTS.items():
    try:
        attempt()
        print(name, "yes", sep=": ")
    except OSError as error:
        print(name, "no", sep=": ")
"""

EXPECTED = """\
read inputs: yes
write own folder: yes
start a thread: yes
read another folder: no
write another folder: no
read the parent's environment: no
signal the parent: no
signal the parent's thread: no
fork: no
start a program: no
leave the process group: no
leave the session: no
open a socket: no
"""


@pytest.mark.skipif(
    landlock.supported() < 6 or not seccomp.supported(), reason="this kernel confines less"
)
def test_a_candidate_reaches_its_inputs_and_its_own_folder_only(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside / "inputs", inside / "own", outside):
        folder.mkdir(parents=True)
    (inside / "inputs" / "x").write_text("x")
    (outside / "secret").write_text("secret")
    package_root = Path(landlock.__file__).parent.parent
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, str(package_root), str(inside), str(outside)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    assert (ran.stdout, ran.stderr) == (EXPECTED, "")


def test_a_restriction_that_the_machine_forbids_is_left_out() -> None:
    def forbidden() -> None:
        raise PermissionError("not in this container")

    assert not works(forbidden)
    assert works(lambda: None)
