"""Puts a bench together: problem, caches, checker."""

import os
from pathlib import Path

from fie_evaluator.bench import Bench
from fie_evaluator.child.children import Interrupts, fork_child
from fie_evaluator.child.confinement import confinement_for
from fie_evaluator.child.exchange import exchange_for
from fie_evaluator.child.launchers import Launchers
from fie_evaluator.child.messages import Prepare
from fie_evaluator.child.processes import available_memory
from fie_evaluator.dataset.cache import Cache
from fie_evaluator.dataset.inputs import InputSets
from fie_evaluator.dataset.problem import Problem
from fie_evaluator.environment import describe_environment
from fie_evaluator.pool.gpus import look_at_machine
from fie_evaluator.stages.checker import check_candidates
from fie_evaluator.stages.yardstick import Yardstick

HELD_INPUTS_SHARE = 0.25
"How much of the free memory the input sets may fill before the oldest are dropped."
HELD_INPUTS_SHARE_CUDA = 0.35
"The same of a GPU's whole memory; only the candidate's process holds any between requests."


def set_up_bench(order: Prepare, interrupts: Interrupts, problem: Problem, cache: Cache) -> Bench:
    """Start the track's checker and return what candidates are judged with."""
    track = order.track
    inputs = InputSets(
        problem=problem,
        cache=cache,
        device=track.device,
        budget_bytes=inputs_budget(track.device),
        salt=cache.salt(),
    )
    exchange = exchange_for(problem)
    yardstick = Yardstick(problem=problem, track=track, cache=cache, inputs=inputs)
    checker = fork_child(
        lambda channel: check_candidates(channel, yardstick, exchange),
        Path.cwd(),
        captured=False,
    )
    cache.inputs_root.mkdir(parents=True, exist_ok=True)
    launchers = None if track.device == "cpu" else Launchers(root=cache.launchers)
    readable = [problem.root / "blob", cache.inputs_root]
    if launchers is not None:
        launchers.root.mkdir(parents=True, exist_ok=True)
        readable.append(launchers.root)
    confinement = confinement_for(track.device, tuple(readable))
    return Bench(
        track=track,
        problem=problem,
        inputs=inputs,
        checker=checker,
        interrupts=interrupts,
        confinement=confinement,
        memory_bytes=order.memory_bytes,
        environment=describe_environment(track.device_label, confinement.description),
        exchange=exchange,
        triton_cache=None if track.device == "cpu" else cache.triton,
        launchers=launchers,
    )


def inputs_budget(device: str) -> int:
    """Return how many bytes of input sets may be held on a device."""
    if device == "cpu":
        return round(available_memory() * HELD_INPUTS_SHARE)
    gpus = look_at_machine(os.environ).gpus
    smallest = min((gpu.memory_bytes for gpu in gpus), default=0)
    return round(smallest * HELD_INPUTS_SHARE_CUDA)
