"""What models say while they say it."""

from fie_engine.live import Utterance
from fie_engine.overheard import LONGEST_SHOWN, Overheard


def test_the_newest_state_of_each_reply_is_told_without_its_thinking() -> None:
    overheard = Overheard()
    overheard.hear(3, "<think>\nhm")
    overheard.hear(4, "a")
    overheard.hear(4, "ab")
    assert overheard.replies({3, 4}) == (
        Utterance(proposal=3, text="", characters=10),
        Utterance(proposal=4, text="ab", characters=2),
    )


def test_a_reply_that_has_ended_is_forgotten() -> None:
    overheard = Overheard()
    overheard.hear(3, "done")
    assert overheard.replies(set()) == ()
    assert overheard.replies({3}) == ()


def test_replies_share_what_a_heartbeat_carries() -> None:
    overheard = Overheard()
    for proposal in (1, 2):
        overheard.hear(proposal, "x" * LONGEST_SHOWN)
    assert [len(reply.text) for reply in overheard.replies({1, 2})] == [LONGEST_SHOWN // 2] * 2
