"""The top lines: is it alive, is it winning, on what terms."""

from dataclasses import replace

from fie_engine.events import RunCreated
from fie_engine.model import RunState
from fie_engine.money.budget import NEAR
from fie_tui.keys.actions import ENDED
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, Span, fitting, spark
from fie_tui.looks.theme import STATES
from fie_tui.told import costs
from fie_tui.told.scene import Scene
from fie_tui.widgets.lines import Lines

GAP: Line = (("  ", "text"),)
DOT: Line = ((" · ", "faint"),)

WIDE = 100
"From this width on the budget is told in its units, else as the share that is spent."

Part = tuple[int, Line]


class Status(Lines):
    """One to three lines, the most important things last to go."""

    def compose_lines(self, scene: Scene, width: int, height: int) -> list[Line]:
        """Return the lines for this height."""
        room = width - 2
        head = [(" ", "text"), *fitting(_state_parts(scene, room), room, GAP)]
        created = scene.view.created
        if height == 1 or created is None:
            return [head]
        if height == 2:
            return [head, [(" ", "text"), *fitting(_terms(created, wide=True), room, DOT)]]
        second = [(" ", "text"), *_narrow_terms(created, room)]
        return [head, second, [(" ", "text"), *_caveat_line(scene, created, room)]]


def _state_parts(scene: Scene, room: int) -> list[Part]:
    view = scene.view
    sign, word, ink = _state(scene)
    return [
        (99, ((f" {sign} {word} ", ink),)),
        (97, _moment(scene)),
        (95, _best(scene)),
        (85, _controller(scene)),
        (50, _versus_seed(scene)),
        (80, _tried(scene)),
        (60, _failed(scene)),
        _cost(scene, room),
        (90 if scene.trouble or scene.pulse.words else 70, _engine(scene)),
        (65, _left_out(scene)),
        (10, ((_in_flight(scene), "dim"),)),
        (5, ((view.created.run if view.created else "", "faint"),)),
    ]


def _state(scene: Scene) -> tuple[str, str, str]:
    """Return the sign, the word and the ink of what the run does, or of what is shown of it."""
    if scene.loading:
        return "◌", "LOADING", "calm"
    if scene.past:
        return "◀", "REPLAY", "alarm"
    if scene.trouble:
        return "!", "DISCONNECTED", "alarm"
    view = scene.view
    if view.state is RunState.RUNNING and not scene.engine and scene.live is not None:
        return "!", "NO ENGINE", "alarm"
    if scene.pulse.hung:
        return "!", "ENGINE HUNG", "alarm"
    return STATES[view.state]


def _moment(scene: Scene) -> Line:
    """Say which earlier moment is shown, and how the run stood then."""
    if not scene.past:
        return ()
    at = figures.clock_time(scene.view.last_at)
    _, then, _ = STATES[scene.view.state]
    return (
        (f"event {scene.view.last_seq:,} of {scene.head:,}", "strong"),
        (f" {at} {then.lower()}", "dim"),
    )


def _controller(scene: Scene) -> Line:
    """Say who steers from another board."""
    who = scene.situation.controller.partition(" at ")[0]
    return ((f"◇ {who} controls", "warn"),) if who else ()


def _best(scene: Scene) -> Line:
    best = scene.view.best
    if best is None:
        return (("best ", "dim"), ("none yet", "dim"))
    value = figures.of(best)
    return (("best ", "dim"), (value, "best"), (f" ★{best.candidate.id}", "good"))


def _versus_seed(scene: Scene) -> Line:
    return ((figures.versus_seed(scene.view.best, scene.view.seed), "strong"),)


def _tried(scene: Scene) -> Line:
    created = scene.view.created
    if created is None:
        return ()
    return (
        ("tried ", "dim"),
        (f"{scene.view.iterations:,}", "strong"),
        (f"/{created.iterations:,}", "dim"),
    )


def _failed(scene: Scene) -> Line:
    view = scene.view
    if not view.evaluations:
        return ()
    return ((f"✗ {view.failures / view.evaluations:.0%}", "bad" if view.failures else "dim"),)


def _engine(scene: Scene) -> Line:
    """Say that the engine lives, with the time it took; or that it doesn't."""
    elapsed = _elapsed(scene)
    if scene.trouble:
        return ((f"! as of {figures.clock_time(scene.view.last_at)}", "warn"),)
    if scene.view.state in ENDED or scene.past:
        return ((elapsed, "dim"),)
    if not scene.engine:
        return ((f"no engine {elapsed}", "warn"),)
    if scene.pulse.words:
        return ((f"! {scene.pulse.words}", "warn"),)
    return ((f"{elapsed} ", "dim"), ("♥", "good"))


def _left_out(scene: Scene) -> Line:
    """Name the models that can't be asked while the search goes on without them."""
    absent = scene.view.models.absent
    return ((f"! without {', '.join(absent)}", "warn"),) if absent else ()


def _elapsed(scene: Scene) -> str:
    view = scene.view
    if not view.started_at:
        return ""
    until = scene.now if view.state is RunState.RUNNING and scene.engine else view.last_at
    return figures.duration(until - view.started_at)


def _cost(scene: Scene, room: int) -> Part:
    """Say what is spent of the budget, or what it cost without one; operators cost nothing."""
    money = scene.view.money
    at_work = scene.view.state is RunState.RUNNING and scene.engine
    text, share = costs.tightest(money, scene.now if at_work else scene.view.last_at)
    if text:
        told = text if room >= WIDE else f"{share:.0%} budget"
        # Little left is worth more room than the share of failures.
        return (65, ((told, "warn"),)) if share >= NEAR else (55, ((told, "dim"),))
    return (45, ((costs.brief(money.total), "dim"),))


def _in_flight(scene: Scene) -> str:
    proposing, judging = scene.view.in_flight
    if not proposing and not judging:
        return ""
    return f"{proposing} proposing, {judging} judging"


def _narrow_terms(created: RunCreated, width: int) -> list[Span]:
    """Return the terms in a line; a clock's long name yields to its first words, never to none."""
    whole = fitting(_terms(created, wide=False), width, DOT)
    if any(text == created.timing for text, _ in whole):
        return whole
    short = replace(created, timing=created.timing.split(",")[0])
    return fitting(_terms(short, wide=False), width, DOT)


def _terms(created: RunCreated, *, wide: bool) -> list[Part]:
    parts: list[Part] = [
        (90, ((created.track, "text"),)),
        (80, ((created.device, "text"),)),
        (40, ((created.timing, "text"),)),
        (60, ((created.proposer, "text"),)),
    ]
    if wide:
        parts.append((70, _caveat(created)))
        parts.append((10, ((f"score: {created.score_name}", "dim"),)))
    return parts


def _caveat(created: RunCreated) -> Line:
    return ((f"! {created.caveat}", "warn"),) if created.caveat else ()


def _caveat_line(scene: Scene, created: RunCreated, width: int) -> list[Span]:
    trend = spark([point.best for point in scene.view.trend], 24)
    return fitting(
        [
            (90, _caveat(created)),
            (50, ((f"score: {created.score_name}", "dim"),)),
            (20, (("best ", "faint"), (trend, "good")) if len(trend) > 1 else ()),
        ],
        width,
        DOT,
    )
