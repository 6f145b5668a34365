"""What is told of a GPU while a candidate is timed, from a driver that a test plays."""

import pytest
from tests.evaluator.fake_nvml import FakeNvml

from fie_evaluator.results import Conditions
from fie_evaluator.timing.telemetry import Census, Sample, Watch, is_stranger, summed_up, watch_gpu


def sample(clock: int, *, reasons: int = 0, power_w: float = 300.0, degrees: int = 50) -> Sample:
    return Sample(
        sm_clock_mhz=clock,
        memory_clock_mhz=2619,
        power_w=power_w,
        temperature_c=degrees,
        reasons=reasons,
    )


def census(ours: set[int], strangers: set[int] | None = None) -> Census:
    there = strangers or set()
    return Census(family=lambda: ours, is_stranger=there.__contains__)


def watched(nvml: FakeNvml) -> Conditions | None:
    watch = watch_gpu(nvml, "GPU-1")
    assert watch is not None
    watch.enter("correctness")
    watch.enter("timing")
    assert nvml.looks.acquire(timeout=30)
    watch.enter("profile")
    return watch.stop()


def test_samples_are_summed_up_in_the_drivers_words() -> None:
    samples = [
        sample(1980, degrees=50, power_w=600.0),
        sample(1410, reasons=0x4 | 0x1, degrees=71, power_w=700.0),
        sample(1755, reasons=0x40 | 0x4, degrees=70, power_w=690.0),
    ]
    assert summed_up(samples, 2) == Conditions(
        sm_clock_mhz=(1410, 1755, 1980),
        memory_clock_mhz=2619,
        power_w=690.0,
        temperature_c=71,
        throttled=("power cap", "hardware thermal limit"),
        other_processes=2,
    )


def test_without_a_sample_there_are_no_conditions() -> None:
    assert summed_up([], 0) is None


def test_a_gpu_is_watched_while_something_is_timed_on_it() -> None:
    assert watched(FakeNvml()) == Conditions(
        sm_clock_mhz=(1980, 1980, 1980),
        memory_clock_mhz=2619,
        power_w=412.5,
        temperature_c=61,
        throttled=("power cap",),
        other_processes=None,
        utilisation_pct=97,
        memory_used_mb=3072,
        memory_total_mb=81_920,
    )


def test_a_part_of_a_divided_gpu_has_no_utilisation_of_its_own() -> None:
    told = watched(FakeNvml(busy=0))
    assert told is not None
    assert (told.utilisation_pct, told.memory_used_mb, told.power_w) == (None, 3072, 412.5)


def test_a_gpu_is_not_watched_before_anything_is_timed() -> None:
    class Untouched:
        def read(self) -> Sample | None:
            raise AssertionError("nothing is timed yet")

        def processes(self) -> frozenset[int] | None:
            raise AssertionError("nothing is timed yet")

    watch = Watch(Untouched(), census(set()))
    watch.enter("build")
    assert watch.stop() is None


def test_a_driver_that_lacks_a_figure_tells_nothing() -> None:
    assert watched(FakeNvml(power=False)) is None


@pytest.mark.parametrize(("nvml", "uuid"), [(None, "GPU-1"), (FakeNvml(), "GPU-2")])
def test_a_gpu_that_nvml_does_not_know_is_not_watched(nvml: FakeNvml | None, uuid: str) -> None:
    assert watch_gpu(nvml, uuid) is None


def test_only_others_are_counted_and_the_most_at_once() -> None:
    looks = census({10, 11}, {20, 21, 22})
    looks.look(frozenset({10, 20, 21}))
    looks.look(frozenset({10, 11, 22}))
    assert looks.strangers == 2


def test_a_process_of_ours_that_has_ended_since_is_no_stranger() -> None:
    ours = {10, 11}
    looks = census(ours, {11})
    looks.look(frozenset({10, 11}))
    ours.remove(11)
    looks.look(frozenset({10, 11}))
    assert looks.strangers == 0


@pytest.mark.parametrize("reported", [frozenset({4711, 4712}), frozenset({0}), frozenset()])
def test_where_ids_are_the_hosts_nothing_is_said_of_others(reported: frozenset[int]) -> None:
    looks = census({10, 11}, {4711})
    looks.look(reported)
    assert looks.strangers is None


def test_a_process_that_is_not_here_is_no_stranger() -> None:
    assert [is_stranger(1), is_stranger(1 << 22)] == [True, False]
