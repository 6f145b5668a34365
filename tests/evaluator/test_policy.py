"""The source policy refuses what a kernel must not say, and nothing that it may."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.evaluator.judging import KERNELS

from fie_evaluator.policy.modules import OPENINGS
from fie_evaluator.policy.reach import is_open
from fie_evaluator.policy.review import violations
from fie_evaluator.policy.signature import signature_error

SEEDS = Path(__file__).parents[2] / "seeds"
HONEST = sorted([*(KERNELS / "right").rglob("*.py"), *(KERNELS / "naive").glob("*.py")])


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
        ("import flashinfer", "line 1: `import flashinfer` is not allowed: a kernel does the work"),
        ("import torch\ndef f(t=torch): t.sum = 1", "line 2: handing `torch` on"),
        ("import torch\nx = [torch.Tensor]", "line 2: handing `torch.Tensor` on"),
        ("import torch\nt = u = torch\nv = t\nv.sum = 1", "line 4: assigning `v.sum`"),
        ("import torch\ndef f():\n    [0 for torch in ()]\n    torch.x = 1", "line 4: assigning"),
        (
            "import torch\nclass A(torch.Tensor): pass",
            "line 2: a class derived from `torch.Tensor`",
        ),
        ("class A:\n    def __del__(self): pass", "line 2: defining `__del__`"),
        ("def kernel(x, y):\n    y.detach = x", "line 2: assigning `y.detach`"),
        ("'{0.__class__}'.format(1)", "line 1: formatting `.__class__`"),
        ("'{:{0.__class__}}'.format(1)", "line 1: formatting `.__class__`"),
        ("__name__ = '__main__'", "line 1: `__name__`"),
        ("import os as __builtins__", "line 1: `import os`"),
        ("def f(x: \"print('x')\"): pass", "line 1: a call in a quoted annotation"),
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
        "import torch.nn.functional as F\ndef f(x):\n    F = x.shape\n    F[0] = 1",
        "def f(vars, open):\n    compile = eval = 1\n    return vars, open, compile, eval",
        "import torch\nassert type(1) is int and isinstance(1, (int, torch.Tensor))",
        "import torch\nfrom typing import Dict\nCACHE: Dict[int, torch.Tensor] = {}",
        "try:\n    import triton\nexcept ImportError:\n    triton = None\nHAS = triton is not None",
        "import torch\nx = torch._scaled_mm, torch._foreach_add",
        "class A:\n    def __init__(self):\n        self._version = self.os = 1",
        "if __name__ == '__main__':\n    import os, sys\n    print(os.environ, sys.argv)",
        "fmt = '{}: {}'\nprint(fmt.format(1, 2))",
    ],
)
def test_ordinary_code_is_not_refused(source: str) -> None:
    assert violations(source) == []


def test_no_module_is_open_by_oversight() -> None:
    import torch.testing  # noqa: F401
    import triton.language  # noqa: F401

    oversights = [
        f"{path}.{name}"
        for path in OPENINGS
        if isinstance(module := sys.modules.get(path), ModuleType)
        for name, value in vars(module).items()
        if isinstance(value, ModuleType)
        and is_open(path, name)
        and f"{path}.{name}" not in OPENINGS
    ]
    assert oversights == []


@pytest.mark.parametrize(
    "source",
    [
        "import torch as a0\n"
        + "\n".join(f"a{place + 1} = a{place}" for place in reversed(range(200))),
        "import torch as a\nb = a\n" + "a = b.x\nb = a.y\n" * 50,
        "import torch as a\n" + "\n".join(f"a = a.x{place}" for place in range(40)),
    ],
    ids=["a long chain", "a circle", "a tree"],
)
def test_endless_renaming_ends(source: str) -> None:
    with pytest.raises(ValueError, match="renamed too often|stands for too many things"):
        violations(source)


def test_a_file_may_not_be_endless() -> None:
    assert [found.construct for found in violations("#" * 300_001)] == ["so long a file"]


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
