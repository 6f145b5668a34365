"""On a GPU the judge names every wrong kernel, those of the GPU included, and no honest one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.evaluator.judging import job
from tests.kernels.catalogue import Specimen, catalogue
from tests.kernels.definitions import write_large_dataset, write_small_dataset

from fie_evaluator.pool.gpus import look_at_machine
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation
from fie_evaluator.track import Settings, Track
from fie_evaluator.tracks import resolve_track

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(300)]

Judges = Callable[[Specimen], Evaluation]

HERE = [specimen for specimen in catalogue() if "gpu" in specimen.devices]
WRONG = [specimen for specimen in HERE if specimen.kind == "wrong" and not specimen.slow]
RIGHT = [specimen for specimen in HERE if specimen.kind == "right"]

EXACT = Settings(
    warmup=2,
    iterations=6,
    trials=2,
    rtol=1e-2,
    atol=1e-2,
    required_matched_ratio=1.0,
    timeout_s=60.0,
)
"What `works_at_the_end_of_long_visits` counts on."


def small_gpu_track(track: Track) -> Track:
    """Return the track with settings that suit a test."""
    return replace(track, search=replace(EXACT, precision=0.02), official=EXACT)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    """Judges with one warm evaluator at a time: they would share the GPU."""
    if not look_at_machine({}).cuda_ready:
        pytest.skip("no CUDA GPU")
    dataset = tmp_path_factory.mktemp("trace")
    write_small_dataset(dataset)
    write_large_dataset(dataset)
    cache = tmp_path_factory.mktemp("cache")
    warm: dict[str, LocalEvaluator] = {}

    def judge(specimen: Specimen) -> Evaluation:
        name = specimen.definition
        if name not in warm:
            for other in list(warm):
                warm.pop(other).close()
            warm[name] = LocalEvaluator(small_gpu_track(resolve_track(name, dataset, {})), cache)
        asked = job(specimen.source, mode="official" if specimen.mode == "official" else "search")
        return warm[name].submit(asked).result(timeout=280)

    yield judge
    for evaluator in warm.values():
        evaluator.close()


def ordered(specimens: list[Specimen]) -> list[Specimen]:
    """Put those of one definition together."""
    return sorted(specimens, key=lambda specimen: (specimen.definition, specimen.name))


@pytest.mark.parametrize("specimen", ordered(WRONG), ids=lambda specimen: specimen.name)
def test_a_wrong_kernel_is_named(judged: Judges, specimen: Specimen) -> None:
    evaluation = judged(specimen)
    print(
        f"\n{specimen.name}: {evaluation.status} in {evaluation.seconds:.2f} s: {evaluation.error}"
    )
    assert evaluation.status in specimen.expected, evaluation.error
    assert specimen.says in evaluation.error


@pytest.mark.parametrize("specimen", ordered(RIGHT), ids=lambda specimen: specimen.name)
def test_an_honest_kernel_passes(judged: Judges, specimen: Specimen) -> None:
    evaluation = judged(specimen)
    print(f"\n{specimen.name}: {evaluation.status} in {evaluation.seconds:.2f} s")
    assert (evaluation.status, evaluation.error) == ("PASSED", "")
