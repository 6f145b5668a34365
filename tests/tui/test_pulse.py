"""An engine's heartbeat: quiet, slow, silent, hung."""

from fie_engine.live import Live, Phase, Utterance
from fie_tui.told.pulse import Pulse, pulse

NOW = 1_000_000.0


def live(*phases: Phase, age_s: float = 0.5, heard: int | None = None) -> Live:
    """Return a heartbeat of that age, with a reply to a proposal on its way."""
    replies = () if heard is None else (Utterance(proposal=heard, text="def", characters=3),)
    return Live(at=NOW - age_s, pid=1, host="lab", phases=phases, replies=replies)


def phase(what: str, age_s: float, patience_s: float) -> Phase:
    return Phase(what=what, stage="", since=NOW - age_s, patience_s=patience_s)


def test_a_quiet_engine_is_well() -> None:
    assert pulse(live(), NOW) == Pulse()
    assert pulse(live(age_s=4.9), NOW) == Pulse()


def test_without_a_heartbeat_nothing_is_known() -> None:
    assert pulse(None, NOW) == Pulse()


def test_silence_is_told_then_called_hung() -> None:
    assert pulse(live(age_s=6), NOW) == Pulse(words="engine silent 6s")
    assert pulse(live(age_s=31), NOW) == Pulse(words="silent since 13:46:09, 31s", hung=True)


def test_work_within_its_time_is_well() -> None:
    assert pulse(live(phase("judging c0007", 119, 120)), NOW) == Pulse()


def test_work_without_a_limit_may_take_for_ever() -> None:
    assert pulse(live(phase("judging c0007", 99_999, 0)), NOW) == Pulse()


def test_the_work_that_is_late_the_longest_is_told() -> None:
    late = (phase("judging c0007", 130, 120), phase("judging c0005", 150, 120))
    told = "judging c0005 takes 2m30s, over 2m00s"
    assert pulse(live(*late), NOW) == Pulse(words=told)


def test_a_model_that_says_nothing_for_too_long_is_late() -> None:
    asked = phase("proposing #4", 400, 360)
    assert pulse(live(asked), NOW) == Pulse(words="proposing #4 takes 6m40s, over 6m00s")
    assert pulse(live(asked, heard=4), NOW) == Pulse()
