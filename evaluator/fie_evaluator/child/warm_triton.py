"""Compiles what every Triton kernel needs once, so that no candidate pays for it."""

import os
from pathlib import Path

import torch
import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

ANY_GPU = GPUTarget("cuda", 90, 32)
"The compiler's start costs the same for each."


@triton.jit
def touch(pointer):  # type: ignore[no-untyped-def]
    """Write one element: launching it builds Triton's helpers."""
    tl.store(pointer, 1.0)


def warm_compiler() -> None:
    """Start Triton's compiler in this process, without a GPU: its children need not."""
    source = ASTSource(fn=touch, signature={"pointer": "*fp32"}, constexprs={})
    triton.compile(source, target=ANY_GPU)


def warm_triton_cache(root: Path, device: str) -> None:
    """Fill a Triton cache in `root` unless it is there already."""
    if root.is_dir():
        return
    draft = root.with_name(f".new-{root.name}-{os.getpid()}")
    before = os.environ.get("TRITON_CACHE_DIR")
    os.environ["TRITON_CACHE_DIR"] = str(draft)
    try:
        touch[(1,)](torch.zeros(1, device=device))
        torch.cuda.synchronize(device)
    finally:
        if before is None:
            del os.environ["TRITON_CACHE_DIR"]
        else:
            os.environ["TRITON_CACHE_DIR"] = before
    if draft.is_dir():
        draft.rename(root)
