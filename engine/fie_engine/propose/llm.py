"""A language model as a proposer: prompt, stream, parse, and every paid reply kept."""

import ast
import asyncio
import random
import re
import time
from collections.abc import Callable

from fie_engine.config.tree import Config
from fie_engine.exchange.project_terms import asks_for_project, language_of
from fie_engine.model import Exchange, Origin
from fie_engine.prompt.brief import brief_of
from fie_engine.prompt.mend import mending_prompt
from fie_engine.prompt.write import Prompt, build_prompt
from fie_engine.propose.base import Ask, NoProposal, Proposal
from fie_engine.propose.choose import ProposerChoice, endpoint
from fie_engine.propose.client import Clock, ModelClient, Preflight, ReplyLost, Sleep
from fie_engine.propose.context import cut_prompt
from fie_engine.propose.diffs import apply_blocks, apply_rewrite
from fie_engine.propose.replies import Reply, objection, spoken
from fie_engine.propose.reply_blocks import parse_blocks, parse_with_pattern, summarise
from fie_engine.propose.team import named_after
from fie_evaluator.scoring import rule_for
from fie_evaluator.syntax import parsed
from fie_evaluator.track import Track

StreamSink = Callable[[int, str], None]
"Called with the proposal's number and all that was said so far; must return at once."

LONGEST_NOTE = 200
STOCK_PATTERN = Config().search.diff_pattern
IDEA = re.compile(r"^\W*idea\W*:\W*(\S.*)$", re.IGNORECASE | re.MULTILINE)


def _no_sink(proposal: int, text: str) -> None:
    """Show a reply to nobody."""


class ModelProposer:
    """Asks one model for one child at a time; a reply that can't be used is kept all the same."""

    def __init__(
        self,
        choice: ProposerChoice,
        config: Config,
        track: Track,
        *,
        sink: StreamSink = _no_sink,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
        check_first: bool = False,
    ) -> None:
        rule = rule_for(track, config.task.score_mean, config.task.score_against)
        self.brief = brief_of(track, rule.name)
        self._config = named_after(config, choice)
        self.title = choice.title
        self._client = ModelClient(endpoint(choice, config), sleep=sleep)
        self._sink = sink
        self._clock = clock
        self._unchecked = check_first
        "Whether address, key and model are to be checked before the first ask."

    async def preflight(self) -> Preflight:
        """Check address, key and model before a run; raises ProviderDown."""
        return await self._client.preflight()

    async def propose(self, ask: Ask) -> Proposal:
        """Return the child that the model's reply makes of the parent."""
        if self._unchecked:
            await self.preflight()
            self._unchecked = False
        prompt = self._prompt(ask)
        started = self._clock()
        reason = ""
        try:
            reply = await self._client.ask(
                prompt.system,
                prompt.user,
                random.Random(f"{ask.seed_rng}:{ask.proposal}:retry"),
                lambda text: self._sink(ask.proposal, text),
            )
        except ReplyLost as lost:
            reply, reason = lost.partial, str(lost)
        exchange = self._exchange(prompt, reply, self._clock() - started)
        reason = reason or objection(reply, self._client.endpoint.max_tokens)
        if reason:
            raise NoProposal(reason, exchange)
        return self._proposal(ask, reply, exchange)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _prompt(self, ask: Ask) -> Prompt:
        prompt = build_prompt(ask, self.brief, self._config)
        if ask.mend is None:
            return prompt
        return mending_prompt(prompt, ask, ask.mend, self.brief, self._config)

    def _exchange(self, prompt: Prompt, reply: Reply, seconds: float) -> Exchange:
        return Exchange(
            system=prompt.system,
            user=prompt.user,
            reply=reply.whole,
            model=self.title,
            usage=reply.usage,
            seconds=seconds,
            room=prompt.room.tokens,
            left_out=prompt.left_out,
        )

    def _proposal(self, ask: Ask, reply: Reply, exchange: Exchange) -> Proposal:
        base = ask.mend.source if ask.mend else ask.parent.source
        try:
            source, note = child_of(base, reply.text, self._config, self.brief.entry_point)
            check_child(source, self._config, self.brief.entry_point)
        except NoProposal as refused:
            cut = cut_prompt(len(exchange.system + exchange.user), exchange.usage)
            raise NoProposal(cut + refused.reason, exchange, mendable=not cut) from None
        except Exception as error:  # noqa: BLE001
            # A reply may hold anything: what our readers stumble over costs this one, kept, not
            # the search.
            told = f"fie-tui can't read this reply ({type(error).__name__}: {error})"
            raise NoProposal(_cut(told), exchange) from error
        return Proposal(
            source=source,
            parents=parents_of(ask),
            origin=Origin.LLM,
            model=self.title,
            note=f"mends {ask.mend.name}: {note}" if ask.mend else note,
            exchange=exchange,
        )


def parents_of(ask: Ask) -> tuple[str, ...]:
    """Return whom a child derives from: the parent, and the candidate that it puts right."""
    failed = ask.mend.name if ask.mend else ""
    named = bool(failed) and not failed.startswith("#")
    return (ask.parent.candidate.id, failed) if named else (ask.parent.candidate.id,)


def child_of(source: str, text: str, config: Config, entry_point: str) -> tuple[str, str]:
    """Return the child that a reply makes of a kernel, and its one-line note; or NoProposal."""
    answer = spoken(text)
    if not config.search.diffs:
        return apply_rewrite(source, answer, entry_point), note_of(answer) or "a rewrite"
    pattern = config.search.diff_pattern
    stock = pattern == STOCK_PATTERN
    blocks = parse_blocks(answer) if stock else parse_with_pattern(answer, pattern)
    return apply_blocks(source, blocks), note_of(answer) or _cut(summarise(blocks))


def check_child(source: str, config: Config, entry_point: str) -> None:
    """Raise NoProposal for a child that can't be a kernel."""
    if len(source) > config.search.max_code_length:
        limit = config.search.max_code_length
        raise NoProposal(f"the kernel has {len(source)} characters; max_code_length is {limit}")
    if asks_for_project(config) and language_of(config) != "python":
        return
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError) as error:
        line = f" in line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise NoProposal(f"the changed kernel is not Python: {error.args[0]}{line}") from None
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    if entry_point and entry_point not in names:
        raise NoProposal(f"the changed kernel has no function {entry_point}")


def note_of(answer: str) -> str:
    """Return what the model says that it changed, one line; empty where it says nothing."""
    said = IDEA.search(answer)
    return _cut(said.group(1).replace("**", "").strip(" *_")) if said else ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NOTE else line[: LONGEST_NOTE - 1] + "…"
