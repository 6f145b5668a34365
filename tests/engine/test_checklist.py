"""The checklist of the mixture of experts, read off kernels' texts."""

from pathlib import Path

import pytest

from fie_engine.checklist.progress import checklist_of, findings, steps_done

ROOT = Path(__file__).parents[2]
MOE = "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4_e32_h7168_i2048"
STEPS = (
    "parallel-experts",
    "fused-dequantisation",
    "fp8-dot",
    "fitted-tiles",
    "vectorised-routing",
    "fused-swiglu",
)
FAST = (ROOT / "tests/kernels/moe/fast.py").read_text(encoding="utf-8")

PYTORCH_FP8 = """
import torch

def kernel(routing_logits, hidden_states, gemm1_weights, gemm1_weights_scale, output):
    chosen = torch.topk(routing_logits, 8).indices
    rows = hidden_states[chosen.flatten()]
    products = torch._scaled_grouped_mm(rows, gemm1_weights, gemm1_weights_scale)
    output.copy_(torch.nn.functional.silu(products))
"""
BATCHED = """
import torch

def kernel(routing_logits, hidden_states, gemm1_weights, gemm1_weights_scale, output):
    for name in ("up", "gate"):
        wide = gemm1_weights.to(dtype=torch.bfloat16)
        output.add_(torch.bmm(hidden_states.float(), wide))
"""
FOREIGN = (
    'CODE = "__global__ void run() {}"\n\ndef kernel(hidden_states, output):\n    build(CODE)\n'
)
ENDLESS = "def kernel(output):\n    again(output)\n\ndef again(output):\n    kernel(output)\n" * 3


def states(source: str) -> dict[str, str]:
    """What is found of each step."""
    return {one.step.id: str(one.state) for one in findings(MOE, source)}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/kernels/moe/fast.py", ("done", "done", "done", "done", "done", "done")),
        ("tests/kernels/moe/torch_batched.py", ("open", "open", "open", "open", "done", "open")),
        ("seeds/moe-mini/kernels/naive.py", ("open", "open", "open", "open", "done", "open")),
        ("tests/kernels/checklist/separate.py", ("open", "open", "open", "open", "open", "open")),
    ],
)
def test_a_kernels_text_shows_which_steps_are_done(path: str, expected: tuple[str, ...]) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert states(source) == dict(zip(STEPS, expected, strict=True))


def test_each_finding_says_in_a_line_what_it_saw() -> None:
    source = (ROOT / "tests/kernels/checklist/separate.py").read_text(encoding="utf-8")
    assert [one.reason for one in findings(MOE, source)] == [
        "`for expert in range(gemm1_weights.shape[0])` computes one expert after another "
        "(multiply, line 28)",
        "widen reads the weights without multiplying them",
        "0 of 1 products of weights multiply fp8 by fp8",
        "tiles of 128 tokens",
        "`[… for row in logits]` chooses for one token after another (choose, line 42)",
        "applied to what went through memory (activate, line 37)",
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (PYTORCH_FP8, ("done", "done", "done", "open", "done", "open")),
        (BATCHED, ("done", "open", "open", "open", "unknown", "unknown")),
        (FOREIGN, ("unknown",) * 6),
        ("def kernel(output):\n    output.zero_()\n", ("unknown",) * 6),
        ("def kernel(:", ("unknown",) * 6),
        ("x = " + "(" * 5000 + ")" * 5000, ("unknown",) * 6),
        (ENDLESS, ("unknown",) * 6),
    ],
)
def test_what_the_text_does_not_show_is_unknown(source: str, expected: tuple[str, ...]) -> None:
    assert states(source) == dict(zip(STEPS, expected, strict=True))


@pytest.mark.parametrize(
    ("before", "after", "step", "state"),
    [
        ("tl.load(hidden_at + block * BLOCK)", "{}.to(tl.bfloat16)", "fp8-dot", "open"),
        ("rows=16", "rows=12", "fitted-tiles", "open"),
        ("rows=64", "rows=128", "fitted-tiles", "open"),
        ("activated = up * gate * tl.sigmoid(gate)", "activated = up", "fused-swiglu", "unknown"),
        (
            "    up, down = FEW if tokens <= FEW_TOKENS else MANY\n",
            "{}    wide = gemm2_weights.to(torch.bfloat16)\n",
            "fused-dequantisation",
            "open",
        ),
    ],
)
def test_one_change_of_a_fast_kernel_undoes_one_step(
    before: str, after: str, step: str, state: str
) -> None:
    assert before in FAST
    changed = FAST.replace(before, after.format(before))
    assert states(changed) == {**dict.fromkeys(STEPS, "done"), step: state}


def test_a_kernel_that_nothing_calls_does_no_step() -> None:
    unused = FAST[: FAST.index("    route[(tokens,)]")] + "    output.zero_()\n"
    assert steps_done(MOE, unused) == ()


def test_other_families_have_no_steps_of_this_one() -> None:
    assert checklist_of("gemm_n128_k2048") is None
    assert findings("gemm_n128_k2048", FAST) == ()
