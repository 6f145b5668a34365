"""Opens the evaluator that a user asked for by name."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.pool.gpus import Machine, look_at_machine
from fie_evaluator.track import Track

if TYPE_CHECKING:
    from fie_evaluator.pool.places import Pool

FORMS = "local, ray, ray://auto or ray://HOST:PORT"


def open_evaluator(
    kind: str, track: Track, cache_dir: Path, slots: int | None = None, run: str = ""
) -> "Pool":
    """Return what judges: a project's file, "local", or over Ray, as `ray_address` reads it.

    `slots` limits how many evaluations run at once; not given, it is one per GPU, and
    one on the CPU. `run` signs the leases of GPUs. Raises a FieError.
    """
    if track.project is not None:
        from fie_evaluator.project.judge import ProjectEvaluator

        return ProjectEvaluator(track.project, os.environ)
    if kind == "local":
        from fie_evaluator.pool.local import LocalEvaluator

        return LocalEvaluator(track, cache_dir, slots, run=run)
    from fie_evaluator.pool.ray_pool import RayEvaluator

    return RayEvaluator(track, cache_dir, slots, address=ray_address(kind), run=run)


def machine_of(kind: str, environ: Mapping[str, str]) -> Machine:
    """Return the machine that kernels are judged on: with a cluster, one of its nodes."""
    if not kind.startswith("ray://"):
        return look_at_machine(environ)
    from fie_evaluator.pool.ray_cluster import look_at_cluster

    return look_at_cluster(ray_address(kind))


def ray_address(kind: str) -> str:
    """Return where Ray is: "" starts one here, "auto" is this machine's cluster, or HOST:PORT."""
    scheme, separator, address = kind.partition("://")
    if scheme != "ray" or (separator and not address):
        raise EvaluatorError(f"{kind!r} is no evaluator: use {FORMS}")
    return address
