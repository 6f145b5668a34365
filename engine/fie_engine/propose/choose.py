"""Who proposes: flag, then FIE_*, then the file, then OPENAI_*, then Ollama, then operators."""

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from fie_engine.config.keys import ConfigError
from fie_engine.config.models import heaviest_model
from fie_engine.config.tree import Config
from fie_engine.money.prices import own_prices
from fie_engine.propose.endpoint import (
    OPENAI,
    Endpoint,
    api_url,
    is_loopback,
    ollama_url,
    same_origin,
)
from fie_engine.redact import Secret

PROPOSERS = ("auto", "operators", "llm", "mixed")
PROBE_TIMEOUT_S = 1.5
LONGEST_LIST = 4_000_000
"Bytes of a model list that are read."

ListModels = Callable[[str, Secret], tuple[str, ...] | None]
"Returns the models that a server lists, None where it doesn't answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks for; empty where it says nothing."""

    proposer: str = ""
    model: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposerChoice:
    """What proposes, and why."""

    kind: Literal["operators", "llm"]
    base_url: str = ""
    model: str = ""
    api_key: Secret = Secret()
    mixed: bool = False
    "Whether the operators tune what the model wrote while it thinks."
    why: str
    "One sentence for the screen."
    weight: float = 1.0
    label: str = ""
    "What the screen calls the model, where its name doesn't tell it from another of its team."
    team: tuple["ProposerChoice", ...] = ()
    "Where several models share the asks: each of them."

    @property
    def title(self) -> str:
        """The model's name, or the names of all that share the asks."""
        return " + ".join(one.title for one in self.team) or self.label or self.model

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every key that is used."""
        return (self.api_key, *(one.api_key for one in self.team))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """A place that may serve a model, and what pointed at it."""

    base_url: str
    api_key: Secret
    source: str
    asked_for: bool
    "Whether a person named it for this program; then failing is better than passing on."


def choose_proposer(
    config: Config,
    environ: Mapping[str, str],
    wish: Wish,
    list_models: ListModels | None = None,
) -> ProposerChoice:
    """Return what proposes in this run; raises ConfigError where a wish can't be granted."""
    kind, source = _kind(config, environ, wish)
    if kind == "mixed":
        choice = _choose(config, environ, wish, list_models, "llm", source)
        return replace(choice, mixed=True, why=f"{choice.why}; {source} lets the operators tune")
    return _choose(config, environ, wish, list_models, kind, source)


def _choose(
    config: Config,
    environ: Mapping[str, str],
    wish: Wish,
    list_models: ListModels | None,
    kind: str,
    kind_source: str,
) -> ProposerChoice:
    if kind == "operators":
        return ProposerChoice(kind="operators", why=f"{kind_source} asks for the operators")
    model, model_source = _model(config, environ, wish)
    lister = list_models or ask_for_models
    passed: list[str] = []
    for server in _servers(config, environ, wish, named=bool(model)):
        if model:
            return _chosen(server, model, f"{model_source} names {model}, {server.source}")
        found = _first_model(server, lister, passed)
        if found is not None:
            return found
    if kind == "llm" or model:
        wanted = f"{model_source} names {model}" if model else f"{kind_source} asks for a model"
        reasons = "".join(f"; {reason}" for reason in passed)
        raise ConfigError(
            f"{wanted}, but there is no server to ask{reasons}: give --base-url and --model, "
            "or set FIE_BASE_URL and FIE_MODEL"
        )
    why = "; ".join(passed) or "no model is configured"
    return ProposerChoice(kind="operators", why=why)


def endpoint(choice: ProposerChoice, config: Config) -> Endpoint:
    """Return how the chosen model is asked: the choice's address, the file's settings."""
    _, model = heaviest_model(config)
    return Endpoint(
        base_url=choice.base_url,
        model=choice.model,
        api_key=choice.api_key,
        temperature=model.temperature,
        top_p=model.top_p,
        max_tokens=model.max_tokens,
        seed=model.random_seed,
        reasoning_effort=model.reasoning_effort,
        timeout_s=model.timeout_s or 120,
        reply_limit_s=model.reply_limit_s,
        retries=3 if model.retries is None else model.retries,
        retry_delay_s=2 if model.retry_delay_s is None else model.retry_delay_s,
        price=own_prices(config.money.prices).get(choice.model),
    )


def ask_for_models(base_url: str, api_key: Secret) -> tuple[str, ...] | None:
    """Return the models that a server lists, None where it doesn't answer soon.

    Follows no redirect and uses no proxy, so that the key goes nowhere else.
    """
    request = urllib.request.Request(f"{base_url}/models")
    if api_key:
        request.add_header("Authorization", f"Bearer {api_key.reveal()}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(request, timeout=PROBE_TIMEOUT_S) as response:
            listed = json.loads(response.read(LONGEST_LIST))
    except (OSError, ValueError, http.client.HTTPException):
        return None
    entries = listed.get("data") if isinstance(listed, dict) else None
    items = entries if isinstance(entries, list) else []
    return tuple(str(item["id"]) for item in items if isinstance(item, dict) and "id" in item)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Treats a redirect as an answer that is none."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""
        return


def _kind(config: Config, environ: Mapping[str, str], wish: Wish) -> tuple[str, str]:
    for kind, source in (
        (wish.proposer, "--proposer"),
        (environ.get("FIE_PROPOSER", ""), "FIE_PROPOSER"),
        (config.search.proposer, "fie.proposer"),
    ):
        if kind:
            if kind not in PROPOSERS:
                known = f"{', '.join(PROPOSERS[:-1])} or {PROPOSERS[-1]}"
                raise ConfigError(f"{source}: expected {known}, found {kind!r}")
            return kind, source
    return "auto", "the default"


def _model(config: Config, environ: Mapping[str, str], wish: Wish) -> tuple[str, str]:
    for name, source in (
        (wish.model, "--model"),
        (environ.get("FIE_MODEL", ""), "FIE_MODEL"),
        (heaviest_model(config)[1].name or "", "the configuration"),
    ):
        if name:
            return name, source
    return "", ""


def _servers(
    config: Config, environ: Mapping[str, str], wish: Wish, *, named: bool
) -> list[_Server]:
    """Return the places to ask, the most explicit first; only the first of those that are."""
    fie_key = Secret(environ.get("FIE_API_KEY", ""))
    file_url = heaviest_model(config)[1].base_url
    for text, source in (
        (wish.base_url, "--base-url"),
        (environ.get("FIE_BASE_URL", ""), "FIE_BASE_URL"),
        (file_url or "", "llm.api_base"),
    ):
        if text:
            url = api_url(text, source)
            key = fie_key or _paired_key(url, config, environ)
            where = f"served at {url} ({source})"
            return [_Server(base_url=url, api_key=key, source=where, asked_for=True)]
    return _ambient(config, environ, fie_key, named=named)


def _ambient(
    config: Config, environ: Mapping[str, str], fie_key: Secret, *, named: bool
) -> list[_Server]:
    """Return what the environment offers without having been asked for by name."""
    servers = []
    openai_url = _openai_url(environ)
    key = _paired_key(openai_url, config, environ) or (fie_key if named else Secret())
    if key or environ.get("OPENAI_BASE_URL"):
        source = "OPENAI_BASE_URL" if environ.get("OPENAI_BASE_URL") else "OPENAI_API_KEY"
        where = f"served at {openai_url} ({source if key != fie_key else 'FIE_API_KEY'})"
        servers.append(_Server(base_url=openai_url, api_key=key, source=where, asked_for=False))
    if environ.get("OLLAMA_HOST"):
        url = ollama_url(environ["OLLAMA_HOST"])
        where = f"served at {url} (OLLAMA_HOST)"
        servers.append(_Server(base_url=url, api_key=Secret(), source=where, asked_for=False))
    return servers


def _paired_key(url: str, config: Config, environ: Mapping[str, str]) -> Secret:
    """Return the key that belongs to this address; a key given for another is not sent."""
    index, model = heaviest_model(config)
    secrets = dict(config.secrets)
    in_file = secrets.get(f"llm.models.{index}.api_key") or secrets.get("llm.api_key")
    if in_file and same_origin(url, model.base_url or OPENAI):
        return _resolved(in_file, environ)
    if same_origin(url, _openai_url(environ)):
        return Secret(environ.get("OPENAI_API_KEY", ""))
    return Secret()


def _openai_url(environ: Mapping[str, str]) -> str:
    return api_url(environ.get("OPENAI_BASE_URL") or OPENAI, "OPENAI_BASE_URL")


def _resolved(secret: Secret, environ: Mapping[str, str]) -> Secret:
    named = re.fullmatch(r"\$\{([^}]+)\}", secret.reveal())
    if named is None:
        return secret
    value = environ.get(named.group(1), "")
    if not value:
        raise ConfigError(f"llm.api_key: the variable {named.group(1)} is not set")
    return Secret(value)


def _first_model(
    server: _Server, list_models: ListModels, passed: list[str]
) -> ProposerChoice | None:
    """Choose a model where none is named; None passes on to the next place."""
    if not server.asked_for and not is_loopback(server.base_url):
        if "OLLAMA_HOST" not in server.source:
            passed.append(f"{server.source} is set, but no model is named (--model, FIE_MODEL)")
            return None
    models = list_models(server.base_url, server.api_key)
    if not models:
        state = "doesn't answer" if models is None else "has no models"
        problem = f"the server at {server.base_url} {state}"
        if server.asked_for:
            raise ConfigError(f"{problem}: name a model with --model, or start the server")
        passed.append(problem)
        return None
    if server.asked_for and len(models) > 1:
        known = ", ".join(models[:8])
        raise ConfigError(f"{server.base_url} serves several models, name one (--model): {known}")
    which = "the only model" if len(models) == 1 else f"the first of {len(models)} models"
    return _chosen(server, models[0], f"{models[0]} is {which} {server.source}")


def _chosen(server: _Server, model: str, why: str) -> ProposerChoice:
    return ProposerChoice(
        kind="llm", base_url=server.base_url, model=model, api_key=server.api_key, why=why
    )
