"""What becomes of paid replies when every fifth has a fault, in transport or in content.

Run from the checkout: python -m tests.bench.bench_replies --output FILE
Transport: llmock's server (pip install llmock) fails, drops, cuts, garbles and stalls replies.
Content: a scripted server sends blocks that don't apply, code that doesn't compile, and so on.
"""

import argparse
import asyncio
import json
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from tests.bench.replies_faults import (  # noqa: E402
    SEED,
    FaultyQueue,
    faulty_content,
    judge,
)
from tests.engine.lab import Lab  # noqa: E402
from tests.engine.propose.openai_server import OpenAIServer  # noqa: E402

from fie_engine import events as e  # noqa: E402
from fie_engine.config.load import load_config  # noqa: E402
from fie_engine.loop.pace import Limits  # noqa: E402
from fie_engine.model import Origin  # noqa: E402
from fie_engine.propose.choose import ProposerChoice  # noqa: E402
from fie_engine.propose.llm import ModelProposer  # noqa: E402
from fie_evaluator.environment import cpu_model, installed_version  # noqa: E402
from fie_evaluator.pool.recorded import RecordedEvaluator  # noqa: E402
from fie_evaluator.tracks import resolve_track  # noqa: E402

VERSIONS = ("fie-tui", "llmock", "openai", "openevolve")
SETTINGS = {"llm.timeout": 1, "llm.retry_delay": 1, "llm.retries": 4}


def main(argv: Sequence[str] | None = None) -> int:
    """Run both kinds of faults and write the results file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--rate", type=float, default=0.2, help="share of replies with a fault")
    parser.add_argument("--rng", type=int, default=1)
    parser.add_argument("--output", type=Path)
    args = parser.parse_args(argv)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    rows = [transport(args.iterations, args.rate, args.rng)]
    rows.append(content(args.iterations, args.rate, args.rng))
    text = json.dumps(report(rows, args), indent=2)
    print(text)
    if args.output:
        args.output.write_text(text + "\n")
    return 0


def transport(iterations: int, rate: float, rng: int) -> dict[str, Any]:
    """Return what becomes of replies when llmock disturbs their transport."""
    from llmock.testing import LLMockServer
    from llmock.verdict import judge as verdict_of

    with LLMockServer() as server:
        queue = FaultyQueue(rate, rng)
        server.state.scenarios = queue
        # One at a time: llmock takes equal requests for attempts at one and the same.
        found = drive(server.base_url("openai"), iterations, at_once=1)
        records = [one for one in server.state.journal.records(wait=5) if one.stream]
        paid = sum(1 for one in records if one.status == 200)
        verdict = verdict_of(records)
    return {
        "faults": "transport",
        "requests": len(records),
        "requests_with_fault": dict(queue.sent),
        "paid": paid,
        **found,
        "useful_pct": round(100 * found["useful"] / paid, 1),
        "llmock_errors": sorted({finding.code for finding in verdict.errors}),
        "llmock_warnings": sorted({finding.code for finding in verdict.warnings}),
    }


def content(iterations: int, rate: float, rng: int) -> dict[str, Any]:
    """Return what becomes of replies when what they say is wrong."""
    step, sent = faulty_content(rate, rng)
    with OpenAIServer(otherwise=step) as server:
        found = drive(server.url, iterations, at_once=8)
        paid = len(server.requests)
    return {
        "faults": "content",
        "requests": paid,
        "requests_with_fault": dict(sent),
        "paid": paid,
        **found,
        "useful_pct": round(100 * found["useful"] / paid, 1),
    }


def drive(base_url: str, iterations: int, at_once: int) -> dict[str, Any]:
    """Run a search on the server at that address; return what its record says of the replies."""
    choice = ProposerChoice(kind="llm", base_url=base_url, model="gpt-4o", why="a benchmark")
    proposer = ModelProposer(
        choice, load_config(None, SETTINGS), resolve_track("moe-mini", None, {})
    )
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder) / "run")
        writer = lab.create(seed=SEED, iterations=iterations)
        search = lab.search(writer, iterations=iterations)
        limits = Limits(proposals=at_once, ahead=2 * at_once)
        judges = RecordedEvaluator(judge)
        asyncio.run(lab.engine(writer, search, proposer, judges, limits=limits).run())
        events = [recorded.event for recorded in writer.events()]
        lab.close()
    return {**outcomes(events), "seconds": round(time.monotonic() - started, 1)}


def outcomes(events: Sequence[e.Event]) -> dict[str, Any]:
    """Count how the replies ended; one that was put right ends as what came of that."""
    judged = {event.candidate for event in events if isinstance(event, e.Evaluated)}
    mended_by = {
        event.mends: event.proposal for event in events if isinstance(event, e.ProposalStarted)
    }
    made = {
        event.proposal
        for event in events
        if isinstance(event, e.Proposed)
        and event.candidate.origin is Origin.LLM
        and event.candidate.id in judged
    }
    failed = [event for event in events if isinstance(event, e.ProposalFailed)]
    repeated = {event.proposal for event in failed if event.duplicate_of}
    good = made | repeated
    saved = {
        event.proposal
        for event in failed
        if event.mendable and mended_by.get(f"#{event.proposal}") in good
    }
    return {
        "judged": len(made),
        "duplicates": len(repeated),
        "put_right": len(saved),
        "wasted": sum(1 for event in failed if event.model and event.proposal not in good | saved),
        "useful": len(good | saved),
        "pauses": sum(1 for event in events if isinstance(event, e.Paused)),
        "evaluations_of_a_known_kernel": _known_twice(events),
    }


def _known_twice(events: Sequence[e.Event]) -> int:
    digests = [event.candidate.digest for event in events if isinstance(event, e.Proposed)]
    return len(digests) - len(set(digests))


def report(rows: Sequence[dict[str, Any]], args: argparse.Namespace) -> dict[str, Any]:
    """Return the results file's content."""
    by_kind = {row["faults"]: row["useful_pct"] for row in rows}
    return {
        "name": "replies",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "device": f"CPU ({cpu_model()})",
        "versions": {name: installed_version(name) for name in VERSIONS},
        "command": f"python -m tests.bench.bench_replies --iterations {args.iterations} "
        f"--rate {args.rate} --rng {args.rng}",
        "rows": list(rows),
        "summary": {
            "useful_replies_pct": min(by_kind.values()),
            "useful_replies_pct_transport": by_kind["transport"],
            "useful_replies_pct_content": by_kind["content"],
        },
    }


if __name__ == "__main__":
    raise SystemExit(main())
