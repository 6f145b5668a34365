"""One line finds every command by a word and runs it with its arguments."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING

from fie_tui.keys.actions import Action, Situation
from fie_tui.keys.phrases import BY_NAME, PHRASES, Phrase
from fie_tui.keys.spoken import Deed, Misspoken, Offer

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen

BY_NAME_RANK = 2
"The last rank of commands that are meant by the beginning of their name or label."

REASON = " -- "
"What comes after it is the reason, for the record."

FREE = ("TEXT", "TERMS", "FILE")
"Arguments that may be any words, so no reason can follow them."

UNNAMED = ("panel", "command")
"Actions that mean nothing without more words, or are what is being done already."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A command as the list shows it."""

    name: str
    usage: str
    key: str
    "Its key as the screen writes it; empty where it has none."
    label: str
    about: str
    refusal: str = ""
    "Why it can't be done now."
    word: str = ""
    "What Tab puts on the line."


def entries(board: "BoardScreen") -> list[Entry]:
    """Return every command, those that can be done now first."""
    now, made = board.situation, []
    for action in board.keys.actions:
        phrases = [phrase for phrase in PHRASES if phrase.action == action.id]
        for phrase in phrases:
            made.append(_spoken(action, phrase, now))
        if action.id not in UNNAMED and not any(phrase.alone for phrase in phrases):
            made.append(_plain(action, now))
    return sorted(made, key=lambda entry: bool(entry.refusal))


def _plain(action: Action, now: Situation) -> Entry:
    name = action.id.replace("_", "-")
    return Entry(
        name=name,
        usage="",
        key=action.shown if action.keys else "",
        label=action.label_in(now),
        about=action.help,
        refusal=action.refusal(now),
        word=name,
    )


def _spoken(action: Action, phrase: Phrase, now: Situation) -> Entry:
    return Entry(
        name=phrase.name,
        usage=phrase.usage,
        key=action.shown if phrase.alone and action.keys else "",
        label=action.label_in(now) if phrase.alone else phrase.name,
        about=phrase.about or action.help,
        refusal=action.refusal(now),
        word=f"{phrase.name} " if phrase.usage else phrase.name,
    )


def found(typed: str, offered: list[Entry]) -> list[Entry]:
    """Return the commands that a few letters mean: names first, then what can be done now."""
    sought = typed.lower().split()
    hits = [(rank, entry) for entry in offered if (rank := _rank(entry, sought))]
    hits.sort(key=lambda hit: (hit[0] > BY_NAME_RANK, bool(hit[1].refusal), hit[0]))
    return [entry for _, entry in hits]


def _rank(entry: Entry, sought: list[str]) -> int:
    """Return how near a command is, 1 for the nearest; 0 where it isn't meant."""
    said = " ".join(sought)
    if entry.name.startswith(said) or entry.label.lower().startswith(said):
        return 1 if entry.name == said else 2
    for rank, text in ((3, f"{entry.name} {entry.label}"), (4, entry.about)):
        if all(word in text.lower() for word in sought):
            return rank
    return 0


def phrase_of(line: str) -> tuple[Phrase | None, str]:
    """Return the command whose arguments are being typed, and what stands there so far."""
    name, space, rest = line.lstrip().partition(" ")
    return (BY_NAME.get(name), rest) if space else (None, "")


def offered_words(board: "BoardScreen", phrase: Phrase, rest: str) -> list[Offer]:
    """Return what the word that is being typed could be."""
    before, _, last = rest.rpartition(" ")
    place = len(before.split())
    if place >= len(phrase.offers):
        return []
    offers = phrase.offers[place](board)
    starting = [offer for offer in offers if offer.word.startswith(last)]
    if starting or not last or is_optional(phrase):
        return starting
    return [offer for offer in offers if last in offer.about.lower()]


def is_optional(phrase: Phrase) -> bool:
    """Whether the first place may be left out, so that another word may stand there."""
    return phrase.usage.startswith("[")


def deed_of(board: "BoardScreen", line: str) -> Deed:
    """Return what a line asks for, for the record with the reason after it; raises Misspoken."""
    name = line.strip().partition(" ")[0]
    said, _, reason = (line, "", "") if _is_free(name) else line.partition(REASON)
    deed = _deed_of(board, said)

    def with_reason() -> None:
        board.reason = reason.strip()
        deed()

    return with_reason


def _is_free(name: str) -> bool:
    """Whether what follows a command's name is the person's own words to the end."""
    usage = BY_NAME[name].usage if name in BY_NAME else ""
    return any(word in usage for word in FREE)


def _deed_of(board: "BoardScreen", line: str) -> Deed:
    name, _, rest = line.strip().partition(" ")
    phrase = BY_NAME.get(name)
    if rest.strip() and (phrase is None or not phrase.usage) and _is_known(board, name):
        raise Misspoken(f"{name} takes nothing after it")
    if phrase is not None and (rest.strip() or not phrase.usage):
        return phrase.read(board, rest.strip())
    if phrase is not None and not phrase.alone:
        raise Misspoken(f"{name} needs {phrase.usage}: {phrase.about}")
    actions = {action.id.replace("_", "-"): action.id for action in board.keys.actions}
    action = phrase.action if phrase else actions.get(name.replace("_", "-"))
    if action is None or action in UNNAMED:
        raise Misspoken(_unknown(name, [*BY_NAME, *actions]))
    return partial(board.act, action)


def _is_known(board: "BoardScreen", name: str) -> bool:
    return name in BY_NAME or name.replace("-", "_") in {one.id for one in board.keys.actions}


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"no command is called {name}" + (f": did you mean {near[0]}?" if near else "")


def told() -> Iterator[tuple[str, str]]:
    """Yield each command that takes words, and what it does, for the help."""
    from fie_tui.keys.keymap import BY_ID

    for phrase in PHRASES:
        yield f"{phrase.name} {phrase.usage}".strip(), phrase.about or BY_ID[phrase.action].help
