"""A Ray of this machine alone, started beside the engine: it ends when the engine does.

Started as `python -m fie_evaluator.ray_host FOLDER`. It says the cluster's address in one
line, then waits for the end of its input. Ray's own processes may outlive a killed
driver by a minute; as their adoptive parent this process kills them at once.
"""

import importlib
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import Any

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.processes import INHERITED, adopt_orphans, kill_descendants

SOURCE_ROOT = Path(__file__).resolve().parent.parent
OBJECT_STORE_BYTES = 128 << 20
"Only small data sets travel through it."
START_PATIENCE_S = 90.0
END_PATIENCE_S = 5.0


class RayHost:
    """The engine's handle on that process."""

    def __init__(self) -> None:
        """Start it, and wait until Ray is up; EvaluatorError if it doesn't come."""
        self._folder = Path(tempfile.mkdtemp(prefix="fie-ray-"))
        with (self._folder / "host.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "fie_evaluator.ray_host", str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self._folder,
                env=host_environment(self._folder),
                start_new_session=True,
            )
        self.address = self._first_line()
        if not self.address:
            told = (self._folder / "host.log").read_text(errors="replace").strip().splitlines()
            self.end()
            last = f": {told[-1][:300]}" if told else ""
            raise EvaluatorError(f"Ray could not be started on this machine{last}")

    def end(self) -> None:
        """End Ray and everything that runs in it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(END_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _first_line(self) -> str:
        output = self._process.stdout
        assert output is not None
        if select.select([output], [], [], START_PATIENCE_S)[0]:
            return output.readline().decode().strip()
        return ""


def host_environment(folder: Path) -> dict[str, str]:
    """Return what Ray's processes may know of this one's environment; no key is among it."""
    own = ("HOME", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")
    kept = {name: os.environ[name] for name in (*INHERITED, *own) if name in os.environ}
    path = os.pathsep.join(filter(None, (str(SOURCE_ROOT), os.environ.get("PYTHONPATH", ""))))
    fixed = {"PYTHONPATH": path, "TMPDIR": str(folder), "RAY_USAGE_STATS_ENABLED": "0"}
    return {**kept, **fixed}


def main(folder: Path) -> None:
    """Run a Ray until nobody listens any more."""
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        address = start_ray(folder)
        # Ray has set a handler of its own.
        signal.signal(signal.SIGTERM, _stop)
        os.write(sys.stdout.fileno(), f"{address}\n".encode())
        os.read(sys.stdin.fileno(), 1)
    finally:
        kill_descendants()
        shutil.rmtree(folder, ignore_errors=True)
        # Ray's own farewell would look for the processes that are gone.
        os._exit(0)


def start_ray(folder: Path) -> str:
    """Start Ray's processes and return their cluster's address."""
    ray: Any = importlib.import_module("ray")
    context = ray.init(
        address="local",
        include_dashboard=False,
        object_store_memory=OBJECT_STORE_BYTES,
        log_to_driver=False,
        logging_level=logging.ERROR,
        _temp_dir=str(folder),
    )
    address: str = context["gcs_address"]
    return address


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit


if __name__ == "__main__":
    main(Path(sys.argv[1]))
