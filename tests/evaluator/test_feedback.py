"""Advice follows from the figures, and from nothing else."""

from fie_evaluator.child.messages import Operator
from fie_evaluator.profiler.feedback import profile_of
from fie_evaluator.results import Advice, Figure, Profile


def test_figures_and_advice_of_a_breakdown() -> None:
    operators = (
        Operator(name="aten::copy_", self_ms=6.2, calls=12),
        Operator(name="aten::mm", self_ms=2.0, calls=64),
        Operator(name="whole call", self_ms=1.8, calls=1),
    )
    assert profile_of(operators, "T=7") == Profile(
        source="CPU operator breakdown (torch.profiler), T=7",
        figures=(
            Figure(name="aten::copy_", value=6.2, unit="ms", share=0.62),
            Figure(name="aten::mm", value=2.0, unit="ms", share=0.2),
            Figure(name="outside operators (Python)", value=1.8, unit="ms", share=0.18),
            Figure(name="operator calls", value=76.0, unit="per call"),
        ),
        advice=(
            Advice(
                text="62% of the time copies data or converts dtypes (aten::copy_, 12 times a "
                "call): convert less, or later, and only the part that is used."
            ),
        ),
    )


def test_the_largest_share_is_advised_on_first() -> None:
    operators = (
        Operator(name="aten::mul", self_ms=2.5, calls=3),
        Operator(name="aten::mm", self_ms=4.5, calls=32),
        Operator(name="whole call", self_ms=3.0, calls=1),
    )
    advice = profile_of(operators, "T=1").advice
    assert [each.text.split(" of the time ")[0] for each in advice] == ["45%", "30%", "25%"]
    assert advice[1].text == (
        "30% of the time is spent outside operators, in Python and dispatch, around 35 operator "
        "calls: replace loops with batched operators."
    )


def test_an_empty_breakdown_gives_no_figures() -> None:
    assert profile_of((), "T=1") == Profile(source="CPU operator breakdown (torch.profiler), T=1")
