"""Flags of the commands that read a run: attach, ls, show."""

import argparse
from typing import TypeAlias

from fie_tui.flags.looks import add_looks, add_moment
from fie_tui.flags.steering import add_runs_root

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

SHOW_FIELDS = """\
fields of --json (stable):
  run, path           the run's name and folder
  state, reason       starting, running, paused, stopped, finished or failed; "lost" when
                      the engine died without a word (continue it with --resume)
  track, definition, device, timing, caveat, proposer
                      what was searched, on what, by which clock, proposed by what
  score_name          what a score is, for example "geometric mean speedup vs reference"
  seed_candidate, seed_score, best_candidate, best_score, best_noise
                      null until judged; noise is the relative half-interval
  iterations, planned_iterations, evaluations, failures, seconds, seed_rng
  duels               timings of two candidates in turns
  cost                {usd, local, replies, prompt_tokens, cached_tokens, completion_tokens,
                      reasoning_tokens, estimated, gpu_seconds}; usd is null where a price is not
                      known or no model answered, local: all of it from a model at home
  cost_by_model, cost_by_island
                      [{model or island, all of cost, per_percent, recent_per_percent}]: what 1 %
                      of the best cost, in cost_unit ("usd", "tokens" or "gpu_seconds"), over the
                      run and in its last 20 iterations; null where nothing improved
  models              [{model, replies, candidates, duplicates, unusable, passed, improved, gain,
                      mends, mended, mend_tokens, prompt_tokens, completion_tokens, usd}]: what
                      each model's replies came to; gain sums what faster children gained
  models_left_out     {model: why its server can't serve} while the search goes on without it
  budget, spent       {usd, tokens, gpu_seconds, hours}; a limit is null where there is none
  engine              {running, pid, host}
  event, events       the event after which this is told (with --at that one), and the newest
  improvements        [{candidate, score, previous, evaluation, note}] in order; the seed is none
  islands             [{island, population, best, best_candidate, mean, stagnation, founder,
                      retired, muted, direction}]
  hints               [{number, text, island, candidate, author}] that prompts carry; island null
                      and candidate "" for everyone's
  constraints         [{number, text, cluster, author}] that prompts demand
  settings            {dotted key: value} changed since the launch
  held_out            [{workload, label}] that the search never sees, for the promotion gate
  failure_kinds       [{key, count, example, candidates}], the most frequent first
  candidates          [{id, parents, island, generation, origin, model, note, state, score, noise,
                      estimate, versus_parent, pinned, champion, promoted, status, error}]
                      (estimate: too slow on a few workloads to time the others)
  versions            {name: version}
With CANDIDATE the object is one entry of candidates and its
  workloads           [{workload, label, status, matched_ratio, median_ms, spread_ms,
                      reference_ms, speedup, floor_ms, bound, limit_fraction, error}];
                      floor_ms is the least time the device allows, null where unknown
  timing, noise_floor, limit_fraction
                      the clock that was used; the relative standard deviation of one kernel's
                      score between judgings; the geometric mean share of the limit
  conditions          {sm_clock_mhz: [lowest, median, highest], memory_clock_mhz, power_w,
                      temperature_c, throttled, other_processes,
                      utilisation_pct, memory_used_mb, memory_total_mb} or null
  build               [{name, registers, spills, shared_bytes, warps, stages}]
  profile             {source, figures, advice} or null
  exchange            {system, user, reply, model, room, left_out} for a model's candidate, else
                      null; left_out: parts of the prompt that had no room, least useful first
  cost                as of the run, for this candidate
  turns               {against, ratio, noise, verdict} where it was timed in turns with another:
                      score and noise are of then, first_score and first_noise of the verdict
  checklist           [{id, title, state, reason}]: "done", "open" or "unknown"; [] for a
                      definition without one
  gate                {searched, held_out, labels, drawn: {score, noise, draws, held_out}} where it
                      was promoted: the official scores over what the search saw and didn't see
  kernel, files       the kernel file's path; all that belongs to the candidate
"""


def add_readers(commands: Commands) -> None:
    """Add what reads a run that goes on elsewhere, or has ended."""
    attach = commands.add_parser("attach", help="open the board on a run that goes on elsewhere")
    attach.add_argument("run", metavar="RUN", help="name or path")
    attach.add_argument("--read-only", action="store_true", help="look, never steer")
    attach.add_argument(
        "--plain",
        action="store_true",
        help="tell the run in lines, for pipes and screen readers; automatic without a terminal",
    )
    add_moment(attach, "open the board as it was then")
    add_looks(attach)
    add_runs_root(attach)
    listing = commands.add_parser("ls", help="list the runs")
    listing.add_argument("--json", action="store_true", help="a list of objects")
    add_runs_root(listing)
    show = commands.add_parser(
        "show",
        help="say what a run or a candidate came to",
        epilog=SHOW_FIELDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    show.add_argument("run", metavar="RUN", help="name or path")
    show.add_argument("candidate", metavar="CANDIDATE", nargs="?")
    show.add_argument("--json", action="store_true", help="one object; its fields are below")
    show.add_argument(
        "--prompt",
        action="store_true",
        help="what the model was told that made CANDIDATE (or '#12', a reply that made none), what "
        "had no room, and its answer",
    )
    add_moment(show, "tell the run as it was then")
    show.add_argument(
        "--since", metavar="MOMENT", help="what happened after that: bests, verdicts, cost, acts"
    )
    add_runs_root(show)
