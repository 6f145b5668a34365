"""What the source policy refuses is stopped again below it, by processes and their rights."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.evaluator.judging import job, small_track
from tests.kernels.catalogue import Specimen, catalogue
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.child import landlock, seccomp
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation

pytestmark = pytest.mark.skipif(
    landlock.supported() < 6 or not seccomp.supported(), reason="this kernel confines less"
)

WITHOUT_POLICY = """
import sys
from fie_evaluator.stages import verdicts
verdicts.check_policy = lambda source: None
from fie_evaluator.child.zygote import main
main(int(sys.argv[1]), int(sys.argv[2]))
"""
SPECIMENS = [each for each in catalogue() if each.without_policy and "cpu" in each.devices]


@pytest.fixture(scope="module")
def judged(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[Specimen], Evaluation]]:
    """Judges with an evaluator whose zygote reads no source."""
    dataset = tmp_path_factory.mktemp("trace")
    write_small_dataset(dataset)
    started = subprocess.Popen

    def start_without_policy(command: list[str], **others: Any) -> subprocess.Popen[bytes]:
        place = command.index("-m")
        changed = [*command[:place], "-c", WITHOUT_POLICY, *command[place + 2 :]]
        return started(changed, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fie_evaluator.child.worker.subprocess.Popen", start_without_policy)
        evaluator = LocalEvaluator(
            small_track(dataset), tmp_path_factory.mktemp("cache"), memory_bytes=1 << 30
        )
        yield lambda specimen: evaluator.submit(job(specimen.source)).result(timeout=60)
        evaluator.close()


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_a_cheat_gains_nothing_without_the_policy(
    judged: Callable[[Specimen], Evaluation], specimen: Specimen
) -> None:
    evaluation = judged(specimen)
    assert evaluation.status in specimen.without_policy, evaluation.error
