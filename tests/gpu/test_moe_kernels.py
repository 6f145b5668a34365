"""The MoE kernels on a real GPU, at the real dimensions, against the reference itself."""

from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from tests.evaluator.judging import job
from tests.kernels.moe.subjects import RIGHT, WRONG, Subject

from fie_evaluator.dataset.moe import (
    REAL_DIMS,
    REAL_WORKLOADS,
    MoeWorkload,
    draw_routing,
    write_dataset,
)
from fie_evaluator.pool.gpus import look_at_machine
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Status
from fie_evaluator.tracks import resolve_track

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(300)]

FEW = tuple(workload for workload in REAL_WORKLOADS if workload.seq_len in (1, 55))


@pytest.fixture(scope="module")
def weights() -> dict[str, Any]:
    """Both weight matrices of all experts and their scales, drawn once."""
    if not look_at_machine({}).cuda_ready:
        pytest.skip("no CUDA GPU")
    import torch

    torch.manual_seed(1)
    hidden, middle = REAL_DIMS.hidden_size, REAL_DIMS.intermediate_size
    return {
        "gemm1_weights": fp8(32, 2 * middle, hidden),
        "gemm1_weights_scale": torch.randn(32, 2 * middle // 128, hidden // 128, device="cuda"),
        "gemm2_weights": fp8(32, hidden, middle),
        "gemm2_weights_scale": torch.randn(32, hidden // 128, middle // 128, device="cuda"),
    }


def fp8(*shape: int) -> Any:
    """Return random fp8 numbers, as flashinfer-bench draws them."""
    import torch

    return torch.randn(*shape, device="cuda").clamp_(-2, 2).to(torch.float8_e4m3fn)


def tokens_of(workload: MoeWorkload) -> dict[str, Any]:
    """Return what belongs to one workload: its routing and its hidden states."""
    import torch

    routing = draw_routing(REAL_DIMS, workload)
    hidden = REAL_DIMS.hidden_size
    return {
        "routing_logits": torch.from_numpy(routing.logits).cuda(),
        "routing_bias": torch.from_numpy(routing.bias).to(torch.bfloat16).cuda(),
        "hidden_states": fp8(workload.seq_len, hidden),
        "hidden_states_scale": torch.randn(hidden // 128, workload.seq_len, device="cuda"),
    }


def kernel_of(subject: Subject, folder: Path) -> Callable[..., None]:
    """Import a subject from a file, where Triton finds its source."""
    path = folder / f"{subject.name}.py"
    path.write_text(subject.source, encoding="utf-8")
    spec = spec_from_file_location(subject.name, path)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    kernel: Callable[..., None] = module.kernel
    return kernel


@pytest.mark.parametrize("seq_len", [1, 7, 16, 55, 80, 901, 14107])
@pytest.mark.parametrize("subject", RIGHT, ids=lambda subject: subject.name)
def test_right_kernels_agree_with_the_reference(
    subject: Subject, seq_len: int, weights: dict[str, Any], tmp_path: Path
) -> None:
    import torch

    from fie_evaluator.dataset import moe_reference

    [workload] = [each for each in REAL_WORKLOADS if each.seq_len == seq_len]
    inputs = (*tokens_of(workload).values(), *weights.values(), workload.offset, 2.5)
    expected = moe_reference.run(*inputs).float()
    output = torch.full_like(expected, float("nan"), dtype=torch.bfloat16)
    kernel_of(subject, tmp_path)(*inputs, output)
    error = (output.float() - expected).abs()
    missed = (error > 1.0) & (error > 0.3 * expected.abs())
    relative = float(error.norm() / expected.norm())
    assert bool(output.isfinite().all())
    assert 1.0 - float(missed.float().mean()) >= 0.94
    assert relative <= 3e-2


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalEvaluator]:
    if not look_at_machine({}).cuda_ready:
        pytest.skip("no CUDA GPU")
    root = tmp_path_factory.mktemp("moe")
    write_dataset(root, REAL_DIMS, FEW)
    evaluator = LocalEvaluator(resolve_track("moe", root, {}), tmp_path_factory.mktemp("cache"))
    yield evaluator
    evaluator.close()


@pytest.mark.parametrize("subject", (*RIGHT, *WRONG), ids=lambda subject: subject.name)
def test_the_judge_comes_to_the_known_verdict(subject: Subject, judge: LocalEvaluator) -> None:
    found = judge.submit(job(subject.source, candidate=subject.name)).result(timeout=280)
    # A stray write may end the process before Python hears of it.
    names = {Status.CRASHED: Status.RUNTIME_ERROR}
    assert names.get(found.status, found.status) is subject.status, found.error
