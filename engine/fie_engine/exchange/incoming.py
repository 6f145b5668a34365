"""A run that continues a checkpoint: its programs, islands, parents and scores as they were."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from fie_engine import events as e
from fie_engine.checklist.progress import steps_done
from fie_engine.config.load import Config, ConfigError
from fie_engine.config.tree import Islands
from fie_engine.config.written import to_toml
from fie_engine.errors import CheckpointError
from fie_engine.exchange.format import Checkpoint, StoredProgram, read_checkpoint
from fie_engine.exchange.scores import Judge, definition_of
from fie_engine.launch.folder import new_folder
from fie_engine.launch.seedfile import SeedFile, check_seed
from fie_engine.launch.start import LaunchOptions, settle, wish_of
from fie_engine.model import Candidate
from fie_engine.model import Origin as How
from fie_engine.population.members import copy_name
from fie_engine.propose.source import digest
from fie_engine.propose.team import choose_team
from fie_engine.record.opening import as_launched, opening_of, score_rule
from fie_engine.record.rundir import RunWriter, write_durably
from fie_evaluator.track import Track

LONGEST_NOTE = 200
Scores = Literal["auto", "keep", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to."""

    path: Path
    programs: int
    islands: int
    judged_again: bool
    why: str
    "Why they are, empty where a person asked for it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A checkpoint's programs as candidates."""

    programs: dict[str, StoredProgram] = field(default_factory=dict)
    "By candidate, oldest first."
    members: dict[str, tuple[str, int]] = field(default_factory=dict)
    "By the checkpoint's own id: candidate and island, -1 for none."

    def candidates(self, definition: str) -> Iterator[Candidate]:
        """Yield the candidates as programs for a definition."""
        for name, program in self.programs.items():
            parent, _ = self.members.get(program.parent, ("", -1))
            yield Candidate(
                id=name,
                parents=(parent,) if parent and parent != name else (),
                island=max(0, self.members[program.id][1]),
                generation=program.generation,
                origin=How.IMPORT,
                model="imported",
                note=program.note[:LONGEST_NOTE] or f"program {program.id}",
                digest=digest(program.code),
                done=steps_done(definition, program.code),
            )

    def places(self) -> list[tuple[str, int]]:
        """Return candidates and islands, each candidate's own island before its copies'."""
        return [(name, island) for name, island in self.members.values() if island >= 0]

    def apart(self) -> list[str]:
        """Return the candidates that are on no island."""
        return [name for name, island in self.members.values() if island < 0]

    def member_id(self, program: str) -> str:
        """Return the id under which the population holds one of the checkpoint's programs."""
        name, island = self.members[program]
        own = self.members[self.programs[name].id][1]
        return name if island == own else copy_name(name, island)


def import_checkpoint(
    path: Path, options: LaunchOptions, environ: Mapping[str, str], scores: Scores = "auto"
) -> Imported:
    """Create a run from a checkpoint; everything is checked before anything is written."""
    checkpoint = read_checkpoint(path.absolute())
    config, track = settle(options, environ)
    config = adopted(config, checkpoint, stated=options.config is not None)
    check_definition(checkpoint, track)
    judge = Judge(track=track, rule=score_rule(config, track), config=config)
    again, why = judges_again(checkpoint, judge, scores)
    roster = roster_of(checkpoint)
    first = next(iter(roster.programs.values()))
    check_seed(SeedFile(source=first.code, origin=f"program {first.id} of {path}"), track)
    choice = choose_team(config, environ, wish_of(options))
    writer = RunWriter.create((options.run_dir or new_folder(options, track)).absolute())
    try:
        write_durably(writer.path / "run.toml", to_toml(as_launched(config, choice)))
        for name, program in roster.programs.items():
            writer.save_source(name, program.code)
        opening = opening_of(writer.name, config, track, choice)
        told = queued(roster, track.definition) if again else taken_over(checkpoint, roster, judge)
        stopped = e.EngineStopped(state="stopped", reason=f"imported from {checkpoint.path}")
        writer.append(*opening, *told, stopped)
    except BaseException:
        writer.close()
        shutil.rmtree(writer.path, ignore_errors=True)
        raise
    writer.close()
    return Imported(
        path=writer.path,
        programs=len(roster.programs),
        islands=len(checkpoint.islands),
        judged_again=again,
        why=why,
    )


def adopted(config: Config, checkpoint: Checkpoint, *, stated: bool) -> Config:
    """Return the configuration with room for what the checkpoint holds."""
    islands, count = config.islands, len(checkpoint.islands)
    if stated and islands.count not in (count, Islands().count):
        raise ConfigError(
            f"database.num_islands: {islands.count}, but {checkpoint.path} has {count} islands: "
            f"set it to {count}; `fie-tui fork` founds more"
        )
    population = max(islands.population, len(checkpoint.programs))
    return replace(config, islands=replace(islands, count=count, population=population))


def check_definition(checkpoint: Checkpoint, track: Track) -> None:
    """Raise CheckpointError where our own checkpoint is known to be of another problem."""
    made = checkpoint.origin
    if made is not None and definition_of(made.definition) != definition_of(track.definition):
        raise CheckpointError(
            f"{checkpoint.path} is of {made.definition!r}, not of {track.definition!r}: "
            "choose its problem with --definition, --track or --evaluator"
        )


def judges_again(checkpoint: Checkpoint, judge: Judge, scores: Scores) -> tuple[bool, str]:
    """Return whether the programs are to be measured here before they compete, and why.

    Scores are kept where the same evaluator gave them, or the same clock on the same device.
    """
    if scores == "judge":
        return True, ""
    obstacle = judge.obstacle(checkpoint)
    if scores == "keep" and obstacle.final:
        raise CheckpointError(f"{checkpoint.path}: {obstacle.text}: import it with --judge-again")
    return bool(obstacle.text) and scores == "auto", obstacle.text


def roster_of(checkpoint: Checkpoint) -> Roster:
    """Name the candidates; an equal program on another island is a copy of the same candidate."""
    homes = {name: place for place, island in enumerate(checkpoint.islands) for name in island}
    roster, by_text = Roster(), dict[tuple[object, ...], str]()
    places: dict[str, set[int]] = {}
    for program in checkpoint.programs:
        island = homes.get(program.id, -1)
        text = (program.code, program.metrics)
        name = by_text.get(text, "")
        if not name or island < 0 or island in places[name] or -1 in places[name]:
            name = f"c{len(roster.programs):04d}"
            roster.programs[name] = program
            by_text[text] = name
            places[name] = set()
        places[name].add(island)
        roster.members[program.id] = (name, island)
    return roster


def queued(roster: Roster, definition: str) -> tuple[e.Event, ...]:
    """Return the events that have every program judged here, the oldest as the seed."""
    first, *others = roster.candidates(definition)
    seed = replace(first, origin=How.SEED, parents=(), island=0)
    return tuple(e.Proposed(proposal=0, candidate=made) for made in (seed, *others))


def taken_over(checkpoint: Checkpoint, roster: Roster, judge: Judge) -> tuple[e.Event, ...]:
    """Return the events that put every program where it was, with the score that it had."""
    told: list[e.Event] = []
    scored: dict[str, float] = {}
    for made in roster.candidates(judge.track.definition):
        evaluation, score, noise = judge.remembered(roster.programs[made.id])
        judged = e.Evaluated(candidate=made.id, evaluation=evaluation, score=score, noise=noise)
        told += [e.Proposed(proposal=0, candidate=made), judged]
        if evaluation.passed:
            scored[made.id] = score
    if not scored:
        raise CheckpointError(f"{checkpoint.path}: none of its programs has a score")
    best = best_of(checkpoint, roster, scored)
    members = [place for place in roster.places() if place[0] in scored]
    peopled = {island for _, island in members}
    empty = [island for island in range(len(checkpoint.islands)) if island not in peopled]
    event = e.TakenOver(
        source=str(checkpoint.path),
        iteration=checkpoint.iteration,
        members=tuple(members) + tuple((best, island) for island in empty),
        apart=tuple(name for name in roster.apart() if name in scored),
        archive=tuple(
            roster.member_id(name)
            for name in checkpoint.archive
            if roster.members[name][0] in scored
        ),
        generations=checkpoint.generations or (0,) * len(checkpoint.islands),
    )
    unit = judge.unit
    return *told, event, e.Improved(candidate=best, score=scored[best], previous=0.0, unit=unit)


def best_of(checkpoint: Checkpoint, roster: Roster, scored: Mapping[str, float]) -> str:
    """Return the candidate that the checkpoint calls the best, or else the one that scores so."""
    named, _ = roster.members.get(checkpoint.best, ("", -1))
    top = max(scored, key=scored.__getitem__)
    return named if scored.get(named) == scored[top] else top
