"""How large a prompt may be."""

import pytest

from fie_engine.config.load import ConfigError, load_config
from fie_engine.prompt.room import Room, estimate_tokens, room_of, with_contexts


def room(**given: object) -> Room:
    """The room for a prompt with these settings; the model's name is "coder"."""
    settings = {name.replace("__", "."): value for name, value in given.items()}
    return room_of(load_config(None, {"llm.primary_model": "coder", **settings}))


def test_without_a_known_context_the_configuration_decides() -> None:
    assert room(fie__prompt_tokens=9000) == Room(tokens=9000)


def test_a_context_leaves_what_the_reply_does_not_take() -> None:
    small = Room(tokens=12_288, context=16_384, reply_tokens=4096)
    assert room(fie__context_tokens=16_384, llm__max_tokens=4096) == small
    assert room(fie__context_tokens=128_000, llm__max_tokens=4096) == Room(tokens=24_000)


def test_contexts_can_be_told_by_model() -> None:
    given = {"coder": 8192, "other": 4096}
    small = Room(tokens=6144, context=8192, reply_tokens=2048)
    assert room(fie__context_tokens=given, llm__max_tokens=2048) == small
    assert room(fie__context_tokens={"other": 4096}) == Room(tokens=24_000)


def test_a_reply_that_leaves_no_room_for_a_prompt_is_an_error() -> None:
    with pytest.raises(ConfigError, match="replies of 8192 tokens leave 0 of a context of 8192"):
        room(fie__context_tokens=8192, llm__max_tokens=8192)


def test_a_token_is_estimated_as_three_and_a_half_characters() -> None:
    assert [estimate_tokens(text) for text in ("", "abc", "abcd", "x" * 3500)] == [0, 1, 2, 1000]


def test_what_servers_tell_of_their_contexts_is_taken_where_the_configuration_says_nothing() -> (
    None
):
    told = (("coder", 16_384), ("tiny", 4096), ("other", 32_768))
    known = load_config(None, {"fie.context_tokens": {"coder": 12_000}, "llm.max_tokens": 4096})
    assert with_contexts(known, told).prompting.context_tokens == (
        ("coder", 12_000),
        ("other", 32_768),
    )
    for everyones in (load_config(None, {"fie.context_tokens": 9000}), load_config()):
        kept = with_contexts(everyones, (("tiny", 4096),))
        assert kept == everyones
