"""What a profile adds to the checklist."""

from fie_engine.checklist.profiled import weighed
from fie_engine.checklist.progress import Finding, Step
from fie_engine.checklist.tests import StepState
from fie_evaluator.results import Figure, KernelProfile, Profile

DONE, OPEN, UNKNOWN = StepState.DONE, StepState.OPEN, StepState.UNKNOWN


def weigh(test: str, state: StepState, profile: Profile | None) -> tuple[StepState, str]:
    """What becomes of a finding whose reason was "seen"."""
    step = Step(id="a-step", title="a step", test=test, advice="do it")
    [found] = weighed([Finding(step=step, state=state, reason="seen")], profile)
    return found.state, found.reason


def launched(**launches: int) -> Profile:
    """A GPU's profile with so many launches of each kernel."""
    kernels = tuple(
        KernelProfile(name=name, launches=count, share=1 / len(launches))
        for name, count in launches.items()
    )
    return Profile(source="Nsight Compute", kernels=kernels)


CPU = Profile(
    source="CPU operator breakdown",
    figures=(
        Figure(name="aten::copy_", value=3.0, unit="ms", share=0.3),
        Figure(name="aten::_to_copy", value=1.0, unit="ms", share=0.1),
        Figure(name="aten::mm", value=6.0, unit="ms", share=0.6),
    ),
)


def test_many_launches_show_experts_one_after_another_and_few_that_they_run_together() -> None:
    said = "seen; the profiler counts {} launches a call"
    assert weigh("parallel_experts", UNKNOWN, launched(gemm=64)) == (OPEN, said.format(64))
    assert weigh("parallel_experts", UNKNOWN, launched(up=1, down=1)) == (DONE, said.format(2))
    assert weigh("parallel_experts", UNKNOWN, launched(gemm=30)) == (UNKNOWN, said.format(30))
    assert weigh("parallel_experts", OPEN, launched(gemm=2)) == (OPEN, said.format(2))
    assert weigh("parallel_experts", UNKNOWN, CPU) == (UNKNOWN, "seen")


def test_time_in_conversions_shows_that_weights_are_still_widened() -> None:
    said = "seen; copies and conversions take 40% of the time"
    assert weigh("fused_dequantisation", UNKNOWN, CPU) == (OPEN, said)
    assert weigh("fused_dequantisation", OPEN, CPU) == (OPEN, said)
    assert weigh("fused_dequantisation", DONE, CPU) == (DONE, "seen")


def test_a_product_of_fp8_shows_by_its_name() -> None:
    named = launched(cutlass_gemm_e4m3=1)
    said = "products of fp8 take 100% of the time"
    assert weigh("fp8_dot", UNKNOWN, named) == (DONE, said)
    assert weigh("fp8_dot", OPEN, named) == (OPEN, "seen")


def test_without_a_profile_and_for_other_steps_the_text_decides() -> None:
    assert weigh("fp8_dot", UNKNOWN, None) == (UNKNOWN, "seen")
    assert weigh("fitted_tiles", OPEN, CPU) == (OPEN, "seen")
