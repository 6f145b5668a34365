"""Judges candidates on Ray actors, on this machine or on many."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.pool.freight import pack_track, write_files
from fie_evaluator.pool.jobs import JobQueue, QueuedJob
from fie_evaluator.pool.landing import Landings
from fie_evaluator.pool.places import Pool
from fie_evaluator.pool.ray_cluster import connect, disconnect, find_room
from fie_evaluator.pool.ray_worker import News, RemoteJudge, Site
from fie_evaluator.timing.reading import Reading
from fie_evaluator.track import Track

CALLS_AT_ONCE = 8
"Of one actor: news wait in it while a cancel must come through."
NEWS_PATIENCE_S = 0.5
SILENCE_LIMIT_S = 30.0
"A call is answered within its patience; a node that takes this long is lost."
CANCEL_PATIENCE_S = 3.0
START_PATIENCE_S = 120.0
"How long a place may wait for its actor; Ray itself needs seconds."
CLOSE_PATIENCE_S = 0.8
MOST_LOSSES = 2
"How often a job is begun again elsewhere after its node was lost."

log = logging.getLogger(__name__)


class RayEvaluator(Pool):
    """An Evaluator over Ray actors, one per GPU of the cluster, each with the local worker.

    `close` ends every judging within a second; leaving the cluster may take Ray another.
    """

    def __init__(
        self,
        track: Track,
        cache_dir: Path,
        slots: int | None = None,
        *,
        address: str = "",
        run: str = "",
    ) -> None:
        """Connect and start the actors; `address` as in `ray_cluster.connect`.

        On the CPU there are `slots` actors, one if not given. `run` signs the leases of GPUs.
        """
        parcel = pack_track(track)
        self._ray = connect(address)
        self._open = True
        try:
            room = find_room(self._ray, track, slots)
            parcel_ref = self._ray.put(parcel)
        except BaseException:
            disconnect(self._ray)
            raise
        options = {
            **room.demand,
            "max_concurrency": CALLS_AT_ONCE,
        }
        kind = self._ray.remote(RemoteJudge).options(**options)
        super().__init__(
            lambda landings: [
                RayPlace(self._ray, lambda: kind.remote(parcel_ref, str(cache_dir), run), landings)
                for _ in range(room.judges)
            ],
            notes=(room.note,) if room.note else (),
        )

    def readings(self) -> tuple[Reading, ...]:
        """Return what the nodes' GPUs said last; it comes with the news of what is judged."""
        judges = (place for place in self._places if isinstance(place, RayPlace))
        return tuple(reading for judge in judges for reading in judge.readings)

    def close(self) -> None:
        """Cancel what has not landed, kill every process, and let go of the cluster."""
        super().close()
        if self._open:
            self._open = False
            disconnect(self._ray)


class RayPlace:
    """One actor, replaced when it or its node is lost; its job begins again elsewhere."""

    def __init__(self, ray: Any, start_actor: Callable[[], Any], landings: Landings) -> None:
        self._ray = ray
        self._start_actor = start_actor
        self._landings = landings
        self._lost = (ray.exceptions.RayError, ConnectionError)
        self._lock = threading.Lock()
        self._actor: Any = None
        self._ready = False
        self.readings: tuple[Reading, ...] = ()
        "What the actor's GPU said last; while nothing is judged there nobody asks it."
        self._ticket: int | None = None
        self._cancelled_at: float | None = None
        self._closed = False

    def serve(self, queue: JobQueue) -> None:
        """Judge what the queue holds; a place without an actor leaves it to the others."""
        while not self._closed:
            trouble = self._settle()
            if trouble and not self._closed and queue.resign():
                log.warning("one judge is lost, %d remain: %s", queue.servers, trouble)
                break
            queued = queue.next()
            if queued is None:
                break
            if trouble:
                self._landings.fail(queued.ticket, EvaluatorError(trouble))
            else:
                self._serve(queued, queue)
        self._drop_actor()

    def cancel(self, ticket: int) -> None:
        """Kill the candidate of that ticket, if it is the one being judged here."""
        with self._lock:
            if self._ticket != ticket or self._actor is None:
                return
            self._cancelled_at = time.monotonic()
            self._actor.cancel.remote(ticket)

    def close(self) -> None:
        """End the actor's judging, then the actor."""
        with self._lock:
            self._closed = True
            actor = self._actor
        if actor is not None and self._ray.is_initialized():
            with contextlib.suppress(*self._lost):
                self._ray.wait([actor.close.remote()], timeout=CLOSE_PATIENCE_S)
                self._ray.kill(actor)

    def _settle(self) -> str:
        """Get an actor ready; return why that can't be done, or nothing."""
        if self._ready:
            return ""
        if not self._ray.is_initialized():
            return "the connection to the Ray cluster is lost"
        try:
            with self._lock:
                if self._closed:
                    return "this evaluator is closed"
                self._actor = self._actor or self._start_actor()
            site = self._described(self._actor.describe.remote())
        except self._lost as error:
            self._drop_actor()
            return f"no judge could be started on the Ray cluster: {first_line(error)}"
        if site.error:
            self._drop_actor()
            return site.error
        self._ready = True
        return ""

    def _described(self, answer: Any) -> Site:
        deadline = time.monotonic() + START_PATIENCE_S
        while not self._ray.wait([answer], timeout=0.2)[0]:
            if self._closed or time.monotonic() > deadline:
                return Site(
                    host="",
                    error=f"the Ray cluster gave no judge its place within {START_PATIENCE_S:g} s: "
                    "are other jobs using its GPUs?",
                )
        site: Site = self._ray.get(answer)
        return site

    def _serve(self, queued: QueuedJob, queue: JobQueue) -> None:
        with self._lock:
            self._ticket, self._cancelled_at = queued.ticket, None
        try:
            if self._landings.is_open(queued.ticket):
                self._land(queued, self._judged(queued))
        except self._lost as error:
            self._drop_actor()
            self._begin_again(queued, queue, first_line(error))
        finally:
            with self._lock:
                self._ticket = None

    def _judged(self, queued: QueuedJob) -> News:
        """Follow a job to its end."""
        actor, seen = self._actor, 0
        self._ray.get(actor.start.remote(queued.ticket, queued.job), timeout=SILENCE_LIMIT_S)
        # A cancel that came before the actor knew the job is said again.
        if not self._landings.is_open(queued.ticket):
            self.cancel(queued.ticket)
        while True:
            answer = actor.news.remote(queued.ticket, seen, NEWS_PATIENCE_S)
            news: News = self._ray.get(answer, timeout=SILENCE_LIMIT_S)
            for progress in news.progress:
                queued.on_progress(progress)
            seen += len(news.progress)
            self.readings = news.readings or self.readings
            if news.done:
                return news
            self._lose_patience()

    def _lose_patience(self) -> None:
        since = self._cancelled_at
        if since is not None and time.monotonic() - since > CANCEL_PATIENCE_S:
            raise ConnectionError("it did not give up its candidate")

    def _land(self, queued: QueuedJob, news: News) -> None:
        if news.error:
            self._landings.fail(queued.ticket, EvaluatorError(news.error))
        elif news.evaluation is not None:
            write_files(news.files, queued.job.directory)
            self._landings.land(queued.ticket, news.evaluation)

    def _begin_again(self, queued: QueuedJob, queue: JobQueue, why: str) -> None:
        if self._closed or not self._landings.is_open(queued.ticket):
            return
        log.warning("candidate %s lost its judge: %s", queued.job.candidate, why)
        if queued.losses < MOST_LOSSES:
            queue.put_back(replace(queued, losses=queued.losses + 1))
            return
        times = queued.losses + 1
        error = EvaluatorError(f"its judge on the Ray cluster was lost {times} times: {why}")
        self._landings.fail(queued.ticket, error)

    def _drop_actor(self) -> None:
        with self._lock:
            actor, self._actor = self._actor, None
            self._ready = False
        if actor is not None and self._ray.is_initialized():
            with contextlib.suppress(*self._lost):
                self._ray.kill(actor)


def first_line(error: BaseException) -> str:
    """Return an error's first words: Ray appends long advice."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
