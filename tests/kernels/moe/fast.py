"""Fused mixture of experts in four Triton kernels; nothing is read back to the host."""

import functools
from typing import NamedTuple

import torch
import triton
import triton.language as tl

BLOCK = 128
"One scale holds for so many columns of the activations, and for a square of the weights."
EXPERTS_PER_TOKEN = 8
GROUPS = 8
GROUPS_KEPT = 4
COMBINED_COLUMNS = 1024


class Tiles(NamedTuple):
    """How one GEMM is cut: `columns` of weights by `rows` of tokens to a program."""

    columns: int
    rows: int
    warps: int
    stages: int
    programs_per_sm: int


FEW_TOKENS = 256
"Up to here the weights' bytes are what counts, above it the tensor cores."
FEW = (
    Tiles(columns=64, rows=16, warps=4, stages=5, programs_per_sm=8),
    Tiles(columns=64, rows=16, warps=4, stages=5, programs_per_sm=16),
)
MANY = (
    Tiles(columns=128, rows=64, warps=8, stages=4, programs_per_sm=4),
    Tiles(columns=128, rows=64, warps=8, stages=3, programs_per_sm=8),
)


@triton.jit(do_not_specialize=["tokens", "offset", "factor"])
def route(
    logits,
    bias,
    counts,
    members,
    chosen,
    slots,
    scores,
    norms,
    tokens,
    offset,
    factor,
    EXPERTS: tl.constexpr,
    LOCAL: tl.constexpr,
    GROUPS: tl.constexpr,
    GROUPS_KEPT: tl.constexpr,
    TOP: tl.constexpr,
):
    """Choose one token's experts, and enter it into the lists of those that are local."""
    token = tl.program_id(0)
    group = tl.arange(0, GROUPS)
    member = tl.arange(0, EXPERTS // GROUPS)
    index = group[:, None] * (EXPERTS // GROUPS) + member[None, :]
    score = tl.sigmoid(tl.load(logits + token * EXPERTS + index))
    biased = score + tl.load(bias + index).to(tl.float32)
    best = tl.max(biased, axis=1)
    best_at = tl.argmax(biased, axis=1)
    others = tl.where(member[None, :] == best_at[:, None], -float("inf"), biased)
    remaining = best + tl.max(others, axis=1)
    for _ in range(GROUPS_KEPT):
        kept = tl.argmax(remaining, axis=0)
        remaining = tl.where(group == kept, -float("inf"), remaining)
    # What was taken from `remaining` is what is kept.
    eligible = tl.where((remaining == -float("inf"))[:, None], biased, -float("inf"))
    total = 0.0
    for choice in range(TOP):
        highest = tl.max(tl.max(eligible, axis=1), axis=0)
        at = tl.where(eligible == highest, index, EXPERTS)
        expert = tl.min(tl.min(at, axis=1), axis=0)
        here = index == expert
        chosen_score = tl.sum(tl.sum(tl.where(here, score, 0.0), axis=1), axis=0)
        eligible = tl.where(here, -float("inf"), eligible)
        total += chosen_score
        local = expert - offset
        is_local = (local >= 0) & (local < LOCAL)
        place = token * TOP + choice
        tl.store(chosen + place, tl.where(is_local, local, -1))
        if is_local:
            slot = tl.atomic_add(counts + local, 1)
            tl.store(members + local * tokens + slot, token)
            tl.store(slots + place, slot)
            tl.store(scores + place, chosen_score)
    tl.store(norms + token, factor / (total + 1e-20))


@triton.jit(do_not_specialize=["tokens"])
def project_up(
    hidden,
    hidden_scale,
    weights,
    weights_scale,
    counts,
    members,
    middle,
    tokens,
    HIDDEN: tl.constexpr,
    MIDDLE: tl.constexpr,
    LOCAL: tl.constexpr,
    COLUMNS: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Write silu(gate) * up for every routed pair, the pairs in the order of their experts.

    The weights are the left operand: 64 of their rows fill a warp group's tile even
    where only a few tokens are there for the other side.
    """
    column_tiles: tl.constexpr = MIDDLE // COLUMNS
    k_blocks: tl.constexpr = HIDDEN // BLOCK
    local = tl.arange(0, LOCAL)
    count = tl.load(counts + local)
    tiles = (count + ROWS - 1) // ROWS * column_tiles
    ends = tl.cumsum(tiles, axis=0)
    k = tl.arange(0, BLOCK)
    # The grid is an upper bound: the lists' lengths say how much work there is.
    for work in range(tl.program_id(0), tl.sum(tiles, axis=0), tl.num_programs(0)):
        expert = tl.sum((ends <= work).to(tl.int32), axis=0)
        filled = tl.sum(tl.where(local == expert, count, 0), axis=0)
        first = tl.sum(tl.where(local < expert, count, 0), axis=0)
        within = work - tl.sum(tl.where(local < expert, tiles, 0), axis=0)
        row_tiles = (filled + ROWS - 1) // ROWS
        # Neighbours share the weights' tile, so that it is read once from memory.
        column_tile = within // row_tiles
        place = within % row_tiles * ROWS + tl.arange(0, ROWS)
        valid = place < filled
        token = tl.load(members + expert * tokens + tl.where(valid, place, 0))
        column = column_tile * COLUMNS + tl.arange(0, COLUMNS)
        up_at = weights + expert * (2 * MIDDLE * HIDDEN) + column[:, None] * HIDDEN + k[None, :]
        hidden_at = hidden + token[None, :] * HIDDEN + k[:, None]
        up_scale_at = weights_scale + expert * (2 * MIDDLE // BLOCK * k_blocks)
        up_scale_at += column_tile * COLUMNS // BLOCK * k_blocks
        gate_scale_at = up_scale_at + MIDDLE // BLOCK * k_blocks
        up = tl.zeros((COLUMNS, ROWS), dtype=tl.float32)
        gate = tl.zeros((COLUMNS, ROWS), dtype=tl.float32)
        scale = tl.load(hidden_scale + token)
        up_scale = tl.load(up_scale_at)
        gate_scale = tl.load(gate_scale_at)
        for block in range(k_blocks):
            up_weights = tl.load(up_at + block * BLOCK)
            gate_weights = tl.load(up_at + MIDDLE * HIDDEN + block * BLOCK)
            values = tl.load(hidden_at + block * BLOCK)
            # The next block's scales are on their way while this one is multiplied.
            following = tl.minimum(block + 1, k_blocks - 1)
            next_scale = tl.load(hidden_scale + following * tokens + token)
            next_up_scale = tl.load(up_scale_at + following)
            next_gate_scale = tl.load(gate_scale_at + following)
            # The scales change with every block, so each block's sum is scaled by itself.
            up += tl.dot(up_weights, values) * (scale * up_scale)[None, :]
            gate += tl.dot(gate_weights, values) * (scale * gate_scale)[None, :]
            scale, up_scale, gate_scale = next_scale, next_up_scale, next_gate_scale
        activated = up * gate * tl.sigmoid(gate)
        middle_at = middle + (first + place)[None, :] * MIDDLE + column[:, None]
        tl.store(middle_at, activated.to(middle.dtype.element_ty), mask=valid[None, :])


@triton.jit
def project_down(
    middle,
    weights,
    weights_scale,
    counts,
    rows,
    HIDDEN: tl.constexpr,
    MIDDLE: tl.constexpr,
    LOCAL: tl.constexpr,
    COLUMNS: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """Write every routed pair's output row, before its weight, in the order of the experts."""
    column_tiles: tl.constexpr = HIDDEN // COLUMNS
    k_blocks: tl.constexpr = MIDDLE // BLOCK
    local = tl.arange(0, LOCAL)
    count = tl.load(counts + local)
    tiles = (count + ROWS - 1) // ROWS * column_tiles
    ends = tl.cumsum(tiles, axis=0)
    k = tl.arange(0, BLOCK)
    for work in range(tl.program_id(0), tl.sum(tiles, axis=0), tl.num_programs(0)):
        expert = tl.sum((ends <= work).to(tl.int32), axis=0)
        filled = tl.sum(tl.where(local == expert, count, 0), axis=0)
        first = tl.sum(tl.where(local < expert, count, 0), axis=0)
        within = work - tl.sum(tl.where(local < expert, tiles, 0), axis=0)
        row_tiles = (filled + ROWS - 1) // ROWS
        column_tile = within // row_tiles
        place = within % row_tiles * ROWS + tl.arange(0, ROWS)
        valid = place < filled
        row = first + tl.where(valid, place, 0)
        column = column_tile * COLUMNS + tl.arange(0, COLUMNS)
        weights_at = weights + expert * (HIDDEN * MIDDLE) + column[:, None] * MIDDLE + k[None, :]
        middle_at = middle + row[None, :] * MIDDLE + k[:, None]
        scale_at = weights_scale + expert * (HIDDEN // BLOCK * k_blocks)
        scale_at += column_tile * COLUMNS // BLOCK * k_blocks
        total = tl.zeros((COLUMNS, ROWS), dtype=tl.float32)
        scale = tl.load(scale_at)
        for block in range(k_blocks):
            left = tl.load(weights_at + block * BLOCK).to(middle.dtype.element_ty)
            right = tl.load(middle_at + block * BLOCK)
            next_scale = tl.load(scale_at + tl.minimum(block + 1, k_blocks - 1))
            total += tl.dot(left, right) * scale
            scale = next_scale
        rows_at = rows + row[None, :] * HIDDEN + column[:, None]
        tl.store(rows_at, total.to(rows.dtype.element_ty), mask=valid[None, :])


@triton.jit
def combine(
    rows,
    counts,
    chosen,
    slots,
    scores,
    norms,
    output,
    HIDDEN: tl.constexpr,
    LOCAL: tl.constexpr,
    TOP: tl.constexpr,
    COLUMNS: tl.constexpr,
):
    """Add up one token's weighted rows; zeros where no local expert was chosen."""
    token = tl.program_id(0)
    column = tl.program_id(1) * COLUMNS + tl.arange(0, COLUMNS)
    inside = column < HIDDEN
    local = tl.arange(0, LOCAL)
    count = tl.load(counts + local)
    total = tl.zeros((COLUMNS,), dtype=tl.float32)
    for choice in range(TOP):
        place = token * TOP + choice
        expert = tl.load(chosen + place)
        if expert >= 0:
            first = tl.sum(tl.where(local < expert, count, 0), axis=0)
            row = first + tl.load(slots + place)
            value = tl.load(rows + row * HIDDEN + column, mask=inside, other=0.0)
            total += value.to(tl.float32) * tl.load(scores + place)
    total *= tl.load(norms + token)
    tl.store(output + token * HIDDEN + column, total.to(output.dtype.element_ty), mask=inside)


@functools.cache
def multiprocessors(device: torch.device) -> int:
    """Return how many multiprocessors the device has; 1 for the CPU's interpreter."""
    if device.type != "cuda":
        return 1
    return torch.cuda.get_device_properties(device).multi_processor_count


def programs(tiles: Tiles, device: torch.device, tokens: int, local: int, width: int) -> int:
    """Return the grid: no more programs than there can be tiles, nor than the GPU needs."""
    most_pairs = tokens * EXPERTS_PER_TOKEN
    most_tiles = min(most_pairs, local + most_pairs // tiles.rows) * (width // tiles.columns)
    return min(most_tiles, multiprocessors(device) * tiles.programs_per_sm)


def kernel(
    routing_logits,
    routing_bias,
    hidden_states,
    hidden_states_scale,
    gemm1_weights,
    gemm1_weights_scale,
    gemm2_weights,
    gemm2_weights_scale,
    local_expert_offset,
    routed_scaling_factor,
    output,
):
    """Write the weighted sum of the local experts' outputs into output [tokens, hidden]."""
    tokens, experts = routing_logits.shape
    local, hidden, middle = gemm2_weights.shape
    device = output.device
    pairs = tokens * EXPERTS_PER_TOKEN
    counts = torch.zeros(local, dtype=torch.int32, device=device)
    members = torch.empty((local, tokens), dtype=torch.int32, device=device)
    chosen, slots = torch.empty((2, pairs), dtype=torch.int32, device=device)
    scores = torch.empty(pairs, dtype=torch.float32, device=device)
    norms = torch.empty(tokens, dtype=torch.float32, device=device)
    # A product of two fp8 matrices is fp8 times fp8; what lies between is kept in bfloat16.
    between = torch.bfloat16 if gemm2_weights.element_size() == 1 else gemm2_weights.dtype
    activated = torch.empty((pairs, middle), dtype=between, device=device)
    rows = torch.empty((pairs, hidden), dtype=output.dtype, device=device)
    up, down = FEW if tokens <= FEW_TOKENS else MANY
    route[(tokens,)](
        *(routing_logits, routing_bias, counts, members, chosen, slots, scores, norms),
        *(tokens, int(local_expert_offset), float(routed_scaling_factor)),
        EXPERTS=experts,
        LOCAL=local,
        GROUPS=GROUPS,
        GROUPS_KEPT=GROUPS_KEPT,
        TOP=EXPERTS_PER_TOKEN,
        num_warps=1,
    )
    project_up[(programs(up, device, tokens, local, middle),)](
        *(hidden_states, hidden_states_scale, gemm1_weights, gemm1_weights_scale),
        *(counts, members, activated, tokens),
        HIDDEN=hidden,
        MIDDLE=middle,
        LOCAL=local,
        COLUMNS=up.columns,
        ROWS=up.rows,
        BLOCK=BLOCK,
        num_warps=up.warps,
        num_stages=up.stages,
    )
    project_down[(programs(down, device, tokens, local, hidden),)](
        *(activated, gemm2_weights, gemm2_weights_scale, counts, rows),
        HIDDEN=hidden,
        MIDDLE=middle,
        LOCAL=local,
        COLUMNS=down.columns,
        ROWS=down.rows,
        BLOCK=BLOCK,
        num_warps=down.warps,
        num_stages=down.stages,
    )
    combine[(tokens, triton.cdiv(hidden, COMBINED_COLUMNS))](
        *(rows, counts, chosen, slots, scores, norms, output),
        HIDDEN=hidden,
        LOCAL=local,
        TOP=EXPERTS_PER_TOKEN,
        COLUMNS=COMBINED_COLUMNS,
        num_warps=4,
    )
