"""The track is what was asked for, or the best that the machine allows; it says why."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.kernels.definitions import write_small_dataset

from fie_evaluator.dataset.moe import (
    MINI_DIMS,
    REAL_DIMS,
    REAL_WORKLOADS,
    MoeDims,
    MoeWorkload,
    write_dataset,
)
from fie_evaluator.errors import TrackError
from fie_evaluator.pool.gpus import Gpu, Machine, parse_smi, visible
from fie_evaluator.seeds import MINI, REAL, load_seed, load_seeds, seed_for
from fie_evaluator.track import CUDA_TIMING, SPAN_TIMING, Settings, Track
from fie_evaluator.tracks import Timing, resolve_track

H100 = Gpu(
    index=0, uuid="GPU-aa", name="NVIDIA H100 80GB HBM3", memory_bytes=80 * 2**30, driver="570"
)
A10 = Gpu(index=1, uuid="GPU-bb", name="NVIDIA A10", memory_bytes=24 * 2**30, driver="570")
WITH_GPU = Machine(gpus=(H100,), torch_cuda="12.8")
WITHOUT_GPU = Machine(gpus=(), torch_cuda=None)
CPU_BUILD = Machine(gpus=(H100,), torch_cuda=None)


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """A home and a working directory without any data set."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    return {"HOME": str(home)}


@pytest.fixture
def real_root(tmp_path: Path) -> Path:
    root = tmp_path / "contest"
    write_dataset(root, REAL_DIMS, [MoeWorkload(seq_len=7, offset=192, seed=7)])
    return root


def mini(why: str) -> Track:
    dataset = load_seed(MINI).dataset
    assert dataset is not None
    return Track(
        name="moe-mini",
        definition=MINI_DIMS.definition,
        dataset=dataset,
        device="cpu",
        device_label="CPU",
        timing="CPU time, 1 thread",
        caveat="not a contest score",
        why=why,
        search=Settings(
            warmup=1,
            iterations=40,
            trials=1,
            rtol=0.3,
            atol=1.0,
            required_matched_ratio=0.9,
            timeout_s=60.0,
        ),
        official=Settings(
            warmup=2,
            iterations=10,
            trials=3,
            rtol=0.3,
            atol=1.0,
            required_matched_ratio=0.9,
            timeout_s=300.0,
        ),
    )


def real(root: Path, why: str) -> Track:
    return Track(
        name="moe",
        definition=REAL,
        dataset=root,
        device="cuda:0",
        device_label="NVIDIA H100 80GB HBM3",
        timing="CUDA events, launch overhead counted",
        caveat="synthetic routing",
        why=why,
        search=load_seed(REAL).search,
        quick=(("T=1", 1.0), ("T=15", 4.0), ("T=55", 11.0), ("T=901", 1.0), ("T=11948", 2.0)),
        baseline=load_seed(REAL).baseline,
        official=Settings(
            warmup=10,
            iterations=50,
            trials=3,
            rtol=0.3,
            atol=1.0,
            required_matched_ratio=0.9,
            timeout_s=300.0,
        ),
    )


def test_without_a_gpu_it_is_moe_mini_on_the_cpu(environ: Mapping[str, str]) -> None:
    track = resolve_track(None, None, environ, WITHOUT_GPU)
    assert track == mini("Chosen because no CUDA GPU is visible.")


def test_a_gpu_without_a_data_set_says_what_to_do(environ: Mapping[str, str]) -> None:
    track = resolve_track(None, None, environ, WITH_GPU)
    assert track == mini(
        f"Chosen because no data set with {REAL} was found, although NVIDIA H100 80GB HBM3 is "
        "here: pass --dataset or set FIB_DATASET_PATH; `fie-tui dataset make DIR` writes one with "
        "synthetic routing."
    )


def test_a_cpu_build_of_pytorch_says_what_to_do(
    environ: Mapping[str, str], real_root: Path
) -> None:
    told = {**environ, "FIB_DATASET_PATH": str(real_root)}
    assert resolve_track(None, None, told, CPU_BUILD) == mini(
        "Chosen because NVIDIA H100 80GB HBM3 is here, but the installed PyTorch is a CPU build "
        "(install one for CUDA)."
    )


def test_a_gpu_and_the_variables_data_set_give_the_real_track(
    environ: Mapping[str, str], real_root: Path
) -> None:
    told = {**environ, "FIB_DATASET_PATH": str(real_root)}
    track = resolve_track(None, None, told, WITH_GPU)
    why = f"Chosen because NVIDIA H100 80GB HBM3 and {real_root} are here."
    assert track == real(real_root, why)


def test_a_data_set_at_the_customary_place_is_found(environ: Mapping[str, str]) -> None:
    root = Path(environ["HOME"]) / ".cache" / "flashinfer_bench" / "dataset"
    write_dataset(root, REAL_DIMS, [MoeWorkload(seq_len=1, offset=32, seed=1)])
    assert resolve_track(None, None, environ, WITH_GPU).dataset == root


def test_an_explicit_data_set_gives_the_real_track(
    environ: Mapping[str, str], real_root: Path
) -> None:
    track = resolve_track(None, real_root, environ, WITH_GPU)
    why = f"Chosen because NVIDIA H100 80GB HBM3 is here and {real_root} holds the real track."
    assert track == real(real_root, why)


def test_an_explicit_real_data_set_without_a_gpu_says_why_it_is_not_used(
    environ: Mapping[str, str], real_root: Path
) -> None:
    track = resolve_track(None, real_root, environ, WITHOUT_GPU)
    assert track == mini(f"Chosen although {real_root} was given: no CUDA GPU is visible.")


def test_moe_mini_by_name_stays_on_the_cpu(environ: Mapping[str, str]) -> None:
    assert resolve_track("moe-mini", None, environ, WITH_GPU) == mini("Chosen by name.")


@pytest.mark.parametrize("name", ["moe", REAL])
def test_the_real_track_goes_by_each_of_its_names(
    environ: Mapping[str, str], real_root: Path, name: str
) -> None:
    assert resolve_track(name, real_root, environ, WITH_GPU) == real(real_root, "Chosen by name.")


def test_the_real_track_by_name_needs_a_gpu(environ: Mapping[str, str]) -> None:
    with pytest.raises(TrackError, match="needs a CUDA GPU, but no CUDA GPU is visible"):
        resolve_track("moe", None, environ, WITHOUT_GPU)


def test_the_real_track_by_name_needs_a_data_set(environ: Mapping[str, str]) -> None:
    with pytest.raises(TrackError, match=f"No data set with {REAL} was found: pass --dataset"):
        resolve_track("moe", None, environ, WITH_GPU)


def test_every_real_workload_has_a_stored_baseline() -> None:
    baseline = load_seed(REAL).baseline
    assert baseline is not None
    assert baseline.label == "FlashInfer on B200, stored"
    labels = {f"T={workload.seq_len}" for workload in REAL_WORKLOADS}
    assert {label for label, _ in baseline.latency_ms} == labels
    assert (baseline.of("T=7"), baseline.of("T=8")) == (0.212, None)


def test_the_quick_subset_stands_for_all_workloads() -> None:
    quick = dict(load_seed(REAL).quick)
    assert sum(quick.values()) == len(REAL_WORKLOADS)
    assert set(quick) <= {f"T={workload.seq_len}" for workload in REAL_WORKLOADS}


def test_only_the_search_stops_early_on_a_gpu() -> None:
    settings = load_seed(REAL)
    assert (settings.search.precision, settings.official.precision) == (0.02, None)


@pytest.mark.parametrize("timing", ["library", "span"])
def test_a_gpu_has_two_flavours_of_timing(
    environ: Mapping[str, str], real_root: Path, timing: Timing
) -> None:
    track = resolve_track("moe", real_root, environ, WITH_GPU, timing)
    assert track.timing == {"library": CUDA_TIMING, "span": SPAN_TIMING}[timing]


def test_the_cpu_has_one_flavour_of_timing(environ: Mapping[str, str]) -> None:
    with pytest.raises(TrackError, match="'span' needs a CUDA GPU, but moe-mini is judged on"):
        resolve_track(None, None, environ, WITHOUT_GPU, "span")


@pytest.mark.parametrize(("machine", "device"), [(WITHOUT_GPU, "cpu"), (WITH_GPU, "cuda:0")])
def test_a_relative_of_a_seed_is_judged_by_its_tolerances(
    environ: Mapping[str, str], tmp_path: Path, machine: Machine, device: str
) -> None:
    dims = MoeDims(hidden_size=256, intermediate_size=128)
    write_dataset(tmp_path, dims, [MoeWorkload(seq_len=3, offset=0, seed=0)])
    track = resolve_track(None, tmp_path, environ, machine)
    assert (track.name, track.device) == (dims.definition, device)
    assert (track.official.rtol, track.official.atol) == (0.3, 1.0)
    assert (track.quick, track.baseline) == ((), None)
    seed = seed_for(track.definition, track.device)
    assert seed is not None
    assert seed.source == load_seed(MINI).source
    assert seed.specifics == ()


def test_an_unrelated_definition_has_no_seed() -> None:
    assert seed_for("moe_fp8_other", "cpu") is None


@pytest.mark.parametrize(
    ("machine", "device", "timing"),
    [
        (WITHOUT_GPU, "cpu", "CPU time, 1 thread"),
        (WITH_GPU, "cuda:0", "CUDA events, launch overhead counted"),
    ],
)
def test_any_definition_of_a_data_set_may_be_asked_for(
    environ: Mapping[str, str], tmp_path: Path, machine: Machine, device: str, timing: str
) -> None:
    write_small_dataset(tmp_path)
    track = resolve_track("rmsnorm_h1024", tmp_path, environ, machine)
    assert (track.name, track.definition) == ("rmsnorm_h1024", "rmsnorm_h1024")
    assert (track.device, track.timing) == (device, timing)
    assert (track.official.rtol, track.official.required_matched_ratio) == (0.01, 1.0)


def test_the_only_definition_of_a_data_set_needs_no_name(
    environ: Mapping[str, str], tmp_path: Path
) -> None:
    dims = MoeDims(hidden_size=256, intermediate_size=128)
    write_dataset(tmp_path, dims, [MoeWorkload(seq_len=3, offset=0, seed=0)])
    assert resolve_track(None, tmp_path, environ, WITHOUT_GPU).definition == dims.definition


def test_several_definitions_need_a_name(environ: Mapping[str, str], tmp_path: Path) -> None:
    write_small_dataset(tmp_path)
    with pytest.raises(TrackError, match="holds 3 definitions: choose one with --track"):
        resolve_track(None, tmp_path, environ, WITHOUT_GPU)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("moe-mni", "moe-mini"), ("softmax_n51", "softmax_n512")],
)
def test_an_unknown_track_names_the_nearest(
    environ: Mapping[str, str], tmp_path: Path, name: str, nearest: str
) -> None:
    write_small_dataset(tmp_path)
    told = {**environ, "FIB_DATASET_PATH": str(tmp_path)}
    with pytest.raises(TrackError, match=f"no track {name!r}. Did you mean {nearest}"):
        resolve_track(name, None, told, WITHOUT_GPU)


@pytest.mark.parametrize("name", [None, "moe-mini", "softmax_n512"])
def test_a_missing_data_set_is_named_and_not_created(
    environ: Mapping[str, str], tmp_path: Path, name: str | None
) -> None:
    with pytest.raises(TrackError, match="absent does not exist"):
        resolve_track(name, tmp_path / "absent", environ, WITHOUT_GPU)
    assert not (tmp_path / "absent").exists()


def test_an_unknown_seed_names_the_nearest() -> None:
    with pytest.raises(TrackError, match=r"no seed 'moe_mini'\. Did you mean moe-mini"):
        load_seed("moe_mini")


@pytest.mark.parametrize("seed", load_seeds(), ids=lambda seed: seed.track)
def test_every_seed_has_a_kernel_with_its_entry_point(seed: object) -> None:
    source = load_seed(seed.name).source  # type: ignore[attr-defined]
    assert "def kernel(" in source
    assert "EVOLVE-BLOCK-START" in source


def test_seeds_are_found_inside_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fie_seeds" / MINI
    folder.mkdir(parents=True)
    text = (load_seed(MINI).kernel.parents[1] / "seed.toml").read_text(encoding="utf-8")
    (folder / "seed.toml").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("fie_evaluator.seeds.CHECKOUT", tmp_path / "absent")
    assert load_seed(MINI).kernel == folder / "kernels" / "naive.py"


def test_a_broken_seed_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "seed.toml").write_text('title = "x"')
    with pytest.raises(TrackError, match=r"mine/seed\.toml is not a seed"):
        load_seeds(tmp_path)


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        (None, (H100, A10)),
        ("", ()),
        ("-1", ()),
        ("1", (A10,)),
        ("1,0", (A10, H100)),
        ("0,9,1", (H100,)),
        ("GPU-bb", (A10,)),
    ],
)
def test_the_visible_gpus_are_cudas(asked: str | None, seen: tuple[Gpu, ...]) -> None:
    environ = {} if asked is None else {"CUDA_VISIBLE_DEVICES": asked}
    assert visible((H100, A10), environ) == seen


def test_gpus_are_read_from_nvidia_smi() -> None:
    output = "0, GPU-aa, NVIDIA H100 80GB HBM3, 81920, 570\nNVIDIA-SMI has failed\n"
    assert parse_smi(output) == (H100,)
