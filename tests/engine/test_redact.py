"""Secrets stay out of what is logged, shown and stored."""

import copy
import dataclasses
import json
import logging
import pickle

import pytest

from fie_engine.redact import RedactingFilter, Secret, mask_known, redact

CANARY = 'k"ey/with+odd=signs'


def test_a_secret_is_revealed_only_when_asked() -> None:
    secret = Secret(CANARY)
    assert secret.reveal() == CANARY
    assert (repr(secret), str(secret), f"{secret}") == ("Secret([redacted])",) * 3
    assert (repr(Secret()), bool(Secret()), bool(secret)) == ("Secret()", False, True)
    assert copy.deepcopy(secret) is secret and copy.copy(secret) is secret
    assert secret == Secret(CANARY) and secret != CANARY and len({secret, Secret(CANARY)}) == 1


def test_a_secret_can_be_neither_pickled_nor_dumped() -> None:
    with pytest.raises(TypeError, match="never written down"):
        pickle.dumps(Secret(CANARY))
    with pytest.raises(TypeError):
        json.dumps(Secret(CANARY))


def test_a_frozen_tree_with_a_secret_can_be_turned_into_a_dict() -> None:
    @dataclasses.dataclass(frozen=True)
    class Holder:
        key: Secret

    assert CANARY not in str(dataclasses.asdict(Holder(key=Secret(CANARY))))


def test_known_values_are_masked_in_every_spelling() -> None:
    text = f"{CANARY} k%22ey%2Fwith%2Bodd%3Dsigns {json.dumps(CANARY)}"
    assert mask_known(text, (Secret(CANARY),)) == '[redacted] [redacted] "[redacted]"'


def test_values_too_short_to_be_secrets_leave_words_alone() -> None:
    assert mask_known("ollama is local", (Secret("ollama"), Secret())) == "ollama is local"


def test_the_longer_of_two_overlapping_secrets_goes_first() -> None:
    secrets = (Secret("abcdefgh"), Secret("abcdefgh-ijkl"))
    assert mask_known("abcdefgh-ijkl abcdefgh", secrets) == "[redacted] [redacted]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key sk-proj-abcdefghijklmnop1234 bad", "key [redacted] bad"),
        ("Incorrect API key provided: sk-ab***wxyz.", "Incorrect API key provided: [redacted]."),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer [redacted]"),
        ('{"api_key": "abcd1234", "x": 1}', '{"api_key": "[redacted]", "x": 1}'),
        ("api-key=abcd1234&x=1", "api-key=[redacted]&x=1"),
        ("at http://me:pass@box:1/v1", "at http://[redacted]@box:1/v1"),
        ("hf_abcdefghijklmnopqrstuvwxyz", "[redacted]"),
        ("HTTP 401: check the API key", "HTTP 401: check the API key"),
        ("time_per_token: 12 task-number-12", "time_per_token: 12 task-number-12"),
        (
            "void kernel_moe_fp8_block_scale_topk8_ng8_kg4_e32",
            "void kernel_moe_fp8_block_scale_topk8_ng8_kg4_e32",
        ),
    ],
)
def test_what_looks_like_a_key_is_masked_and_nothing_else(text: str, shown: str) -> None:
    assert redact(text) == shown
    assert redact(shown) == shown


def test_log_records_are_redacted_with_arguments_and_tracebacks(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = logging.getLogger("test_redact")
    redacting = RedactingFilter((Secret(CANARY),))
    logger.addFilter(redacting)
    try:
        raise ValueError(f"bad {CANARY}")
    except ValueError:
        logger.exception("sent %s to %s", CANARY, "http://me:pass@box", stack_info=True)
    finally:
        logger.removeFilter(redacting)
    assert "sent [redacted] to http://[redacted]@box" in caplog.text
    assert "ValueError: bad [redacted]" in caplog.text
    assert CANARY not in caplog.text
