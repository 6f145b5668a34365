"""What can go wrong with the judge itself; a bad kernel is never an error."""


class FieError(Exception):
    """The root of every failure that fie-tui explains to its user."""


class EvaluatorError(FieError):
    """The worker or its device is lost; the candidate was not judged."""


class TrackError(FieError):
    """The track cannot be set up; the message names the thing and the remedy."""
