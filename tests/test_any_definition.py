"""Another definition needs a data set and nothing else: to search, to compare, to promote."""

import json
from pathlib import Path

import pytest

from fie_evaluator.dataset.moe import MoeDims, MoeWorkload, write_dataset
from tests.kernels.definitions import NAIVE, write_small_dataset
from tests.test_end_to_end import fie, left_running, shown

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OF_TWO_FILES = {
    "name": "two-files",
    "definition": "gemm_n96_k128",
    "author": "somebody",
    "spec": {
        "language": "python",
        "target_hardware": ["cpu"],
        "entry_point": "pkg/main.py::run",
        "destination_passing_style": False,
    },
    "sources": [
        {
            "path": "pkg/main.py",
            "content": "import torch\n\n\ndef run(a, b):\n    return torch.mm(a, b.t())\n",
        },
        {"path": "pkg/notes.md", "content": "It returns its output.\n"},
    ],
}


def test_a_mixture_of_experts_of_another_shape_brings_its_seed(tmp_path: Path) -> None:
    dims = MoeDims(hidden_size=256, intermediate_size=128)
    drawn = [MoeWorkload(seq_len=size, offset=32, seed=size) for size in (3, 9)]
    write_dataset(tmp_path / "trace", dims, drawn)
    run = tmp_path / "run"
    words = ("--dataset", str(tmp_path / "trace"), "--iterations", "1", "--run-dir", str(run))
    fie("run", "--headless", *words, cache=tmp_path)
    told = shown(run, tmp_path)
    assert (told["definition"], told["evaluations"]) == (dims.definition, 2)
    fie("promote", str(run), "c0000", cache=tmp_path)
    folder = Path(str(shown(run, tmp_path, "c0000")["promoted"]))
    assert json.loads((folder / "solution.json").read_text())["definition"] == dims.definition
    assert left_running(tmp_path) == []


def test_kernels_and_solutions_of_a_gemm_are_compared_and_packed(tmp_path: Path) -> None:
    write_small_dataset(tmp_path / "trace")
    solution = tmp_path / "two.json"
    solution.write_text(json.dumps(OF_TWO_FILES))
    output, packed = tmp_path / "results.json", tmp_path / "packed"
    fie(
        *("bench", "--dataset", str(tmp_path / "trace")),
        *("--kernel", str(NAIVE / "gemm_torch.py"), "--solution", str(solution)),
        *("--output", str(output), "--pack", str(packed)),
        cache=tmp_path,
    )
    told = json.loads(output.read_text())
    assert (told["definition"], told["mode"]) == ("gemm_n96_k128", "official")
    assert [(each["name"], each["status"]) for each in told["kernels"]] == [
        ("gemm_torch", "PASSED"),
        ("two-files", "PASSED"),
    ]
    folder = packed / "gemm_n96_k128-two-files" / "solution" / "python" / "pkg"
    assert sorted(path.name for path in folder.iterdir()) == ["main.py", "notes.md"]
    assert left_running(tmp_path) == []


def test_a_kernel_of_any_definition_is_profiled(tmp_path: Path) -> None:
    write_small_dataset(tmp_path / "trace")
    output = tmp_path / "profile.json"
    words = ("--dataset", str(tmp_path / "trace"), "--definition", "rmsnorm_h1024")
    told = fie(
        *("profile", str(NAIVE / "rmsnorm_torch.py"), *words),
        *("--workload", "24", "--output", str(output)),
        cache=tmp_path,
    )
    profile = json.loads(output.read_text())["profile"]
    assert "rows=24" in profile["source"] + profile["workload"]
    assert profile["figures"]
    assert "figures" in told.stdout.splitlines()
