"""Chooses what is judged, on what, and says why."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from fie_evaluator.dataset.read import find_definition, read_definitions, read_workloads
from fie_evaluator.errors import TrackError
from fie_evaluator.pool.gpus import Machine, look_at_machine
from fie_evaluator.seeds import MINI, REAL, Device, Seed, load_seed, load_seeds, nearest, seed_for
from fie_evaluator.track import CPU_TIMING, CUDA_TIMING, SPAN_TIMING, Settings, Track

Timing = Literal["library", "span"]
"library: as flashinfer-bench times; span: without what a launch costs the CPU, on a GPU only."

HOW_TO_GET_DATA = (
    "pass --dataset or set FIB_DATASET_PATH; `fie-tui dataset make DIR` writes one with "
    "synthetic routing."
)

CPU_SEARCH = Settings(
    warmup=1,
    iterations=5,
    trials=1,
    rtol=0.01,
    atol=0.01,
    required_matched_ratio=1.0,
    timeout_s=60.0,
)
"For definitions without a seed: flashinfer-bench's default tolerances."
CPU_OFFICIAL = replace(CPU_SEARCH, warmup=2, iterations=10, trials=3, timeout_s=300.0)
CUDA_SEARCH = replace(CPU_SEARCH, warmup=3, iterations=60, timeout_s=180.0, precision=0.02)
CUDA_OFFICIAL = replace(CPU_SEARCH, warmup=10, iterations=50, trials=3, timeout_s=300.0)


def resolve_track(
    name: str | None,
    dataset: Path | None,
    environ: Mapping[str, str],
    machine: Machine | None = None,
    timing: Timing = "library",
) -> Track:
    """Return the track that the user asked for, or the best one for this machine.

    `name` is a seed, a short track name or a definition; `machine` is looked at when
    not given. Raises TrackError with the thing that is wrong and the remedy.
    """
    here = machine or look_at_machine(environ)
    return clocked(chosen_track(name, dataset, environ, here), timing)


def clocked(track: Track, timing: Timing) -> Track:
    """Return the track under the flavour of timing that was asked for."""
    if timing == "library":
        return track
    if track.device == "cpu":
        raise TrackError(
            f"The timing {timing!r} needs a CUDA GPU, but {track.name} is judged on the CPU: "
            "use the timing 'library'."
        )
    return replace(track, timing=SPAN_TIMING)


def chosen_track(
    name: str | None, dataset: Path | None, environ: Mapping[str, str], here: Machine
) -> Track:
    """Return the track that was asked for, or the best one here, under the library's timing."""
    if name is not None:
        return named_track(name, dataset, environ, here)
    if dataset is not None:
        return track_of_dataset(dataset, here)
    return default_track(environ, here)


def default_track(environ: Mapping[str, str], machine: Machine) -> Track:
    """Choose the real track where a GPU and a data set are to be had, else moe-mini."""
    if not machine.cuda_ready:
        return mini_track(f"Chosen because {machine.why_not_cuda}.")
    root = known_root(REAL, environ)
    gpu = machine.gpus[0].name
    if root is None:
        return mini_track(
            f"Chosen because no data set with {REAL} was found, although {gpu} is here: "
            + HOW_TO_GET_DATA
        )
    return seed_track(load_seed(REAL), root, machine, f"Chosen because {gpu} and {root} are here.")


def mini_track(why: str) -> Track:
    """Return the embedded CPU track."""
    seed = load_seed(MINI)
    return seed_track(seed, packaged_root(seed), Machine(gpus=(), torch_cuda=None), why)


def track_of_dataset(root: Path, machine: Machine) -> Track:
    """Choose a definition of an explicit data set: the real one, or the only one."""
    names = [definition.name for definition in read_definitions(root)]
    if REAL in names and not machine.cuda_ready:
        return mini_track(f"Chosen although {root} was given: {machine.why_not_cuda}.")
    if REAL in names:
        gpu = machine.gpus[0].name
        why = f"Chosen because {gpu} is here and {root} holds the real track."
        return seed_track(load_seed(REAL), root, machine, why)
    if len(names) > 1:
        raise TrackError(
            f"The data set {root} holds {len(names)} definitions: choose one with --track, "
            f"for example --track {names[0]}."
        )
    return definition_track(names[0], root, machine, f"Chosen as the only definition in {root}.")


def named_track(
    name: str, dataset: Path | None, environ: Mapping[str, str], machine: Machine
) -> Track:
    """Return the track that the user named."""
    seed = next((each for each in load_seeds() if name in each.names), None)
    why = "Chosen by name."
    if seed is None:
        return definition_track(name, dataset or unseeded_root(name, environ), machine, why)
    if seed.device == "cuda" and not machine.cuda_ready:
        raise TrackError(
            f"The track {name!r} needs a CUDA GPU, but {machine.why_not_cuda}. "
            f"Use --track {MINI} here."
        )
    root = dataset or seed.dataset or known_root(seed.definition, environ)
    if root is None:
        raise TrackError(f"No data set with {seed.definition} was found: {HOW_TO_GET_DATA}")
    return seed_track(seed, root, machine, why)


def definition_track(name: str, root: Path, machine: Machine, why: str) -> Track:
    """Return a track for any definition of a data set, on the best device here."""
    definition = find_definition(root, name).name
    device: Device = "cuda" if machine.cuda_ready else "cpu"
    seed = seed_for(definition, device)
    if seed is not None:
        return seed_track(seed, root, machine, why)
    read_workloads(root, definition)
    return Track(
        name=definition,
        definition=definition,
        dataset=root,
        device="cuda:0" if device == "cuda" else "cpu",
        device_label=device_label(device, machine),
        timing=CUDA_TIMING if device == "cuda" else CPU_TIMING,
        caveat="" if device == "cuda" else "not a contest score",
        why=why,
        search=CUDA_SEARCH if device == "cuda" else CPU_SEARCH,
        official=CUDA_OFFICIAL if device == "cuda" else CPU_OFFICIAL,
    )


def seed_track(seed: Seed, root: Path, machine: Machine, why: str) -> Track:
    """Return a seed's track on a data set, after checking all that it needs."""
    find_definition(root, seed.definition)
    workloads = read_workloads(root, seed.definition)
    drawn = any(workload.synthetic for workload in workloads)
    on_gpu = seed.device == "cuda"
    return Track(
        name=seed.track,
        definition=seed.definition,
        dataset=root,
        device="cuda:0" if on_gpu else "cpu",
        device_label=device_label(seed.device, machine),
        timing=CUDA_TIMING if on_gpu else CPU_TIMING,
        caveat=seed.caveat or ("synthetic routing" if drawn else ""),
        why=why,
        search=seed.search,
        official=seed.official,
        quick=seed.quick,
        baseline=seed.baseline,
    )


def device_label(device: Device, machine: Machine) -> str:
    """Return what the screen says of the device."""
    return "CPU" if device == "cpu" else machine.gpus[0].name


def packaged_root(seed: Seed) -> Path:
    """Return the data set that is packaged with a seed."""
    if seed.dataset is None:
        raise TrackError(f"The seed {seed.name} has no data set of its own: pass --dataset.")
    return seed.dataset


def known_root(definition: str, environ: Mapping[str, str]) -> Path | None:
    """Return the data set with `definition`: FIB_DATASET_PATH's, else a customary place's."""
    told = environ.get("FIB_DATASET_PATH")
    if told:
        root = Path(told).expanduser()
        names = {each.name for each in read_definitions(root)}
        return root if definition in names else None
    for root in customary_roots(environ):
        if list((root / "definitions").glob(f"*/{definition}.json")):
            return root
    return None


def unseeded_root(name: str, environ: Mapping[str, str]) -> Path:
    """Return the data set for a definition without a seed; names the nearest if there is none."""
    root = known_root(name, environ)
    if root is not None:
        return root
    told = environ.get("FIB_DATASET_PATH")
    stored = read_definitions(Path(told).expanduser()) if told else ()
    known = {each for seed in load_seeds() for each in seed.names}
    known.update(each.name for each in stored)
    raise TrackError(
        f"There is no track {name!r}. {nearest(name, sorted(known))} "
        "For a definition of another data set, pass --dataset or set FIB_DATASET_PATH."
    )


def customary_roots(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return where data sets usually lie."""
    home = Path(environ.get("HOME") or Path.home())
    return (
        Path.cwd() / "flashinfer-trace",
        Path.cwd() / "mlsys26-contest",
        home / ".cache" / "flashinfer_bench" / "dataset",
    )
