"""The engine's foot in a Ray cluster: a process that is Ray's driver, and ends with the engine.

Started as `python -m fie_evaluator.pool.ray_host FOLDER [ADDRESS]`; without an address it starts
a Ray of this machine alone. It says in one line where its Ray Client server listens, then
waits for the end of its input. So Ray's messages never reach the engine's terminal, a
crash of Ray is not the engine's, and as their adoptive parent this process kills Ray's own
processes at once: some outlive a killed driver by a minute.
"""

import contextlib
import importlib
import logging
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fie_evaluator.child.processes import INHERITED, adopt_orphans, kill_descendants
from fie_evaluator.errors import EvaluatorError

SOURCE_ROOT = Path(__file__).resolve().parents[2]
OBJECT_STORE_BYTES = 128 << 20
"Only small data sets travel through it."
START_PATIENCE_S = 90.0
END_PATIENCE_S = 5.0
PORTS_TRIED = 4


class RayHost:
    """The engine's handle on that process."""

    def __init__(self, address: str) -> None:
        """Start it, and wait until Ray is up; EvaluatorError if it doesn't come."""
        self._folder = Path(tempfile.mkdtemp(prefix="fie-ray-"))
        command = [sys.executable, "-P", "-m", "fie_evaluator.pool.ray_host", str(self._folder)]
        with (self._folder / "host.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *filter(None, (address,))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=self._folder,
                env=host_environment(self._folder),
                start_new_session=True,
            )
        self.server = self._first_line()
        "HOST:PORT of its Ray Client server."
        if not self.server:
            told = (self._folder / "host.log").read_text(errors="replace").strip().splitlines()
            self.end()
            raise EvaluatorError(f"Ray can't be used here: {told[-1][:300] if told else 'silence'}")

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
    known = (*INHERITED, "HOME")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in known or name.startswith("RAY_")
    }
    path = os.pathsep.join(filter(None, (str(SOURCE_ROOT), os.environ.get("PYTHONPATH", ""))))
    fixed = {"PYTHONPATH": path, "TMPDIR": str(folder), "RAY_USAGE_STATS_ENABLED": "0"}
    return {**kept, **fixed}


def main(folder: Path, address: str) -> None:
    """Be Ray's driver until nobody listens any more."""
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        said = os.dup(sys.stdout.fileno())
        # Ray prints what happens in the cluster.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        place, serving = serve(folder, address)
        os.write(said, f"{place}\n".encode())
        while not select.select([sys.stdin], [], [], 0.5)[0]:
            reap()
        del serving
        if address:
            # Else the cluster only learns after a while that its driver is gone.
            importlib.import_module("ray").shutdown()
    except Exception as error:  # noqa: BLE001 the engine reads the last line
        sys.stderr.write(f"{' '.join(str(error).split())}\n")
        sys.stderr.flush()
        os._exit(1)
    finally:
        kill_descendants()
    shutil.rmtree(folder, ignore_errors=True)
    # Ray's own farewell would look for the processes that are gone.
    os._exit(0)


def serve(folder: Path, address: str) -> tuple[str, object]:
    """Join the cluster, or start one, and serve it to this machine.

    Return where, and what serves for as long as it is kept.
    """
    server: Any = importlib.import_module("ray.util.client.server.server")
    own = {
        "include_dashboard": False,
        "object_store_memory": OBJECT_STORE_BYTES,
        "_temp_dir": str(folder),
    }

    def serve_at(port: int) -> tuple[str, object]:
        serving = server.init_and_serve(
            "127.0.0.1",
            port,
            address=address or "local",
            logging_level=logging.ERROR,
            ignore_reinit_error=True,
            **({} if address else own),
        )
        return f"127.0.0.1:{port}", serving

    return at_a_free_port(serve_at)


def at_a_free_port(serve_at: Callable[[int], tuple[str, object]]) -> tuple[str, object]:
    """Return what `serve_at` does at a port that it could bind.

    Ray's own processes, which it starts first, take ports too, and may take this one.
    """
    for _ in range(PORTS_TRIED - 1):
        try:
            return serve_at(free_port())
        except RuntimeError as error:
            if "bind" not in str(error):
                raise
    return serve_at(free_port())


def free_port() -> int:
    """Return a port that nobody holds just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def reap() -> None:
    """Let go of adopted processes that have ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main(Path(sys.argv[1]), "".join(sys.argv[2:]))
