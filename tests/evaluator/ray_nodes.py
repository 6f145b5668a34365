"""Plays a Ray cluster of several nodes on this machine, and says what became of a job.

Run as `python ray_nodes.py STORY DATASET CACHE`: a process is in one cluster only.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.evaluator.judging import RIGHT, job, kernel, small_track

from fie_evaluator.job import Progress
from fie_evaluator.pool.ray_pool import RayEvaluator

NODE = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 100 << 20}
CLIENT_PORT = 10_107


class Starts:
    """Counts how often a candidate has come to its first call."""

    def __init__(self) -> None:
        self._reached = threading.Semaphore(0)

    def __call__(self, progress: Progress) -> None:
        if (progress.stage, progress.done) == ("correctness", 0):
            self._reached.release()

    def wait(self) -> None:
        """Wait for the next start."""
        assert self._reached.acquire(timeout=60)


def lose_node(cluster: Any, dataset: Path, cache: Path) -> None:
    """A node is lost under a candidate, which begins again on the other one."""
    nodes = [cluster.add_node(**NODE), cluster.add_node(**NODE)]
    cluster.wait_for_nodes()
    address = f"127.0.0.1:{CLIENT_PORT}"
    evaluator = RayEvaluator(small_track(dataset), cache, slots=2, address=address)
    print(evaluator.slots, "judges")
    starts = Starts()
    future = evaluator.submit(job(kernel("wrong/hangs")), starts)
    starts.wait()
    cluster.remove_node(busy(nodes), allow_graceful=False)
    starts.wait()
    print("began again")
    future.cancel()
    print(evaluator.submit(job(RIGHT)).result(timeout=60).status)
    evaluator.close()


def busy(nodes: list[Any]) -> Any:
    """Return the node whose judge has a candidate's process."""
    import psutil

    def candidates(node: Any) -> int:
        raylet = node.all_processes["raylet"][0].process.pid
        family = psutil.Process(raylet).children(recursive=True)
        return sum("fie_evaluator.child.zygote" in " ".join(each.cmdline()) for each in family)

    return max(nodes, key=candidates)


def use_client(cluster: Any, dataset: Path, cache: Path) -> None:
    """The engine is on no node at all, and has a data set that no node has."""
    address = f"127.0.0.1:{CLIENT_PORT}"
    evaluator = RayEvaluator(small_track(dataset), cache, address=address)
    dataset.rename(dataset.with_name("away"))
    print(evaluator.submit(job(RIGHT)).result(timeout=60).status)
    evaluator.close()


STORIES: dict[str, tuple[Callable[[Any, Path, Path], None], dict[str, int]]] = {
    "lose-node": (lose_node, {"num_cpus": 0, "ray_client_server_port": CLIENT_PORT}),
    "use-client": (use_client, {"num_cpus": 1, "ray_client_server_port": CLIENT_PORT}),
}


def main(name: str, dataset: Path, cache: Path) -> None:
    """Play one story."""
    from ray.cluster_utils import Cluster

    story, head = STORIES[name]
    cluster = Cluster(initialize_head=True, head_node_args={**NODE, **head})
    try:
        story(cluster, dataset, cache)
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
