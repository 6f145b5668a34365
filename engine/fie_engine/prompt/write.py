"""A prompt for one ask: the kernel, its figures, its family's story, within a budget."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config
from fie_engine.exchange.project_terms import language_of
from fie_engine.prompt.brief import Brief
from fie_engine.prompt.checklist import checklist_text
from fie_engine.prompt.parts import (
    build_text,
    newest_profile,
    one_line,
    profile_text,
    standing,
    workload_table,
)
from fie_engine.prompt.project import MOST_CHARACTERS, artifacts_text, metrics_text
from fie_engine.prompt.room import Room, estimate_tokens, no_room, room_of
from fie_engine.prompt.story import attempts_of, failures_of, guidance_text
from fie_engine.prompt.template_files import sampler_of
from fie_engine.propose.base import Ask, Judged, NoProposal
from fie_engine.propose.source import evolve_span
from fie_evaluator.results import Evaluation

if TYPE_CHECKING:
    from openevolve.prompt.sampler import PromptSampler

OUTSIDE = "the names and the parameters of whatever is called from outside the block"
FEWEST_ATTEMPTS = 2
"Attempts that outlast the examples when a prompt is too long."
LONGEST_DEMAND = 900

_one_sampler_draws = threading.Lock()
"OpenEvolve's sampler draws from a module's generator, which is ours while we hold this."


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What is sent, and what had to stay behind."""

    system: str
    user: str
    tokens: int
    "Estimated, both texts together."
    room: Room
    left_out: tuple[str, ...]
    "Parts that the budget had no room for, the least useful first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The parts that a prompt can do without."""

    programs: tuple[Judged, ...]
    attempts: tuple[str, ...]
    "The nearest and newest first."
    failures: tuple[str, ...]
    checklist: str
    build: str
    profile: str
    reference: str


def build_prompt(ask: Ask, brief: Brief, config: Config) -> Prompt:
    """Return the ask's prompt; the same inputs give the same text. Imports openevolve.

    Raises ConfigError where a template of the user's can't be filled, and NoProposal where
    the kernel and the instructions alone have no room.
    """
    room, sampler = room_of(config), sampler_of(config)
    contents = contents_of(ask, brief, config)
    left_out: list[str] = []
    system, user = _render(sampler, ask, brief, config, contents)
    for name, smaller in _reductions(contents, config.prompting.top_programs):
        if estimate_tokens(system + user) <= room.tokens:
            break
        left_out.append(name)
        system, user = _render(sampler, ask, brief, config, smaller)
    tokens = estimate_tokens(system + user)
    if tokens > room.tokens:
        raise NoProposal(no_room(ask.parent.candidate.id, tokens, room))
    return Prompt(system=system, user=user, tokens=tokens, room=room, left_out=tuple(left_out))


def contents_of(ask: Ask, brief: Brief, config: Config) -> Contents:
    """Return all that there is to tell beside the kernel and its figures."""
    prompting, found = config.prompting, ask.parent.evaluation
    shown = prompting.top_programs + prompting.diverse_programs
    most = cast(int, dict(config.rest).get("prompt.max_artifact_bytes", MOST_CHARACTERS))
    return Contents(
        programs=ask.inspirations[:shown],
        attempts=attempts_of(ask, prompting.attempts),
        failures=failures_of(ask, prompting.attempts) if prompting.attempts else (),
        checklist=checklist_text(brief, ask.parent),
        build=build_text(found),
        profile=profile_text(*newest_profile(ask)) or artifacts_text(found, most),
        reference=brief.reference,
    )


def _reductions(contents: Contents, top: int) -> Iterator[tuple[str, Contents]]:
    """Yield ever smaller contents, each with the name of what it lost."""
    while len(contents.programs) > max(top, 1):
        contents, name = _without_last_program(contents)
        yield name, contents
    if contents.reference:
        contents = replace(contents, reference="")
        yield "the reference", contents
    while len(contents.programs) > 1:
        contents, name = _without_last_program(contents)
        yield name, contents
    if contents.failures:
        contents = replace(contents, failures=())
        yield "the run's failures", contents
    while len(contents.attempts) > FEWEST_ATTEMPTS:
        contents = replace(contents, attempts=contents.attempts[:-1])
        yield "an older attempt", contents
    if contents.programs:
        contents, name = _without_last_program(contents)
        yield name, contents
    lasting = {
        "checklist": "the checklist",
        "attempts": "the last attempts",
        "build": "the compiler's report",
        "profile": "the profile",
    }
    for part, name in lasting.items():
        if getattr(contents, part):
            contents = replace(contents, **{part: () if part == "attempts" else ""})  # type: ignore[arg-type]
            yield name, contents


def _without_last_program(contents: Contents) -> tuple[Contents, str]:
    dropped = contents.programs[-1].candidate.id
    return replace(contents, programs=contents.programs[:-1]), f"program {dropped}"


def _render(
    sampler: "PromptSampler", ask: Ask, brief: Brief, config: Config, contents: Contents
) -> tuple[str, str]:
    parent = ask.parent
    table = workload_table(parent.evaluation, brief.required_matched_ratio, ask.told.line)
    metrics = metrics_text(parent.evaluation)
    found = {"workloads": table, "build": contents.build, "profile": contents.profile}
    with _draws(random.Random(f"{ask.seed_rng}:{ask.proposal}:prompt")):
        built = sampler.build_prompt(
            current_program=parent.source.rstrip("\n"),
            program_metrics={"combined_score": parent.score},
            top_programs=[_program(judged) for judged in contents.programs],
            language=language_of(config),
            evolution_round=ask.proposal,
            diff_based_evolution=config.search.diffs,
            program_artifacts={name: text for name, text in found.items() if text},
            feature_dimensions=list(config.islands.feature_dimensions),
            candidate=parent.candidate.id,
            entry_point=brief.entry_point or OUTSIDE,
            standing=standing(ask, brief.score_name),
            guidance=_section("What the person in charge asks for", guidance_text(ask)),
            workloads=_section("Its workloads", table) + _section("Its metrics", metrics),
            build=_section("What the compiler made of it", contents.build),
            profile=_section(told_by(parent.evaluation), contents.profile),
            checklist=_section("The optimisation checklist", contents.checklist),
            attempts=_section("What was tried from it and its ancestors", contents.attempts),
            failures=_section("What else failed in this search", contents.failures),
        )
    facts = sampler.template_manager.get_template("track_facts")
    return f"{built['system'].rstrip()}\n\n{_facts(facts, ask, brief, contents)}", built["user"]


def told_by(evaluation: Evaluation) -> str:
    """Return the heading of what goes with the figures."""
    return "Where its time goes" if evaluation.score is None else "What the evaluator told"


def _facts(template: str, ask: Ask, brief: Brief, contents: Contents) -> str:
    reference = f"\nThe reference:\n```python\n{contents.reference.rstrip()}\n```"
    demands = [one_line(demand, LONGEST_DEMAND) for demand in ask.told.demands]
    constraints = "".join(f"- {constraint}\n" for constraint in (*brief.constraints, *demands))
    return template.format(
        title=brief.title,
        signature=f"{brief.entry_point}({', '.join(brief.parameters)})",
        device=brief.device,
        timing=brief.timing,
        score_name=brief.score_name,
        atol=f"{brief.atol:g}",
        rtol=f"{brief.rtol:.0%}",
        matched=f"{brief.required_matched_ratio:.0%}",
        axes=", ".join(brief.axes),
        tensors="\n".join(f"- {tensor}" for tensor in brief.tensors),
        constraints=f"\nMind:\n{constraints}" if constraints else "",
        reference=reference if contents.reference else "",
    )


def _section(heading: str, text: str | tuple[str, ...]) -> str:
    body = text if isinstance(text, str) else "\n".join(text)
    return f"## {heading}\n{body}\n\n" if body else ""


def _program(judged: Judged) -> dict[str, Any]:
    """Return a program as the sampler takes it: its evolve block, the rest is the same."""
    first, last = evolve_span(judged.source)
    candidate = judged.candidate
    note = f": {' '.join(candidate.note.split())[:160]}" if candidate.note else ""
    return {
        "id": candidate.id,
        "code": "\n".join(judged.source.splitlines()[first:last]).strip("\n"),
        "metrics": {"combined_score": judged.score},
        "key_features": [f"{candidate.id}, score {judged.score:.3f}{note}"],
    }


@contextmanager
def _draws(rng: random.Random) -> Iterator[None]:
    """Let the sampler draw from `rng` instead of the process-wide generator."""
    from openevolve.prompt import sampler

    with _one_sampler_draws:
        shared = sampler.random
        sampler.random = rng
        try:
            yield
        except (KeyError, IndexError) as error:
            raise ConfigError(
                f"prompt.template_dir: a template names {error}, which no prompt has"
            ) from error
        finally:
            sampler.random = shared
