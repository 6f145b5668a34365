"""How many asks are in flight, played out on servers and leases of known speed."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from statistics import mode

import pytest

from fie_engine.loop.pace import Limits, Pace

ADAPTIVE = Limits(proposals=8, ahead=8, adaptive=True)
Answering = Callable[[], float]
"Returns how long a server works on one answer."


@dataclass(frozen=True)
class Played:
    """What a stretch of play came to."""

    asks: int
    "Most often in flight."
    lease_use: float
    "Share of the second half in which the lease was held."
    use_from_first: float
    "The same from the first candidate's start on."


def play(
    pace: Pace, answer_s: Answering, judging_s: float, slots: int = 100, judgings: int = 80
) -> Played:
    """Play a search with one lease and a server that works on `slots` answers at once."""
    now, free = 0.0, [0.0] * slots
    landing: list[tuple[float, float]] = []
    levels: list[int] = []
    waiting, done, busy_until, busy, half, first = 0, 0, 0.0, 0.0, 0.0, 0.0
    pace.judged(judging_s)
    while done < judgings:
        if waiting and busy_until <= now:
            waiting, busy_until = waiting - 1, now + judging_s
            busy += judging_s if half else 0.0
            first = first or now
        early = pace.early(now - min((asked for _, asked in landing), default=now))
        while len(landing) < pace.asks + early and len(landing) + waiting < pace.ahead + early:
            start = max(now, heapq.heappop(free))
            end = start + answer_s()
            heapq.heappush(free, end)
            heapq.heappush(landing, (end, now))
        moments = [busy_until] if busy_until > now else []
        moments += [now + judging_s / 4] if pace.awaits_first else []
        now = min([*moments, *(end for end, _ in landing)])
        if now == busy_until:
            done += 1
            pace.judged(judging_s)
            half = half or (now if done == judgings // 2 else 0.0)
        while landing and landing[0][0] <= now:
            end, asked = heapq.heappop(landing)
            waiting += 1
            pace.answered(end - asked)
            levels.append(pace.asks)
    return Played(
        asks=mode(levels),
        lease_use=busy / (now - half),
        use_from_first=done * judging_s / (now - first),
    )


@pytest.mark.parametrize(("answer_s", "asks"), [(0.1, 1), (1.0, 2), (2.0, 3), (4.0, 5)])
def test_as_many_asks_as_keep_the_lease_busy_and_a_little_more(answer_s: float, asks: int) -> None:
    played = play(Pace(ADAPTIVE, leases=1), lambda: answer_s, judging_s=1.0)
    assert (played.asks, played.lease_use) == (asks, pytest.approx(1.0))


@pytest.mark.parametrize("answer_s", [2.0, 3.0, 4.0])
def test_the_lease_has_no_rest_from_the_first_candidate_on(answer_s: float) -> None:
    played = play(Pace(ADAPTIVE, leases=1), lambda: answer_s, judging_s=1.0)
    assert played.use_from_first == pytest.approx(1.0)


def test_before_the_first_answer_asks_follow_as_the_lease_could_judge_a_few_at_most() -> None:
    pace = Pace(ADAPTIVE, leases=1)
    pace.judged(2.0)
    waits = (0.0, 3.9, 4.0, 6.0, 60.0)
    assert [pace.asks + pace.early(waited_s) for waited_s in waits] == [2, 2, 3, 4, 4]
    pace.answered(8.0)
    assert pace.early(60.0) == 0


def test_the_first_judging_which_prepares_for_all_is_forgotten_at_the_second() -> None:
    pace = Pace(ADAPTIVE, leases=1)
    pace.judged(30.0)
    for _ in range(2):
        pace.answered(4.0)
    assert pace.asks == 1
    pace.judged(1.0)
    assert pace.asks == 3
    pace.answered(4.0)
    assert pace.asks == 3


def test_answers_of_uneven_length_leave_the_lease_little_rest() -> None:
    chance = random.Random(5)
    played = play(Pace(ADAPTIVE, leases=1), lambda: chance.uniform(1.0, 4.0), judging_s=1.0)
    assert played.lease_use > 0.9


@pytest.mark.parametrize(("slots", "asks"), [(1, 1), (2, 2), (8, 8)])
def test_a_server_is_asked_little_more_than_it_works_on_at_once(slots: int, asks: int) -> None:
    pace = Pace(ADAPTIVE, leases=1)
    assert play(pace, lambda: 10.0, 1.0, slots, judgings=60).asks == asks


def test_a_jump_that_did_not_pay_is_tried_again_later() -> None:
    pace = Pace(ADAPTIVE, leases=1)
    assert play(pace, lambda: 10.0, 1.0, slots=1, judgings=5).asks == 1
    assert play(pace, lambda: 2.0, 1.0, judgings=80).asks == 3


def test_the_number_about_doubles_at_most() -> None:
    pace = Pace(ADAPTIVE, leases=4)
    pace.judged(1.0)
    seen = [pace.asks]
    for _ in range(20):
        pace.answered(9.0)
        seen.append(pace.asks)
    assert list(dict.fromkeys(seen)) == [2, 5, 8]


def test_a_server_that_could_not_serve_is_asked_for_half() -> None:
    pace = Pace(ADAPTIVE, leases=1)
    play(pace, lambda: 4.0, judging_s=1.0)
    pace.overtaxed()
    assert pace.asks == 2


def test_asks_that_fill_half_a_lease_are_half_as_many() -> None:
    pace = Pace(ADAPTIVE, leases=1)
    pace.share = 0.5
    assert play(pace, lambda: 4.0, judging_s=1.0).asks == 3


def test_a_fixed_number_stays_whatever_is_measured() -> None:
    pace = Pace(Limits(proposals=2, ahead=3), leases=1)
    play(pace, lambda: 9.0, judging_s=1.0, judgings=10)
    assert (pace.asks, pace.ahead, pace.in_single_file) == (2, 3, False)
    assert Pace(Limits(proposals=1, ahead=1), leases=1).in_single_file


def test_new_limits_hold_at_once() -> None:
    pace = Pace(ADAPTIVE, leases=1)
    play(pace, lambda: 4.0, judging_s=1.0)
    pace.adopt(Limits(proposals=2, ahead=2, adaptive=True))
    assert pace.asks == 2
    pace.adopt(Limits(proposals=4, ahead=4))
    assert pace.asks == 4
