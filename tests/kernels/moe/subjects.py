"""Right and wrong kernels for the MoE definitions; a wrong one is a right one with one mistake."""

from dataclasses import dataclass
from pathlib import Path

from fie_evaluator.results import Status

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One kernel whose verdict is known."""

    name: str
    base: str
    "The kernel file that it starts from: fast needs a GPU, torch_batched runs anywhere."
    edits: tuple[tuple[str, str], ...] = ()
    "Texts that occur once in the file, and what stands there instead."
    status: Status = Status.PASSED
    "The verdict that flashinfer-bench and this judge must come to."

    @property
    def source(self) -> str:
        """The kernel's text; ValueError where an edit no longer fits its file."""
        text = (HERE / f"{self.base}.py").read_text(encoding="utf-8")
        for old, new in self.edits:
            if text.count(old) != 1:
                raise ValueError(f"{self.name}: {old!r} occurs {text.count(old)} times")
            text = text.replace(old, new)
        return text

    @property
    def needs_gpu(self) -> bool:
        """Whether fp8 products are multiplied in Triton, which its interpreter gets wrong."""
        return self.base == "fast"


RIGHT = (
    Subject(name="fast", base="fast"),
    Subject(
        name="slow_tiles",
        base="fast",
        edits=(
            (
                "Tiles(columns=64, rows=16, warps=4, stages=5, programs_per_sm=8)",
                "Tiles(columns=128, rows=32, warps=4, stages=2, programs_per_sm=2)",
            ),
            (
                "Tiles(columns=128, rows=64, warps=8, stages=4, programs_per_sm=4)",
                "Tiles(columns=64, rows=32, warps=4, stages=2, programs_per_sm=2)",
            ),
        ),
    ),
    Subject(name="torch_batched", base="torch_batched"),
)

WRONG = (
    Subject(
        name="ignores_scale_sign",
        base="torch_batched",
        edits=(("hidden_states_scale.t()[token]", "hidden_states_scale.abs().t()[token]"),),
        status=Status.INCORRECT_NUMERICAL,
    ),
    Subject(
        name="swaps_gate_and_up",
        base="torch_batched",
        edits=(("up, gate = projected[:, :middle]", "gate, up = projected[:, :middle]"),),
        status=Status.INCORRECT_NUMERICAL,
    ),
    Subject(
        name="raises_on_large_t",
        base="torch_batched",
        edits=(
            (
                "    tokens, hidden = output.shape\n",
                "    tokens, hidden = output.shape\n"
                "    if tokens > 50:\n"
                '        raise ValueError(f"{tokens} tokens are too many")\n',
            ),
        ),
        status=Status.RUNTIME_ERROR,
    ),
    Subject(
        name="bad_syntax",
        base="torch_batched",
        edits=(("def kernel(", "def kernel(("),),
        status=Status.COMPILE_ERROR,
    ),
    Subject(
        name="lacks_a_parameter",
        base="torch_batched",
        edits=(("    routed_scaling_factor,\n", ""),),
        status=Status.COMPILE_ERROR,
    ),
    Subject(
        name="skips_experts",
        base="fast",
        edits=(("        if expert >= 0:\n", "        if expert >= LOCAL * 3 // 4:\n"),),
        status=Status.INCORRECT_NUMERICAL,
    ),
    Subject(
        name="nan_rows",
        base="fast",
        edits=(
            (
                "    total *= tl.load(norms + token)\n",
                "    total *= tl.load(norms + token)\n"
                '    total = tl.where((token % 8 == 0) & (column < 8), float("nan"), total)\n',
            ),
        ),
        status=Status.INCORRECT_NUMERICAL,
    ),
    Subject(
        name="illegal_access",
        base="fast",
        edits=(
            (
                "        rows_at = rows + row[None, :] * HIDDEN + column[:, None]\n",
                "        rows_at = rows + row[None, :] * HIDDEN + column[:, None] + (1 << 40)\n",
            ),
        ),
        status=Status.RUNTIME_ERROR,
    ),
)
