"""Kernels that break something, and the verdicts that they may get."""

from fie_evaluator.results import Status

IMPORTS = """
import torch
import triton
import triton.language as tl
"""
ENTRY = "\n\ndef kernel(hidden_states, weight, output):\n"

S = Status
ENDED = (S.RUNTIME_ERROR, S.CRASHED)

FAULTS: dict[str, tuple[str, tuple[Status, ...]]] = {
    "illegal memory access": (
        IMPORTS
        + """
@triton.jit
def stray(out):
    tl.store(out + (1 << 40), 1.0)
"""
        + ENTRY
        + "    stray[(1,)](output)\n    torch.cuda.synchronize()\n",
        ENDED,
    ),
    "hang on the GPU": (
        IMPORTS
        + """
@triton.jit
def spin(out):
    while tl.load(out, volatile=True) != 1.0:
        pass
"""
        + ENTRY
        + "    spin[(1,)](output)\n",
        (S.TIMEOUT,),
    ),
    "hang on the GPU at import": (
        IMPORTS
        + """
@triton.jit
def spin(out):
    while tl.load(out, volatile=True) == 0.0:
        pass


spin[(1,)](torch.zeros(1, device="cuda"))
torch.cuda.synchronize()
"""
        + ENTRY
        + "    pass\n",
        (S.TIMEOUT,),
    ),
    "hang in Python": (
        "def kernel(hidden_states, weight, output):\n    while True:\n        pass\n",
        (S.TIMEOUT,),
    ),
    "device-side assert": (
        IMPORTS
        + ENTRY
        + "    far = torch.full((1,), 1 << 20, device=output.device)\n"
        + "    output.copy_(hidden_states[:, far])\n    torch.cuda.synchronize()\n",
        ENDED,
    ),
    "misaligned address": (
        IMPORTS
        + """
@triton.jit
def odd(out):
    address = out.to(tl.int64) + 1
    tl.store(address.to(tl.pointer_type(tl.float32)), 1.0)
"""
        + ENTRY
        + "    odd[(1,)](output)\n    torch.cuda.synchronize()\n",
        ENDED,
    ),
    "segmentation fault": (
        IMPORTS
        + ENTRY
        + "    places = torch.tensor([[1 << 40]])\n"
        + "    wild = torch.sparse_coo_tensor(\n"
        + "        places, torch.ones(1), (2,), check_invariants=False\n    )\n"
        + "    output.copy_(wild.to_dense().sum())\n",
        ENDED,
    ),
    "GPU out of memory": (
        IMPORTS + ENTRY + "    kept = []\n    while True:\n"
        "        kept.append(torch.ones(1 << 28, device=output.device))\n",
        (S.CRASHED,),
    ),
    "GPU memory hoarded": (
        IMPORTS
        + """
HOARD = []
"""
        + ENTRY
        + "    while not HOARD or len(HOARD) < 4096:\n        try:\n"
        "            HOARD.append(torch.ones(1 << 22, device=output.device))\n"
        "        except torch.OutOfMemoryError:\n            break\n"
        "    output.copy_(torch.nn.functional.rms_norm(hidden_states, (1024,), weight, 1e-6))\n",
        (*ENDED, S.REFUSED, S.PASSED),
    ),
    "host out of memory": (
        IMPORTS + ENTRY + "    kept = []\n    while True:\n"
        "        kept.append(torch.ones(1 << 28))\n",
        (S.CRASHED,),
    ),
    "too much shared memory": (
        IMPORTS
        + """
@triton.jit
def huge(x, out):
    at = tl.arange(0, 512)
    square = tl.load(x + at[:, None] * 0 + at[None, :])
    tl.store(out + at[:, None] * 0 + at[None, :], tl.dot(square, square))
"""
        + ENTRY
        + "    huge[(1,)](hidden_states, output)\n",
        (*ENDED, S.INCORRECT_NUMERICAL),
    ),
    "output flood": (
        ENTRY + "    while True:\n        print('spam ' * 200)\n",
        (S.TIMEOUT,),
    ),
    "endless recursion": (
        "def kernel(hidden_states, weight, output):\n    kernel(hidden_states, weight, output)\n",
        (S.RUNTIME_ERROR,),
    ),
    "SystemExit": (
        "def kernel(hidden_states, weight, output):\n    raise SystemExit(0)\n",
        (S.RUNTIME_ERROR,),
    ),
}
