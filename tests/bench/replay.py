"""A recorded run played again: the same seed, replies and verdicts give the same population.

Run from the checkout: python -m tests.bench.replay RUN_FOLDER [--work DIR] [--kill-at N ...]
It is played twice as it was, and once for each N with an engine that is killed outright (SIGKILL)
in its Nth judging and then started again. A prompt that differs from the recorded one by a single
character has no reply, so prompts are compared as well.
Only a run with one proposal in flight repeats: with several, chance decides who answers first.
"""

import argparse
import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from tests.engine.propose.openai_server import OpenAIServer, Step, answer  # noqa: E402
from werkzeug import Request, Response  # noqa: E402

from fie_engine import events as e  # noqa: E402
from fie_engine.launch.assemble import engine  # noqa: E402
from fie_engine.launch.start import LaunchOptions, PreparedRun, prepare  # noqa: E402
from fie_engine.record.rundir import RunDirectory  # noqa: E402
from fie_engine.view.run import RunView  # noqa: E402
from fie_evaluator.errors import EvaluatorError  # noqa: E402
from fie_evaluator.job import EvalJob  # noqa: E402
from fie_evaluator.pool.recorded import RecordedEvaluator  # noqa: E402
from fie_evaluator.results import Evaluation  # noqa: E402

MOST = 1_000_000
"Events of a run that are looked at."
CUT = "the reply was cut at the token limit"
COLUMNS = ("played", "asks", "candidates", "evaluations", "best", "islands", "digest of all")


def main(argv: Sequence[str] | None = None) -> int:
    """Play a run again in processes of their own and compare; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--work", type=Path, help="keeps the runs that were played")
    parser.add_argument("--kill-at", type=int, nargs="*", default=[2])
    parser.add_argument("--into", type=Path, help="play it once, in this process, into a folder")
    parser.add_argument("--die-at", type=int, default=0, help="the judging that kills the engine")
    args = parser.parse_args(argv)
    if args.into:
        play(RunDirectory(args.run), args.into, args.die_at)
        return 0
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        return compare(args.run, args.work or Path(folder), args.kill_at)


def compare(recorded: Path, work: Path, kills: Sequence[int]) -> int:
    """Print a row for the recorded run and for each time it is played; 1 where they differ."""
    rows = [("recorded", *found(recorded))]
    plans: list[tuple[str, tuple[str, ...]]] = [("once", ()), ("twice", ())]
    plans += [(f"killed in judging {number}", ("--die-at", str(number))) for number in kills]
    for name, flags in plans:
        into = work / name.replace(" ", "-")
        command = [sys.executable, "-m", "tests.bench.replay", str(recorded), "--into", str(into)]
        done = subprocess.run([*command, *flags], cwd=ROOT, check=False)
        killed = done.returncode == -signal.SIGKILL
        if killed:
            done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            print(f"{name}: the engine failed", file=sys.stderr)
            return 1
        rows.append((name if killed or not flags else f"{name}: it had ended", *found(into)))
    widths = [max(map(len, column)) for column in zip(COLUMNS, *rows, strict=True)]
    for row in (COLUMNS, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    same = len({row[1:] for row in rows}) == 1
    print("all the same" if same else "they differ")
    return 0 if same else 1


def found(run: Path) -> tuple[str, ...]:
    """Return what a run came to, its last column a digest of all that every candidate is."""
    view, source = view_of(RunDirectory(run)), RunDirectory(run).source
    asked = {event.proposal for event in asks_of(RunDirectory(run))}
    rows = [
        (row.candidate.id, source(row.candidate.id), row.candidate.parents, row.candidate.island,
         row.candidate.origin, str(row.state), row.score)
        for row in view.candidates.values()
    ]  # fmt: skip
    islands = [(one.population, one.best_candidate, one.best) for one in view.islands()]
    told = json.dumps([rows, islands]).encode()
    best = view.best
    return (
        str(len(asked)),
        str(len(rows)),
        str(view.evaluations),
        f"{best.candidate.id} {best.score:.3f}" if best else "none",
        "+".join(str(one.population) for one in view.islands()),
        hashlib.sha256(told).hexdigest()[:16],
    )


def view_of(run: RunDirectory) -> RunView:
    """Return a run as it is now."""
    view = RunView()
    while page := run.events(view.last_seq):
        view.fold(page)
    return view


def asks_of(run: RunDirectory) -> list[e.ProposalStarted]:
    """Return what a run asked for, in order."""
    record = run.events(limit=MOST)
    return [one.event for one in record if isinstance(one.event, e.ProposalStarted)]


def play(recorded: RunDirectory, into: Path, die_at: int = 0) -> None:
    """Play a run into a folder, or go on with it there."""
    answered = highest_answered(RunDirectory(into)) if (into / "run.db").is_file() else 0
    model = next((one.proposer for one in asks_of(recorded)), "")
    with OpenAIServer(otherwise=replies_of(recorded, answered), models=(model,)) as server:
        prepared = prepared_again(recorded, into, server.url, model)
        judge = RecordedEvaluator(verdicts_of(recorded, die_at))
        asyncio.run(engine(prepared, judge, linger=False, errands=()).run())
        prepared.writer.close()


def prepared_again(recorded: RunDirectory, into: Path, url: str, model: str) -> PreparedRun:
    """Return the run on the recorded one's terms, asking a server that repeats its replies."""
    options = LaunchOptions(runs_root=into.parent, base_url=url, model=model)
    if recorded.reply(1) is None:
        options = LaunchOptions(runs_root=into.parent, proposer="operators")
    environ = {"HOME": str(into.parent), "XDG_CACHE_HOME": str(into.parent / "cache")}
    if (into / "run.db").is_file():
        return prepare(replace(options, resume=str(into)), environ)
    options = replace(options, run_dir=into, config=recorded.path / "run.toml")
    return prepare(replace(options, kernel=seed_file(recorded)), environ)


def seed_file(recorded: RunDirectory) -> Path | None:
    """Return the file that the run began with; None for the one that comes with its track."""
    seed = view_of(recorded).seed
    origin = Path(seed.candidate.note.removeprefix("the seed: ")) if seed else Path()
    return origin if origin.is_file() else None


def highest_answered(run: RunDirectory) -> int:
    """Return the number of the newest proposal that came to something."""
    record = run.events(limit=MOST)
    ended = (one.event for one in record if isinstance(one.event, e.Proposed | e.ProposalFailed))
    return max((event.proposal for event in ended), default=0)


def replies_of(recorded: RunDirectory, answered: int) -> Step:
    """Return a step that gives each prompt the reply that it had after proposal `answered`."""
    events = [one.event for one in recorded.events(limit=MOST)]
    cut = {
        event.proposal
        for event in events
        if isinstance(event, e.ProposalFailed) and event.reason.startswith(CUT)
    }
    left: defaultdict[tuple[str, str], deque[Step]] = defaultdict(deque)
    for number in range(answered + 1, len(asks_of(recorded)) + 1):
        words = recorded.reply(number)
        if words is not None:
            usage = (words.usage.prompt_tokens, words.usage.completion_tokens)
            finish = "length" if number in cut else "stop"
            step = answer(words.reply, finish=finish, usage=usage)
            left[words.system, words.user].append(step)

    def reply(request: Request) -> Response:
        asked = [one["content"] for one in json.loads(request.get_data())["messages"]]
        steps = left[asked[0], asked[1]]
        unknown = {"error": {"message": "nobody asked this before"}}
        return steps.popleft()(request) if steps else Response(json.dumps(unknown), 400)

    return reply


def verdicts_of(recorded: RunDirectory, die_at: int) -> Callable[[EvalJob], Evaluation]:
    """Return what the judge said of each kernel, and of each two that were timed in turns."""
    known: dict[tuple[str, str], Evaluation] = {}
    for one in recorded.events(limit=MOST):
        match one.event:
            case e.Evaluated(candidate=name, evaluation=evaluation):
                known[recorded.source(name), ""] = evaluation
            case e.Retimed(candidate=name, rival=rival, evaluation=evaluation):
                known[recorded.source(name), recorded.source(rival)] = evaluation
    numbers = count(1)

    def verdict(job: EvalJob) -> Evaluation:
        if next(numbers) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if (job.source, job.rival) not in known:
            raise EvaluatorError(f"{job.candidate} was never judged before")
        return known[job.source, job.rival]

    return verdict


if __name__ == "__main__":
    sys.exit(main())
