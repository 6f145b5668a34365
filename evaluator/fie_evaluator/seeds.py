"""Finds the packaged seeds: a kernel to start from, and how its track is judged."""

import importlib.util
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from fie_evaluator.errors import TrackError
from fie_evaluator.track import Baseline, Settings

MINI = "moe-mini"
REAL = "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4_e32_h7168_i2048"

CHECKOUT = Path(__file__).resolve().parents[2] / "seeds"
"Where the seeds lie beside the source; nowhere for an installed package."

Device = Literal["cpu", "cuda"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One starting point, as its seed.toml tells it."""

    name: str
    "The name of its folder."
    title: str
    track: str
    "Short name on screen."
    definition: str
    kernel: Path
    language: str
    'flashinfer-bench\'s name for it: "python" or "triton".'
    entry_point: str
    author: str
    device: Device
    "What it is judged on."
    caveat: str
    constraints: tuple[str, ...]
    "What a prompt must say about the problem, a line each."
    specifics: tuple[str, ...] = ()
    "More of it, true of this definition only."
    dataset: Path | None
    "The trace set packaged with it."
    search: Settings
    official: Settings
    quick: tuple[tuple[str, float], ...] = ()
    "Labels of the workloads that are timed first, and how many workloads each stands for."
    baseline: Baseline | None = None
    family: str = ""
    "Pattern of the definitions that differ in their sizes only; empty for none."

    @property
    def source(self) -> str:
        """The text of the kernel to start from."""
        return self.kernel.read_text(encoding="utf-8")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a user may call it by."""
        return (self.name, self.track, self.definition)


def seeds_root() -> Path:
    """Return the folder of seeds: of the source checkout, or inside the installed package.

    The checkout first: an editable installation holds a copy that ages.
    """
    packaged = importlib.util.find_spec("fie_seeds")
    folders = list(packaged.submodule_search_locations or ()) if packaged else []
    for folder in (CHECKOUT, *map(Path, folders)):
        if (folder / MINI / "seed.toml").is_file():
            return folder
    raise TrackError(
        f"The packaged seeds are missing: neither fie_seeds nor {CHECKOUT} holds "
        f"{MINI}/seed.toml. Reinstall fie-tui."
    )


def load_seeds(root: Path | None = None) -> tuple[Seed, ...]:
    """Read every seed, sorted by name."""
    folder = root or seeds_root()
    return tuple(read_seed(path) for path in sorted(folder.glob("*/seed.toml")))


def load_seed(name: str, root: Path | None = None) -> Seed:
    """Return the seed of that name, track or definition; an unknown one names the nearest."""
    seeds = load_seeds(root)
    for seed in seeds:
        if name in seed.names:
            return seed
    known = sorted({known for seed in seeds for known in seed.names})
    raise TrackError(f"There is no seed {name!r}. {nearest(name, known)}")


def seed_for(definition: str, device: str) -> Seed | None:
    """Return the packaged seed of a definition on "cpu" or "cuda:0", or its family's.

    None where its kernel must be given.
    """
    seeds = load_seeds()
    own = next((seed for seed in seeds if seed.definition == definition), None)
    return own or next(
        (
            relative_of(seed, definition)
            for seed in seeds
            if device.startswith(seed.device) and fnmatchcase(definition, seed.family)
        ),
        None,
    )


def relative_of(seed: Seed, definition: str) -> Seed:
    """Return what a seed tells of another definition of its family."""
    return replace(
        seed,
        name=definition,
        track=definition,
        definition=definition,
        dataset=None,
        specifics=(),
        quick=(),
        baseline=None,
    )


def nearest(name: str, known: list[str]) -> str:
    """Return a sentence with the names that resemble `name`, or with all of them."""
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    listed = ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
    return f"Known: {listed}."


def read_seed(path: Path) -> Seed:
    """Read one seed.toml; its paths are relative to it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        dataset = told.get("dataset")
        return Seed(
            name=path.parent.name,
            title=told["title"],
            track=told["track"],
            definition=told["definition"],
            kernel=(path.parent / told["kernel"]).resolve(),
            language=told["language"],
            entry_point=told["entry_point"],
            author=told["author"],
            device=told["device"],
            caveat=told["caveat"],
            constraints=tuple(told["constraints"]),
            specifics=tuple(told.get("specifics", ())),
            family=told.get("family", ""),
            dataset=None if dataset is None else (path.parent / dataset).resolve(),
            search=read_settings(told["search"]),
            official=read_settings(told["official"]),
            quick=read_numbers(told.get("quick", {})),
            baseline=read_baseline(told.get("baseline")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TrackError(f"{path} is not a seed: {error}. Mend the file.") from error


def read_settings(told: Mapping[str, Any]) -> Settings:
    """Turn a table of seed.toml into Settings; a missing or unknown key is a TypeError."""
    return Settings(**told)


def read_baseline(told: Mapping[str, Any] | None) -> Baseline | None:
    """Turn the baseline's table of seed.toml into values; None where there is none."""
    if told is None:
        return None
    return Baseline(label=told["label"], latency_ms=read_numbers(told["latency_ms"]))


def read_numbers(told: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """Return a positive number for each workload label."""
    numbers = tuple((label, float(number)) for label, number in told.items())
    wrong = [label for label, number in numbers if not number > 0]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} needs a number above 0")
    return numbers
