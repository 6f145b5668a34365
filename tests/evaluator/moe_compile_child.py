"""Compiles a MoE kernel file for an H100, where there is none; prints what its registers hold.

Usage: moe_compile_child.py PATH, one line of JSON: kernel, tile set, bytes spilled, shared bytes.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import triton
from tests.evaluator.moe_child import loaded
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

DTYPES = {
    **dict.fromkeys(("hidden", "weights"), "*fp8e4nv"),
    **dict.fromkeys(("bias", "middle", "rows", "output"), "*bf16"),
    **dict.fromkeys(("counts", "members", "chosen", "slots"), "*i32"),
    **dict.fromkeys(("logits", "hidden_scale", "weights_scale", "scores", "norms"), "*fp32"),
    **dict.fromkeys(("tokens", "offset"), "i32"),
    "factor": "fp32",
}
SIZES = {
    **{"HIDDEN": 7168, "MIDDLE": 2048, "LOCAL": 32, "EXPERTS": 256, "GROUPS": 8},
    **{"GROUPS_KEPT": 4, "TOP": 8, "BLOCK": 128},
}


def main() -> None:
    """Compile every kernel with the tiles that its launcher chooses."""
    module = loaded(sys.argv[1])
    tell(module, "route", "", {}, warps=1, stages=3)
    tell(module, "combine", "", {"COLUMNS": 1024}, warps=4, stages=3)
    for name in ("FEW", "MANY"):
        pair = getattr(module, name)
        for kernel, tiles in zip(("project_up", "project_down"), pair, strict=True):
            cut = {"COLUMNS": tiles.columns, "ROWS": tiles.rows}
            tell(module, kernel, name, cut, warps=tiles.warps, stages=tiles.stages)


def tell(
    module: ModuleType, name: str, tiles: str, cut: dict[str, int], *, warps: int, stages: int
) -> None:
    """Compile one kernel and print what came of it."""
    kernel = getattr(module, name)
    parameters = kernel.arg_names
    constants = {each: (SIZES | cut)[each] for each in parameters if each.isupper()}
    source = ASTSource(
        kernel,
        {each: "constexpr" if each in constants else DTYPES[each] for each in parameters},
        constexprs={(parameters.index(each),): value for each, value in constants.items()},
        attrs={
            (place,): [["tt.divisibility", 16]]
            for place, each in enumerate(parameters)
            if DTYPES.get(each, "").startswith("*")
        },
    )
    options = {"num_warps": warps, "num_stages": stages}
    built = triton.compile(source, target=GPUTarget("cuda", 90, 32), options=options)
    spilled, shared = spills(built.asm["ptx"]), built.metadata.shared
    print(json.dumps({"kernel": name, "tiles": tiles, "spilled": spilled, "shared": shared}))


def spills(ptx: str) -> int:
    """Return how many bytes a thread spills, as the assembler tells."""
    assembler = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "ptxas"
    with tempfile.NamedTemporaryFile("w", suffix=".ptx") as file:
        file.write(ptx)
        file.flush()
        ran = subprocess.run(
            [assembler, "-v", "--gpu-name=sm_90a", file.name, "-o", "/dev/null"],
            capture_output=True,
            text=True,
            check=True,
        )
    return sum(map(int, re.findall(r"(\d+) bytes spill (?:stores|loads)", ran.stderr)))


if __name__ == "__main__":
    main()
