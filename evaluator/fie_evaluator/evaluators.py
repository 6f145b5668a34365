"""Opens the evaluator that a user asked for by name."""

from pathlib import Path

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.pool import Pool
from fie_evaluator.track import Track

FORMS = "local, ray, ray://auto or ray://HOST:PORT"


def open_evaluator(
    kind: str, track: Track, cache_dir: Path, slots: int | None = None, run: str = ""
) -> Pool:
    """Return what judges: "local", or over Ray, as `ray_address` reads it.

    `slots` limits how many evaluations run at once; not given, it is one per GPU, and
    one on the CPU. `run` signs the leases of GPUs. Raises a FieError.
    """
    if kind == "local":
        from fie_evaluator.local import LocalEvaluator

        return LocalEvaluator(track, cache_dir, slots, run=run)
    from fie_evaluator.ray_pool import RayEvaluator

    return RayEvaluator(track, cache_dir, slots, address=ray_address(kind), run=run)


def ray_address(kind: str) -> str:
    """Return where Ray is: "" starts one here, "auto" is this machine's cluster, or HOST:PORT."""
    scheme, separator, address = kind.partition("://")
    if scheme != "ray" or (separator and not address):
        raise EvaluatorError(f"{kind!r} is no evaluator: use {FORMS}")
    return address
