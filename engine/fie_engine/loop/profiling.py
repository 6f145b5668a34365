"""Which candidates are profiled: a word of the configuration, made definite for a machine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

WORDS = ("auto", "never", "always", "new-best")
EVERY = re.compile(r"every-([1-9][0-9]*)")
OLD_WORDS = {True: "auto", False: "never", "passed": "auto"}
'What earlier configurations say; "passed" was their default.'


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePolicy:
    """When a candidate that passed is profiled."""

    when: Literal["never", "always", "new-best", "every"]
    every: int = 1
    "Of so many candidates one is profiled, where `when` says so."

    def wants(self, number: int) -> bool:
        """Whether the candidate of that number may be profiled; the seed has 0."""
        return self.when != "never" and (self.when != "every" or number % self.every == 0)


def profile_word(value: object) -> str:
    """Return a configured value in today's words; raises ValueError."""
    if isinstance(value, bool | str) and value in OLD_WORDS:
        return OLD_WORDS[value]
    if isinstance(value, str) and (value in WORDS or EVERY.fullmatch(value)):
        return value
    raise ValueError


def profile_policy(word: str, device: str, *, profiler: bool, asked: bool | None) -> ProfilePolicy:
    """Return the policy on a device.

    A CPU's profile is cheap, so "auto" is always there. On a GPU it is the seed and each new
    best where a profiler is to be had. `asked` switches a GPU's on or off whatever the word is.
    """
    if device == "cpu":
        return _policy("always" if word == "auto" else word)
    if asked is False:
        return _policy("never")
    if asked and word in ("auto", "never"):
        return _policy("new-best")
    if word == "auto":
        return _policy("new-best" if profiler else "never")
    return _policy(word)


def profiler_is_here(environ: Mapping[str, str]) -> bool:
    """Whether Nsight Compute is to be had."""
    from fie_evaluator.profiler.ncu import find_ncu
    from fie_evaluator.profiler.parsed import NcuError

    try:
        find_ncu(environ)
    except NcuError:
        return False
    return True


def _policy(word: str) -> ProfilePolicy:
    match word:
        case "never" | "always" | "new-best":
            return ProfilePolicy(when=word)
        case _:
            found = EVERY.fullmatch(word)
            assert found is not None, "the configuration was checked"
            return ProfilePolicy(when="every", every=int(found[1]))
