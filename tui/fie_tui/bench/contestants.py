"""What a benchmark judges: kernel files and flashinfer-bench solutions, each under a name."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fie_engine.launch.seedfile import read_kernel
from fie_evaluator.errors import FieError
from fie_evaluator.promotion.solution import language_of, read_solution
from fie_evaluator.promotion.submission import file_name
from fie_evaluator.track import Track


class NothingToJudge(FieError):
    """No kernel was named, or solutions that can't be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """One kernel to be judged."""

    name: str
    path: Path
    language: str
    source: str = ""
    "The whole kernel file; empty for a solution."
    solution: str = ""
    "flashinfer-bench's JSON; empty for a kernel file."
    definition: str = ""
    "What a solution says that it solves; empty for a kernel file."

    @property
    def sha256(self) -> str:
        """The digest of what is judged."""
        return hashlib.sha256((self.source or self.solution).encode()).hexdigest()


def read_contestants(kernels: Sequence[Path], solutions: Sequence[Path]) -> tuple[Contestant, ...]:
    """Read every file, under names that differ; raises a FieError that names the file."""
    found = [*map(_of_kernel, kernels), *map(_of_solution, solutions)]
    if not found:
        raise NothingToJudge("nothing to judge: name kernels with --kernel or --solution")
    return tuple(_distinct(found))


def definition_asked(contestants: Iterable[Contestant]) -> str | None:
    """Return the one definition that the solutions are for; None where there are none."""
    names = sorted({each.definition for each in contestants if each.definition})
    if len(names) > 1:
        raise NothingToJudge(f"the solutions are for several definitions: {', '.join(names)}")
    return names[0] if names else None


def check_definition(contestants: Iterable[Contestant], track: Track) -> None:
    """Raise NothingToJudge where a solution is for another definition than the track's."""
    for each in contestants:
        if each.definition not in ("", track.definition):
            raise NothingToJudge(
                f"{each.path} is for {each.definition}, but the track {track.name} judges "
                f"{track.definition}: leave --track out, or name the solution's"
            )


def _of_kernel(path: Path) -> Contestant:
    source = read_kernel(path)
    return Contestant(name=path.stem, path=path, language=language_of(source), source=source)


def _of_solution(path: Path) -> Contestant:
    solution = read_solution(path)
    return Contestant(
        name=solution.name,
        path=path,
        language=solution.language,
        solution=solution.text,
        definition=solution.definition,
    )


def _distinct(contestants: Iterable[Contestant]) -> Iterable[Contestant]:
    taken: set[str] = set()
    for contestant in contestants:
        plain = name = file_name(contestant.name)
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name)
        yield replace(contestant, name=name)
