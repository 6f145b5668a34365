"""Small problems that no operator was written for, as a trace set, each with naive kernels."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAIVE = Path(__file__).with_name("naive")

SOFTMAX_REFERENCE = """\
import torch


def run(x):
    return torch.softmax(x, dim=-1)
"""

RMSNORM_REFERENCE = """\
import torch


def run(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight
"""

GEMM_REFERENCE = """\
import torch


def run(a, b):
    return a @ b.t()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NaiveKernel:
    """One naive kernel file and the definition that it solves."""

    definition: str
    language: str
    path: Path

    @property
    def source(self) -> str:
        """The kernel's text."""
        return self.path.read_text(encoding="utf-8")


NAIVE_KERNELS = tuple(
    NaiveKernel(definition=definition, language=language, path=NAIVE / f"{stem}.py")
    for definition, language, stem in (
        ("softmax_n512", "python", "softmax_torch"),
        ("softmax_n512", "triton", "softmax_triton"),
        ("rmsnorm_h1024", "python", "rmsnorm_torch"),
        ("rmsnorm_h1024", "triton", "rmsnorm_triton"),
        ("gemm_n96_k128", "python", "gemm_torch"),
        ("gemm_n96_k128", "triton", "gemm_triton"),
    )
)


def write_small_dataset(root: Path) -> None:
    """Write the trace set of softmax, RMSNorm and GEMM, two workloads each."""
    write(
        root,
        definition(
            "softmax_n512",
            axes={"rows": None, "columns": 512},
            inputs={"x": ["rows", "columns"]},
            output=["rows", "columns"],
            reference=SOFTMAX_REFERENCE,
        ),
        [{"rows": 3}, {"rows": 17}],
    )
    write(
        root,
        definition(
            "rmsnorm_h1024",
            axes={"rows": None, "hidden": 1024},
            inputs={"hidden_states": ["rows", "hidden"], "weight": ["hidden"]},
            output=["rows", "hidden"],
            reference=RMSNORM_REFERENCE,
        ),
        [{"rows": 2}, {"rows": 24}],
    )
    write(
        root,
        definition(
            "gemm_n96_k128",
            axes={"m": None, "n": 96, "k": 128},
            inputs={"a": ["m", "k"], "b": ["n", "k"]},
            output=["m", "n"],
            reference=GEMM_REFERENCE,
        ),
        [{"m": 8}, {"m": 70}],
    )


def write_large_dataset(root: Path) -> None:
    """Write a GEMM whose weights are too large to be copied before each call."""
    write(
        root,
        definition(
            "gemm_n8192_k8192",
            axes={"m": None, "n": 8192, "k": 8192},
            inputs={"a": ["m", "k"], "b": ["n", "k"]},
            output=["m", "n"],
            reference=GEMM_REFERENCE,
        ),
        [{"m": 16}, {"m": 48}],
    )


def definition(
    name: str,
    *,
    axes: dict[str, int | None],
    inputs: dict[str, list[str]],
    output: list[str],
    reference: str,
) -> dict[str, Any]:
    """Return a float32 definition; an axis without a size is variable."""
    return {
        "name": name,
        "op_type": name.split("_")[0],
        "axes": {
            axis: {"type": "var"} if size is None else {"type": "const", "value": size}
            for axis, size in axes.items()
        },
        "inputs": {key: {"shape": shape, "dtype": "float32"} for key, shape in inputs.items()},
        "outputs": {"output": {"shape": output, "dtype": "float32"}},
        "reference": reference,
    }


def write(root: Path, told: dict[str, Any], sizes: list[dict[str, int]]) -> None:
    """Write one definition and its workloads, all of whose inputs are random."""
    name, kind = told["name"], told["op_type"]
    path = root / "definitions" / kind / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=2), encoding="utf-8")
    inputs = {key: {"type": "random"} for key in told["inputs"]}
    lines = [
        json.dumps(
            {
                "definition": name,
                "workload": {"axes": axes, "inputs": inputs, "uuid": f"{name}-{index}"},
            }
        )
        for index, axes in enumerate(sizes)
    ]
    workloads = root / "workloads" / kind / f"{name}.jsonl"
    workloads.parent.mkdir(parents=True, exist_ok=True)
    workloads.write_text("\n".join(lines) + "\n", encoding="utf-8")
