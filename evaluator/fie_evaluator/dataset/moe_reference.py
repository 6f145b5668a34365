"""The MoE track's reference, in float32; its text is stored in the definition and defines right."""

import torch

BLOCK = 128
GROUPS = 8
GROUPS_KEPT = 4
EXPERTS_PER_TOKEN = 8


@torch.no_grad()
def run(
    routing_logits: torch.Tensor,
    routing_bias: torch.Tensor,
    hidden_states: torch.Tensor,
    hidden_states_scale: torch.Tensor,
    gemm1_weights: torch.Tensor,
    gemm1_weights_scale: torch.Tensor,
    gemm2_weights: torch.Tensor,
    gemm2_weights_scale: torch.Tensor,
    local_expert_offset: int,
    routed_scaling_factor: float,
) -> torch.Tensor:
    """Return the weighted sum of the local experts' outputs [seq_len, hidden], bfloat16."""
    local_experts, hidden_size, intermediate_size = gemm2_weights.shape
    offset = int(local_expert_offset)
    weights = expert_weights(routing_logits, routing_bias, float(routed_scaling_factor))
    hidden = dequantise_rows(hidden_states, hidden_states_scale)
    w13 = dequantise_blocks(gemm1_weights, gemm1_weights_scale)
    w2 = dequantise_blocks(gemm2_weights, gemm2_weights_scale)
    output = torch.zeros((hidden.shape[0], hidden_size), dtype=torch.float32, device=hidden.device)
    for expert in range(local_experts):
        weight = weights[:, offset + expert]
        rows = torch.nonzero(weight > 0.0).squeeze(1)
        if rows.numel() == 0:
            continue
        projected = hidden[rows] @ w13[expert].t()
        up, gate = projected[:, :intermediate_size], projected[:, intermediate_size:]
        contribution = (torch.nn.functional.silu(gate) * up) @ w2[expert].t()
        output.index_add_(0, rows, contribution * weight[rows].unsqueeze(1))
    return output.to(torch.bfloat16)


def expert_weights(
    logits: torch.Tensor, bias: torch.Tensor, routed_scaling_factor: float
) -> torch.Tensor:
    """Return each token's weight for every expert [seq_len, experts], 0 where not chosen."""
    tokens, experts = logits.shape
    group_size = experts // GROUPS
    scores = torch.sigmoid(logits.to(torch.float32))
    biased = scores + bias.to(torch.float32)
    best_two = torch.topk(biased.view(tokens, GROUPS, group_size), 2, dim=2).values
    kept = torch.topk(best_two.sum(dim=2), GROUPS_KEPT, dim=1).indices
    dropped = torch.ones((tokens, GROUPS), dtype=torch.bool, device=logits.device)
    dropped.scatter_(1, kept, False)
    eligible = biased.masked_fill(dropped.repeat_interleave(group_size, dim=1), -torch.inf)
    chosen = torch.topk(eligible, EXPERTS_PER_TOKEN, dim=1).indices
    chosen_scores = scores.gather(1, chosen)
    shares = chosen_scores / (chosen_scores.sum(dim=1, keepdim=True) + 1e-20)
    return torch.zeros_like(scores).scatter_(1, chosen, shares * routed_scaling_factor)


def dequantise_rows(values: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Return fp8 [tokens, hidden] times block-major scales [blocks, tokens], in float32."""
    return values.to(torch.float32) * scales.t().repeat_interleave(BLOCK, dim=1)


def dequantise_blocks(values: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    """Return fp8 [experts, rows, columns] times one scale per 128 x 128 block, in float32."""
    by_row = scales.repeat_interleave(BLOCK, dim=1)
    return values.to(torch.float32) * by_row.repeat_interleave(BLOCK, dim=2)
