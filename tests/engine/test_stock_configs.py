"""Configurations as OpenEvolve's users have them, taken as they are."""

from pathlib import Path

import pytest

from fie_engine.config.foreign import STOCK
from fie_engine.config.load import Config, ConfigError, load_config, openevolve_config
from fie_engine.config.models import single_models
from fie_engine.config.unused import KERNELS_ONLY, UNUSED
from fie_engine.config.written import to_toml
from fie_engine.exchange.project_terms import project_of

CONFIGS = Path(__file__).parent / "stock_configs"
NAMES = ("everything", "rewrites", "islands")
PROJECT = {"fie.evaluator": "/somewhere/evaluator.py"}


def stock(name: str) -> Config:
    return load_config(CONFIGS / f"{name}.yaml", PROJECT)


@pytest.mark.parametrize("name", NAMES)
def test_openevolve_reads_the_same_from_ours_as_from_the_file(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openevolve.config import Config as StockConfig

    for key in ("OTHER_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"):
        monkeypatch.setenv(key, "sk-of-a-test")
    theirs = StockConfig.from_yaml(CONFIGS / f"{name}.yaml")
    ours = openevolve_config(stock(name))
    for section in ("database", "prompt"):
        expected, found = getattr(theirs, section), getattr(ours, section)
        given = load_config(CONFIGS / f"{name}.yaml").rest
        for path, _ in given:
            part, _, key = path.partition(".")
            if part == section:
                assert (key, getattr(found, key)) == (key, getattr(expected, key))
    assert ours.max_iterations == theirs.max_iterations
    assert ours.diff_based_evolution == theirs.diff_based_evolution
    assert ours.database.num_islands == (theirs.database.num_islands if name != "rewrites" else 3)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_keeps_what_the_file_said(name: str, tmp_path: Path) -> None:
    config = stock(name)
    (tmp_path / "run.toml").write_text(to_toml(config))
    again = load_config(tmp_path / "run.toml")
    assert again.rest == config.rest
    assert (again.search, again.islands, again.judging) == (
        config.search,
        config.islands,
        config.judging,
    )


def test_models_with_weights_keep_their_own_settings() -> None:
    found = [
        (weight, single.model.name, single.model.temperature, single.model.base_url)
        for weight, single in single_models(stock("everything"))
    ]
    usual = "https://generativelanguage.googleapis.com/v1beta/openai/"
    assert found == [
        (0.8, "gemini-2.0-flash-lite", 0.7, usual),
        (0.2, "gemini-2.0-flash", 0.3, "https://other.example/v1"),
    ]


def test_old_names_of_two_models_are_two_models() -> None:
    found = [(weight, single.model.name) for weight, single in single_models(stock("islands"))]
    assert found == [(0.8, "google/gemini-2.0-flash-001"), (0.2, "anthropic/claude-3.7-sonnet")]


def test_a_key_may_be_a_variable_and_stays_one(tmp_path: Path) -> None:
    config = stock("everything")
    assert [path for path, _ in config.secrets] == ["llm.api_key", "llm.models.1.api_key"]
    assert "GEMINI_API_KEY" not in to_toml(config)


def test_the_evaluator_section_is_a_projects() -> None:
    everything, islands = project_of(stock("everything")), project_of(stock("islands"))
    assert (everything.timeout_s, everything.thresholds, everything.slots) == (
        300.0,
        (0.5, 0.75, 0.9),
        4,
    )
    assert (islands.timeout_s, islands.memory_mb, islands.features) == (90.0, 2048, ("runtime",))
    assert project_of(stock("rewrites")).cascade is False


def test_what_has_no_effect_is_said_once_with_the_reason() -> None:
    assert stock("rewrites").notes == ()
    assert stock("islands").notes == ()
    assert stock("everything").notes == (
        "not used here: convergence_threshold: a search ends when early_stopping_patience says so",
        "not used here: database.diversity_metric, database.diversity_reference_size: "
        "the diversity axis, which blocks a resumed run for minutes, isn't used",
        "not used here: database.in_memory: run.db holds the population",
        "not used here: database.log_prompts: every prompt and reply is kept in run.db",
        "not used here: database.similarity_threshold: equal programs are found by their syntax",
        "not used here: early_stopping_metric: the score decides",
        "not used here: evaluator.enable_artifacts: artifacts are always kept",
        "not used here: evaluator.llm_feedback_weight, llm.evaluator_models.0.name, "
        "llm.evaluator_models.0.weight, prompt.evaluator_system_message: "
        "no model judges here, only measurements do",
        "not used here: evaluator.max_artifact_storage: "
        "an artifact's first 20,000 characters are kept",
        "not used here: evaluator.max_retries: a program that fails is told why, and mended once",
        "not used here: evolution_trace.buffer_size, evolution_trace.format, "
        "evolution_trace.include_prompts: run.db records every step",
        "not used here: log_level: a run's log is engine.log in its folder",
        "not used here: prompt.meta_prompt_weight: OpenEvolve itself doesn't use it",
    )


def test_every_unused_key_is_one_of_openevolves() -> None:
    for key in {**UNUSED, **KERNELS_ONLY}:
        begins = [path for path in STOCK if path.replace(".*", "").startswith(key)]
        assert begins, key


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("max_iteration: 5", "max_iteration: unknown key; did you mean max_iterations?"),
        ("llm: {modles: []}", "llm.modles: unknown key; did you mean llm.models?"),
        (
            "database: {islands: 3}",
            "database.islands: unknown key; did you mean database.num_islands?",
        ),
        (
            "prompt: {num_top_program: 3}",
            "prompt.num_top_program: unknown key; did you mean prompt.num_top_programs?",
        ),
        (
            "cascade_thresholds: [0.5]",
            "cascade_thresholds: unknown key; did you mean evaluator.cascade_thresholds?",
        ),
    ],
)
def test_an_unknown_key_names_the_nearest(text: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "config.yaml")
    assert str(refused.value) == f"{tmp_path / 'config.yaml'}: {complaint}"
