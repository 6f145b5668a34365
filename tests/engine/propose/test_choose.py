"""Who proposes: the order of the sources, and which address sees which key."""

from collections.abc import Iterator, Mapping

import pytest
from pytest_httpserver import HTTPServer
from tests.engine.propose.openai_server import OpenAIServer

from fie_engine.config.load import ConfigError, load_config
from fie_engine.propose.choose import (
    ProposerChoice,
    Wish,
    ask_for_models,
    choose_proposer,
    endpoint,
)
from fie_engine.propose.endpoint import Endpoint, api_url, ollama_url, same_origin
from fie_engine.redact import Secret

OPENAI_KEY = "sk-openai-0123456789"
LOCAL = "http://localhost:8000/v1"


def nobody(base_url: str, api_key: Secret) -> None:
    """No server answers."""
    return


def choice(
    environ: Mapping[str, str] | None = None,
    wish: Wish | None = None,
    settings: Mapping[str, object] | None = None,
    models: tuple[str, ...] | None = None,
) -> ProposerChoice:
    """The choice in a world where every server lists these models; None: none answers."""
    config = load_config(None, settings)
    return choose_proposer(config, environ or {}, wish or Wish(), lambda url, key: models)


def test_without_anything_the_operators_propose() -> None:
    assert choice() == ProposerChoice(kind="operators", why="no model is configured")


def test_a_flag_wins_over_everything() -> None:
    environ = {"FIE_MODEL": "b", "FIE_BASE_URL": "http://b/v1", "OPENAI_API_KEY": OPENAI_KEY}
    wish = Wish(model="a", base_url="http://a:1/v1/")
    assert choice(environ, wish, {"llm.primary_model": "c"}) == ProposerChoice(
        kind="llm",
        base_url="http://a:1/v1",
        model="a",
        why="--model names a, served at http://a:1/v1 (--base-url)",
    )


def test_our_variables_win_over_the_file_and_bring_their_key() -> None:
    environ = {"FIE_MODEL": "b", "FIE_BASE_URL": "http://b", "FIE_API_KEY": "key-of-b-0123"}
    settings = {"llm.primary_model": "c", "llm.api_base": LOCAL, "llm.api_key": "key-of-c-0123"}
    assert choice(environ, None, settings) == ProposerChoice(
        kind="llm",
        base_url="http://b/v1",
        model="b",
        api_key=Secret("key-of-b-0123"),
        why="FIE_MODEL names b, served at http://b/v1 (FIE_BASE_URL)",
    )


def test_the_file_wins_over_the_environment_at_large() -> None:
    settings = {"llm.primary_model": "c", "llm.api_base": LOCAL, "llm.api_key": "${C_KEY}"}
    environ = {"OPENAI_API_KEY": OPENAI_KEY, "C_KEY": "key-of-c-0123"}
    assert choice(environ, None, settings) == ProposerChoice(
        kind="llm",
        base_url=LOCAL,
        model="c",
        api_key=Secret("key-of-c-0123"),
        why=f"the configuration names c, served at {LOCAL} (llm.api_base)",
    )


def test_an_openai_key_serves_a_named_model() -> None:
    assert choice({"OPENAI_API_KEY": OPENAI_KEY}, Wish(model="gpt-5")) == ProposerChoice(
        kind="llm",
        base_url="https://api.openai.com/v1",
        model="gpt-5",
        api_key=Secret(OPENAI_KEY),
        why="--model names gpt-5, served at https://api.openai.com/v1 (OPENAI_API_KEY)",
    )


def test_an_openai_key_alone_spends_nothing() -> None:
    assert choice({"OPENAI_API_KEY": OPENAI_KEY}).kind == "operators"
    assert "no model is named" in choice({"OPENAI_API_KEY": OPENAI_KEY}).why


def test_a_reachable_ollama_is_taken_with_its_first_model() -> None:
    assert choice({"OLLAMA_HOST": "box"}, models=("qwen3:4b", "llama3")) == ProposerChoice(
        kind="llm",
        base_url="http://box:11434/v1",
        model="qwen3:4b",
        why="qwen3:4b is the first of 2 models served at http://box:11434/v1 (OLLAMA_HOST)",
    )


@pytest.mark.parametrize(
    ("models", "state"), [(None, "doesn't answer"), ((), "has no models")], ids=["dead", "empty"]
)
def test_an_ollama_that_is_no_help_leaves_it_to_the_operators(
    models: tuple[str, ...] | None, state: str
) -> None:
    assert choice({"OLLAMA_HOST": "box"}, models=models) == ProposerChoice(
        kind="operators", why=f"the server at http://box:11434/v1 {state}"
    )


def test_operators_can_be_asked_for_by_name() -> None:
    environ = {"FIE_PROPOSER": "operators", "FIE_MODEL": "b", "FIE_BASE_URL": LOCAL}
    assert choice(environ) == ProposerChoice(
        kind="operators", why="FIE_PROPOSER asks for the operators"
    )


def test_the_heaviest_of_several_models_answers_with_its_own_settings() -> None:
    models = [
        {"name": "small", "weight": 0.3},
        {"name": "large", "weight": 0.7, "api_base": LOCAL, "temperature": 0.1, "api_key": "k" * 9},
    ]
    config = load_config(None, {"llm.models": models, "llm.max_tokens": 77})
    chosen = choose_proposer(config, {}, Wish(), nobody)
    assert endpoint(chosen, config) == Endpoint(
        base_url=LOCAL,
        model="large",
        api_key=Secret("k" * 9),
        temperature=0.1,
        max_tokens=77,
        timeout_s=120,
        retries=3,
        retry_delay_s=2,
    )


@pytest.mark.parametrize(
    ("environ", "wish", "settings", "message"),
    [
        ({}, Wish(model="a"), {}, "--model names a, but there is no server to ask"),
        ({}, Wish(proposer="llm"), {}, "--proposer asks for a model, but there is no server"),
        ({}, Wish(proposer="magic"), {}, "--proposer: expected auto, operators, llm or mixed"),
        ({}, Wish(base_url=LOCAL), {}, f"the server at {LOCAL} doesn't answer: name a model"),
        ({"FIE_BASE_URL": "box:1"}, Wish(), {}, "FIE_BASE_URL: expected a URL such as"),
        (
            {"FIE_BASE_URL": "http://me:secret@box"},
            Wish(),
            {},
            "FIE_BASE_URL: a URL can't hold a key: set FIE_API_KEY instead",
        ),
        (
            {},
            Wish(model="a", base_url=LOCAL),
            {"llm.api_key": "${NOT_SET}", "llm.api_base": LOCAL},
            "llm.api_key: the variable NOT_SET is not set",
        ),
    ],
)
def test_a_wish_that_cannot_be_granted_names_the_remedy(
    environ: dict[str, str], wish: Wish, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        choice(environ, wish, settings)
    assert message in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("environ", "wish", "settings"),
    [
        ({}, Wish(model="a", base_url="http://evil/v1"), {}),
        ({}, Wish(model="a", base_url="http://api.openai.com/v1"), {}),
        ({}, Wish(model="a", base_url="https://api.openai.com.evil/v1"), {}),
        ({"FIE_BASE_URL": LOCAL}, Wish(model="a"), {}),
        ({"OLLAMA_HOST": "box"}, Wish(), {}),
        ({"OPENAI_BASE_URL": LOCAL}, Wish(model="a", base_url="https://api.openai.com/v1"), {}),
        ({}, Wish(model="a"), {"llm.api_base": "https://other/v1"}),
        ({}, Wish(model="a", base_url="https://other/v1"), {"llm.api_key": "file-key-0123"}),
    ],
)
def test_a_key_never_goes_to_another_host(
    environ: dict[str, str], wish: Wish, settings: dict[str, object]
) -> None:
    seen: list[Secret] = []

    def listed(url: str, key: Secret) -> tuple[str, ...]:
        seen.append(key)
        return ("a",)

    chosen = choose_proposer(
        load_config(None, settings), {"OPENAI_API_KEY": OPENAI_KEY, **environ}, wish, listed
    )
    assert chosen.kind == "llm"
    assert [key for key in (*seen, chosen.api_key) if key] == []


def test_a_key_goes_to_the_address_that_it_was_set_with() -> None:
    environ = {"OPENAI_BASE_URL": LOCAL, "OPENAI_API_KEY": OPENAI_KEY}
    assert choice(environ, models=("a",)).api_key == Secret(OPENAI_KEY)


def test_a_choice_shows_its_key_to_nobody() -> None:
    environ = {"OPENAI_API_KEY": OPENAI_KEY}
    assert OPENAI_KEY not in repr(choice(environ, Wish(model="gpt-5")))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("box", "http://box:11434/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        (":8080", "http://127.0.0.1:8080/v1"),
        ("https://box", "https://box:443/v1"),
        ("http://box:99/", "http://box:99/v1"),
        ("[::1]:5", "http://[::1]:5/v1"),
    ],
)
def test_ollama_hosts_are_read_as_ollama_reads_them(host: str, url: str) -> None:
    assert ollama_url(host) == url


def test_addresses_get_their_version_path() -> None:
    assert api_url("http://box:1/", "x") == "http://box:1/v1"
    assert api_url("http://box:1/openai/v2", "x") == "http://box:1/openai/v2"
    assert same_origin("https://a/v1", "https://a:443") and not same_origin("http://a", "https://a")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A server that lists models."""
    with OpenAIServer(models=("qwen3:4b", "llama3")) as running:
        yield running


def test_a_server_is_asked_for_its_models(server: OpenAIServer) -> None:
    assert ask_for_models(server.url, Secret("key-0123456")) == ("qwen3:4b", "llama3")
    assert server.keys == ["Bearer key-0123456"]


def test_a_redirect_takes_no_key_along(server: OpenAIServer, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v1/models").respond_with_data(
        "", status=302, headers={"Location": f"{server.url}/models"}
    )
    assert ask_for_models(httpserver.url_for("/v1"), Secret("key-0123456")) is None
    assert server.keys == []


@pytest.mark.parametrize(
    "body", ["<html>", "[]", "null", '{"data": 3}', '{"data": [1, {"id": 2}]}']
)
def test_an_odd_list_is_no_crash(httpserver: HTTPServer, body: str) -> None:
    httpserver.expect_request("/v1/models").respond_with_data(body)
    assert ask_for_models(httpserver.url_for("/v1"), Secret()) in (None, (), ("2",))
