"""The feed brings everything once, and piles up nothing."""

import sqlite3
import threading
from pathlib import Path

import pytest
from tests.tui.canned import CannedRun, empty

from fie_engine import commands as c
from fie_engine import events as e
from fie_evaluator.errors import FieError
from fie_tui.session.feed import BATCH, Feed


class Notices:
    """Counts notices, and lets a test wait for the next."""

    def __init__(self) -> None:
        self.count = 0
        self._came = threading.Semaphore(0)

    def __call__(self) -> None:
        self.count += 1
        self._came.release()

    def wait(self) -> None:
        """Wait for a notice that wasn't waited for yet."""
        assert self._came.acquire(timeout=10)


@pytest.fixture
def notices() -> Notices:
    return Notices()


def test_events_come_in_order_and_in_bounded_batches(tmp_path: Path, notices: Notices) -> None:
    run = empty(tmp_path)
    run.add(*(e.Noted(text=str(i)) for i in range(2 * BATCH + 10)))
    feed = Feed(run, notices)
    feed.start()
    seen: list[e.Recorded] = []
    sizes = []
    more = True
    while more:
        notices.wait()
        delivery = feed.take()
        sizes.append(len(delivery.events))
        seen += delivery.events
        more = delivery.more
    feed.close()
    assert seen == run.record
    assert max(sizes) == BATCH


def test_a_screen_that_takes_nothing_costs_one_batch_and_one_notice(
    tmp_path: Path, notices: Notices
) -> None:
    run = CannedRun(tmp_path)
    looked = threading.Semaphore(0)
    live = run.live

    def counted() -> None:
        looked.release()
        return live()  # type: ignore[return-value]

    run.live = counted  # type: ignore[method-assign, assignment]
    run.add(e.Noted(text="first"))
    feed = Feed(run, notices)
    feed.start()
    notices.wait()
    run.add(*(e.Noted(text="later") for _ in range(3 * BATCH)))
    for _ in range(4):
        assert looked.acquire(timeout=10)
    feed.close()
    assert feed.join(5)
    assert notices.count == 1
    assert len(feed.take().events) == 1


def test_a_command_is_sent_from_the_thread_and_then_announced(
    tmp_path: Path, notices: Notices
) -> None:
    run = empty(tmp_path)
    feed = Feed(run, notices)
    feed.start()
    sent = threading.Event()
    feed.send(c.Pause(reason="lunch"), sent.set)
    assert sent.wait(10)
    feed.close()
    assert run.sent == [c.Pause(reason="lunch")]


@pytest.mark.parametrize("error", [OSError("gone"), sqlite3.OperationalError("locked"), FieError()])
def test_an_error_is_told_once_and_healed(
    tmp_path: Path, notices: Notices, error: Exception
) -> None:
    run = empty(tmp_path)
    run.failure = error
    feed = Feed(run, notices)
    feed.start()
    notices.wait()
    first = feed.take()
    while not first.error:
        notices.wait()
        first = feed.take()
    assert first.error == (str(error) or "FieError")
    run.failure = None
    notices.wait()
    healed = feed.take()
    feed.close()
    assert (healed.error, list(healed.events)) == ("", run.record)
