"""Puts the plan's regions on the screen."""

from typing import Protocol, runtime_checkable

from textual.geometry import NULL_OFFSET, NULL_SPACING, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from fie_tui.looks.plan import Plan


@runtime_checkable
class Planned(Protocol):
    """A screen that knows where its children lie."""

    def places(self, size: Size) -> Plan:
        """Return where everything lies at this size."""


class PlanLayout(Layout):
    """Puts each child where the plan says; children without a place aren't shown."""

    name = "plan"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Return the placements for this size."""
        assert isinstance(parent, Planned)
        places = parent.places(size)
        return [
            WidgetPlacement(places[child.id], NULL_OFFSET, NULL_SPACING, child)
            for child in children
            if child.id in places
        ]


PLAN_LAYOUT = PlanLayout()
