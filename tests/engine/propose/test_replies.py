"""Which replies can be used, and what a failed request asks for."""

from datetime import UTC, datetime

import pytest

from fie_engine.propose.replies import (
    Course,
    Failure,
    Reply,
    failure_of_status,
    objection,
    refused_parameter,
    retry_after,
    spoken,
)


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("Idea: x", "Idea: x"),
        ("<think>\n<<<<<<< SEARCH\n</think>\n\nIdea: x", "Idea: x"),
        ("<THINK>a</THINK>Idea: x<thinking>b</thinking>", "Idea: x"),
        ("a long thought</think>\nIdea: x", "Idea: x"),
        ("Idea: x\n<think>never ends", "Idea: x"),
        ("<think>never ends", ""),
        ("<think>a</think>b</think>Idea: x", "Idea: x"),
    ],
)
def test_thinking_is_not_spoken(text: str, visible: str) -> None:
    assert spoken(text) == visible


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(text="Idea", finish_reason="stop", choices=2), ""),
        (Reply(text="Idea", finish_reason="eos", choices=2), ""),
        (
            Reply(text="Idea", finish_reason="length", choices=2),
            "the reply was cut at the token limit of 900: raise llm.max_tokens",
        ),
        (
            Reply(text="Idea", finish_reason="content_filter", choices=2),
            "the server's content filter cut the reply",
        ),
        (
            Reply(finish_reason="tool_calls", choices=2),
            "the model called a tool instead of answering",
        ),
        (Reply(finish_reason="stop", choices=1), "the reply is empty"),
        (
            Reply(reasoning="hm", finish_reason="stop", choices=1),
            "the reply is empty, only thinking",
        ),
        (
            Reply(text="<think>hm</think>", finish_reason="stop", choices=1),
            "the reply holds only thinking",
        ),
        (
            Reply(refusal="I can't\nhelp", finish_reason="stop", choices=1),
            "the model refused: I can't help",
        ),
        (Reply(chunks=1), "the reply holds no choices"),
    ],
)
def test_a_reply_that_cannot_be_used_says_why(reply: Reply, reason: str) -> None:
    assert objection(reply, 900) == reason


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (
            429,
            "slow down",
            Failure(course=Course.RETRY, message="HTTP 429: slow down", retry_after_s=3.0),
        ),
        (
            503,
            "a\n b",
            Failure(course=Course.RETRY, message="HTTP 503: a b", retry_after_s=3.0),
        ),
        (
            429,
            "insufficient_quota: pay",
            Failure(
                course=Course.DOWN,
                message="the quota is used up (HTTP 429: insufficient_quota: pay)",
            ),
        ),
        (
            400,
            "Unknown parameter: 'stream_options'",
            Failure(
                course=Course.ADAPT,
                message="HTTP 400: Unknown parameter: 'stream_options'",
                parameter="stream_options",
            ),
        ),
        (
            400,
            "the prompt is too long",
            Failure(course=Course.DOWN, message="HTTP 400: the prompt is too long", overflow=True),
        ),
        (400, "no", Failure(course=Course.DOWN, message="HTTP 400: no")),
        (418, "x" * 300, Failure(course=Course.DOWN, message="HTTP 418: " + "x" * 200 + "…")),
    ],
)
def test_a_status_asks_for_its_course(status: int, body: str, failure: Failure) -> None:
    assert failure_of_status(status, body, retry_after_s=3.0) == failure


def test_a_filtered_prompt_costs_its_own_reply_only() -> None:
    failure = failure_of_status(400, "policy", code="content_filter")
    assert (failure.course, failure.overflow) == (Course.LOSE, False)


def test_a_required_parameter_is_never_taken_for_an_optional_one() -> None:
    assert refused_parameter("model", "Unsupported model; temperature is fine") == ""
    assert refused_parameter("", "temperature must be at most 2") == ""
    assert refused_parameter("top_p", "no") == "top_p"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("Wed, 21 Oct 2015 07:28:30 GMT", 30.0),
        ("Wed, 21 Oct 2015 07:28:30 -0000", 30.0),
        ("Wed, 21 Oct 2015 09:28:30 +0200", 30.0),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 0.0),
        ("", None),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("Fri", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(header: str, seconds: float | None) -> None:
    now = datetime(2015, 10, 21, 7, 28, tzinfo=UTC).timestamp()
    assert retry_after(header, now) == seconds
