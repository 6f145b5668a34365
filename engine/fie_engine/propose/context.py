"""How much room a model needs for a prompt and its reply, and where to give it more."""

import math

CHARACTERS_PER_TOKEN = 3.5
"Of code; real tokenisers need a download."

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


def more_room(prompt_tokens: int, max_tokens: int | None) -> str:
    """Return the settings that make enough room."""
    room = math.ceil((prompt_tokens + (max_tokens or 0)) / ROOM_STEP) * ROOM_STEP
    return (
        f"start Ollama with OLLAMA_CONTEXT_LENGTH={room} (vLLM: --max-model-len {room}), "
        "or lower fie.prompt_tokens or llm.max_tokens"
    )
