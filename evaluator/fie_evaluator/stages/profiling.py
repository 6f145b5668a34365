"""The profile stage: which candidates get one, and by which profiler."""

from dataclasses import dataclass
from pathlib import Path

from fie_evaluator.bench import Bench
from fie_evaluator.child.messages import Dissect, Dissected, Operator
from fie_evaluator.job import EvalJob
from fie_evaluator.profiler.feedback import profile_of
from fie_evaluator.profiler.gpu import ProfileRequest, profile_candidate
from fie_evaluator.results import Profile
from fie_evaluator.stages.contestant import Contestant
from fie_evaluator.stages.ledger import Ledger
from fie_evaluator.stages.verdicts import Rejected


def wants_profile(job: EvalJob, ledger: Ledger) -> bool:
    """Whether the job asks for a profile, of a candidate that is as good as this one."""
    if not job.profile or not ledger.complete:
        return False
    return job.profile_above is None or ledger.estimate > job.profile_above


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiling:
    """A profile that was begun in the candidate's process and is finished without it."""

    bench: Bench
    job: EvalJob
    place: int
    operators: tuple[Operator, ...]

    @classmethod
    def begun(
        cls, bench: Bench, job: EvalJob, candidate: Contestant, place: int
    ) -> "Profiling | None":
        """Have the candidate's process tell what runs; None if it can't: that costs no verdict."""
        try:
            answer: Dissected = candidate.ask(Dissect(workload=place), Dissected, place)
        except Rejected:
            return None
        return cls(bench=bench, job=job, place=place, operators=answer.operators)

    def profile(self, candidate: Contestant) -> Profile:
        """Return the profile; on a GPU the candidate's process is gone by now, its folder isn't."""
        problem = self.bench.problem
        label = problem.label(self.place)
        if self.bench.track.device == "cpu":
            return profile_of(self.operators, label)
        request = ProfileRequest(
            dataset=self.bench.track.dataset,
            definition=self.bench.track.definition,
            workload_uuid=problem.workloads[self.place].uuid,
            workload_label=label,
            solution_json=candidate.solution.model_dump_json(),
            seed=0,
            device=self.bench.track.device,
            operators=self.operators,
            scratch=Path.cwd(),
            keep=self.job.directory,
            compiled=(candidate.directory / "triton",),
            confinement=self.bench.confinement,
        )
        return profile_candidate(request, self.bench.interrupts)
