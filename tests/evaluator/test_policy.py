"""The source policy refuses what a kernel must not say, and nothing that it may."""

from pathlib import Path

import pytest
from tests.evaluator.judging import KERNELS

from fie_evaluator.policy import violations
from fie_evaluator.signature import signature_error

SEEDS = Path(__file__).parents[2] / "seeds"
HONEST = sorted([*(KERNELS / "right").glob("*.py"), *(KERNELS / "naive").glob("*.py")])


@pytest.mark.parametrize("path", [*HONEST, *sorted(SEEDS.glob("*/kernels/*.py"))], ids=str)
def test_honest_kernels_are_not_refused(path: Path) -> None:
    assert violations(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import os", "line 1: `import os` is not allowed"),
        ("\nfrom os import path", "line 2: `import os` is not allowed"),
        ("from . import x", "line 1: a relative import is not allowed: a kernel is one file"),
        ("import torch.multiprocessing", "line 1: `import torch.multiprocessing`"),
        ("from torch import hub", "line 1: `torch.hub`"),
        ("from torch import load as f", "line 1: `torch.load`"),
        ("from torch import *", "line 1: `from torch import *`"),
        ("import numpy as np\nnp.fromfile('x')", "line 2: `np.fromfile`"),
        ("import torch as t\nt.save(1, 'x')", "line 2: `t.save`"),
        ("import torch\ntorch.Tensor.sum = 1", "line 2: assigning `torch.Tensor.sum`"),
        ("import torch\ntorch.x.y += 1", "line 2: assigning `torch.x.y`"),
        ("import torch\ndel torch.sum", "line 2: assigning `torch.sum`"),
        ("import torch\n(a, torch.sum) = 1, 2", "line 2: assigning `torch.sum`"),
        ("import torch\nfor torch.sum in [1]: pass", "line 2: assigning `torch.sum`"),
        ("f = eval", "line 1: `eval`"),
        ("map(getattr, [1], ['os'])", "line 1: passing `getattr` on"),
        ("g = getattr", "line 1: renaming `getattr`"),
        ("().__class__", "line 1: `.__class__`"),
        ("print(__builtins__)", "line 1: `__builtins__`"),
        ("from operator import attrgetter", "line 1: `operator.attrgetter`"),
        ("def f(): pass\nf.__globals__", "line 2: `.__globals__`"),
    ],
)
def test_a_refusal_names_the_construct_and_its_line(source: str, message: str) -> None:
    assert str(violations(source)[0]).startswith(message)


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn.functional as F\nimport triton.language as tl\nx = tl.load\nF = x",
        "import torch\ntorch.backends.cuda.matmul.allow_tf32 = True",
        "import torch\nE4M3 = getattr(torch, 'float8_e4m3fn', None)",
        "import torch\nout = torch.empty(3)\nout[0] = 1\nout.data = torch.ones(3)",
        "def kernel(input, output):\n    output.copy_(input)",
        "class Plan:\n    def __init__(self):\n        self.sizes = [1]\n        self.sizes[0] = 2",
    ],
)
def test_ordinary_code_is_not_refused(source: str) -> None:
    assert violations(source) == []


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("def kernel(x, out): pass", ""),
        ("def kernel(*args): pass", ""),
        ("def kernel(x, *rest): pass", ""),
        ("kernel = print", ""),
        ("@wrap\ndef kernel(x): pass", ""),
        ("def run(x, out): pass", "there is no function kernel(x, out)"),
        ("def kernel(x): pass", "kernel takes 1 parameters, but 2 are passed: x, out"),
        (
            "def kernel(x, *, out): pass",
            "kernel has keyword-only parameters, but 2 are passed: x, out",
        ),
    ],
)
def test_the_signature_is_checked_without_importing(source: str, error: str) -> None:
    assert signature_error(source, ("x", "out")) == error
