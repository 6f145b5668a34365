"""The screen as an SVG that asks nothing of the network."""

import re
from typing import TYPE_CHECKING

from fie_engine.plaintext import plain

if TYPE_CHECKING:
    from fie_tui.app import BoardApp

FONT_FACES = re.compile(r"@font-face\s*\{.*?\}\s*", re.DOTALL)
"They would be fetched from elsewhere."


def picture_of(app: "BoardApp") -> str:
    """Return what the board shows now; a run's name may be anybody's."""
    return FONT_FACES.sub("", app.export_screenshot(title=f"fie-tui {plain(app.run_name)}"))
