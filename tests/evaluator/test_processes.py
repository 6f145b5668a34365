"""What a judge's process inherits, and how its family is found."""

import os
import subprocess
import sys
from pathlib import Path

from fie_evaluator.child.processes import candidate_memory, descendants, scrubbed_environment


def test_secrets_are_not_inherited() -> None:
    environment = {
        "PATH": "/bin",
        "OPENAI_API_KEY": "sk-secret",
        "AWS_SESSION_TOKEN": "secret",
        "FIB_DATASET_PATH": "/data",
        "PYTHONSTARTUP": "/evil.py",
        "LD_PRELOAD": "/evil.so",
    }
    assert scrubbed_environment(environment, "cuda:0", Path("/home")) == {
        "PATH": "/bin",
        "HOME": "/home",
        "TMPDIR": "/home",
        "FIB_CACHE_PATH": "/home/build",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "KINETO_LOG_LEVEL": "99",
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    }


def test_the_cpu_judges_on_one_thread_and_interprets_triton() -> None:
    environment = scrubbed_environment({}, "cpu", Path("/home"))
    assert {name: environment[name] for name in ("OMP_NUM_THREADS", "TRITON_INTERPRET")} == {
        "OMP_NUM_THREADS": "1",
        "TRITON_INTERPRET": "1",
    }


def test_grandchildren_are_found() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1); input()'])"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        family = descendants(os.getpid())
        child.communicate(b"\n")
    assert family.index(child.pid) < len(family) - 1


def test_more_slots_never_mean_more_memory_each() -> None:
    assert candidate_memory(64) <= candidate_memory(1) <= 4 << 30
