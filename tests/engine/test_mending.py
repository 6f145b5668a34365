"""A failed reply gets one round in which the model puts it right, and everything is on record."""

import asyncio
import json
import re
from dataclasses import replace

from tests.engine.lab import Lab, evaluation
from tests.engine.propose.openai_server import OpenAIServer, Step, answer
from werkzeug import Request, Response

from fie_engine import events as e
from fie_engine.config.load import load_config
from fie_engine.loop.mending import LONGEST_ERROR, exact_error
from fie_engine.loop.search import Search
from fie_engine.model import RunState
from fie_engine.propose.choose import ProposerChoice
from fie_engine.propose.llm import ModelProposer
from fie_engine.view.rows import ModelRow
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.recorded import RecordedEvaluator
from fie_evaluator.results import Evaluation, Status
from fie_evaluator.tracks import resolve_track

SEED = """\
# EVOLVE-BLOCK-START
SPEED = 1.0


def kernel():
    return SPEED


# EVOLVE-BLOCK-END
"""
LINE = re.compile(r"^SPEED = (\S+)$", re.MULTILINE)
BROKEN = "missing_name"


def judge(job: EvalJob) -> Evaluation:
    """Judge a kernel by its own word; a missing name doesn't compile."""
    found = LINE.search(job.source)
    assert found is not None
    if found.group(1) == BROKEN:
        failed = evaluation(1.0, Status.COMPILE_ERROR, f"line 2: name {BROKEN!r} is not defined")
        return replace(failed, results=())
    return evaluation(float(found.group(1)))


def speeds(before: str, after: str) -> Step:
    """Answer with a block that changes the speed."""
    block = f"<<<<<<< SEARCH\nSPEED = {before}\n=======\nSPEED = {after}\n>>>>>>> REPLACE\n"
    return answer(f"Idea: {after}.\n\n{block}", usage=(100, 10))


def by_question(ordinary: list[Step], mending: list[Step]) -> Step:
    """Answer ordinary prompts with the one list and mending prompts with the other."""

    def step(request: Request) -> Response:
        asked = json.loads(request.get_data())["messages"][1]["content"]
        return (mending if "# Put it right" in asked else ordinary).pop(0)(request)

    return step


def run(lab: Lab, server: OpenAIServer, iterations: int = 1, *, mend: bool = True) -> Search:
    """Let the server's model drive a run."""
    choice = ProposerChoice(kind="llm", base_url=server.url, model="scripted", why="a test")
    proposer = ModelProposer(choice, load_config(), resolve_track("moe-mini", None, {}))
    writer = lab.create(seed=SEED, iterations=iterations)
    search = lab.search(writer, iterations=iterations)
    search.terms = replace(search.terms, mend=mend)
    asyncio.run(lab.engine(writer, search, proposer, RecordedEvaluator(judge)).run())
    return search


def user_prompts(server: OpenAIServer) -> list[str]:
    """What was asked of the model, in order."""
    return [request["messages"][1]["content"] for request in server.requests]


def test_a_reply_that_does_not_apply_is_put_right_in_one_iteration(lab: Lab) -> None:
    with OpenAIServer(script=[speeds("9.0", "1.5"), speeds("1.0", "1.5")]) as server:
        search = run(lab, server)
        asked = user_prompts(server)
    child = search.view.candidates["c0001"]
    assert (child.candidate.parents, child.candidate.mends) == (("c0000",), "#1")
    assert (child.candidate.note, child.score) == ("mends #1: 1.5.", 1.5)
    assert (search.view.iterations, len(asked)) == (1, 2)
    assert "block 1 of 1: SEARCH not found: no line 'SPEED = 9.0'" in asked[1]
    assert "Your answer could not be applied to c0000, the program below." in asked[1]
    assert "<<<<<<< SEARCH\nSPEED = 9.0\n=======\nSPEED = 1.5" in asked[1]
    assert f"# The program: c0000\n```python\n{SEED}```" in asked[1]


def test_a_kernel_that_does_not_compile_is_put_right_with_the_exact_error(lab: Lab) -> None:
    replies = by_question([speeds("1.0", BROKEN), speeds("1.0", "1.25")], [speeds(BROKEN, "1.5")])
    with OpenAIServer(otherwise=replies) as server:
        search = run(lab, server, iterations=3)
        (asked,) = (prompt for prompt in user_prompts(server) if "# Put it right" in prompt)
    rows = search.view.candidates
    (mended,) = (row for row in rows.values() if row.candidate.mends)
    assert rows["c0001"].state == "failed"
    assert (mended.candidate.parents, mended.candidate.mends) == (("c0000", "c0001"), "c0001")
    assert (mended.score, mended.versus_parent) == (1.5, 0.5)
    assert "COMPILE_ERROR: line 2: name 'missing_name' is not defined" in asked
    assert f"# The program: c0001\n```python\n{SEED.replace('1.0', BROKEN)}```" in asked
    assert "# Where the search stands" not in asked


def test_there_is_one_round_only_and_then_the_failure_stands(lab: Lab) -> None:
    with OpenAIServer(script=[speeds("9.0", "1.5")] * 2) as server:
        search = run(lab, server)
        assert len(server.requests) == 2
    events = [recorded.event for recorded in lab.reopen().events()]
    failed = [event for event in events if isinstance(event, e.ProposalFailed)]
    assert [(event.proposal, event.spent, event.mendable) for event in failed] == [
        (1, False, True),
        (2, True, False),
    ]
    started = [event.mends for event in events if isinstance(event, e.ProposalStarted)]
    assert started == ["", "#1"]
    assert (search.view.state, search.view.iterations) == (RunState.FINISHED, 1)


def test_a_mended_kernel_that_still_fails_is_not_mended_again(lab: Lab) -> None:
    wrong_twice = [speeds("9.0", "1.5"), speeds("1.0", BROKEN), speeds("1.0", "1.25")]
    with OpenAIServer(script=wrong_twice) as server:
        search = run(lab, server, iterations=2)
    rows = search.view.candidates
    assert [row.candidate.mends for row in rows.values()] == ["", "#1", ""]


def test_nothing_is_mended_where_that_is_switched_off(lab: Lab) -> None:
    with OpenAIServer(script=[speeds("9.0", "1.5"), speeds("1.0", "1.25")]) as server:
        search = run(lab, server, iterations=2, mend=False)
        assert ["Put it right" in prompt for prompt in user_prompts(server)] == [False, False]
    assert search.view.iterations == 2


def test_what_was_due_or_being_put_right_when_an_engine_died_is_put_right_by_the_next(
    lab: Lab,
) -> None:
    writer = lab.create(seed=SEED)
    search = lab.search(writer)
    for number, mends in ((3, ""), (4, "")):
        search.apply(writer.append(asked(number, mends), broken(number)))
    search.apply(writer.append(asked(5, "#3")))
    search.apply(writer.append(e.EngineStarted(pid=1, host="h", resumed=True)))
    due = []
    while (one := search.mending.next) is not None:
        due.append(one.name)
        search.mending.drop(one.name)
    assert (due, search.next_proposal, search.view.iterations) == (["#3", "#4"], 5, 0)


def asked(number: int, mends: str) -> e.ProposalStarted:
    """Ask for a child of the seed."""
    return e.ProposalStarted(
        proposal=number, island=0, parent="c0000", proposer="scripted", mends=mends
    )


def broken(number: int) -> e.ProposalFailed:
    """Get a reply that can be put right."""
    return e.ProposalFailed(
        proposal=number, island=0, parent="c0000", reason="no", spent=False, mendable=True
    )


def test_a_kernel_that_exists_already_is_a_duplicate_and_not_judged(lab: Lab) -> None:
    script = [speeds("1.0", "1.0  # as it was"), answer("I give up."), answer("I give up.")]
    with OpenAIServer(script=script) as server:
        search = run(lab, server, iterations=2)
    events = [recorded.event for recorded in lab.reopen().events()]
    first = next(event for event in events if isinstance(event, e.ProposalFailed))
    assert first == e.ProposalFailed(
        proposal=1,
        island=1,
        parent="c0000",
        reason="the same kernel as c0000, which is not judged again",
        duplicate_of="c0000",
        model="scripted",
        usage=first.usage,
    )
    assert search.view.evaluations == 1


def test_every_models_replies_are_told_with_their_repairs_and_their_cost(lab: Lab) -> None:
    replies = by_question(
        [speeds("9.0", "1.5"), speeds("1.0", BROKEN), answer("No.", usage=(100, 10))],
        [speeds("1.0", "1.5"), speeds(BROKEN, "1.0"), answer("No.", usage=(100, 10))],
    )
    with OpenAIServer(otherwise=replies) as server:
        search = run(lab, server, iterations=4)
    (row,) = search.view.models.rows
    assert row == ModelRow(
        model="scripted",
        replies=6,
        candidates=2,
        duplicates=1,
        passed=1,
        improved=1,
        gain=0.5,
        mends=3,
        mended=1,
        mend_tokens=330,
        prompt_tokens=600,
        completion_tokens=60,
    )
    assert row.unusable == 3


def test_of_a_long_error_the_end_is_told() -> None:
    long = evaluation(1.0, Status.COMPILE_ERROR, "a" * 9000 + "the cause")
    said = exact_error(long)
    assert said.startswith("COMPILE_ERROR: …aaa") and said.endswith("the cause")
    assert len(said) < LONGEST_ERROR + 20
