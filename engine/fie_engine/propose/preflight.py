"""What a model server says before a run: is it there, does it take the key, is there room."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config
from fie_engine.money.prices import is_at_home
from fie_engine.propose.choose import ProposerChoice, endpoint
from fie_engine.propose.client import served
from fie_engine.propose.context import more_room, tokens_in
from fie_engine.redact import Secret

TIMEOUT_S = 1.5
MOST_BYTES = 4_000_000
MOST_NAMED = 8
INSTRUCTIONS_TOKENS = 1500
"What a prompt needs besides the kernel, at least."
SHORT_REPLY_TOKENS = 1000
"What a reply in blocks needs, at least."
ROOM_KEYS = ("max_model_len", "context_length", "context_window", "max_context_length")
"How vLLM, OpenRouter, Groq and Mistral tell a model's context in their lists."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a GET came to."""

    status: int
    "0 where nobody answered."
    body: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the servers said of their models."""

    notes: tuple[str, ...] = ()
    contexts: tuple[tuple[str, int], ...] = ()
    "Tokens that each model can look at, where its server says so."


Get = Callable[[str, Secret], Answer]


def check_models(
    choice: ProposerChoice, singles: tuple[Config, ...], kernel: str, get: Get | None = None
) -> Checked:
    """Return warnings and contexts; raises ConfigError where asking would fail for certain.

    `singles` are the configurations of the choice's models, one each. A server that doesn't
    answer is no error: the search waits for it.
    """
    if choice.kind == "operators":
        return Checked()
    members = choice.team or (choice,)
    each = [
        _check(member, single, kernel, get or _get)
        for member, single in zip(members, singles, strict=True)
    ]
    return Checked(
        notes=tuple(note for one in each for note in one.notes),
        contexts=tuple(context for one in each for context in one.contexts),
    )


def _check(choice: ProposerChoice, config: Config, kernel: str, get: Get) -> Checked:
    url, variable = choice.base_url, _variable(choice.base_url)
    if variable == "OPENAI_API_KEY" and not choice.api_key:
        raise ConfigError(f"{url} wants an API key: set {variable}")
    answer = get(f"{url}/models", choice.api_key)
    if answer.status in (401, 403):
        asks = "refuses the API key, check" if choice.api_key else "wants an API key: set"
        raise ConfigError(f"{url} {asks} {variable} (HTTP {answer.status})")
    entries = _entries(answer)
    if entries and not served(choice.model, list(entries)):
        known = ", ".join(sorted(entries)[:MOST_NAMED])
        more = f" and {len(entries) - MOST_NAMED} more" if len(entries) > MOST_NAMED else ""
        raise ConfigError(f"{url} doesn't serve {choice.model!r}; it has: {known}{more}")
    room = _room(choice, entries, get)
    if not room:
        return Checked()
    notes = _check_room(choice, config, kernel, room)
    return Checked(notes=notes, contexts=((choice.model, room),))


def _check_room(choice: ProposerChoice, config: Config, kernel: str, room: int) -> tuple[str, ...]:
    program = tokens_in(len(kernel))
    reply = SHORT_REPLY_TOKENS if config.search.diffs else program
    needed = program + INSTRUCTIONS_TOKENS + reply
    if room < needed:
        raise ConfigError(
            f"{choice.model} at {choice.base_url} has room for {room} tokens; this kernel needs "
            f"about {needed} ({program} to show it, {INSTRUCTIONS_TOKENS} for the instructions, "
            f"{reply} for a reply): {more_room(program + INSTRUCTIONS_TOKENS, reply)}"
        )
    prompt, longest = config.prompting.budget_tokens, endpoint(choice, config).max_tokens or 0
    if prompt + longest <= room:
        return ()
    return (
        f"{choice.model} has room for {room} tokens, too few for prompts of {prompt} and replies "
        f"of {longest}: prompts are kept shorter; {more_room(prompt, longest)}",
    )


def _room(choice: ProposerChoice, entries: Mapping[str, Any], get: Get) -> int | None:
    """Return how many tokens the model's context holds, None where nobody says."""
    entry = entries.get(choice.model) or entries.get(f"{choice.model}:latest") or {}
    told = next((entry[key] for key in ROOM_KEYS if isinstance(entry.get(key), int)), None)
    if told is not None or not is_at_home(choice.base_url):
        return told
    return _ollama_room(choice, get) or _llama_cpp_room(choice, get)


def _ollama_room(choice: ProposerChoice, get: Get) -> int | None:
    """Return what Ollama gave the model when it loaded it."""
    body = get(f"{_root(choice.base_url)}/api/ps", Secret()).body
    loaded = body.get("models") if isinstance(body, dict) else None
    for entry in loaded if isinstance(loaded, list) else ():
        names = (entry.get("name"), entry.get("model")) if isinstance(entry, dict) else ()
        if choice.model in names or f"{choice.model}:latest" in names:
            room = entry.get("context_length")
            return room if isinstance(room, int) else None
    return None


def _llama_cpp_room(choice: ProposerChoice, get: Get) -> int | None:
    body = get(f"{_root(choice.base_url)}/props", Secret()).body
    told = body.get("default_generation_settings") if isinstance(body, dict) else None
    room = told.get("n_ctx") if isinstance(told, dict) else None
    return room if isinstance(room, int) else None


def _entries(answer: Answer) -> dict[str, Any]:
    """Return the list's entries by their names; empty where there is no usable list."""
    listed = answer.body.get("data") if isinstance(answer.body, dict) else None
    items = listed if isinstance(listed, list) and answer.status == 200 else []
    return {str(item["id"]): item for item in items if isinstance(item, dict) and "id" in item}


def _variable(base_url: str) -> str:
    """Return the environment variable that holds this server's key."""
    host = urlsplit(base_url).hostname or ""
    return "OPENAI_API_KEY" if host.endswith("openai.com") else "FIE_API_KEY"


def _root(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing, so that a key goes nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Treat a redirect as an answer that is none."""
        return


def _get(url: str, api_key: Secret) -> Answer:
    request = urllib.request.Request(url)
    if api_key:
        request.add_header("Authorization", f"Bearer {api_key.reveal()}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            return Answer(status=200, body=json.loads(response.read(MOST_BYTES)))
    except urllib.error.HTTPError as error:
        error.close()
        return Answer(status=error.code)
    except (OSError, ValueError, http.client.HTTPException):
        return Answer(status=0)
