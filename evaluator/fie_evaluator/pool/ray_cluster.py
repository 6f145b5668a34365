"""The connection to a Ray cluster, which all evaluators of this process share."""

import importlib
import logging
import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.pool.gpus import Machine, look_at_machine
from fie_evaluator.pool.ray_host import RayHost
from fie_evaluator.track import Track

ACCELERATOR = "accelerator_type:"
LOOK_PATIENCE_S = 120.0

STILLBORN = "Starting Ray client server failed"
"How Ray says that the process which it forks for a connection died at its start."
FORKLESS = " If it happens again, start the cluster with GRPC_ENABLE_FORK_SUPPORT=0."
"gRPC's own handling of forks kills such a process now and then."


@dataclass(slots=True, kw_only=True)
class Connection:
    """What this process has of Ray: a process can be in one cluster at a time."""

    address: str = ""
    users: int = 0
    host: RayHost | None = None


_lock = threading.Lock()
_connection = Connection()


def connect(address: str) -> Any:
    """Return the ray module, connected: "" starts a Ray here, "auto" joins this machine's cluster.

    Another address is a Ray Client server's, HOST:PORT. Raises EvaluatorError.
    """
    with _lock:
        if _connection.users and address != _connection.address:
            raise EvaluatorError("this process uses another Ray already: one at a time")
        ray = load_ray(own=not address)
        if not _connection.users:
            start(ray, address)
        _connection.address = address
        _connection.users += 1
    return ray


def disconnect(ray: Any) -> None:
    """Let go of the cluster; with the last user a Ray that was started here ends."""
    with _lock:
        _connection.users -= 1
        if not _connection.users:
            ray.shutdown()
            end_host()


def load_ray(*, own: bool) -> Any:
    """Import Ray, which takes a second; EvaluatorError where it isn't installed.

    Ray takes from the environment, and only while it is imported, how a Ray of one's `own`
    is kept for this user alone.
    """
    if own:
        # A Ray beside us that stops answering won't come back.
        os.environ.setdefault("RAY_CLIENT_RECONNECT_GRACE_PERIOD", "1")
        if "RAY_AUTH_MODE" not in os.environ:
            os.environ |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    # Ray would send its makers figures, and start another Ray where a connection is lost.
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_AUTO_CONNECT": "0"}
    try:
        importlib.import_module("grpc")
        return importlib.import_module("ray")
    except ModuleNotFoundError as error:
        raise EvaluatorError(
            "Ray isn't installed: pip install 'fie-tui[ray]', or use --evaluator local."
        ) from error


def start(ray: Any, address: str) -> None:
    """Reach a cluster through a Ray Client server: a remote one's, or that of our own host."""
    server = address
    if address in ("", "auto"):
        _connection.host = RayHost(address)
        server = _connection.host.server
    try:
        ray.init(address=f"ray://{server}", log_to_driver=False, logging_level=logging.ERROR)
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        end_host()
        why = " ".join(str(error).split()) + (FORKLESS if STILLBORN in str(error) else "")
        raise EvaluatorError(f"the Ray cluster at {server} can't be used: {why}") from error


def end_host() -> None:
    """End our own host, if there is one."""
    host, _connection.host = _connection.host, None
    if host is not None:
        host.end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many judges a cluster has room for, and what each of them asks Ray for."""

    judges: int
    demand: Mapping[str, Any]
    note: str = ""
    "What the user should know of it."


def find_room(ray: Any, track: Track, slots: int | None) -> Room:
    """Return the cluster's room for judges of a track; EvaluatorError where there is none."""
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    if track.device == "cpu":
        processors = int(sum(node.get("CPU", 0) for node in nodes))
        return Room(judges=max(1, min(slots or 1, processors)), demand={"num_cpus": 1})
    return gpu_room(nodes, track.device_label, slots)


def look_at_cluster(address: str) -> Machine:
    """Return a cluster's node with GPUs as it sees itself; one without any if none has."""
    ray = connect(address)
    try:
        nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
        if not any(node.get("GPU") for node in nodes):
            return Machine(gpus=(), torch_cuda=None)
        demand = gpu_room(nodes, "", 1).demand
        seen = ray.remote(look_around).options(**demand, max_retries=0).remote()
        machine: Machine = ray.get(seen, timeout=LOOK_PATIENCE_S)
    except ray.exceptions.RayError as error:
        why = str(error).strip().splitlines()[-1]
        raise EvaluatorError(f"no GPU of the Ray cluster could be looked at: {why}") from error
    finally:
        disconnect(ray)
    return machine


def look_around() -> Machine:
    """Look at the machine that this is called on; Ray shows it one GPU."""
    return look_at_machine(os.environ)


def gpu_room(nodes: Sequence[Mapping[str, float]], device_label: str, slots: int | None) -> Room:
    """Return the room on nodes with GPUs of one model: the track's, else the commonest."""
    counts: dict[str, int] = {}
    for node in nodes:
        if node.get("GPU"):
            models = [name for name in node if name.startswith(ACCELERATOR)]
            model = models[0].removeprefix(ACCELERATOR) if models else ""
            counts[model] = counts.get(model, 0) + int(node["GPU"])
    if not counts:
        raise EvaluatorError("the Ray cluster has no GPU: start its nodes with --num-gpus")
    spoken = device_label.replace("-", " ")
    chosen = min(
        counts, key=lambda model: (model.replace("-", " ") not in spoken, -counts[model], model)
    )
    others = [f"{counts[model]} x {model or 'unknown'}" for model in counts if model != chosen]
    kind = {"accelerator_type": chosen} if chosen and others else {}
    return Room(
        judges=min(slots or counts[chosen], counts[chosen]),
        demand={"num_cpus": 1, "num_gpus": 1, **kind},
        note=f"only the cluster's {chosen or 'unknown'} GPUs are used, not its {', '.join(others)}"
        if others
        else "",
    )
