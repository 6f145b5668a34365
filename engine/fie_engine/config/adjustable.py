"""Which settings may change while the search goes on."""

import json
import re
from collections.abc import Mapping

from fie_engine.events_steering import Scalar

ADJUSTABLE: Mapping[str, str] = {
    "fie.proposals_in_flight": "proposals in flight at once",
    "fie.most_in_flight": "what an automatic number of them goes up to",
    "fie.waiting_limit": "candidates that may wait for a lease",
    "fie.stale_limit": "those of them whose parent was beaten since",
    "fie.mend": "whether a model may put a failed reply right",
    "fie.model_choice": "weights or adaptive: who of several models is asked",
    "fie.slots": "evaluations at once, at most as many as the run started with",
    "fie.retime": "whether close calls are timed in turns",
    "fie.retime_margin": "joint noises above the best from which they are not",
    "fie.quick_cut": "share of the best's speed below which a candidate is cut short",
    "early_stopping_patience": "evaluations without a new best that end the search",
    "fie.budget_usd": "dollars after which the search ends",
    "fie.budget_tokens": "tokens after which it ends",
    "fie.budget_gpu_seconds": "seconds of judging after which it ends",
    "fie.budget_hours": "hours of running after which it ends",
    "checkpoint_interval": "evaluations between two checkpoints",
    "database.migration_interval": "generations between two migrations",
    "database.migration_rate": "share of an island that migrates",
    "database.exploration_ratio": "share of parents drawn at random",
    "database.exploitation_ratio": "share of parents drawn from the archive",
}
"Dotted keys, and what each says."

WEIGHT = re.compile(r"llm\.models\.\d+\.weight")
"How often one of several models is asked."


def is_adjustable(name: str) -> bool:
    """Whether a setting may change while the search goes on."""
    return name in ADJUSTABLE or WEIGHT.fullmatch(name) is not None


def read_value(text: str) -> Scalar:
    """Return what a person typed as a value: null, true, false, a number or a text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float | str | None) else text
