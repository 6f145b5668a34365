"""How long a new run may take and what it may cost, from what runs here came to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from fie_engine.config.tree import Config
from fie_engine.model import Usage
from fie_engine.money.cost import dollars
from fie_engine.money.prices import charged, is_at_home
from fie_engine.propose.choose import ProposerChoice, endpoint
from fie_engine.record.opening import title
from fie_evaluator.track import Track
from fie_tui.looks import figures
from fie_tui.told.glance import Glance

FEWEST_ITERATIONS = 3
"A run that had fewer says nothing about the next."


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A guess in words; "unknown" where nothing is known."""

    time: str
    cost: str


def estimate(
    config: Config, track: Track, choice: ProposerChoice, glances: Iterable[Glance]
) -> Estimate:
    """Return what a run on these terms may take."""
    alike = [
        glance
        for glance in glances
        if glance.created is not None
        and glance.created.definition == track.definition
        and glance.created.device == track.device_label
        and glance.created.proposer == title(choice)
        and glance.iterations >= FEWEST_ITERATIONS
    ]
    return Estimate(time=_time(config, track, choice, alike), cost=_cost(config, choice, alike))


def _time(config: Config, track: Track, choice: ProposerChoice, alike: Sequence[Glance]) -> str:
    paces = [glance.pace_s for glance in alike if glance.pace_s]
    if not paces:
        return f"unknown: no run of {track.name} on {track.device_label} by {title(choice)} yet"
    iterations, pace_s = config.search.iterations, median(paces)
    told = f"about {figures.duration(iterations * pace_s)}"
    stale = config.search.stale_limit
    sooner = f"; ends after {stale} without a new best" if stale else ""
    return f"{told}: {iterations} × {pace_s:.1f} s, as in {_runs(len(paces))}{sooner}"


def _cost(config: Config, choice: ProposerChoice, alike: Sequence[Glance]) -> str:
    if choice.kind == "operators":
        return "nothing: no model is asked"
    paid = [one.cost.usd / one.iterations for one in alike if one.cost.replies and one.cost.usd]
    if paid:
        usd = median(paid) * config.search.iterations
        return f"about {dollars(usd)}, as in {_runs(len(paid))} here"
    if is_at_home(choice.base_url):
        return "nothing: the server is at home"
    asked = endpoint(choice, config)
    longest = Usage(
        prompt_tokens=config.prompting.budget_tokens, completion_tokens=asked.max_tokens or 0
    )
    usd_each = charged(longest, choice.model, choice.base_url, asked.price).usd
    if usd_each is None:
        return f"unknown: nobody says what {choice.model} costs at {choice.base_url}"
    most = dollars(usd_each * config.search.iterations)
    return f"at most {most}, if every prompt and reply were as long as they may be"


def _runs(count: int) -> str:
    return f"{count} run{'' if count == 1 else 's'}"
