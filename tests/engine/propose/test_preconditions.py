"""Recipes stay away where their preconditions don't hold."""

from fie_engine.propose.recipes import BY_NAME
from fie_engine.propose.recipes.base import variants
from fie_engine.propose.splice import Kernel

HEAD = "import torch\n\n\n"


def outcomes(recipe: str, source: str) -> list[str]:
    """Return what a recipe makes of a source, at each site."""
    kernel = Kernel(HEAD + source)
    return [item.source.removeprefix(HEAD) for item in variants(BY_NAME[recipe], kernel)]


def test_a_producer_that_is_read_as_a_whole_stays_before_the_loop() -> None:
    source = """def kernel(a, out):
    w = a.to(torch.float32)
    for i in range(a.shape[0]):
        out[i] = w[i] * w.sum()
"""
    assert outcomes("produce inside the loop", source) == []


def test_a_producer_whose_input_changes_later_stays_before_the_loop() -> None:
    source = """def kernel(a, out):
    w = a.to(torch.float32)
    a.zero_()
    for i in range(a.shape[0]):
        out[i] = w[i]
"""
    assert outcomes("produce inside the loop", source) == []


def test_a_producer_that_mixes_items_stays_before_the_loop() -> None:
    source = """def normalise(a):
    return a / a.sum(dim=0)


def kernel(a, out):
    w = normalise(a)
    for i in range(a.shape[0]):
        out[i] = w[i]
"""
    assert outcomes("produce inside the loop", source) == []


def test_a_producer_used_by_item_moves_into_the_loop_once_for_several_uses() -> None:
    source = """def kernel(a, out):
    w = a.to(torch.float32)
    for i in range(a.shape[0]):
        out[i] = w[i] * w[i]
"""
    expected = """def kernel(a, out):
    for i in range(a.shape[0]):
        w_i = a[i].to(torch.float32)
        out[i] = w_i * w_i
"""
    assert outcomes("produce inside the loop", source) == [expected]


def test_a_turn_with_another_effect_is_not_skipped() -> None:
    source = """def kernel(x, table, out):
    total = torch.zeros_like(out)
    for i in range(4):
        w = table[:, i]
        total = total + w.unsqueeze(1) * x
        x.add_(1.0)
    out.copy_(total)
"""
    assert outcomes("skip zero weights", source) == []


def test_a_turn_that_adds_more_than_the_weighted_value_is_not_skipped() -> None:
    source = """def kernel(x, table, out):
    total = torch.zeros_like(out)
    for i in range(4):
        w = table[:, i]
        total = total + (w.unsqueeze(1) * x + 1.0)
    out.copy_(total)
"""
    assert outcomes("skip zero weights", source) == []


def test_only_columns_with_a_weight_are_visited() -> None:
    source = """def kernel(x, table, out):
    total = torch.zeros_like(out)
    for i in range(2, 6):
        w = table[:, 3 + i]
        total += w.unsqueeze(1) * x
    out.copy_(total)
"""
    [changed] = outcomes("visit only what is hit", source)
    line = "for i in (table[:, 3 + 2:3 + 6].any(dim=0).nonzero().flatten() + 2).tolist():"
    assert changed == source.replace("for i in range(2, 6):", line)


def test_rows_are_not_gathered_where_a_value_mixes_them() -> None:
    source = """def kernel(x, m, table, out):
    total = torch.zeros_like(out)
    for i in range(4):
        w = table[:, i]
        y = torch.softmax(torch.matmul(x, m[i]), dim=0)
        total = total + w.unsqueeze(1) * y
    out.copy_(total)
"""
    assert outcomes("gather the weighted rows", source) == []


def test_arguments_are_never_overwritten() -> None:
    source = """def kernel(x, y, out):
    z = x.view(-1)
    out.copy_((z * y) + x)
"""
    [changed] = outcomes("overwrite temporaries", source)
    assert changed == source.replace("(z * y) + x", "(z * y).add_(x)")


def test_a_value_that_is_read_again_is_not_overwritten() -> None:
    source = """def kernel(x, out):
    e = torch.exp(x)
    out.copy_(e * x)
    out.add_(e)
"""
    assert outcomes("overwrite temporaries", source) == []


def test_a_row_loop_that_carries_state_is_not_batched() -> None:
    source = """def kernel(x, out):
    last = torch.zeros(8)
    for row in range(x.shape[0]):
        last = last + x[row]
        out[row] = last
"""
    assert outcomes("all rows at once", source) == []


def test_a_selection_whose_order_is_read_stays_sorted() -> None:
    source = """def kernel(x, out):
    best = x.topk(2, dim=-1).indices
    out.copy_(best)
"""
    assert outcomes("unsorted topk", source) == []


def test_conversions_in_files_without_8_bit_floats_stay() -> None:
    source = """def kernel(x, out):
    wide = x.to(torch.float32)
    out.copy_(wide * 2)
"""
    assert outcomes("fp8 by table", source) == []


def test_a_constant_is_not_folded_into_a_factor_as_large_as_the_values() -> None:
    source = """def kernel(values, scales, out):
    expanded = scales.repeat_interleave(128, dim=-1)
    out.copy_(widen_by_half(values) * expanded)
"""
    assert outcomes("fold the constant", source) == []


def test_text_outside_the_changed_expression_keeps_comments_and_layout() -> None:
    source = """def kernel(x,   out):  # odd   spacing
    y = x * torch.sigmoid(x)   # gate
    out.copy_( y )
"""
    [changed] = outcomes("silu", source)
    assert changed == source.replace("x * torch.sigmoid(x)", "torch.nn.functional.silu(x)")
