"""The panels by name."""

from collections.abc import Callable

from fie_tui.widgets.about import About
from fie_tui.widgets.candidates import Candidates
from fie_tui.widgets.checklist import Checklist
from fie_tui.widgets.cost import Cost
from fie_tui.widgets.diff import KernelDiff
from fie_tui.widgets.failures import Failures
from fie_tui.widgets.gpu import Gpu
from fie_tui.widgets.islands import Islands
from fie_tui.widgets.lineage import Lineage
from fie_tui.widgets.log import Log
from fie_tui.widgets.panel import Panel
from fie_tui.widgets.profile import ProfileAdvice
from fie_tui.widgets.trend import Trend
from fie_tui.widgets.workloads import Workloads

MAKERS: dict[str, Callable[[str], Panel]] = {
    "islands": Islands,
    "candidates": Candidates,
    "workloads": Workloads,
    "profile": ProfileAdvice,
    "diff": KernelDiff,
    "about": About,
    "log": Log,
    "trend": Trend,
    "lineage": Lineage,
    "failures": Failures,
    "cost": Cost,
    "gpu": Gpu,
    "checklist": Checklist,
}
