"""Kernels that operators are tried on, and a child process that runs what comes out."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.kernels.definitions import NAIVE_KERNELS

ROOT = Path(__file__).parents[3]
MOE = (ROOT / "seeds" / "moe-mini" / "kernels" / "naive.py").read_text(encoding="utf-8")
POWER = """import torch


def kernel(x, weight, output):
    mean = (x ** 2).sum(dim=-1, keepdim=True) / x.shape[-1]
    output.copy_(x / torch.sqrt(mean + 1e-6) * weight)
"""
WHOLE_ROW = """import triton
import triton.language as tl


@triton.jit
def softmax_kernel(x_ptr, output_ptr, columns, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * columns + tl.arange(0, BLOCK)
    mask = tl.arange(0, BLOCK) < columns
    values = tl.load(x_ptr + offsets, mask=mask, other=float("-inf"))
    shares = tl.exp(values - tl.max(values, axis=0))
    tl.store(output_ptr + offsets, shares / tl.sum(shares, axis=0), mask=mask)


def kernel(x, output):
    rows, columns = x.shape
    softmax_kernel[(rows,)](x, output, columns, BLOCK=128)
"""
PLAIN = {"rmsnorm_power": POWER, "softmax_whole_row": WHOLE_ROW}
SOURCES = {"moe": MOE} | PLAIN | {each.path.stem: each.source for each in NAIVE_KERNELS}
"Kernel by name; none was written for a recipe, nor a recipe for one."

CHILD = """
import importlib.util, json, pathlib, sys
import torch

torch.set_num_threads(1)


def fp8(generator, *shape):
    return torch.randn(*shape, generator=generator).to(torch.float8_e4m3fn)


def moe(rows, generator):
    normal = lambda *shape: torch.randn(*shape, generator=generator)
    logits, bias = normal(rows, 256), normal(256).mul(0.1).to(torch.bfloat16)
    return [
        logits, bias, fp8(generator, rows, 256), normal(2, rows),
        fp8(generator, 8, 256, 256), normal(8, 2, 2),
        fp8(generator, 8, 256, 128), normal(8, 2, 1), 32, 2.5,
        torch.full((rows, 256), float("nan"), dtype=torch.bfloat16),
    ]


def arguments(name, rows):
    generator = torch.Generator().manual_seed(rows)
    normal = lambda *shape: torch.randn(*shape, generator=generator)
    if name == "moe":
        return moe(rows, generator)
    if name.startswith("softmax"):
        return [normal(rows, 96), torch.full((rows, 96), float("nan"))]
    if name.startswith("rmsnorm"):
        return [normal(rows, 192), normal(192), torch.full((rows, 192), float("nan"))]
    return [normal(rows, 80), normal(48, 80), torch.full((rows, 48), float("nan"))]


def run(path, name, rows):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    given = arguments(name, rows)
    before = [item.clone() if torch.is_tensor(item) else item for item in given[:-1]]
    module.kernel(*given)
    kept = all(
        torch.equal(old.float(), new.float())
        for old, new in zip(before, given) if torch.is_tensor(old)
    )
    return given[-1].float(), kept


def judge(path, name, expected):
    try:
        for rows, want in expected.items():
            got, kept = run(path, name, rows)
            if not kept:
                return "inputs changed"
            if not torch.equal(got, want):
                error = (got - want).norm() / want.norm()
                if not error < 0.02:
                    return "wrong"
                return "close"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "equal"


def main():
    root = pathlib.Path(sys.argv[1])
    tasks, originals = json.load(sys.stdin)
    references = {}
    for name in originals:
        sizes = (19,) if name.startswith("gemm") else (1, 5)
        references[name] = {
            rows: run(root / f"{name}.py", name, rows)[0] for rows in sizes
        }
    for label, name in tasks:
        verdict = judge(root / f"{label}.py", name, references[name])
        print(json.dumps([label, verdict]), flush=True)


main()
"""


def verdicts(variants: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Run (label, kernel name, source) and return each label's verdict against the original.

    "equal" is bit for bit, "close" within two per cent of its norm. In one child: Triton reads
    TRITON_INTERPRET once, when it is imported.
    """
    tasks = []
    with tempfile.TemporaryDirectory() as folder:
        for label, name, source in variants:
            (Path(folder) / f"{label}.py").write_text(source, encoding="utf-8")
            tasks.append((label, name))
        names = sorted({name for _, name in tasks})
        for name in names:
            (Path(folder) / f"{name}.py").write_text(SOURCES[name], encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-c", CHILD, folder],
            input=json.dumps([tasks, names]),
            env={**os.environ, "TRITON_INTERPRET": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    found = dict(json.loads(line) for line in ran.stdout.splitlines())
    assert len(found) == len(tasks), ran.stderr[-2000:]
    return found
