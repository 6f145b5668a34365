"""What is gathered around a parent for a prompt."""

from fie_engine import events as e
from fie_engine.model import Candidate, Origin
from fie_engine.prompt.told import LONGEST_LINE, Offspring, Told, told_of
from fie_engine.view.run import RunView
from fie_evaluator.results import Evaluation, Status

PASSED = Evaluation(status=Status.PASSED, device="CPU", timing="clock")
FAILED = Evaluation(status=Status.RUNTIME_ERROR, device="CPU", timing="clock", error="no 3")


def candidate(name: str, *parents: str) -> Candidate:
    """A candidate of a run."""
    return Candidate(
        id=name,
        parents=parents,
        island=0,
        generation=len(parents),
        origin=Origin.LLM,
        model="m",
        note="",
        digest=name,
    )


class Story:
    """A run told event by event."""

    def __init__(self) -> None:
        self.view = RunView()
        self.offspring = Offspring()
        self._seq = 0

    def tell(self, *events: e.Event) -> None:
        for event in events:
            self._seq += 1
            self.view.fold([e.Recorded(seq=self._seq, at=float(self._seq), event=event)])

    def judge(self, made: Candidate, evaluation: Evaluation = PASSED) -> None:
        self.tell(
            e.Proposed(proposal=self._seq, candidate=made),
            e.Evaluated(candidate=made.id, evaluation=evaluation, score=1.0, noise=0.0),
        )
        self.offspring.enter(made)

    def told(self, parent: str, island: int = 0) -> Told:
        return told_of(self.view, self.offspring, island, parent)


def names(told: Told) -> tuple[list[str], list[str]]:
    """The line, and what was tried from it."""
    line, tried = told.line, told.tried
    return [row.candidate.id for row in line], [row.candidate.id for row in tried]


def test_the_parents_children_come_before_its_ancestors_and_the_newest_first() -> None:
    story = Story()
    story.judge(candidate("c0"))
    story.judge(candidate("c1", "c0"))
    story.judge(candidate("c2", "c0"), FAILED)
    story.judge(candidate("c3", "c1"))
    story.judge(candidate("c4", "c1"), FAILED)
    story.judge(candidate("c5", "c2"))
    story.tell(e.Proposed(proposal=9, candidate=candidate("c6", "c1")))
    assert names(story.told("c1")) == (["c1", "c0"], ["c4", "c3", "c2"])
    assert [(kind.key, kind.count) for kind in story.told("c1").failures] == [
        ("RUNTIME_ERROR: no ‹n›", 2)
    ]


def test_a_long_line_ends_before_it_fills_a_prompt() -> None:
    story = Story()
    story.judge(candidate("c0"))
    for number in range(1, 40):
        story.judge(candidate(f"c{number}", f"c{number - 1}"))
    line, tried = names(story.told("c39"))
    assert (len(line), line[0], tried) == (LONGEST_LINE, "c39", [])


def test_a_persons_words_reach_whom_they_are_for() -> None:
    story = Story()
    story.judge(candidate("c0"))
    story.tell(
        e.Hinted(hint=1, text="for all"),
        e.Hinted(hint=2, text="for island 1", island=1),
        e.Hinted(hint=3, text="for c0's children", candidate="c0"),
        e.Directed(island=1, text="fewer launches"),
        e.ConstraintAdded(constraint=1, text="no torch.compile"),
    )
    here, there = story.told("c0", island=0), story.told("c9", island=1)
    assert (here.hints, here.direction) == (("for all", "for c0's children"), "")
    assert (there.hints, there.direction) == (("for all", "for island 1"), "fewer launches")
    assert here.demands == there.demands == ("no torch.compile",)
