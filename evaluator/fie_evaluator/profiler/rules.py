"""NVIDIA's own advice from the report, ranked by what it could save of the whole candidate."""

from collections.abc import Mapping, Sequence

from fie_evaluator.profiler.advice import SMALL_SHARE, Measured, whole_gain
from fie_evaluator.profiler.parsed import Rule
from fie_evaluator.profiler.words import percent
from fie_evaluator.results import Advice

MOST_RULES = 8
ADVISING = "OPT"
INFORMING = frozenset({"SOLBottleneck"})
"Rules whose information is worth reading even where they advise nothing."


def rules_advice(rules: Sequence[Rule], measured: Mapping[str, Measured]) -> tuple[Advice, ...]:
    """Return the rules' texts word for word; `measured` is by launch number.

    A "local" estimate is about one unit and not about the kernel's time: it ranks behind the
    "global" ones and promises no gain.
    """
    said = [
        (rule, measured[rule.launch])
        for rule in rules
        if rule.launch in measured
        and measured[rule.launch].share >= SMALL_SHARE
        and (rule.kind == ADVISING or rule.name in INFORMING)
    ]
    said.sort(key=lambda pair: _rank(*pair))
    return tuple(dict.fromkeys(_advice(*pair) for pair in said[:MOST_RULES]))


def _rank(rule: Rule, kernel: Measured) -> tuple[bool, float]:
    return rule.scope != "global", -(rule.saving or 0.0) * kernel.share


def _advice(rule: Rule, kernel: Measured) -> Advice:
    estimate = ""
    if rule.saving is not None:
        scope = "the kernel's time" if rule.scope == "global" else "one unit's work"
        estimate = f", estimated {percent(100 * rule.saving)} of {scope}"
    gain = whole_gain(kernel.share, rule.saving) if rule.scope == "global" and rule.saving else None
    return Advice(text=f"{kernel.subject}, NVIDIA's {rule.name}{estimate}: {rule.text}", gain=gain)
