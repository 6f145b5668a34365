"""The temporary trace set that both judges read, and the child in which the stock one runs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fie_evaluator.dataset.read import find_definition, read_workloads, workload_label
from fie_evaluator.promotion.solution import solution_fields
from fie_evaluator.track import Track

ROOT = Path(__file__).resolve().parents[2]
POLL_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """One candidate, under the name that every table shows."""

    name: str
    source: str
    right: bool


def write_trace_set(
    root: Path, track: Track, labels: Collection[str], kernels: Sequence[Kernel]
) -> Path:
    """Write the definition, the workloads with `labels` (all if empty) and the solutions."""
    definition = find_definition(track.dataset, track.definition)
    copied(definition.path, root / "definitions" / definition.op_type)
    target = root / "workloads" / definition.op_type / f"{track.definition}.jsonl"
    target.parent.mkdir(parents=True)
    target.write_text("".join(workload_lines(track, labels)), encoding="utf-8")
    if (track.dataset / "blob").is_dir():
        (root / "blob").symlink_to((track.dataset / "blob").resolve())
    folder = root / "solutions" / definition.op_type / track.definition
    folder.mkdir(parents=True)
    for kernel in kernels:
        fields = solution_fields(track, kernel.source, kernel.name, "bench_judge")
        (folder / f"{kernel.name}.json").write_text(json.dumps(fields), encoding="utf-8")
    return root


def copied(path: Path, folder: Path) -> None:
    """Copy a file into a new folder."""
    folder.mkdir(parents=True)
    (folder / path.name).write_bytes(path.read_bytes())


def workload_lines(track: Track, labels: Collection[str]) -> list[str]:
    """Return the data set's own lines for the wanted workloads, in its order."""
    folder = track.dataset / "workloads"
    paths = sorted(folder.rglob(f"{track.definition}.jsonl")) or sorted(folder.rglob("*.jsonl"))
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    told = [(line, json.loads(line)) for line in lines if line.strip()]
    return [
        line + "\n"
        for line, each in told
        if each["definition"] == track.definition
        and (not labels or workload_label(each["workload"]["axes"]) in labels)
    ]


def labels_by_uuid(track: Track) -> dict[str, str]:
    """Return each workload's label by its identifier, in the data set's order."""
    workloads = read_workloads(track.dataset, track.definition)
    return {workload.uuid: workload.label for workload in workloads}


def order_for(track: Track, root: Path, what: str, **others: Any) -> dict[str, Any]:
    """Return what the stock judge is told to do, at the official settings unless others say."""
    settings = asdict(track.official)
    return {
        "what": what,
        "root": str(root),
        "device": track.device,
        "definition": track.definition,
        "settings": settings,
        "profile_baseline": True,
        **others,
    }


def stock(
    order: dict[str, Any],
    scratch: Path,
    limit_s: float,
    seen: Callable[[list[dict[str, Any]]], None],
) -> list[dict[str, Any]]:
    """Run the stock judge in a new process group for at most `limit_s`; return what it told.

    `seen` hears all that was told so far whenever there is more, so that little is lost
    when this process is killed.
    """
    scratch.mkdir(parents=True)
    asked, told_path = scratch / "order.json", scratch / "told.jsonl"
    asked.write_text(json.dumps(order), encoding="utf-8")
    told_path.touch()
    start = time.time()
    with (scratch / "output.log").open("wb") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.judge_stock", str(asked), str(told_path)],
            cwd=ROOT,
            env=environment(order["device"], scratch),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            wait_for(child, told_path, start + limit_s, seen)
        finally:
            end_group(child)
    told = events(told_path)
    status = {"event": "ended", "seconds": time.time() - start, "status": child.returncode}
    if child.returncode:
        status["log"] = (scratch / "output.log").read_text(errors="replace")[-2000:]
    return [{"event": "started", "time": start}, *told, status]


def wait_for(
    child: "subprocess.Popen[bytes]",
    told_path: Path,
    deadline: float,
    seen: Callable[[list[dict[str, Any]]], None],
) -> None:
    """Return when the child has ended or its time is over."""
    size = 0
    while time.time() < deadline:
        try:
            child.wait(timeout=POLL_S)
            return
        except subprocess.TimeoutExpired:
            if told_path.stat().st_size != size:
                size = told_path.stat().st_size
                seen(events(told_path))


def end_group(child: "subprocess.Popen[bytes]") -> None:
    """Kill what is left of the child's process group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def events(path: Path) -> list[dict[str, Any]]:
    """Return the complete lines of a file that is being written."""
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def environment(device: str, scratch: Path) -> dict[str, str]:
    """Return the child's environment: caches of its own, so that it compiles as we do."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "evaluator")])
    alone = {"TRITON_INTERPRET": "1", "OMP_NUM_THREADS": "1"} if device == "cpu" else {}
    return {
        **os.environ,
        **alone,
        "PYTHONPATH": os.pathsep.join(filter(None, [paths, os.environ.get("PYTHONPATH", "")])),
        "FIB_CACHE_PATH": str(scratch / "fib"),
        "TRITON_CACHE_DIR": str(scratch / "triton"),
    }
