"""How much room a model needs for a prompt and its reply, and where to give it more."""

import math

from fie_engine.model import Usage

CHARACTERS_PER_TOKEN = 3.5
"Of code; real tokenisers need a download."

FEWEST_READ = 2
"Estimated tokens per token read from which a prompt was cut: no code is that dense."

SMALLEST_CONTEXT = 1024
"No server reads less; one that says so counts what was new to it."

ROOM_STEP = 4096
"Contexts are recommended in multiples of this many tokens."


def tokens_in(characters: int) -> int:
    """Return about how many tokens so many characters of code are."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def overflow_remedy(prompt_characters: int, max_tokens: int | None) -> str:
    """Return what to do about a prompt that didn't fit, to follow the server's own words."""
    prompt = tokens_in(prompt_characters)
    reply = f" and {max_tokens} for the reply" if max_tokens else ""
    return f"; the prompt needs about {prompt} tokens{reply}: {more_room(prompt, max_tokens)}"


def cut_prompt(characters: int, usage: Usage) -> str:
    """Say that the server read a part of the prompt only; empty where nothing hints at that.

    Ollama cuts a prompt that is too long without a word; only its count tells.
    """
    expected, read = tokens_in(characters), usage.prompt_tokens
    if usage.estimated or read < SMALLEST_CONTEXT or read * FEWEST_READ > expected:
        return ""
    return (
        f"the server read only {read} of the prompt's about {expected} tokens "
        f"({more_room(expected, None)}); "
    )


def more_room(prompt_tokens: int, max_tokens: int | None) -> str:
    """Return the settings that make enough room."""
    room = math.ceil((prompt_tokens + (max_tokens or 0)) / ROOM_STEP) * ROOM_STEP
    return (
        f"start Ollama with OLLAMA_CONTEXT_LENGTH={room} (vLLM: --max-model-len {room}), "
        "or lower fie.prompt_tokens or llm.max_tokens"
    )
