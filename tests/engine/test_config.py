"""The configuration: what it takes, what it refuses, and what it keeps to itself."""

import dataclasses
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fie_engine.config.foreign import STOCK
from fie_engine.config.load import Config, ConfigError, describe, load_config, openevolve_config
from fie_engine.config.tree import settings
from fie_engine.config.written import to_toml
from fie_engine.redact import Secret

STOCK_FILE = """\
max_iterations: 60
random_seed: 7
language: python
llm:
  primary_model: "gpt-4o-mini"
  primary_model_weight: 0.8
  api_base: "https://api.openai.com/v1"
  api_key: ${OPENAI_API_KEY}
  temperature: 1
  models:
    - name: a
      weight: 0.25
      api_key: sk-of-model-a-0123456789
    - name: b
prompt:
  num_top_programs: 4
  template_variations:
    improvement_suggestion: ["one", "two"]
database:
  population_size: 50
  archive_size: 20
  feature_dimensions: [complexity, diversity]
  feature_bins: {complexity: 8, score: 12}
evaluator:
  timeout: 90
  cascade_thresholds: [0.5, 1]
  parallel_evaluations: 4
evolution_trace:
  enabled: true
enforce_evolve_blocks: false
"""


@pytest.fixture
def stock_file(tmp_path: Path) -> Path:
    """A config.yaml as OpenEvolve's users have it."""
    path = tmp_path / "config.yaml"
    path.write_text(STOCK_FILE)
    return path


def refusal(**overrides: object) -> str:
    """Why these dotted keys, written with __ for a dot, are refused."""
    with pytest.raises(ConfigError) as refused:
        load_config(None, {key.replace("__", "."): value for key, value in overrides.items()})
    return str(refused.value)


def test_the_defaults_are_the_pipelines() -> None:
    config = load_config()
    assert config == Config()
    assert (config.search.iterations, config.search.stale_limit) == (200, 40)
    assert (config.islands.population, config.islands.count) == (200, 3)
    assert config.islands.feature_dimensions == ("complexity", "score")
    assert (config.search.max_code_length, config.prompting.artifact_security_filter) == (
        200_000,
        False,
    )


def test_a_stock_file_is_taken_as_it_is(stock_file: Path) -> None:
    config = load_config(stock_file)
    assert (config.search.iterations, config.search.seed_rng) == (60, 7)
    assert (config.model.name, config.model.temperature) == ("gpt-4o-mini", 1.0)
    assert (config.islands.population, config.islands.archive) == (50, 20)
    assert config.search.proposals_in_flight == 4
    assert config.judging.timeout_s == 90
    assert config.rest == (
        ("database.feature_bins", (("complexity", 8), ("score", 12))),
        ("evaluator.cascade_thresholds", (0.5, 1.0)),
        ("evaluator.parallel_evaluations", 4),
        ("evolution_trace.enabled", True),
        ("language", "python"),
        ("llm.models.0.name", "a"),
        ("llm.models.0.weight", 0.25),
        ("llm.models.1.name", "b"),
        ("llm.primary_model_weight", 0.8),
        ("prompt.template_variations", (("improvement_suggestion", ("one", "two")),)),
    )
    assert config.secrets == (
        ("llm.api_key", Secret("${OPENAI_API_KEY}")),
        ("llm.models.0.api_key", Secret("sk-of-model-a-0123456789")),
    )
    assert config.notes == (
        "database.feature_dimensions: diversity is replaced by score: "
        "it blocks a resumed run for minutes",
        "enforce_evolve_blocks: always true here",
        "evaluator.parallel_evaluations: 4 proposals at once; "
        "of evaluations, one at a time on each device",
        "not used here: evaluator.cascade_thresholds: the track's stages are fixed",
        "not used here: evolution_trace.enabled: run.db records every step",
    )


def test_openevolve_gets_its_own_config_without_keys(stock_file: Path) -> None:
    stock = openevolve_config(load_config(stock_file, {"early_stopping_patience": None}))
    assert (stock.max_iterations, stock.early_stopping_patience) == (60, None)
    assert (stock.database.num_islands, stock.database.population_size) == (3, 50)
    assert stock.database.feature_dimensions == ["complexity", "score"]
    assert stock.database.feature_bins == {"complexity": 8, "score": 12}
    assert stock.prompt.template_variations == {"improvement_suggestion": ["one", "two"]}
    assert stock.evolution_trace.enabled is True
    assert [(model.name, model.api_key) for model in stock.llm.models] == [
        ("a", None),
        ("b", None),
        ("gpt-4o-mini", None),
    ]
    assert stock.prompt.artifact_security_filter is False


def test_our_table_of_stock_keys_is_openevolves() -> None:
    from openevolve import config as stock

    def names(kind: type) -> set[str]:
        return {field.name for field in dataclasses.fields(kind)}

    code_only = {"init_client", "_manual_queue_dir", "novelty_llm", "models", "evaluator_models"}
    parts = {
        "": stock.Config,
        "llm.": stock.LLMConfig,
        "llm.models.*.": stock.LLMModelConfig,
        "llm.evaluator_models.*.": stock.LLMModelConfig,
        "prompt.": stock.PromptConfig,
        "database.": stock.DatabaseConfig,
        "evaluator.": stock.EvaluatorConfig,
        "evolution_trace.": stock.EvolutionTraceConfig,
    }
    sections = {"llm", "prompt", "database", "evaluator", "evolution_trace"}
    expected = {
        prefix + name
        for prefix, kind in parts.items()
        for name in names(kind) - code_only - (sections if not prefix else set())
    }
    assert set(STOCK) == expected


def test_every_stock_default_passes_our_checks() -> None:
    from openevolve.config import Config as StockConfig

    tree = StockConfig().to_dict()
    del tree["llm"]["init_client"], tree["llm"]["_manual_queue_dir"]
    del tree["database"]["novelty_llm"]
    config = load_config(None, tree)
    assert (config.search.iterations, config.islands.count) == (10_000, 5)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"llm__temprature": 1}, "llm.temprature: unknown key; did you mean llm.temperature?"),
        ({"fie__trak": "x"}, "fie.trak: unknown key; did you mean fie.track?"),
        (
            {"population_size": 9},
            "population_size: unknown key; did you mean database.population_size?",
        ),
        (
            {"llm": {"models": [{"nmae": "x"}]}},
            "llm.models.0.nmae: unknown key; did you mean llm.models.0.name?",
        ),
        ({"llm": 3}, "llm: expected a mapping of keys, found 3"),
        ({"llm__models": "x"}, "llm.models: expected a list, found 'x'"),
        (
            {"database__num_islands": "3"},
            "database.num_islands: expected a whole number, found '3'",
        ),
        ({"max_iterations": True}, "max_iterations: expected a whole number, found True"),
        ({"max_iterations": 0}, "max_iterations: must be at least 1, found 0"),
        (
            {"database__migration_rate": 1.5},
            "database.migration_rate: must be at most 1, found 1.5",
        ),
        (
            {"llm__temperature": float("nan")},
            "llm.temperature: expected a number, found nan; NaN is no setting",
        ),
        (
            {"diff_pattern": "("},
            "diff_pattern: expected a regular expression, found '('; "
            "missing ), unterminated subpattern at position 0",
        ),
        (
            {"fie__score_mean": "median"},
            "fie.score_mean: expected one of geometric, arithmetic, found 'median'",
        ),
        (
            {"fie__profile": "every-0"},
            "fie.profile: expected auto, never, always, new-best or every-N with a number N, "
            "found 'every-0'",
        ),
        ({"fie__quick_cut": 1.5}, "fie.quick_cut: must be at most 1, found 1.5"),
        ({"fie__retime_margin": 0.5}, "fie.retime_margin: must be at least 1, found 0.5"),
        (
            {"database__num_islands": 5, "database__population_size": 4},
            "database.num_islands: 5 islands can't share a population of 4: "
            "raise database.population_size",
        ),
        (
            {"database__exploration_ratio": 0.5},
            "database.exploration_ratio: 0.5 and database.exploitation_ratio 0.7 exceed 1 together",
        ),
        (
            {"random_seed": 1, "fie__seed_rng": 2},
            "fie.seed_rng: 2 contradicts random_seed: 1",
        ),
        (
            {"llm__provider": "claude_code"},
            "llm.provider: 'claude_code' isn't supported: leave it out and set llm.api_base "
            "to an OpenAI-compatible server",
        ),
        ({"fie__unset": ["max_iterations"]}, "fie.unset: max_iterations can't be null"),
    ],
)
def test_a_bad_key_is_named_with_the_remedy(overrides: dict[str, object], message: str) -> None:
    assert refusal(**overrides) == f"command line: {message}"


@pytest.mark.parametrize(
    ("written", "word"),
    [
        (True, "auto"),
        (False, "never"),
        ("passed", "auto"),
        ("new-best", "new-best"),
        ("every-12", "every-12"),
    ],
)
def test_a_profile_setting_may_be_a_switch_or_a_word(written: object, word: str) -> None:
    config = load_config(None, {"fie.profile": written})
    assert config.judging.profile == word
    assert load_config(None, tomllib.loads(to_toml(config))) == config


def test_a_wrong_key_value_is_not_quoted() -> None:
    assert "123456789" not in refusal(llm__api_key=123456789)


def test_a_file_is_named_in_its_errors(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("databse:\n  num_islands: 3\n")
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    assert str(refused.value) == f"{path}: databse: unknown key; did you mean database?"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- 1\n", "expected keys with values, found a list"),
        ("llm: [\n", "line 2: expected the node content, but found '<stream end>'"),
        ("llm: {api_key: sk-1, api_key: sk-2}\n", "line 1: the key api_key is given twice"),
        ("llm: !!python/object:os.system {}\n", "line 1: could not determine a constructor"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_config(path)
    assert str(refused.value).startswith(f"{path}: {problem}")
    assert "sk-1" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.yaml: can't be read: No such file"):
        load_config(tmp_path / "no.yaml")


def test_an_empty_file_and_empty_sections_mean_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("llm:\nmax_iterations:\nrandom_seed: 42\n")
    assert load_config(path) == Config()


def test_an_override_wins_over_the_file(stock_file: Path) -> None:
    config = load_config(stock_file, {"fie.seed_rng": 1, "max_iterations": 5})
    assert (config.search.seed_rng, config.search.iterations) == (1, 5)


def test_templates_are_found_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("prompt: {template_dir: mine}\n")
    assert load_config(path).prompting.template_dir == str(tmp_path / "mine")


def test_keys_are_in_no_shown_or_written_form(stock_file: Path) -> None:
    config = load_config(stock_file)
    forms = [
        repr(config),
        str(dataclasses.asdict(config)),
        to_toml(config),
        str(describe(config)),
        str(settings(config)),
        repr(openevolve_config(config)),
    ]
    assert [form for form in forms if "sk-of-model" in form or "OPENAI_API_KEY" in form] == []
    with pytest.raises(TypeError, match="never written down"):
        pickle.dumps(config)


def test_a_key_in_an_address_is_left_out_of_the_record() -> None:
    config = load_config(None, {"llm.api_base": "https://me:geheim123@box/v1"})
    assert "geheim123" not in to_toml(config) + str(describe(config))


def test_the_record_reads_back_as_the_same_configuration(stock_file: Path, tmp_path: Path) -> None:
    config = load_config(stock_file, {"early_stopping_patience": None, "llm.temperature": None})
    path = tmp_path / "run.toml"
    path.write_text(to_toml(config))
    assert load_config(path) == dataclasses.replace(config, secrets=())


@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30), number=st.floats(0, 1e300)
)
def test_any_text_and_number_reads_back(text: str, number: float) -> None:
    config = load_config(
        None,
        {
            "prompt.system_message": text,
            "prompt.template_variations": {text: [text]},
            "llm.temperature": number,
            "llm.models": [{"name": text}],
        },
    )
    assert load_config(None, tomllib.loads(to_toml(config))) == config


def test_reading_a_configuration_imports_no_openevolve(stock_file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from fie_engine.config.load import load_config;"
        "from fie_engine.config.written import to_toml;"
        "import fie_engine.propose.choose;"
        f"to_toml(load_config(Path({str(stock_file)!r})));"
        "print(sorted({'openevolve', 'openai', 'torch', 'httpx2'} & set(sys.modules)))"
    )
    environ = {"PYTHONPATH": ":".join(sys.path), "PATH": ""}
    shown = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert shown.stdout == "[]\n"
