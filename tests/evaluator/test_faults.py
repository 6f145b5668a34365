"""A bad kernel costs exactly itself: it gets a named status and one clear line."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.evaluator.judging import KERNELS, RIGHT, job, kernel, small_track
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.local import LocalEvaluator
from fie_evaluator.results import Evaluation, Status

S = Status

FAULTS = {
    "noop": (S.INCORRECT_NUMERICAL, "2,048 of 2,048 output elements are NaN or infinite"),
    "zeros": (S.INCORRECT_NUMERICAL, "of the output matches, 100.0% must"),
    "nan": (S.INCORRECT_NUMERICAL, "2,048 of 2,048 output elements are NaN or infinite"),
    "inaccurate": (S.INCORRECT_NUMERICAL, "of the output matches, 100.0% must"),
    "returns_instead": (S.INCORRECT_NUMERICAL, "was it written?"),
    "half_written": (S.INCORRECT_NUMERICAL, "1,024 of 2,048 output elements are NaN"),
    "wrong_shape": (S.INCORRECT_SHAPE, "an output has shape [1, 7], expected [2, 1024]"),
    "wrong_dtype": (S.INCORRECT_DTYPE, "dtype torch.float64, expected torch.float32"),
    "raises": (S.RUNTIME_ERROR, "(kernel.py, line 5)"),
    "raises_system_exit": (S.RUNTIME_ERROR, "SystemExit: 0 (kernel.py, line 5)"),
    "raises_at_import": (S.COMPILE_ERROR, "KeyError: 'missing' (kernel.py, line 3)"),
    "no_entry_point": (
        S.COMPILE_ERROR,
        "there is no function kernel(hidden_states, weight, output)",
    ),
    "wrong_parameters": (
        S.COMPILE_ERROR,
        "takes 2 parameters, but 3 are passed: hidden_states, weight, output",
    ),
    "segfaults": (S.CRASHED, "was killed by SIGSEGV during correctness"),
    "exhausts_memory": (S.CRASHED, "out of memory"),
    "noop_after_right": (S.INCORRECT_NUMERICAL, "right when checked, wrong when timed"),
    "caches_by_pointer": (S.REFUSED, "results are cached"),
    "caches_by_shape": (S.REFUSED, "results are cached"),
    "caches_by_call_count": (S.REFUSED, "results are cached"),
    "caches_by_fingerprint": (S.REFUSED, "results are cached"),
    "patches_clock": (S.REFUSED, "line 5: assigning `time.perf_counter_ns`"),
    "patches_torch": (S.REFUSED, "line 5: assigning `T.isnan`"),
    "patches_alias": (S.REFUSED, "line 6: assigning `t.matmul`"),
    "reads_frames": (S.REFUSED, "line 3: `import inspect`"),
    "reads_heap": (S.REFUSED, "line 3: `import gc`"),
    "reads_files": (S.REFUSED, "line 7: `open`"),
    "loads_tensors": (S.REFUSED, "line 7: `torch.load`"),
    "reads_environment": (S.REFUSED, "line 3: `import os`"),
    "reads_environment_through_torch": (S.REFUSED, "line 7: `torch.os`"),
    "computes_attribute_names": (S.REFUSED, "line 7: `getattr` with a computed name"),
    "matches_attributes": (S.REFUSED, "line 8: matching `os`"),
    "evaluates_text": (S.REFUSED, "line 5: `eval`"),
    "opens_socket": (S.REFUSED, "line 3: `import socket`"),
    "starts_program": (S.REFUSED, "line 3: `import subprocess`"),
    "exits": (S.REFUSED, "line 3: `import os`"),
    "kills_parent": (S.REFUSED, "line 3: `import os`"),
    "leaves_children": (S.REFUSED, "line 3: `import os`"),
    "starts_threads": (S.REFUSED, "line 3: `import threading`"),
    "takes_more_threads": (S.REFUSED, "line 5: `torch.set_num_threads`"),
}
ENDLESS = ("hangs", "hangs_at_import", "prints_endlessly")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("trace")
    write_small_dataset(root)
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def judge(dataset: Path, cache: Path) -> Iterator[LocalEvaluator]:
    evaluator = LocalEvaluator(small_track(dataset), cache, memory_bytes=1 << 30)
    yield evaluator
    evaluator.close()


@pytest.fixture(scope="module")
def impatient_judge(dataset: Path, cache: Path) -> Iterator[LocalEvaluator]:
    evaluator = LocalEvaluator(small_track(dataset, timeout_s=1.0), cache)
    yield evaluator
    evaluator.close()


def judged(evaluator: LocalEvaluator, source: str) -> Evaluation:
    return evaluator.submit(job(source)).result(timeout=60)


def test_every_wrong_kernel_is_listed_here() -> None:
    files = {path.stem for path in (KERNELS / "wrong").glob("*.py")}
    assert files == {*FAULTS, *ENDLESS}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_kernel_is_named(judge: LocalEvaluator, name: str) -> None:
    status, phrase = FAULTS[name]
    evaluation = judged(judge, kernel(f"wrong/{name}"))
    assert (evaluation.status, "\n" in evaluation.error) == (status, False), evaluation.error
    assert phrase in evaluation.error


@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_kernel_is_stopped(impatient_judge: LocalEvaluator, name: str) -> None:
    evaluation = judged(impatient_judge, kernel(f"wrong/{name}"))
    assert evaluation.status is Status.TIMEOUT
    assert "not finished within 1 s" in evaluation.error
    assert len(evaluation.log) <= 4096


def test_what_is_not_python_is_a_compile_error(judge: LocalEvaluator) -> None:
    evaluation = judged(judge, "def kernel(x, y, z)\n    pass\n")
    assert (evaluation.status, evaluation.error) == (Status.COMPILE_ERROR, "line 1: expected ':'")


@pytest.mark.parametrize("path", sorted((KERNELS / "right").glob("*.py")), ids=lambda p: p.stem)
def test_an_honest_kernel_passes_after_all_those(judge: LocalEvaluator, path: Path) -> None:
    evaluation = judged(judge, path.read_text(encoding="utf-8"))
    assert (evaluation.status, evaluation.error) == (Status.PASSED, "")


def test_a_noop_after_a_right_kernel_fails(judge: LocalEvaluator) -> None:
    assert judged(judge, RIGHT).status is Status.PASSED
    assert judged(judge, kernel("wrong/noop")).status is Status.INCORRECT_NUMERICAL
