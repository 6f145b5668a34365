"""What the board asks before it tells a search where to go."""

from collections.abc import Mapping, Sequence

from fie_engine.config.adjustable import ADJUSTABLE
from fie_engine.events_steering import Scalar
from fie_engine.view.clusters import Cluster
from fie_tui.diff.lines import unified
from fie_tui.screens.ask import CANCEL, Answer, Ask
from fie_tui.screens.write import Write

MOST_OFFERED = 9
"Answers that have a digit of their own."

LABEL_WIDTH = 60

AROUND_A_DIFF = 12
"Lines of a screen that a question with a diff needs besides."

SIGNS = {"same": "  ", "added": "+ ", "removed": "- ", "hunk": "@ "}


UNREAD = "No model proposes in this run: operators read no prompts, so it waits for a model."


def hinting(scopes: Sequence[str], *, read: bool) -> Write:
    """Ask for a hint and for whom it is; `read`: whether a model reads prompts."""
    words = ["What should the model know? It is carried by"]
    return Write("Hint", words if read else [UNREAD, "", *words], purposes=scopes)


def directing(island: int, before: str, *, read: bool) -> Write:
    """Ask where an island should go."""
    words = ["Where should this island go? Its prompts say so; an empty line takes that back."]
    title = f"Direction of island {island}"
    return Write(title, words if read else [UNREAD, "", *words], typed=before)


def setting(now: Mapping[str, Scalar]) -> Write:
    """Ask for a setting and its value; the values of now are shown."""
    known = {name: now.get(name) for name in ADJUSTABLE} | dict(now)
    told = ", ".join(f"{name.rpartition('.')[2]}={_value(value)}" for name, value in known.items())
    return Write("Set", ["NAME VALUE, for example: waiting_limit 4", "", f"Now: {told}."])


def _value(value: Scalar) -> str:
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def importing() -> Write:
    """Ask for kernel files."""
    words = "Which kernel file? It becomes a child of the best, and is judged like any other."
    return Write("Import a kernel", [words])


def constraining(clusters: Sequence[Cluster]) -> Ask:
    """Ask which kind of failure a constraint shall end."""
    labels = [f"{one.count}× {one.example}" for one in clusters]
    return _pick("Constraint", "Every prompt will demand that this kind of failure ends:", labels)


def dropping(words: Sequence[str]) -> Ask:
    """Ask which hint or constraint prompts shall carry no more."""
    return _pick("Drop words", "Prompts carry no more:", words)


def reseeding(island: int, chosen: str, seed: str) -> Ask:
    """Ask from what an island starts again, and say what that means."""
    answers = [Answer(id="chosen", key="y", label=f"start it again from {chosen}")]
    return Ask(
        f"Reseed island {island}",
        [
            f"Every member of island {island} but pinned ones leaves its population; the record "
            "keeps them, and other islands keep theirs. Undo brings them back."
        ],
        [
            CANCEL,
            *(answers if chosen and chosen != seed else ()),
            Answer(id="seed", key="s", label=f"start it again from the seed {seed}"),
        ],
    )


def retiring(island: int) -> Ask:
    """Ask whether an island is to end."""
    return Ask(
        f"Retire island {island}",
        [
            f"Island {island} gets no more children and takes no migrants; what is in flight "
            "lands. Its members stay in the record. Undo opens it again."
        ],
        [CANCEL, Answer(id="retire", key="y", label=f"retire island {island}")],
    )


def injecting(parent: str, before: str, after: str, height: int) -> Ask:
    """Ask whether an edited kernel goes in, and show what was changed."""
    diff = unified(before, after)
    shown = diff.lines[: max(3, height - AROUND_A_DIFF)]
    lines = [f"{SIGNS[line.kind]}{line.text}" for line in shown]
    left_out = len(diff.lines) - len(shown)
    return Ask(
        f"Inject the edited {parent}",
        [
            f"+{diff.added} −{diff.removed} lines; it becomes a child of {parent} and is judged.",
            "",
            *lines,
            *([f"… {left_out} lines more"] if left_out else []),
        ],
        [Answer(id="inject", key="y", label="yes, inject it"), CANCEL],
    )


def _pick(title: str, text: str, labels: Sequence[str]) -> Ask:
    answers = [
        Answer(id=str(index), key=str(index + 1), label=_cut(label))
        for index, label in enumerate(labels[:MOST_OFFERED])
    ]
    return Ask(title, [text], [*answers, CANCEL])


def _cut(label: str) -> str:
    line = " ".join(label.split())
    return line if len(line) <= LABEL_WIDTH else f"{line[: LABEL_WIDTH - 1]}…"
