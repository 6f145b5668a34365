"""Everything that a run can be told: OpenEvolve's own keys and the `fie:` section."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal

from fie_engine.config.declared import ours, stock
from fie_engine.config.keys import Plain
from fie_engine.money.prices import PriceTable
from fie_engine.redact import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is searched for."""

    track: str = ours("track", "str", "auto")
    '"auto" takes the real track where a GPU and a data set are there, else "moe-mini".'
    dataset: str = ours("dataset", "str", "")
    "Root of a flashinfer-trace data set; empty for the track's own."
    definition: str = ours("definition", "str", "")
    "The definition's name; empty for the track's own."
    score_mean: Literal["geometric", "arithmetic"] = ours(
        "score_mean", "str", "geometric", choices=("geometric", "arithmetic")
    )
    "Which mean of the per-workload speedups is the score."
    score_against: Literal["reference", "baseline"] = ours(
        "score_against", "str", "reference", choices=("reference", "baseline")
    )
    "What the speedups are measured against; a baseline's latencies are stored with its track."
    timing: Literal["library", "span"] = ours(
        "timing", "str", "library", choices=("library", "span")
    )
    "The clock on a GPU: as flashinfer-bench times, or from first kernel start to last kernel end."


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How long the search goes on, and what a child may look like."""

    iterations: int = stock("max_iterations", 200, low=1)
    "Proposals until the run is finished."
    stale_limit: int | None = stock("early_stopping_patience", 40, low=1)
    "Evaluations in a row without a new best that end the run; null never ends it early."
    seed_rng: int = stock("random_seed", 42)
    "Decides every random draw: the same seed, replies and results give the same run."
    checkpoint_interval: int = stock("checkpoint_interval", 20, low=1)
    "Evaluations between two checkpoints in OpenEvolve's format."
    max_code_length: int = stock("max_code_length", 200_000, low=1)
    "Characters that a whole kernel file may have."
    diffs: bool = stock("diff_based_evolution", True)
    "Whether a model answers in SEARCH/REPLACE blocks; otherwise it rewrites the evolve block."
    diff_pattern: str = stock("diff_pattern", r"<<<<<<< SEARCH\n(.*?)=======\n(.*?)>>>>>>> REPLACE")
    "A pattern of your own replaces our tolerant reader of blocks."
    enforce_evolve_blocks: Literal[True] = stock("enforce_evolve_blocks", True)
    "Always true here: a child differs from its parent inside the evolve block only."
    proposer: Literal["auto", "operators", "llm", "mixed"] = ours(
        "proposer", "str", "auto", choices=("auto", "operators", "llm", "mixed")
    )
    """"auto" takes a model that is configured or reachable, else the embedded operators; "mixed"
    takes the model, and lets the operators tune what it wrote while it thinks."""
    mend: bool = ours("mend", "bool", True)
    "Whether a model is asked once to put right a reply that doesn't apply or compile."
    operator_share: float = ours("operator_share", "float", 0.5, low=0, high=1)
    "Mixed: share of the iterations that the operators may use up; the model has the rest."
    strategy: Literal["evolve", "best-of-n"] = ours(
        "strategy", "str", "evolve", choices=("evolve", "best-of-n")
    )
    '"best-of-n" derives every child from the seed, as a baseline: nothing is bred.'
    model_choice: Literal["weights", "adaptive"] = ours(
        "model_choice", "str", "weights", choices=("weights", "adaptive")
    )
    """Who of several models is asked: drawn by their weights, or by what each has brought per
    dollar (per token where a price is unknown or nothing)."""
    proposals_in_flight: int | str = ours("proposals_in_flight", "count", "auto", low=1)
    """Proposals asked for at once. "auto" measures answers and evaluations, and asks for as many
    as keep the leases busy; with the operators on one lease that is 1, which repeats exactly."""
    most_in_flight: int = ours("most_in_flight", "int", 8, low=1)
    'What "auto" goes up to.'
    waiting_limit: int = ours("waiting_limit", "int", 4, low=1)
    "Proposed candidates that may wait for a lease; while as many do, no more are asked for."
    outdated_limit: int = ours("stale_limit", "int", 2, low=1)
    """Those of them whose parent was beaten on its island since it was asked; the same holds.
    They are judged all the same: they are paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Islands:
    """The population and how it breeds."""

    count: int = stock("database.num_islands", 3, low=1)
    population: int = stock("database.population_size", 200, low=1)
    "Members over all islands; the worst that nobody pinned make room."
    archive: int = stock("database.archive_size", 40, low=1)
    "Best members kept aside as parents for any island; at most the population."
    migration_interval: int = stock("database.migration_interval", 20, low=1)
    "Generations of an island between two migrations."
    migration_rate: float = stock("database.migration_rate", 0.1, low=0, high=1)
    "Share of an island's members that migrate, 0 to 1."
    exploration: float = stock("database.exploration_ratio", 0.2, low=0, high=1)
    "Share of parents drawn at random from the island, 0 to 1."
    exploitation: float = stock("database.exploitation_ratio", 0.7, low=0, high=1)
    "Share of parents drawn from the archive, 0 to 1; with exploration at most 1."
    feature_dimensions: tuple[str, ...] = stock(
        "database.feature_dimensions", ("complexity", "score")
    )
    'Axes of the MAP-Elites grid; never "diversity", which blocks a resumed run for minutes.'
    checklist_axes: Literal["auto", "count", "steps", "off"] = ours(
        "checklist_axes", "str", "auto", choices=("auto", "count", "steps", "off")
    )
    """Axes that a definition's checklist adds to them: how many steps are done, or one for each
    step; "auto" counts, unless other axes than the usual ones are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """How candidates are judged while the search goes on."""

    profile: str = ours("profile", "profile", "auto")
    """Which candidates that passed are profiled: "never", "always", "new-best" (and the seed)
    or "every-N"; "auto" is always on a CPU, and new-best on a GPU with Nsight Compute."""
    retime: bool = ours("retime", "bool", True)
    "Whether a candidate too close to the best to call is timed again, in turns with it."
    retime_margin: float = ours("retime_margin", "float", 2.0, low=1)
    "Joint noises above the best from which a candidate is a new best without that."
    quick_cut: float | None = ours("quick_cut", "float?", None, low=0, high=1)
    """Share of the best's speed below which a candidate is timed on the quick workloads only;
    0 for never, null for 0.4 where the track has quick workloads and is on a GPU."""
    held_out: float | None = ours("held_out", "float?", None, low=0, high=0.5)
    """Share of the workloads that the search never sees and a promotion tells apart; null for 2
    of 19 where a track has at least 10, and none where it has fewer."""
    evaluator: str = ours("evaluator", "evaluator", "local")
    """Where: "local"; "ray", a Ray of this machine alone; "ray://auto", the cluster that this
    machine is in; "ray://HOST:PORT", a Ray Client server; or an OpenEvolve evaluator's FILE.py,
    which says what is searched for, too."""
    evaluator_environment: tuple[str, ...] = ours("evaluator_environment", "texts", ())
    "Names of environment variables that such a file may read besides the usual harmless ones."
    slots: int | None = ours("slots", "int?", None, low=1)
    "Evaluations at once; null is one per GPU of the first one's model, and one on a CPU."
    timeout_s: int | None = stock("evaluator.timeout", None, low=1)
    "Wall time that one candidate may take in the search; null leaves it to the track."


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Which language model proposes, and how it is asked."""

    name: str | None = stock("llm.primary_model", None)
    base_url: str | None = stock("llm.api_base", None)
    "Where its OpenAI-compatible API is, with /v1; null leaves it to the environment."
    provider: str | None = stock("llm.provider", None)
    'Null or "openai": any server that speaks the OpenAI chat API.'
    temperature: float | None = stock("llm.temperature", 0.7, low=0)
    top_p: float | None = stock("llm.top_p", None, low=0, high=1)
    max_tokens: int | None = stock("llm.max_tokens", 8192, low=1)
    "Longest reply, tokens, thinking included."
    timeout_s: int | None = stock("llm.timeout", 120, low=1)
    "Silence after which a request counts as lost, seconds; three times that for the first."
    reply_limit_s: int = ours("reply_limit", "int", 900, low=1)
    "Longest time that a whole reply may take, seconds."
    retries: int | None = stock("llm.retries", 3, low=0)
    "Further attempts after a busy or broken connection."
    retry_delay_s: int | None = stock("llm.retry_delay", 2, low=0)
    "First pause between attempts, seconds; doubles, with jitter."
    random_seed: int | None = stock("llm.random_seed", None)
    "Sent with each request where given; most servers ignore it."
    reasoning_effort: str | None = stock("llm.reasoning_effort", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompting:
    """What a prompt holds."""

    system_message: str = stock("prompt.system_message", "system_message")
    "A template's name, or the text itself."
    template_dir: str | None = stock("prompt.template_dir", None)
    "A folder of templates that replace ours of the same name."
    top_programs: int = stock("prompt.num_top_programs", 2, low=0)
    diverse_programs: int = stock("prompt.num_diverse_programs", 1, low=0)
    artifact_security_filter: bool = stock("prompt.artifact_security_filter", False)
    "OpenEvolve's own filter; it eats long kernel names, and our prompts hold no secrets."
    attempts: int = ours("prompt_attempts", "int", 10, low=0)
    "Earlier attempts of the parent's lineage that are shown, newest first, failures alike as one."
    budget_tokens: int = ours("prompt_tokens", "int", 24_000, low=500)
    "Estimated size of a whole prompt; the least useful parts are left out to keep it."
    context_tokens: int | tuple[tuple[str, int], ...] | None = ours(
        "context_tokens", "int or map of ints?", None, low=1
    )
    "What a model can look at, reply included; a number for all, or one by model's name."


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What a run may cost; the first limit that is reached ends it, null is none."""

    budget_usd: float | None = ours("budget_usd", "limit?", None)
    "Dollars for models' replies; every model needs a price."
    budget_tokens: int | None = ours("budget_tokens", "whole limit?", None)
    "Tokens of models' prompts and replies."
    budget_gpu_seconds: float | None = ours("budget_gpu_seconds", "limit?", None)
    "Seconds of judging, over all leases; on a CPU those of its judge."
    budget_hours: float | None = ours("budget_hours", "limit?", None)
    "Hours in which the search runs; pauses don't count."
    prices: PriceTable = ours("prices", "map of prices", ())
    "Dollars per million tokens by model: [in, out] or [in, out, cached in]."


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A run's whole configuration."""

    task: Task = Task()
    search: Search = Search()
    islands: Islands = Islands()
    judging: Judging = Judging()
    model: Model = Model()
    prompting: Prompting = Prompting()
    money: Money = Money()
    rest: tuple[tuple[str, Plain], ...] = ()
    "OpenEvolve's other keys as they were given: dotted key and value."
    secrets: tuple[tuple[str, Secret], ...] = ()
    "API keys by dotted key; a value may be a ${VARIABLE} that only the CLI resolves."
    notes: tuple[str, ...] = field(default=(), compare=False)
    "What was not taken as written, and why; for the screen."


def sections(config: Config) -> tuple[object, ...]:
    """Return the typed sections in the order in which they are written."""
    return (
        config.task,
        config.search,
        config.islands,
        config.judging,
        config.model,
        config.prompting,
        config.money,
    )


def settings(config: Config) -> dict[str, Plain]:
    """Return every setting under its dotted key, API keys left out."""
    typed = {path: value for part in sections(config) for path, value in _entries(part)}
    return {**typed, **dict(config.rest)}


def _entries(part: object) -> Iterator[tuple[str, Plain]]:
    for item in fields(part):  # type: ignore[arg-type]
        yield item.metadata["path"], getattr(part, item.name)
