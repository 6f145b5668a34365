"""Failures that a person can mend; each message names the thing and the remedy."""

from fie_evaluator.errors import FieError


class RunError(FieError):
    """The run directory can't be used as asked."""


class NoSuchRun(RunError):
    """No run of that name; the message lists where it was looked for."""


class NoSuchCandidate(RunError):
    """The run has no candidate of that name."""


class RunLocked(RunError):
    """Another engine has the run open."""


class NewerDatabase(RunError):
    """The run was written by a newer version."""


class SeedError(FieError):
    """The seed kernel can't start a run."""


class CheckpointError(FieError):
    """A checkpoint can't be read, written or continued as asked; nothing was changed."""
