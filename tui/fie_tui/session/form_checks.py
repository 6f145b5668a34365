"""What is wrong with a new run before it is started: by the launch's own checks, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from fie_engine.config.tree import Config
from fie_engine.errors import RunError
from fie_engine.launch.folder import new_path
from fie_engine.launch.seedfile import SeedFile, choose_seed
from fie_engine.launch.start import LaunchOptions, settle, wish_of
from fie_engine.money.launch import asked_models, budget_of, check_budget, unreachable
from fie_engine.population.grid import with_checklist
from fie_engine.prompt.check import check_prompts
from fie_engine.prompt.room import with_contexts
from fie_engine.propose.choose import ProposerChoice, ask_for_models
from fie_engine.propose.preflight import check_models
from fie_engine.propose.team import choose_team, configs_of, prompted_by
from fie_engine.record.opening import title
from fie_evaluator.dataset.check import Held, Inventory, inspect_dataset
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.errors import FieError
from fie_evaluator.policy.review import violations
from fie_evaluator.track import Track
from fie_tui.flags.grammar import parse
from fie_tui.flags.launching import launch_options
from fie_tui.told.estimate import Estimate, estimate
from fie_tui.told.glance import Glance
from fie_tui.told.new_run import FIELDS, NewRun, budget_problem, number_problem, words_of

Sign = Literal["ok", "warn", "wrong", "waits"]
"""warn: it would start, but not as one may think; wrong: it would be refused; waits: for
another field."""

UNKNOWN = Estimate(time="unknown until the fields above are right", cost="unknown until then")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the checks say of one field."""

    sign: Sign
    words: str


Verdicts = dict[str, Verdict]
"By the field's name; none for a field that there is nothing to say of."


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checks say of a form."""

    form: NewRun
    "As it was checked."
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    estimate: Estimate = UNKNOWN

    @property
    def wrong(self) -> tuple[str, ...]:
        """Fields because of which a launch would be refused, in the form's order."""
        told = self.verdicts
        return tuple(name for name in FIELDS if name in told and told[name].sign == "wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a check goes by besides the form."""

    place: tuple[str, ...]
    environ: Mapping[str, str]
    glances: tuple[Glance, ...]


def check(form: NewRun, around: Surroundings) -> Checked:
    """Return what the launch would say; asks the model server, reads files, writes nothing."""
    verdicts = check_numbers(form)
    options = launch_options(parse(words_of(form, around.place)), around.environ)
    guess = UNKNOWN
    try:
        track, config = _task(form, options, around.environ, verdicts)
        seed = _seed(options, track, verdicts)
        guess = _proposer(form, options, config, track, seed, around, verdicts)
    except _Ended:
        _let_wait(form, verdicts)
    return Checked(form=form, verdicts=verdicts, estimate=guess)


def check_numbers(form: NewRun) -> Verdicts:
    """Return what is wrong with what needs no look elsewhere."""
    told = {
        "islands": number_problem(form.islands),
        "iterations": number_problem(form.iterations),
        "budget": budget_problem(form.budget),
    }
    return {name: _wrong(problem) for name, problem in told.items() if problem}


def _let_wait(form: NewRun, verdicts: Verdicts) -> None:
    """Say of what was typed, but couldn't be looked at, that it waits."""
    for name in ("kernel", "model", "server", "name"):
        if name not in verdicts and getattr(form, name).strip():
            verdicts[name] = Verdict(sign="waits", words="not looked at until the rest is right")


class _Ended(Exception):
    """What follows can't be checked before a field is right."""


def _task(
    form: NewRun, options: LaunchOptions, environ: Mapping[str, str], verdicts: Verdicts
) -> tuple[Track, Config]:
    inventory = _inventory(options.dataset, verdicts)
    try:
        config, track = settle(options, environ)
        config = with_checklist(config, track.definition)
    except FieError as error:
        name = "islands" if "num_islands" in str(error) else "track"
        verdicts[name] = _wrong(str(error))
        raise _Ended from None
    except OSError as error:
        verdicts["dataset"] = _wrong(f"it can't be read: {error.strerror}")
        raise _Ended from None
    told = f"{track.name} on {track.device_label}"
    caveat = f", {track.caveat}" if track.caveat else ""
    verdicts["track"] = Verdict(sign="ok", words=f"{told}{caveat}: {track.why}")
    verdicts["dataset"] = _dataset(track, inventory)
    _name(options, track, verdicts)
    return track, config


def _inventory(root: Path | None, verdicts: Verdicts) -> Inventory | None:
    if root is None:
        return None
    try:
        return inspect_dataset(root)
    except (FieError, OSError) as error:
        verdicts["dataset"] = _wrong(str(error))
        verdicts["track"] = Verdict(sign="waits", words="waits for the data set")
        raise _Ended from None


def _dataset(track: Track, inventory: Inventory | None) -> Verdict:
    held = (
        next((one for one in inventory.definitions if one.name == track.definition), None)
        if inventory
        else None
    )
    if held is None:
        count = len(read_workloads(track.dataset, track.definition))
        words = f"{count} workloads at {track.dataset}"
        return Verdict(sign="warn" if inventory else "ok", words=_unused(inventory) + words)
    told = _held(held)
    if held.problems:
        problems = f"{held.problems} problem{'' if held.problems == 1 else 's'}"
        words = f"{told}, but {problems}: fie-tui dataset check {track.dataset}"
        return Verdict(sign="warn", words=words)
    return Verdict(sign="ok", words=f"complete: {told}")


def _unused(inventory: Inventory | None) -> str:
    return "not used here: " if inventory else ""


def _held(held: Held) -> str:
    routing = "" if held.routing == "–" else f", {held.routing} routing"
    return f"{held.workloads} workloads, {held.blob_bytes / 1e6:,.0f} MB to read{routing}"


def _name(options: LaunchOptions, track: Track, verdicts: Verdicts) -> None:
    try:
        path = new_path(options, track)
        if (path / "run.db").exists():
            raise RunError(f"{path.name} exists already: take another name, or resume it with r")
    except RunError as error:
        verdicts["name"] = _wrong(str(error))
    else:
        # Without a name the folder is called after the second in which it starts.
        shown = path.name if options.name else f"{track.name}-DATE-TIME"
        verdicts["name"] = Verdict(sign="ok", words=f"{path.parent / shown}")


def _seed(options: LaunchOptions, track: Track, verdicts: Verdicts) -> SeedFile:
    try:
        seed = choose_seed(options.kernel, None, options.runs_root, track)
    except FieError as error:
        verdicts["kernel"] = _wrong(str(error))
        raise _Ended from None
    try:
        found = violations(seed.source)
    except (SyntaxError, ValueError, RecursionError) as error:
        found = []
        verdicts["kernel"] = _wrong(f"it can't be read: {error}")
        raise _Ended from None
    size = f"{len(seed.source.splitlines())} lines"
    if found:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        words = f"the judge will refuse it: {found[0]}{more}"
        verdicts["kernel"] = Verdict(sign="warn", words=words)
    else:
        words = f"{seed.origin}, {size}: entry point and source policy are fine"
        verdicts["kernel"] = Verdict(sign="ok", words=words)
    return seed


def _proposer(
    form: NewRun,
    options: LaunchOptions,
    config: Config,
    track: Track,
    seed: SeedFile,
    around: Surroundings,
    verdicts: Verdicts,
) -> Estimate:
    try:
        choice = choose_team(config, around.environ, wish_of(options))
    except FieError as error:
        verdicts["server" if "--base-url" in str(error) and form.server else "model"] = _wrong(
            str(error)
        )
        raise _Ended from None
    verdicts["proposer"] = Verdict(sign="ok", words=f"{title(choice)}: {choice.why}")
    if choice.kind == "operators":
        _idle_model(form, verdicts)
    else:
        config = _server(choice, config, track, seed, verdicts)
    _budget(config, choice, verdicts)
    return estimate(config, track, choice, around.glances)


def _idle_model(form: NewRun, verdicts: Verdicts) -> None:
    for name, typed in (("model", form.model), ("server", form.server)):
        if typed.strip():
            verdicts[name] = Verdict(sign="warn", words="not asked: the operators propose")


def _server(
    choice: ProposerChoice, config: Config, track: Track, seed: SeedFile, verdicts: Verdicts
) -> Config:
    key = "with your key" if choice.api_key else "without a key"
    try:
        checked = check_models(choice, configs_of(choice, config), seed.source)
        config = with_contexts(config, checked.contexts)
        notes = (*checked.notes, *check_prompts(prompted_by(choice, config), track, seed.source))
    except FieError as error:
        name = "server" if "key" in str(error) else "model"
        verdicts[name] = _wrong(str(error))
        raise _Ended from None
    listed = ask_for_models(choice.base_url, choice.api_key)
    if listed is None:
        words = f"no answer, or no list of models: the search would wait for {choice.base_url}"
        verdicts["server"] = Verdict(sign="warn", words=words)
        verdicts["model"] = Verdict(sign="warn", words="nobody says whether it is served")
        return config
    verdicts["server"] = Verdict(sign="ok", words=f"it answers, {key}: {choice.base_url}")
    room = dict(checked.contexts).get(choice.model)
    context = f"{room:,} tokens of context" if room else "how much context isn't said"
    if notes:
        verdicts["model"] = Verdict(sign="warn", words="; ".join(notes))
    else:
        verdicts["model"] = Verdict(sign="ok", words=f"served, {context}: {choice.model}")
    return config


def _budget(config: Config, choice: ProposerChoice, verdicts: Verdicts) -> None:
    if "budget" in verdicts:
        return
    budget = budget_of(config)
    try:
        check_budget(budget, asked_models(config, choice))
    except FieError as error:
        verdicts["budget"] = _wrong(str(error))
        return
    idle = tuple(unreachable(budget, asked_models(config, choice)))
    if idle:
        verdicts["budget"] = Verdict(sign="warn", words="; ".join(idle))
    elif any(budget.limits()):
        verdicts["budget"] = Verdict(sign="ok", words="the first limit that is reached ends it")


def _wrong(problem: str) -> Verdict:
    return Verdict(sign="wrong", words=problem)
