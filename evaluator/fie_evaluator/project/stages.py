"""The fork in which a project's evaluator runs: loads it, runs its stages, tells what they say."""

import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

from fie_evaluator.child.channel import Channel
from fie_evaluator.child.processes import limit_resources
from fie_evaluator.project.messages import Began, Ended, Found, Order, Raised, Unusable
from fie_evaluator.project.score import leads_on
from fie_evaluator.project.terms import STAGES
from fie_evaluator.project.values import number, text

LARGEST_FILE = 1 << 30
MODULE = "evaluation_module"


class NoResult(Exception):
    """A stage returned what no result can be."""


def run_stages(channel: Channel, order: Order, program: Path) -> None:
    """Run the evaluator on a program, one stage after the other, as far as the scores lead."""
    limit_resources(order.memory_mb << 20, LARGEST_FILE)
    try:
        module = load(Path(order.evaluator))
        stages = stages_of(module, order.cascade)
    except BaseException as error:  # noqa: BLE001
        channel.send(Unusable(error=f"{type(error).__name__}: {error}"))
        return
    metrics: dict[str, float] = {}
    for place, stage in enumerate(stages):
        channel.send(Began(stage=stage.__name__))
        found = _outcome(stage, program)
        channel.send(found)
        if isinstance(found, Raised):
            return
        metrics.update(found.metrics)
        more = place + 1 < len(stages)
        if more and not (
            place < len(order.thresholds) and leads_on(metrics, order.thresholds[place])
        ):
            channel.send(Ended(complete=False))
            return
    channel.send(Ended(complete=True))


def load(path: Path) -> ModuleType:
    """Run the evaluator file as a module, its folder first on sys.path, as OpenEvolve does."""
    sys.path.insert(0, str(path.parent))
    spare_openevolve()
    spec = importlib.util.spec_from_file_location(MODULE, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    spec.loader.exec_module(module)
    return module


def stages_of(module: ModuleType, cascade: bool) -> list[Callable[[str], object]]:
    """Return the functions to be called, in order."""
    staged = [getattr(module, name, None) for name in STAGES]
    if cascade and staged[0] is not None:
        # A gap ends the cascade: OpenEvolve looks no further either.
        return [stage for place, stage in enumerate(staged) if stage and all(staged[:place])]
    return [module.evaluate]


def found_in(result: object) -> Found:
    """Return a stage's dict or EvaluationResult as values that can be sent and stored."""
    metrics = result if isinstance(result, Mapping) else getattr(result, "metrics", None)
    if not isinstance(metrics, Mapping):
        raise NoResult(
            f"it returned a {type(result).__name__}, not a dict of metrics or an EvaluationResult"
        )
    artifacts = {} if result is metrics else getattr(result, "artifacts", None) or {}
    numbers = {str(name): number(value) for name, value in metrics.items()}
    return Found(
        metrics={name: value for name, value in numbers.items() if value is not None},
        remarks={name: text(metrics[name]) for name in metrics if numbers[str(name)] is None},
        artifacts={str(name): text(value) for name, value in artifacts.items()},
    )


def spare_openevolve() -> None:
    """Let an evaluator import a module of OpenEvolve without the whole of it.

    Its `__init__` takes 2-3 s, and an evaluator mostly needs EvaluationResult alone.
    """
    spec = importlib.util.find_spec("openevolve")
    if "openevolve" in sys.modules or spec is None or spec.loader is None:
        return
    package = importlib.util.module_from_spec(spec)
    loader = spec.loader

    def whole(name: str) -> object:
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, name)

    package.__dict__["__getattr__"] = whole
    sys.modules["openevolve"] = package


def _outcome(stage: Callable[[str], object], program: Path) -> Found | Raised:
    try:
        return found_in(stage(os.fspath(program)))
    except BaseException as error:  # noqa: BLE001
        # Whatever the evaluator or the program raises, sys.exit too, is this program's verdict.
        told = str(error) if isinstance(error, NoResult) else f"{type(error).__name__}: {error}"
        trace = "" if isinstance(error, NoResult) else traceback.format_exc()
        return Raised(stage=stage.__name__, error=text(told), trace=text(trace))
