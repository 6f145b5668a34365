"""What is found out about a model server before a run is written."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from fie_engine.config.keys import ConfigError
from fie_engine.config.load import load_config
from fie_engine.propose.choose import ProposerChoice
from fie_engine.propose.preflight import Answer, Checked, Get, check_models
from fie_engine.redact import Secret

URL = "http://localhost:8000/v1"
CHOICE = ProposerChoice(kind="llm", base_url=URL, model="qwen", api_key=Secret("k"), why="a test")
KERNEL = "x = 1\n" * 7000


def server(**pages: Answer | Mapping[str, Any]) -> Get:
    """Return a server with these pages; a mapping is one that is there."""

    def get(url: str, api_key: Secret) -> Answer:
        page = pages.get(url.rpartition("/")[2], Answer(status=404))
        return page if isinstance(page, Answer) else Answer(status=200, body=page)

    return get


def listed(*names: str, **facts: Any) -> Mapping[str, Any]:
    """Return a list of models that all have these facts."""
    return {"data": [{"id": name, **facts} for name in names]}


def check(get: Get, choice: ProposerChoice = CHOICE, **settings: object) -> tuple[str, ...]:
    """Check one model with a long kernel."""
    overrides = {key.replace("__", "."): value for key, value in settings.items()}
    return check_models(choice, (load_config(None, overrides),), KERNEL, get).notes


def problem(get: Get, choice: ProposerChoice = CHOICE, **settings: object) -> str:
    """Return why a run is not begun."""
    with pytest.raises(ConfigError) as refused:
        check(get, choice, **settings)
    return str(refused.value)


@pytest.mark.parametrize("names", [("qwen",), ("qwen:latest", "other"), ("models/qwen",)])
def test_a_model_that_is_served_passes(names: tuple[str, ...]) -> None:
    assert check(server(models=listed(*names))) == ()


@pytest.mark.parametrize("answer", [Answer(status=0), Answer(status=404), Answer(status=500)])
def test_a_server_that_does_not_answer_or_keeps_no_list_is_waited_for(answer: Answer) -> None:
    assert check(server(models=answer)) == ()


def test_an_unknown_model_is_told_what_there_is() -> None:
    names = [f"m{number}" for number in range(10)]
    assert problem(server(models=listed(*names))) == (
        f"{URL} doesn't serve 'qwen'; it has: m0, m1, m2, m3, m4, m5, m6, m7 and 2 more"
    )


def test_a_missing_key_is_named_by_its_variable() -> None:
    keyless = replace(CHOICE, api_key=Secret())
    assert problem(server(models=Answer(status=401)), keyless) == (
        f"{URL} wants an API key: set FIE_API_KEY (HTTP 401)"
    )
    assert problem(server(models=Answer(status=401))) == (
        f"{URL} refuses the API key, check FIE_API_KEY (HTTP 401)"
    )


def test_openai_is_not_even_asked_without_a_key() -> None:
    openai = replace(CHOICE, base_url="https://api.openai.com/v1", api_key=Secret())
    assert problem(server(), openai) == (
        "https://api.openai.com/v1 wants an API key: set OPENAI_API_KEY"
    )


@pytest.mark.parametrize(
    "pages",
    [
        {"models": listed("qwen", max_model_len=4096)},
        {"models": listed("qwen"), "ps": {"models": [{"name": "qwen", "context_length": 4096}]}},
        {"models": listed("qwen"), "props": {"default_generation_settings": {"n_ctx": 4096}}},
    ],
    ids=["vLLM", "Ollama", "llama.cpp"],
)
def test_a_context_too_small_for_one_kernel_says_how_much_is_needed(pages: Any) -> None:
    assert problem(server(**pages)) == (
        f"qwen at {URL} has room for 4096 tokens; this kernel needs about 14500 (12000 to show "
        "it, 1500 for the instructions, 1000 for a reply): start Ollama with "
        "OLLAMA_CONTEXT_LENGTH=16384 (vLLM: --max-model-len 16384), or lower fie.prompt_tokens "
        "or llm.max_tokens"
    )


def test_a_rewrite_needs_room_for_the_kernel_twice() -> None:
    told = problem(server(models=listed("qwen", max_model_len=20_000)), diff_based_evolution=False)
    assert "needs about 25500 (12000 to show it, 1500 for the instructions, 12000 for a" in told


def test_a_context_too_small_for_the_budgets_is_a_warning() -> None:
    (warning,) = check(server(models=listed("qwen", max_model_len=20_000)))
    assert warning.startswith(
        "qwen has room for 20000 tokens, too few for prompts of 24000 and replies of 8192: "
        "prompts are kept shorter; start Ollama with OLLAMA_CONTEXT_LENGTH=32768"
    )


def test_a_context_that_a_server_tells_is_handed_on() -> None:
    get = server(models=listed("qwen", max_model_len=64_000))
    checked = check_models(CHOICE, (load_config(),), KERNEL, get)
    assert checked == Checked(contexts=(("qwen", 64_000),))


@pytest.mark.parametrize(
    "body", [None, [], {"data": None}, {"data": [7, {}]}, {"models": [3]}], ids=repr
)
def test_strange_answers_are_no_lists(body: Any) -> None:
    strange = Answer(status=200, body=body)
    assert check(server(models=strange, ps=strange, props=strange)) == ()


def test_operators_need_no_server() -> None:
    choice = ProposerChoice(kind="operators", why="a test")
    assert check_models(choice, (load_config(),), KERNEL, server()) == Checked()


def test_every_model_of_a_team_is_checked() -> None:
    team = replace(CHOICE, team=(CHOICE, replace(CHOICE, model="absent")))
    with pytest.raises(ConfigError, match="doesn't serve 'absent'"):
        check_models(team, (load_config(),) * 2, KERNEL, server(models=listed("qwen")))
