"""Fused mixture of experts in PyTorch: only the experts that are hit are dequantised."""

import torch

BLOCK = 128
EXPERTS_PER_TOKEN = 8
GROUPS = 8
GROUPS_KEPT = 4


def route(logits, bias, factor):
    """Return each token's experts and their weights, both [tokens, 8]."""
    tokens, experts = logits.shape
    scores = torch.sigmoid(logits.float())
    biased = scores + bias.float()
    grouped = biased.view(tokens, GROUPS, experts // GROUPS)
    kept = grouped.topk(2, dim=2).values.sum(dim=2).topk(GROUPS_KEPT, dim=1).indices
    eligible = torch.full_like(grouped, -torch.inf)
    index = kept.unsqueeze(2).expand(-1, -1, experts // GROUPS)
    eligible.scatter_(1, index, grouped.gather(1, index))
    chosen = eligible.view(tokens, experts).topk(EXPERTS_PER_TOKEN, dim=1).indices
    weights = scores.gather(1, chosen)
    return chosen, weights * (factor / (weights.sum(dim=1, keepdim=True) + 1e-20))


def dequantise(values, scales):
    """Return fp8 [rows, columns] times one scale per 128 x 128 block, as bfloat16."""
    rows, columns = values.shape
    blocked = values.view(rows // BLOCK, BLOCK, columns // BLOCK, BLOCK).to(torch.bfloat16)
    return (blocked * scales[:, None, :, None].to(torch.bfloat16)).view(rows, columns)


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
    tokens, hidden = output.shape
    local, _, middle = gemm2_weights.shape
    chosen, weights = route(routing_logits, routing_bias, float(routed_scaling_factor))
    expert = chosen - int(local_expert_offset)
    token, place = ((expert >= 0) & (expert < local)).nonzero(as_tuple=True)
    order = expert[token, place].argsort()
    token, place = token[order], place[order]
    counts = expert[token, place].bincount(minlength=local).tolist()
    blocked = hidden_states[token].view(-1, hidden // BLOCK, BLOCK).to(torch.bfloat16)
    values = blocked * hidden_states_scale.t()[token].unsqueeze(2)
    values = values.view(-1, hidden).to(torch.bfloat16)
    pair_weights = weights[token, place].unsqueeze(1)
    total = torch.zeros((tokens, hidden), dtype=torch.float32, device=output.device)
    end = 0
    for index, count in enumerate(counts):
        if count == 0:
            continue
        start, end = end, end + count
        w13 = dequantise(gemm1_weights[index], gemm1_weights_scale[index])
        projected = values[start:end] @ w13.t()
        up, gate = projected[:, :middle], projected[:, middle:]
        activated = torch.nn.functional.silu(gate) * up
        w2 = dequantise(gemm2_weights[index], gemm2_weights_scale[index])
        rows = (activated @ w2.t()).float() * pair_weights[start:end]
        total.index_add_(0, token[start:end], rows)
    output.copy_(total)
