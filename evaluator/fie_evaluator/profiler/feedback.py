"""Turns an operator breakdown into figures and into advice that follows from them."""

from collections.abc import Callable, Sequence

from fie_evaluator.child.messages import Operator
from fie_evaluator.results import Advice, Figure, Profile

OUTSIDE = "whole call"
"The breakdown's row for the call itself: its self time is what no operator accounts for."
TOP = 6
SOURCE = "CPU operator breakdown (torch.profiler)"

COPIES = frozenset({"aten::copy_", "aten::_to_copy", "aten::to", "aten::clone", "aten::contiguous"})
PRODUCTS = frozenset({"aten::mm", "aten::bmm", "aten::addmm", "aten::addbmm", "aten::baddbmm"})
ELEMENTWISE = frozenset(
    {
        *("aten::mul", "aten::mul_", "aten::add", "aten::add_", "aten::div", "aten::sub"),
        *("aten::sigmoid", "aten::silu", "aten::exp", "aten::pow", "aten::sqrt", "aten::rsqrt"),
        *("aten::where", "aten::masked_fill", "aten::masked_fill_", "aten::neg"),
    }
)
EXPANSIONS = frozenset({"aten::repeat_interleave", "aten::repeat", "aten::index_select"})
GATHERS = frozenset(
    {
        *("aten::index", "aten::gather", "aten::index_add_", "aten::index_put_", "aten::nonzero"),
        *("aten::scatter_", "aten::scatter_add_", "aten::_index_put_impl_"),
    }
)
SORTS = frozenset({"aten::topk", "aten::sort", "aten::argsort"})


def profile_of(operators: Sequence[Operator], label: str) -> Profile:
    """Return the profile of one workload from its operators' self times."""
    total_ms = sum(operator.self_ms for operator in operators)
    if total_ms <= 0:
        return Profile(source=f"{SOURCE}, {label}")
    ranked = sorted(operators, key=lambda operator: -operator.self_ms)
    figures = tuple(
        Figure(
            name="outside operators (Python)" if operator.name == OUTSIDE else operator.name,
            value=operator.self_ms,
            unit="ms",
            share=operator.self_ms / total_ms,
        )
        for operator in ranked[:TOP]
    )
    calls = sum(operator.calls for operator in operators if operator.name != OUTSIDE)
    counted = Figure(name="operator calls", value=float(calls), unit="per call")
    return Profile(
        source=f"{SOURCE}, {label}",
        figures=(*figures, counted),
        advice=tuple(advise(operators, total_ms, calls)),
    )


def advise(operators: Sequence[Operator], total_ms: float, calls: int) -> list[Advice]:
    """Return one sentence for each group of operators that takes a large share."""
    found: list[tuple[float, str]] = []
    for names, least, sentence in RULES:
        group = [operator for operator in operators if operator.name in names]
        share = sum(operator.self_ms for operator in group) / total_ms
        if share >= least:
            largest = max(group, key=lambda operator: operator.self_ms)
            found.append((share, sentence(share, largest, calls)))
    return [Advice(text=text) for _, text in sorted(found, reverse=True)]


def _copies(share: float, largest: Operator, calls: int) -> str:
    return (
        f"{share:.0%} of the time copies data or converts dtypes ({largest.name}, "
        f"{largest.calls} times a call): convert less, or later, and only the part that is used."
    )


def _products(share: float, largest: Operator, calls: int) -> str:
    return (
        f"{share:.0%} of the time multiplies matrices ({largest.name}, {largest.calls} times a "
        "call): skip rows and experts that contribute nothing, and batch what remains."
    )


def _elementwise(share: float, largest: Operator, calls: int) -> str:
    return (
        f"{share:.0%} of the time is elementwise arithmetic ({largest.name}, {largest.calls} times "
        "a call): fold scales together, work in place, or apply them to the smaller operand."
    )


def _expansions(share: float, largest: Operator, calls: int) -> str:
    return (
        f"{share:.0%} of the time expands tensors ({largest.name}, {largest.calls} times a call): "
        "reshape and let broadcasting repeat the values instead."
    )


def _gathers(share: float, largest: Operator, calls: int) -> str:
    return (
        f"{share:.0%} of the time gathers or scatters ({largest.name}, {largest.calls} times a "
        "call): group the rows once and reuse the grouping."
    )


def _sorts(share: float, largest: Operator, calls: int) -> str:
    return (
        f"{share:.0%} of the time sorts or selects ({largest.name}, {largest.calls} times a call): "
        "select fewer elements, or without ordering them."
    )


def _outside(share: float, largest: Operator, calls: int) -> str:
    return (
        f"{share:.0%} of the time is spent outside operators, in Python and dispatch, around "
        f"{calls} operator calls: replace loops with batched operators."
    )


Sentence = Callable[[float, Operator, int], str]

RULES: tuple[tuple[frozenset[str], float, Sentence], ...] = (
    (COPIES, 0.2, _copies),
    (PRODUCTS, 0.4, _products),
    (ELEMENTWISE, 0.2, _elementwise),
    (EXPANSIONS, 0.15, _expansions),
    (GATHERS, 0.2, _gathers),
    (SORTS, 0.15, _sorts),
    (frozenset({OUTSIDE}), 0.3, _outside),
)
"Operators, the share from which their group is worth a sentence, and the sentence."
