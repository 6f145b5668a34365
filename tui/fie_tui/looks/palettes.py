"""The board's colours, theme by theme: what is good is blue and what is bad orange in all."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.style import Style

BASE_INKS = ("text", "strong", "dim", "faint", "frame", "title", "focus", "key", "good", "best")
OTHER_INKS = (
    "bad",
    "warn",
    "spark",
    "band",
    "added",
    "removed",
    "hunk",
    "inverse",
    "alarm",
    "calm",
)
SYNTAX_INKS = ("keyword", "name", "string", "number", "comment", "plain")
GROUNDS = ("added_ground", "removed_ground", "same_ground", "added_word", "removed_word")

INKS = (*BASE_INKS, *OTHER_INKS, *SYNTAX_INKS, *GROUNDS)
"Every name that a panel may use; several at once are joined by +."


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """A theme: the style of every ink."""

    name: str
    dark: bool
    inks: Mapping[str, Style]
    base: Style
    "What lies under every ink."
    chosen: Style
    "What lies under the inks of the chosen line."
    surface: str
    "Background of the boxes that Textual draws."
    colours: str
    'The terminal\'s colours that suffice: "256" or "standard".'

    @property
    def ansi(self) -> bool:
        """Whether the terminal's own sixteen colours are meant, whatever they look like."""
        return self.colours == "standard"


def _coloured(
    name: str, *, dark: bool, ground: str, chosen: str, surface: str, colours: Mapping[str, str]
) -> Palette:
    """Return a palette of the 256-colour cube; a colour is "ink" or "ink on ground"."""
    inks = {ink: Style.parse(colours.get(ink, colours["text"])) for ink in INKS}
    return Palette(
        name=name,
        dark=dark,
        inks=inks,
        base=inks["text"] + Style(bgcolor=ground),
        chosen=Style(bgcolor=chosen),
        surface=surface,
        colours="256",
    )


DARK = _coloured(
    "dark",
    dark=True,
    ground="#121212",
    chosen="#303030",
    surface="#262626",
    colours={
        "text": "#c6c6c6",
        "strong": "bold #eeeeee",
        "dim": "#8a8a8a",
        "faint": "#5f5f5f",
        "frame": "#444444",
        "title": "#9e9e9e",
        "focus": "bold #87d7ff",
        "key": "bold #87d7ff",
        "good": "#5fafff",
        "best": "bold #5fafff",
        "bad": "#ff8700",
        "warn": "bold #ffaf5f",
        "spark": "#5f87af",
        "band": "#005f87",
        "added": "#87d7ff on #00005f",
        "removed": "#d7875f on #262626",
        "hunk": "italic #8a8a8a",
        "inverse": "bold #121212 on #5fafff",
        "alarm": "bold #121212 on #ff8700",
        "calm": "bold #121212 on #a8a8a8",
        "keyword": "#afafff",
        "name": "#d7d7af",
        "string": "#afd7af",
        "number": "#d7afd7",
        "comment": "italic #808080",
        "plain": "#c6c6c6",
        "added_ground": "on #00005f",
        "removed_ground": "on #262626",
        "same_ground": "",
        "added_word": "bold underline on #005f87",
        "removed_word": "bold underline on #5f5f5f",
    },
)

LIGHT = _coloured(
    "light",
    dark=False,
    ground="#ffffff",
    chosen="#dadada",
    surface="#eeeeee",
    colours={
        "text": "#303030",
        "strong": "bold #000000",
        "dim": "#626262",
        "faint": "#8a8a8a",
        "frame": "#a8a8a8",
        "title": "#585858",
        "focus": "bold #005faf",
        "key": "bold #005faf",
        "good": "#005fd7",
        "best": "bold #005fd7",
        "bad": "#af5f00",
        "warn": "bold #875f00",
        "spark": "#5f87af",
        "band": "#afd7ff",
        "added": "#00005f on #d7ffff",
        "removed": "#870000 on #eeeeee",
        "hunk": "italic #626262",
        "inverse": "bold #ffffff on #005fd7",
        "alarm": "bold #ffffff on #af5f00",
        "calm": "bold #ffffff on #626262",
        "keyword": "#5f00d7",
        "name": "#5f5f00",
        "string": "#005f00",
        "number": "#870087",
        "comment": "italic #6c6c6c",
        "plain": "#303030",
        "added_ground": "on #d7ffff",
        "removed_ground": "on #eeeeee",
        "same_ground": "",
        "added_word": "bold underline on #afd7ff",
        "removed_word": "bold underline on #d0d0d0",
    },
)

HIGH_CONTRAST = _coloured(
    "high-contrast",
    dark=True,
    ground="#000000",
    chosen="#303030",
    surface="#000000",
    colours={
        "text": "#ffffff",
        "strong": "bold #ffffff",
        "dim": "#d0d0d0",
        "faint": "#a8a8a8",
        "frame": "#a8a8a8",
        "title": "#ffffff",
        "focus": "bold #87ffff",
        "key": "bold #87ffff",
        "good": "#87d7ff",
        "best": "bold #87d7ff",
        "bad": "#ffaf00",
        "warn": "bold #ffd75f",
        "spark": "#87d7ff",
        "band": "#0087af",
        "added": "#afffff on #00005f",
        "removed": "#ffd787 on #303030",
        "hunk": "italic #d0d0d0",
        "inverse": "bold #000000 on #87d7ff",
        "alarm": "bold #000000 on #ffaf00",
        "calm": "bold #000000 on #d0d0d0",
        "keyword": "#d7d7ff",
        "name": "#ffffaf",
        "string": "#d7ffd7",
        "number": "#ffd7ff",
        "comment": "italic #d0d0d0",
        "plain": "#ffffff",
        "added_ground": "on #00005f",
        "removed_ground": "on #303030",
        "same_ground": "",
        "added_word": "bold underline on #005f87",
        "removed_word": "bold underline on #5f5f5f",
    },
)


def _sixteen(name: str, colours: Mapping[str, str]) -> Palette:
    """Return a palette of the terminal's own colours, on its own background."""
    inks = {ink: Style.parse(colours.get(ink, "")) for ink in INKS}
    return Palette(
        name=name,
        dark=True,
        inks=inks,
        base=Style(color="default", bgcolor="default"),
        chosen=Style(reverse=True),
        surface="ansi_default",
        colours="standard",
    )


_MONO = {
    "strong": "bold",
    "dim": "dim",
    "faint": "dim",
    "frame": "dim",
    "focus": "bold underline",
    "key": "bold",
    "best": "bold",
    "bad": "underline",
    "warn": "bold underline",
    "band": "dim",
    "added": "bold",
    "removed": "dim",
    "hunk": "italic",
    "inverse": "bold reverse",
    "alarm": "bold reverse",
    "calm": "reverse",
    "keyword": "bold",
    "comment": "dim",
    "added_ground": "bold",
    "removed_ground": "dim",
    "added_word": "bold underline",
    "removed_word": "underline",
}

MONO = _sixteen("mono", _MONO)

ANSI = _sixteen(
    "ansi",
    _MONO
    | {
        "focus": "bold cyan",
        "key": "bold cyan",
        "good": "cyan",
        "best": "bold cyan",
        "bad": "red",
        "warn": "bold yellow",
        "spark": "cyan",
        "band": "blue",
        "added": "cyan",
        "removed": "red",
        "inverse": "bold black on cyan",
        "alarm": "bold black on yellow",
        "calm": "reverse",
        "keyword": "magenta",
        "string": "green",
        "number": "magenta",
        "comment": "dim italic",
        "added_ground": "bold",
        "removed_ground": "",
        "added_word": "bold underline",
        "removed_word": "underline",
    },
)

PALETTES = {one.name: one for one in (DARK, LIGHT, HIGH_CONTRAST, ANSI, MONO)}
