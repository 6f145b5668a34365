"""Finds the packaged seeds: a kernel to start from, and how its track is judged."""

import importlib.util
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from fie_evaluator.errors import TrackError
from fie_evaluator.track import Settings

MINI = "moe-mini"
REAL = "moe_fp8_block_scale_ds_routing_topk8_ng8_kg4_e32_h7168_i2048"

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
    dataset: Path | None
    "The trace set packaged with it."
    search: Settings
    official: Settings

    @property
    def source(self) -> str:
        """The text of the kernel to start from."""
        return self.kernel.read_text(encoding="utf-8")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a user may call it by."""
        return (self.name, self.track, self.definition)


def seeds_root() -> Path:
    """Return the folder of seeds: inside the installed package, or of the source checkout."""
    packaged = importlib.util.find_spec("fie_seeds")
    folders = list(packaged.submodule_search_locations or ()) if packaged else []
    checkout = Path(__file__).resolve().parents[2] / "seeds"
    for folder in (*map(Path, folders), checkout):
        if (folder / MINI / "seed.toml").is_file():
            return folder
    raise TrackError(
        f"The packaged seeds are missing: neither fie_seeds nor {checkout} holds "
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


def seed_for(definition: str) -> Seed | None:
    """Return the packaged seed of a definition; None where its kernel must be given."""
    return next((seed for seed in load_seeds() if seed.definition == definition), None)


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
            dataset=None if dataset is None else (path.parent / dataset).resolve(),
            search=read_settings(told["search"]),
            official=read_settings(told["official"]),
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise TrackError(f"{path} is not a seed: {error}. Mend the file.") from error


def read_settings(told: Mapping[str, Any]) -> Settings:
    """Turn a table of seed.toml into Settings; a missing or unknown key is a TypeError."""
    return Settings(**told)
