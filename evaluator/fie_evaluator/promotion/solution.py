"""A kernel file as flashinfer-bench's Solution."""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fie_evaluator.errors import FieError
from fie_evaluator.syntax import parsed
from fie_evaluator.track import Track

if TYPE_CHECKING:
    from flashinfer_bench.data import Solution

KERNEL_FILE = "kernel.py"
ENTRY_POINT = f"{KERNEL_FILE}::kernel"
VALIDATION_TIMEOUT_S = 120.0


class SubmissionError(FieError):
    """The kernel cannot be packed; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSolution:
    """A solution that flashinfer-bench accepts: any language, any files."""

    name: str
    definition: str
    language: str
    text: str
    "The whole JSON object, as flashinfer-bench writes it."


def language_of(source: str) -> str:
    """Return flashinfer-bench's name for the kernel's language: "triton" or "python"."""
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError, RecursionError):
        return "python"
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                continue
        if any(module.split(".")[0] == "triton" for module in modules):
            return "triton"
    return "python"


def solution_fields(track: Track, source: str, name: str, author: str) -> dict[str, Any]:
    """Return the Solution's JSON object; nothing heavy is imported."""
    return {
        "name": name,
        "definition": track.definition,
        "author": author,
        "spec": {
            "language": language_of(source),
            "target_hardware": ["cpu" if track.device == "cpu" else "cuda"],
            "entry_point": ENTRY_POINT,
            "destination_passing_style": True,
        },
        "sources": [{"path": KERNEL_FILE, "content": source}],
    }


def solution_of(track: Track, source: str, name: str, author: str) -> "Solution":
    """Build the library's Solution; imports torch, so only a worker calls this."""
    from flashinfer_bench.data import Solution

    return Solution.model_validate(solution_fields(track, source, name, author))


def read_solution(path: Path) -> GivenSolution:
    """Return the solution in a JSON file; SubmissionError where the library refuses it."""
    try:
        text = validated(path.read_bytes())
    except OSError as error:
        raise SubmissionError(f"{path} can't be read: {error.strerror}.") from error
    except SubmissionError as error:
        raise SubmissionError(f"{path}: {error}") from error
    told = json.loads(text)
    return GivenSolution(
        name=told["name"],
        definition=told["definition"],
        language=told["spec"]["language"],
        text=text,
    )


def validated_json(fields: dict[str, Any]) -> str:
    """Return the Solution as flashinfer-bench itself writes it."""
    return validated(json.dumps(fields).encode())


def validated(text: bytes) -> str:
    """Return a Solution's JSON as flashinfer-bench writes it; SubmissionError if it refuses.

    A child process does it: importing the library here would stall the board for seconds.
    """
    child = Path(__file__).with_name("solution_child.py")
    try:
        # -P keeps this package's folder off the child's path, where it would shadow modules.
        ran = subprocess.run(
            [sys.executable, "-P", str(child)],
            input=text,
            capture_output=True,
            timeout=VALIDATION_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SubmissionError(f"flashinfer-bench could not validate it: {error}.") from error
    if ran.returncode != 0:
        told = ran.stderr.decode(errors="replace").strip().splitlines()
        last = (told or ["it ended without a word"])[-1]
        raise SubmissionError(f"flashinfer-bench refuses the solution: {last}")
    return ran.stdout.decode()
