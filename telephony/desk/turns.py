"""What passes between a line and the player: events, the place in a document, the turn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from telephony.desk.document import Dial, Pause, Play, Say


@dataclass(frozen=True)
class Key:
    """A key was pressed: 0-9, * or #."""

    key: str


@dataclass(frozen=True)
class Finished:
    """What is heard ran to its end (only waited for outside Gather)."""


@dataclass(frozen=True)
class Silence:
    """A wait of Gather or Record ran out, and nothing (more) was keyed or said."""


@dataclass(frozen=True)
class Spoke:
    """Something was recorded, ``seconds`` long; ``key`` ended it, if a key did."""

    sid: str
    url: str
    seconds: int
    key: str = ""
    typed_words: str = ""  # the words, where they were typed rather than spoken


@dataclass(frozen=True)
class Dialled:
    """The other leg of a Dial is over. ``status`` is Twilio's DialCallStatus."""

    sid: str
    status: str  # completed, busy, no-answer, failed, canceled
    seconds: int = 0
    bridged: bool = False


@dataclass(frozen=True)
class HungUp:
    """The line broke. ``spoke`` is what a running Record had caught until then.

    ``asks_action``: whether the action of that Record is asked too (with Digits=hangup), which
    one meets in practice as well as its absence. ``dialled`` is what became of a running Dial.
    """

    spoke: Spoke | None = None
    asks_action: bool = False
    dialled: Dialled | None = None


Event = Key | Finished | Silence | Spoke | Dialled | HungUp


@dataclass(frozen=True)
class Ask:
    """A request to the service; ``fields`` are those that this verb adds to the usual ones."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Report:
    """A recording callback: ``spoke`` is None where there is no recording (absent)."""

    url: str
    spoke: Spoke | None


@dataclass(frozen=True)
class Wait:
    """What the line waits for.

    ``kind``: ear (until what is heard ran out), keys, speech, callee.
    """

    kind: str
    seconds: int = 0  # how long, after what is heard ran out; for callee: how long it rings
    longest_seconds: int = 0  # of a recording
    finish_on_key: str = ""


@dataclass(frozen=True)
class Place:
    """Where a call stands in a document; JSON on the call's row."""

    document: str
    address: str
    verb: int
    in_prompt: bool = False  # pieces before ``verb`` are being heard
    digits: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Place:
        """Read it back."""
        return cls(**stored)


BEEP = "beep"
Piece = Play | Say | Pause | str  # a string is a sound of the line itself: BEEP


@dataclass(frozen=True)
class Turn:
    """What follows from an event."""

    heard: tuple[Piece, ...] = ()
    waits: Wait | None = None
    place: Place | None = None
    asks: Ask | None = None  # its answer is the next document
    owes: tuple[Ask, ...] = ()  # asked too, but nobody is there to hear the answer
    report: Report | None = None
    dials: Dial | None = None
    ended: str = ""  # hangup, finished (the document ran out), busy, rejected, hung_up
