"""Writes the MoE track as a trace set, for any dimensions, with synthetic routing."""

import json
import struct
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fie_evaluator.dataset.moe_routing import Routing, bfloat16_bits, synthetic_routing

BLOCK = 128
ROUTED_SCALING_FACTOR = 2.5
SYNTHETIC = "synthetic"
"The value of the `routing` key in the metadata of a blob that this module wrote."


@dataclass(frozen=True, slots=True, kw_only=True)
class MoeDims:
    """The constant axes; sizes are multiples of the quantisation block, 128."""

    hidden_size: int
    intermediate_size: int
    num_experts: int = 256
    num_local_experts: int = 32

    @property
    def definition(self) -> str:
        """The definition's name, in the pattern of the public data set."""
        return (
            "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4"
            f"_e{self.num_local_experts}_h{self.hidden_size}_i{self.intermediate_size}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MoeWorkload:
    """One workload: how many tokens, which experts are local, how the routing is drawn."""

    seq_len: int
    offset: int
    "The first local expert."
    seed: int
    local_share: float = 0.5
    "At least this share of the rows, and at least one, chooses a local expert."
    popularity: float = 0.75
    "How much experts differ in popularity; 0 spreads the tokens evenly, so more are hit."


MINI_DIMS = MoeDims(hidden_size=512, intermediate_size=256)
MINI_WORKLOADS = (
    MoeWorkload(seq_len=1, offset=32, seed=1, local_share=1.0),
    MoeWorkload(seq_len=7, offset=192, seed=7, local_share=1.0),
    MoeWorkload(seq_len=16, offset=224, seed=16, local_share=1.0),
    MoeWorkload(seq_len=32, offset=32, seed=32, local_share=0.6),
    MoeWorkload(seq_len=56, offset=64, seed=56, local_share=0.6),
    MoeWorkload(seq_len=80, offset=96, seed=80, local_share=0.6),
)

REAL_DIMS = MoeDims(hidden_size=7168, intermediate_size=2048)
REAL_WORKLOADS = tuple(
    MoeWorkload(seq_len=seq_len, offset=offset, seed=seq_len, popularity=0.25)
    for seq_len, offset in (
        *((7, 192), (1, 32), (32, 32), (80, 96), (901, 96), (16, 224), (15, 32)),
        *((14, 0), (14107, 32), (11948, 128), (62, 96), (59, 160), (58, 64)),
        *((57, 96), (56, 64), (55, 128), (54, 128), (53, 32), (52, 160)),
    )
)


def write_dataset(
    root: Path,
    dims: MoeDims,
    workloads: Sequence[MoeWorkload],
    on_written: Callable[[int], None] = lambda done: None,
) -> None:
    """Write a trace set of one definition; the same arguments give the same bytes.

    `on_written` is told how many workloads are written.
    """
    name = dims.definition
    definition_path = root / "definitions" / "moe" / f"{name}.json"
    definition_path.parent.mkdir(parents=True, exist_ok=True)
    definition_path.write_text(json.dumps(definition(dims), indent=2) + "\n", encoding="utf-8")
    lines = []
    for workload in workloads:
        identifier = workload_uuid(dims, workload)
        blob = f"./blob/workloads/moe/{name}/{identifier}.safetensors"
        write_blob(root / blob, dims, workload)
        lines.append(json.dumps(workload_trace(dims, workload, identifier, blob)) + "\n")
        on_written(len(lines))
    workloads_path = root / "workloads" / "moe" / f"{name}.jsonl"
    workloads_path.parent.mkdir(parents=True, exist_ok=True)
    workloads_path.write_text("".join(lines), encoding="utf-8")


def definition(dims: MoeDims) -> dict[str, Any]:
    """Return the definition as the trace format's JSON object."""
    return {
        "name": dims.definition,
        "op_type": "moe",
        "description": (
            "Mixture of experts on fp8 block-scaled weights with grouped top-8 routing: "
            "one rank's 32 experts of 256."
        ),
        "tags": ["quantization:float8_e4m3fn"],
        "axes": axes(dims),
        "inputs": INPUTS,
        "outputs": {"output": {"shape": ["seq_len", "hidden_size"], "dtype": "bfloat16"}},
        "reference": Path(__file__).with_name("moe_reference.py").read_text(encoding="utf-8"),
    }


def axes(dims: MoeDims) -> dict[str, Any]:
    """Return every axis of the definition; seq_len is the only variable one."""
    sizes = {
        "num_experts": dims.num_experts,
        "num_local_experts": dims.num_local_experts,
        "hidden_size": dims.hidden_size,
        "intermediate_size": dims.intermediate_size,
        "gemm1_out_size": 2 * dims.intermediate_size,
        "num_hidden_blocks": dims.hidden_size // BLOCK,
        "num_intermediate_blocks": dims.intermediate_size // BLOCK,
        "num_gemm1_out_blocks": 2 * dims.intermediate_size // BLOCK,
    }
    constants = {name: {"type": "const", "value": size} for name, size in sizes.items()}
    return {"seq_len": {"type": "var"}, **constants}


def tensor(dtype: str, *shape: str) -> dict[str, Any]:
    """Return a tensor's specification; no axes means a scalar."""
    return {"shape": list(shape) or None, "dtype": dtype}


INPUTS = {
    "routing_logits": tensor("float32", "seq_len", "num_experts"),
    "routing_bias": tensor("bfloat16", "num_experts"),
    "hidden_states": tensor("float8_e4m3fn", "seq_len", "hidden_size"),
    "hidden_states_scale": tensor("float32", "num_hidden_blocks", "seq_len"),
    "gemm1_weights": tensor("float8_e4m3fn", "num_local_experts", "gemm1_out_size", "hidden_size"),
    "gemm1_weights_scale": tensor(
        "float32", "num_local_experts", "num_gemm1_out_blocks", "num_hidden_blocks"
    ),
    "gemm2_weights": tensor(
        "float8_e4m3fn", "num_local_experts", "hidden_size", "intermediate_size"
    ),
    "gemm2_weights_scale": tensor(
        "float32", "num_local_experts", "num_hidden_blocks", "num_intermediate_blocks"
    ),
    "local_expert_offset": tensor("int32"),
    "routed_scaling_factor": tensor("float32"),
}
"The arguments in their order; a kernel takes these, then `output`."


def workload_uuid(dims: MoeDims, workload: MoeWorkload) -> str:
    """Return an identifier that depends on the workload's content alone."""
    content = f"{dims.definition}/{workload.seq_len}/{workload.offset}/{workload.seed}"
    return str(uuid.uuid5(uuid.NAMESPACE_OID, content))


def workload_trace(
    dims: MoeDims, workload: MoeWorkload, identifier: str, blob: str
) -> dict[str, Any]:
    """Return one line of the workloads file."""
    inputs: dict[str, Any] = {name: {"type": "random"} for name in INPUTS}
    for name in ("routing_logits", "routing_bias"):
        inputs[name] = {"type": "safetensors", "path": blob, "tensor_key": name}
    inputs["local_expert_offset"] = {"type": "scalar", "value": workload.offset}
    inputs["routed_scaling_factor"] = {"type": "scalar", "value": ROUTED_SCALING_FACTOR}
    return {
        "definition": dims.definition,
        "workload": {"axes": {"seq_len": workload.seq_len}, "inputs": inputs, "uuid": identifier},
    }


def draw_routing(dims: MoeDims, workload: MoeWorkload) -> Routing:
    """Draw the workload's routing tensors."""
    return synthetic_routing(
        tokens=workload.seq_len,
        experts=dims.num_experts,
        offset=workload.offset,
        local_experts=dims.num_local_experts,
        local_share=workload.local_share,
        popularity=workload.popularity,
        seed=workload.seed,
    )


def write_blob(path: Path, dims: MoeDims, workload: MoeWorkload) -> None:
    """Write the routing tensors as a safetensors file: header length, JSON header, data."""
    routing = draw_routing(dims, workload)
    logits = routing.logits.astype("<f4").tobytes()
    bias = bfloat16_bits(routing.bias).astype("<u2").tobytes()
    header: dict[str, Any] = {
        "__metadata__": {"routing": SYNTHETIC, "seed": str(workload.seed)},
        "routing_logits": {
            "dtype": "F32",
            "shape": list(routing.logits.shape),
            "data_offsets": [0, len(logits)],
        },
        "routing_bias": {
            "dtype": "BF16",
            "shape": list(routing.bias.shape),
            "data_offsets": [len(logits), len(logits) + len(bias)],
        },
    }
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + logits + bias)
