"""Where the chosen candidate comes from, and why it failed if it did."""

from collections.abc import Sequence

from fie_engine.model import Exchange
from fie_engine.money.spending import Spending
from fie_engine.plaintext import plain, plain_lines
from fie_engine.view.narrate import failure
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_evaluator.results import Evaluation
from fie_evaluator.scoring import limit_reached
from fie_evaluator.stages.gate import gate_told
from fie_evaluator.timing.telling import build_told, disturbances, readings
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, wrapped
from fie_tui.looks.theme import sign_of
from fie_tui.told import costs
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

LOG_LINES = 200


class About(Panel):
    """Origin, note, verdict, what it printed, and the words with a model."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []
        self._of = ""

    def begin(self, scene: Scene, width: int) -> None:
        """Lay out all that is known at this width."""
        chosen = scene.chosen
        self._lines = [] if chosen is None else _about(scene, chosen, width - 2)
        name = chosen.candidate.id if chosen else ""
        if name != self._of:
            self._of, self.top = name, 0

    def caption(self) -> Line:
        """Say whom this is about."""
        return ((self._of, "title"),) if self._of else ()

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Line:
        """Return one line."""
        return [(" ", "text"), *self._lines[index]]

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        return ("where a candidate comes from, and why it failed if it did",)


def _about(scene: Scene, row: CandidateRow, width: int) -> list[Line]:
    made = row.candidate
    lines: list[Line] = [_verdict(row)]
    by = f" by {made.model}" if made.model else ""
    place = f"island {made.island}, generation {made.generation}"
    lines.append(((f"{made.origin}{by}, {place}", "dim"),))
    lines += [((text, "text"),) for text in wrapped(made.note, width) if text]
    lines += _cost_lines(scene.view.money, row, width)
    if row.turns:
        lines += [((text, "text"),) for text in wrapped(f"⇆ {figures.turns(row)}", width)]
    if row.promoted:
        lines += [((text, "good"),) for text in wrapped(f"▲ promoted: {row.promoted}", width)]
    if row.gate is not None:
        told = gate_told(row.gate)
        lines += [((text, "text"),) for one in told for text in wrapped(one, width)]
    if row.evaluation is not None:
        lines += _evaluation_lines(row.evaluation, width)
    exchange = scene.kernel.exchange if scene.kernel else None
    if exchange is not None and scene.kernel and scene.kernel.candidate == made.id:
        lines += _exchange_lines(exchange, width)
    return lines


def _cost_lines(money: Spending, row: CandidateRow, width: int) -> list[Line]:
    """Return what the candidate cost and what its model brought for its cost."""
    cost = money.of(row.candidate.id)
    if not cost.replies:
        return []
    model, unit = row.candidate.model, money.unit
    rate = costs.rate_told(money.efforts.by_model[model], unit)
    lately = costs.rate_told(money.efforts.recent(model=model), unit)
    told = (
        f"cost {costs.cost_told(cost)}",
        f"+1 % of the best by {model} cost {rate}, lately {lately}",
    )
    return [((text, "dim"),) for long in told for text in wrapped(long, width)]


def _verdict(row: CandidateRow) -> Line:
    sign, ink = sign_of(row)
    pinned: Line = ((" ¶ pinned", "warn"),) if row.pinned else ()
    match row.state:
        case CandidateState.PASSED:
            word = figures.of(row)
            word += figures.estimate(row.evaluation) if row.evaluation else ""
            if row.versus_parent is not None:
                word += f", {figures.change(row.versus_parent)} vs parent"
                word += " (within noise)" if row.within_noise else ""
        case CandidateState.FAILED:
            word = "failed"
        case CandidateState.JUDGING:
            word = "being judged"
        case CandidateState.QUEUED:
            word = "waiting for the judge"
    return [(f"{sign} " if sign.strip() else "", ink), (word, "strong"), *pinned]


def _evaluation_lines(evaluation: Evaluation, width: int) -> list[Line]:
    lines: list[Line] = [
        ((f"judged in {figures.duration(evaluation.seconds)} · {evaluation.timing}", "dim"),)
    ]
    lines += _device_lines(evaluation, width)
    if not evaluation.passed:
        lines += [((text, "bad"),) for text in wrapped(failure(evaluation), width)]
        for result in evaluation.results:
            lines += _more_of(result.error, width)
        lines += _more_of(evaluation.error, width)
    lines += [((f"{plain(name)} {value:.6g}", "text"),) for name, value in evaluation.metrics]
    for name, text in evaluation.artifacts:
        lines.append(((plain(name), "faint"),))
        lines += [((f"│ {line}", "dim"),) for line in plain_lines(text.strip())[-LOG_LINES:]]
    if evaluation.log:
        lines.append((("it printed", "faint"),))
        printed = plain_lines(evaluation.log.rstrip("\n"))[-LOG_LINES:]
        lines += [((f"│ {text}", "dim"),) for text in printed]
    return lines


def _device_lines(evaluation: Evaluation, width: int) -> list[Line]:
    """Return what a GPU tells besides times: limit, noise, conditions and the build."""
    told: list[tuple[str, str]] = []
    reached = limit_reached(evaluation)
    if reached is not None:
        told.append((f"{figures.limit(reached)}, geometric mean over the workloads", "text"))
    if evaluation.noise_floor is not None:
        told.append((f"one kernel varies by {evaluation.noise_floor:.2%} between judgings", "dim"))
    if evaluation.conditions is not None:
        told += [(f"! {text}", "warn") for text in disturbances(evaluation.conditions)]
        told.append((" · ".join(readings(evaluation.conditions)), "dim"))
    if evaluation.build:
        told.append(("built", "faint"))
    told += [
        (f"│ {build_told(kernel)}", "warn" if kernel.spills else "dim")
        for kernel in evaluation.build
    ]
    return [((text, ink),) for long, ink in told for text in wrapped(long, width)]


def _more_of(error: str, width: int) -> list[Line]:
    """Return an error's lines after its first, which the verdict shows already."""
    rest = plain_lines(error.strip())[1:LOG_LINES]
    return [((text, "dim"),) for long in rest for text in wrapped(long, width)]


def _exchange_lines(exchange: Exchange, width: int) -> list[Line]:
    used = exchange.usage
    cost = f"{used.prompt_tokens:,} tokens in, {used.completion_tokens:,} out"
    title = f"{exchange.model} answered in {exchange.seconds:.1f} s ({cost})"
    lines: list[Line] = [((title, "faint"),)]
    if exchange.left_out:
        unshown = f"its prompt had no room for {', '.join(exchange.left_out)}"
        lines += [((text, "warn"),) for text in wrapped(unshown, width)]
    for text in plain_lines(exchange.reply):
        lines += [((piece, "dim"),) for piece in wrapped(text, width)]
    return lines
