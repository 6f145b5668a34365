"""How a run's record begins: its terms, and what the user should know of them."""

from dataclasses import replace

from fie_engine import events as e
from fie_engine.config.models import heaviest_model
from fie_engine.config.tree import Config
from fie_engine.exchange.project_terms import remarks_on_project
from fie_engine.loop.heldout import held_out
from fie_engine.money.launch import asked_models, budget_of, unreachable
from fie_engine.propose.choose import ProposerChoice
from fie_engine.versions import versions
from fie_evaluator.scoring import ScoreRule, rule_for
from fie_evaluator.track import Track


def opening_of(
    run: str, config: Config, track: Track, choice: ProposerChoice
) -> tuple[e.Event, ...]:
    """Return a new run's first events: its terms, and what the user should know of them."""
    created = e.RunCreated(
        run=run,
        track=track.name,
        definition=track.definition,
        device=track.device_label,
        timing=track.timing,
        caveat=track.caveat,
        why_track=track.why,
        proposer=title(choice),
        why_proposer=choice.why,
        score_name=score_rule(config, track).name,
        seed_rng=config.search.seed_rng,
        iterations=config.search.iterations,
        islands=config.islands.count,
        versions=versions(),
        held_out=held_out(config, track),
        budget=budget_of(config),
    )
    out_of_reach = unreachable(budget_of(config), asked_models(config, choice))
    remarks = (*config.notes, *out_of_reach, *remarks_on_project(track, choice))
    return created, *(e.Noted(text=remark, level="warning") for remark in remarks)


def title(choice: ProposerChoice) -> str:
    """Return what every screen calls the proposer."""
    if choice.kind == "operators":
        return "operators (no LLM)"
    return f"{choice.title} + operators" if choice.mixed else choice.title


def as_launched(config: Config, choice: ProposerChoice) -> Config:
    """Return the configuration with the model that was chosen, so that a resume keeps it."""
    if choice.kind == "operators":
        return config
    search = replace(config.search, proposer="mixed" if choice.mixed else "llm")
    if heaviest_model(config)[0] is not None:
        return replace(config, search=search)
    model = replace(config.model, name=choice.model, base_url=choice.base_url)
    return replace(config, search=search, model=model)


def score_rule(config: Config, track: Track) -> ScoreRule:
    """Return the rule that turns an evaluation into the run's score."""
    return rule_for(track, config.task.score_mean, config.task.score_against)
