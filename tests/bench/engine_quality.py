"""How good a kernel is found: our engine, stock OpenEvolve's loop, and best of N from the seed.

All three have the same embedded proposer, the same judge and the same number of evaluations.
The three kernels that come out are judged again, side by side in one sitting: a search's own best
figure is the luckiest of many.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "seeds" / "moe-mini" / "kernels" / "naive.py"
TRACK = "moe-mini"
KINDS = ("ours", "stock", "best-of-n")
FIE = (sys.executable, "-m", "fie_tui")


def searched(kind: str, evaluations: int, rng_seed: int, folder: Path) -> dict[str, Any]:
    """Return one search in figures; its best kernel becomes `folder`/best.py."""
    folder.mkdir(parents=True)
    found = (
        stock_search(evaluations, rng_seed, folder)
        if kind == "stock"
        else our_search(kind, evaluations, rng_seed, folder)
    )
    return {"kind": kind, "rng_seed": rng_seed, "evaluations": evaluations, **found}


def our_search(kind: str, evaluations: int, rng_seed: int, folder: Path) -> dict[str, Any]:
    """Let our engine search with its default settings, to the last evaluation."""
    config = folder / "config.yaml"
    config.write_text("early_stopping_patience: null\n")
    terms = ("--track", TRACK, "--proposer", "operators", "--seed-rng", str(rng_seed))
    strategy = ("--strategy", "best-of-n" if kind == "best-of-n" else "evolve")
    limits = ("--iterations", str(evaluations), "--config", str(config))
    place = ("--run-dir", str(folder / "run"))
    call([*FIE, "run", "--headless", *terms, *strategy, *limits, *place], folder)
    told = json.loads(call([*FIE, "show", str(folder / "run"), "--json"], folder))
    best = folder / "run" / "candidates" / told["best_candidate"] / "kernel.py"
    (folder / "best.py").write_text(best.read_text())
    judged = told["evaluations"] - 1
    return {"judged": judged, "own_score": told["best_score"], "seed_score": told["seed_score"]}


def stock_search(evaluations: int, rng_seed: int, folder: Path) -> dict[str, Any]:
    """Let OpenEvolve's own loop search, one worker."""
    terms = ("--iterations", str(evaluations), "--rng-seed", str(rng_seed))
    command = [sys.executable, "-m", "tests.bench.stock_search", "--kernel", str(SEED), *terms]
    call([*command, "--output", str(folder / "out")], folder)
    best = folder / "out" / "best"
    told = json.loads((best / "best_program_info.json").read_text())
    (folder / "best.py").write_text((best / "best_program.py").read_text())
    return {"judged": evaluations, "own_score": told["metrics"]["combined_score"]}


def rejudged(folders: Mapping[str, Path], place: Path) -> dict[str, float]:
    """Return each kind's best and the seed, judged side by side in one sitting."""
    kernels = {"seed": SEED, **{kind: folder / "best.py" for kind, folder in folders.items()}}
    copies = {kind: place / f"{kind}.py" for kind in kernels}
    place.mkdir(parents=True, exist_ok=True)
    for kind, path in kernels.items():
        copies[kind].write_text(path.read_text())
    output = place / "sitting.json"
    files = [str(path) for path in copies.values()]
    call([*FIE, "bench", "--track", TRACK, "--kernel", *files, "--output", str(output)], place)
    told = json.loads(output.read_text())
    scores = {row["name"]: row["score"] for row in told["kernels"]}
    return {kind: scores[kind] for kind in kernels}


def call(command: list[str], folder: Path) -> str:
    """Run a command from the checkout; its output is kept in `folder`, its stdout returned."""
    environment = {**os.environ, "FIE_TRACK": TRACK, "PYTHONPATH": python_path()}
    with (folder / "output").open("a") as output:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=output, text=True
        )
        output.write(done.stdout)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: see {output.name}")
    return done.stdout


def python_path() -> str:
    """Return where every process of the comparison finds the checkout."""
    parts = (ROOT, *(ROOT / part for part in ("tui", "engine", "evaluator")))
    return os.pathsep.join(map(str, parts))
