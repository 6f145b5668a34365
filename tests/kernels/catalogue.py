"""Kernels that the judge must name, and kernels that it must let pass, as their files say.

`python tests/kernels/catalogue.py [--json]` lists them.
"""

import argparse
import ast
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["wrong", "right"]

ROOT = Path(__file__).parent
EVERYWHERE = ("cpu", "gpu")
DEFAULT_DEFINITION = "rmsnorm_h1024"
HEADERS = frozenset({"expect", "says", "on", "definition", "mode", "slow", "without policy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One kernel file and what its comments say of it."""

    name: str
    path: Path
    kind: Kind
    tries: str
    "What it does, in a line."
    devices: tuple[str, ...]
    'Where it means anything: "cpu", "gpu" or both.'
    expected: tuple[str, ...]
    "The statuses of which it must get one."
    says: str
    "What the verdict must tell; empty for a right one."
    definition: str
    mode: str
    slow: bool
    "Whether it takes until the judge's patience ends."
    without_policy: tuple[str, ...]
    "The statuses of which it must get one where only what is below the source policy holds."

    @property
    def source(self) -> str:
        """The kernel's text."""
        return self.path.read_text(encoding="utf-8")


def catalogue() -> tuple[Specimen, ...]:
    """Return every kernel of `wrong` and `right`."""
    kinds: tuple[Kind, ...] = ("wrong", "right")
    return tuple(
        read_specimen(path, kind) for kind in kinds for path in sorted((ROOT / kind).rglob("*.py"))
    )


def read_specimen(path: Path, kind: Kind) -> Specimen:
    """Read the comments on top of a kernel's file; ValueError for an unknown one."""
    source = path.read_text(encoding="utf-8")
    told = dict(headers(source))
    if unknown := set(told) - HEADERS:
        raise ValueError(f"{path}: unknown comments: {', '.join(sorted(unknown))}")
    on_gpu = path.parent.name == "gpu"
    return Specimen(
        name=path.stem,
        path=path,
        kind=kind,
        tries=(ast.get_docstring(ast.parse(source)) or "").partition("\n")[0],
        devices=listed(told.get("on", "gpu" if on_gpu else ", ".join(EVERYWHERE))),
        expected=listed(told["expect"]) if kind == "wrong" else ("PASSED",),
        says=told.get("says", ""),
        definition=told.get("definition", DEFAULT_DEFINITION),
        mode=told.get("mode", "search"),
        slow="slow" in told,
        without_policy=listed(told.get("without policy", "")),
    )


def headers(source: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each comment before the docstring."""
    for line in source.splitlines():
        if not line.startswith("# "):
            return
        name, _, value = line.removeprefix("# ").partition(":")
        yield name.strip(), value.strip()


def listed(words: str) -> tuple[str, ...]:
    """Return the parts between commas."""
    return tuple(word.strip() for word in words.split(",") if word.strip())


def main() -> None:
    """List the kernels, and count them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    specimens = catalogue()
    if parser.parse_args().json:
        print(json.dumps([asdict(each) for each in specimens], default=str, indent=1))
        return
    for each in specimens:
        print(f"{each.kind:5} {each.name:34} {'/'.join(each.expected)}: {each.tries}")
    wrong = sum(each.kind == "wrong" for each in specimens)
    print(f"{wrong} wrong, {len(specimens) - wrong} right")


if __name__ == "__main__":
    main()
