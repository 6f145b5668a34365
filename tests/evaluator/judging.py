"""A small track and jobs for it, for tests of the judge."""

from dataclasses import replace
from pathlib import Path

from fie_evaluator.job import EvalJob, Mode
from fie_evaluator.track import Settings, Track

KERNELS = Path(__file__).parent.parent / "kernels"
RIGHT = (KERNELS / "right" / "plain.py").read_text(encoding="utf-8")


def small_track(dataset: Path, definition: str = "rmsnorm_h1024", timeout_s: float = 30.0) -> Track:
    """Return a CPU track over the data set of `tests.kernels.definitions`."""
    settings = Settings(
        warmup=1,
        iterations=5,
        trials=1,
        rtol=1e-3,
        atol=1e-3,
        required_matched_ratio=1.0,
        timeout_s=timeout_s,
    )
    return Track(
        name=definition,
        definition=definition,
        dataset=dataset,
        device="cpu",
        device_label="CPU",
        timing="CPU time, 1 thread",
        caveat="not a contest score",
        why="Chosen by a test.",
        search=settings,
        official=replace(settings, iterations=4, trials=2),
    )


def job(
    source: str,
    *,
    candidate: str = "c1",
    mode: Mode = "search",
    profile: bool = False,
    fresh: bool = False,
) -> EvalJob:
    """Return a job that stores nothing."""
    return EvalJob(
        candidate=candidate,
        source=source,
        directory=Path("unused"),
        mode=mode,
        profile=profile,
        fresh=fresh,
    )


def kernel(name: str) -> str:
    """Return the text of one of tests/kernels, for example "wrong/noop"."""
    return (KERNELS / f"{name}.py").read_text(encoding="utf-8")
