"""What can be said on the command line beyond an action's id: one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fie_engine.config.adjustable import ADJUSTABLE
from fie_engine.money.budget import LIMITS
from fie_tui.keys import readings as r
from fie_tui.keys.deeds_steering import ask_reseed, ask_retirement, migrate
from fie_tui.keys.spoken import Offer, Offering, candidates, islands, words
from fie_tui.looks.plan import PANELS

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A command with what may follow its name."""

    name: str
    usage: str
    "Empty where nothing may follow."
    action: str
    "The id of the action whose key asks for the same; alone, the name does what that key does."
    about: str = ""
    "What it does; empty where the action's own help says it."
    read: r.Reading
    offers: tuple[Offering, ...] = ()
    "Words that each place can have."
    alone: bool = True
    "Whether the name alone does what the action's key does."


def _settings(board: "BoardScreen") -> Sequence[Offer]:
    return [Offer(word=name.rpartition(".")[2], about=told) for name, told in ADJUSTABLE.items()]


def _on_candidate(name: str, action: str, about: str = "") -> Phrase:
    return Phrase(
        name=name,
        usage="CANDIDATE",
        action=action,
        about=about,
        read=r.go_and(action),
        offers=(candidates,),
    )


PHRASES: tuple[Phrase, ...] = (
    Phrase(
        name="pause",
        usage="",
        action="pause",
        about="start nothing new, let work in flight land",
        read=r.pausing(pause=True),
    ),
    Phrase(
        name="resume",
        usage="",
        action="pause",
        about="start work again after a pause",
        read=r.pausing(pause=False),
        alone=False,
    ),
    Phrase(
        name="goto",
        usage="CANDIDATE",
        action="open",
        about="choose a candidate by its name, best or seed",
        read=r.go,
        offers=(candidates,),
        alone=False,
    ),
    Phrase(
        name="at",
        usage="MOMENT",
        action="moment",
        about="show the board as it was: an event's number, a candidate, 14:05 or 12m",
        read=r.moment,
        offers=(candidates,),
    ),
    _on_candidate("fork", "fork"),
    Phrase(
        name="pin",
        usage="CANDIDATE",
        action="pin",
        about="keep it for good and favour it as a parent",
        read=r.pinning(pin=True),
        offers=(candidates,),
    ),
    Phrase(
        name="unpin",
        usage="CANDIDATE",
        action="pin",
        about="make it an ordinary one again",
        read=r.pinning(pin=False),
        offers=(candidates,),
        alone=False,
    ),
    Phrase(
        name="ab",
        usage="CANDIDATE [RIVAL]",
        action="ab",
        about="time two in turns, and say who is faster; one alone meets the best",
        read=r.challenge,
        offers=(candidates, candidates),
    ),
    _on_candidate("promote", "promote"),
    _on_candidate("edit", "edit"),
    _on_candidate("export", "export"),
    _on_candidate("copy", "copy"),
    _on_candidate("diff", "diff"),
    _on_candidate("prompt", "inspect"),
    _on_candidate("mark", "mark"),
    Phrase(
        name="hint",
        usage="[WHERE] TEXT",
        action="hint",
        about="say something in every prompt, an island's (2), or a candidate's children's (c0012)",
        read=r.hint,
        offers=(islands,),
    ),
    Phrase(
        name="direct", usage="ISLAND TEXT", action="direct", read=r.direction, offers=(islands,)
    ),
    Phrase(
        name="require",
        usage="TEXT",
        action="constrain",
        about="demand something of every child, in every prompt",
        read=r.demand,
        alone=False,
    ),
    Phrase(
        name="mute",
        usage="ISLAND",
        action="mute",
        about="give the island no proposals",
        read=r.muting(mute=True),
        offers=(islands,),
    ),
    Phrase(
        name="unmute",
        usage="ISLAND",
        action="mute",
        about="give it proposals again",
        read=r.muting(mute=False),
        offers=(islands,),
        alone=False,
    ),
    Phrase(
        name="migrate",
        usage="ISLAND",
        action="migrate",
        read=r.on_island("migrate", migrate),
        offers=(islands,),
    ),
    Phrase(
        name="reseed",
        usage="ISLAND",
        action="reseed",
        read=r.on_island("reseed", ask_reseed),
        offers=(islands,),
    ),
    Phrase(
        name="retire",
        usage="ISLAND",
        action="retire",
        read=r.on_island("retire", ask_retirement),
        offers=(islands,),
    ),
    Phrase(name="set", usage="NAME VALUE", action="set", read=r.setting, offers=(_settings,)),
    Phrase(
        name="budget",
        usage="[KIND] AMOUNT",
        action="budget",
        about="limit what the search may spend: dollars, or the kind that is named; none for none",
        read=r.budget,
        offers=(words(*(name.replace("_", "-") for name in LIMITS)),),
    ),
    Phrase(name="slots", usage="NUMBER", action="slots", read=r.slots),
    Phrase(name="import", usage="FILE", action="import_kernel", read=r.files),
    Phrase(name="filter", usage="TERMS", action="filter", read=r.only),
    Phrase(
        name="panel",
        usage="NAME",
        action="panel",
        about="go to a panel by its name",
        read=r.panel,
        offers=(words(*PANELS),),
        alone=False,
    ),
)

BY_NAME = {phrase.name: phrase for phrase in PHRASES}
