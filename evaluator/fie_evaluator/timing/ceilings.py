"""What this GPU can reach at most, measured: memory bandwidth and matrix rates."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import torch

BANDWIDTH_BYTES = (256 << 20, 1 << 30)
"Far more than any L2 cache holds."
MATRIX_SIZES = (4096, 8192)
FP32_SIZES = (2048, 4096)
SAMPLES = 5
WARM_UP_S = 0.1
"An idle GPU takes about this long to raise its clocks."

Call = Callable[[], object]
Clock = Callable[[Call], float]
"Returns the seconds of the fastest of several calls."
Product = Callable[[torch.Tensor, torch.Tensor], Call]
"Prepares the product of two random float32 matrices in a format of its own."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceilings:
    """The best rates that were measured on one device, on random data."""

    device: str
    read_tb_s: float
    "Bytes that a reduction reads."
    copy_tb_s: float
    "Bytes that a copy reads and writes, together."
    fp8_tflop_s: float | None
    "None where the device has no fp8 units."
    bf16_tflop_s: float
    fp32_tflop_s: float
    "Without tensor cores."
    l2_bytes: int
    bus_tb_s: float | None = None
    "Memory clock times bus width, which nothing passes; None where the driver doesn't tell."


def measure_ceilings(device: str) -> Ceilings | None:
    """Measure a GPU in about a second; None for the CPU, for which there is no model of a limit."""
    if torch.device(device).type != "cuda":
        return None
    with torch.cuda.device(device), torch.no_grad():
        told = torch.cuda.get_device_properties(device)
        _warm_up(device)
        read, copy = bandwidths(device, _affordable(device), cuda_seconds)
        has_fp8 = torch.cuda.get_device_capability(device) >= (8, 9)
        fp8 = matrix_rate(fp8_product, device, MATRIX_SIZES, cuda_seconds) if has_fp8 else None
        return Ceilings(
            device=told.name,
            read_tb_s=read,
            copy_tb_s=copy,
            fp8_tflop_s=fp8,
            bf16_tflop_s=matrix_rate(bf16_product, device, MATRIX_SIZES, cuda_seconds),
            fp32_tflop_s=matrix_rate(fp32_product, device, FP32_SIZES, cuda_seconds),
            l2_bytes=told.L2_cache_size,
            bus_tb_s=bus_tb_s(told),
        )


def to_json(ceilings: Ceilings) -> dict[str, Any]:
    """Return the ceilings as a JSON object."""
    return asdict(ceilings)


def from_json(document: dict[str, Any]) -> Ceilings:
    """Return what `to_json` wrote; TypeError where the fields are another version's."""
    return Ceilings(**document)


def bandwidths(device: str, sizes: Sequence[int], clock: Clock) -> tuple[float, float]:
    """Return the best read and copy bandwidth in TB/s over buffers of `sizes` bytes."""
    reads, copies = [], []
    for size in sizes:
        one, other = (_random(device, size // 4) for _ in range(2))
        # Each call goes through both buffers, so that no cache serves the next call.
        reads.append(2 * one.nbytes / clock(partial(_read_both, one, other)))
        copies.append(2 * one.nbytes / clock(partial(other.copy_, one)))
    return max(reads) / 1e12, max(copies) / 1e12


def matrix_rate(product: Product, device: str, sizes: Sequence[int], clock: Clock) -> float:
    """Return the best rate in TFLOP/s over square matrices of `sizes`."""
    rates = []
    for size in sizes:
        call = product(_random(device, size, size), _random(device, size, size))
        rates.append(2 * size**3 / clock(call))
    return max(rates) / 1e12


def fp8_product(a: torch.Tensor, b: torch.Tensor) -> Call:
    """Prepare a·bᵀ in e4m3 with one scale each."""
    left, right = a.to(torch.float8_e4m3fn), b.to(torch.float8_e4m3fn)
    one = torch.ones((), device=a.device)
    return lambda: torch._scaled_mm(
        left, right.t(), one, one, out_dtype=torch.bfloat16, use_fast_accum=True
    )


def bf16_product(a: torch.Tensor, b: torch.Tensor) -> Call:
    """Prepare a·bᵀ in bfloat16."""
    left, right = a.to(torch.bfloat16), b.to(torch.bfloat16)
    return lambda: left @ right.t()


def fp32_product(a: torch.Tensor, b: torch.Tensor) -> Call:
    """Prepare a·bᵀ in float32."""
    return lambda: a @ b.t()


def cuda_seconds(call: Call) -> float:
    """Return the seconds that the fastest of a few calls took on the current GPU."""
    call()
    torch.cuda.synchronize()
    events = [torch.cuda.Event(enable_timing=True) for _ in range(SAMPLES + 1)]
    # All calls are queued at once: no launch is waited for between two events.
    events[0].record()
    for event in events[1:]:
        call()
        event.record()
    torch.cuda.synchronize()
    pairs = zip(events, events[1:], strict=False)
    return min(float(start.elapsed_time(end)) for start, end in pairs) / 1e3


def bus_tb_s(told: Any) -> float | None:
    """Return what the memory bus carries, from the driver's clock (kHz) and width (bits)."""
    clock_khz = float(getattr(told, "memory_clock_rate", 0))
    width = float(getattr(told, "memory_bus_width", 0))
    # Two transfers a clock, in every memory that these GPUs have.
    return 2 * clock_khz * 1e3 * width / 8 / 1e12 or None


def _read_both(one: torch.Tensor, other: torch.Tensor) -> None:
    one.sum()
    other.sum()


def _warm_up(device: str) -> None:
    call = bf16_product(_random(device, 4096, 4096), _random(device, 4096, 4096))
    end = time.perf_counter() + WARM_UP_S
    while time.perf_counter() < end:
        call()
        torch.cuda.synchronize(device)


def _affordable(device: str) -> list[int]:
    """Return buffer sizes of which two fit into a quarter of the free memory."""
    free, _ = torch.cuda.mem_get_info(device)
    return sorted({min(size, free // 8) for size in BANDWIDTH_BYTES})


def _random(device: str, *shape: int) -> torch.Tensor:
    # A generator of its own: the process-wide one belongs to the input sets.
    return torch.randn(shape, device=device, generator=torch.Generator(device).manual_seed(0))
