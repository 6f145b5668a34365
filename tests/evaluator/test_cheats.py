"""Every kernel of `wrong` is named by the judge on the CPU, and every one of `right` passes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.evaluator.judging import job, small_track
from tests.kernels.catalogue import Specimen, catalogue
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation

Judges = Callable[[Specimen], Evaluation]

ON_CPU = [specimen for specimen in catalogue() if "cpu" in specimen.devices]
WRONG = [specimen for specimen in ON_CPU if specimen.kind == "wrong" and not specimen.slow]
RIGHT = [specimen for specimen in ON_CPU if specimen.kind == "right"]


def name_of(specimen: Specimen) -> str:
    return specimen.name


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    """Judges with one warm evaluator per definition."""
    dataset = tmp_path_factory.mktemp("trace")
    write_small_dataset(dataset)
    cache = tmp_path_factory.mktemp("cache")
    evaluators: dict[str, LocalEvaluator] = {}

    def judge(specimen: Specimen) -> Evaluation:
        name = specimen.definition
        if name not in evaluators:
            track = small_track(dataset, name)
            evaluators[name] = LocalEvaluator(track, cache, memory_bytes=1 << 30)
        asked = job(specimen.source, mode="official" if specimen.mode == "official" else "search")
        return evaluators[name].submit(asked).result(timeout=60)

    yield judge
    for evaluator in evaluators.values():
        evaluator.close()


@pytest.mark.parametrize("specimen", WRONG, ids=name_of)
def test_a_wrong_kernel_is_named(judged: Judges, specimen: Specimen) -> None:
    evaluation = judged(specimen)
    assert evaluation.status in specimen.expected, evaluation.error
    assert specimen.says in evaluation.error
    assert "\n" not in evaluation.error


@pytest.mark.parametrize("specimen", RIGHT, ids=name_of)
def test_an_honest_kernel_passes(judged: Judges, specimen: Specimen) -> None:
    evaluation = judged(specimen)
    assert (evaluation.status, evaluation.error) == ("PASSED", "")


def test_every_kernel_says_what_it_tries_and_what_it_must_get() -> None:
    named = {specimen.path for specimen in catalogue() if specimen.tries and specimen.expected}
    folders = Path(__file__).parents[1] / "kernels"
    assert named == {*folders.glob("wrong/**/*.py"), *folders.glob("right/**/*.py")}
