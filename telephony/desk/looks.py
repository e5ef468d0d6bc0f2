"""What of a call and of a text is shown to a page, a terminal or a test."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from telephony.desk.tables import DeskCallRow, DeskTextRow


@dataclass(frozen=True)
class CallLook:
    """A call as the one who holds the handset meets it.

    ``heard``: pieces {kind: play|say|pause|beep, words, url?, seconds?, language?}, in order.
    ``waits``: {} while the service is being asked, else {kind: ear|keys|speech|callee|talk,
    seconds, longest_seconds, finish_on_key}. ``transcript``: {who: line|key|voice, words}.
    """

    id: int
    sid: str
    kind: str  # inbound, outbound, leg
    phone: str
    caller: str  # whom the handset shows as calling
    state: str  # ringing, in-progress, completed, busy, no-answer, canceled, failed
    turn: int
    heard: tuple[dict[str, Any], ...]
    waits: dict[str, Any]
    transcript: tuple[dict[str, str], ...]
    machine_wanted: bool
    started_at: datetime
    ended_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Tell whether it rings or runs."""
        return self.state in ("ringing", "in-progress")

    @property
    def words(self) -> str:
        """Return what the ear hears in this turn, as one line."""
        return "".join(piece["words"] for piece in self.heard)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self) | {
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }


@dataclass(frozen=True)
class TextLook:
    """A text in the thread of a handset."""

    id: int
    sid: str
    phone: str
    number: str
    direction: str  # to_phone, from_phone
    words: str
    pictures: tuple[str, ...]
    status: str  # delivered; from the phone: sending, received, lost
    at: datetime
    read: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self) | {"at": self.at.isoformat()}


def look_at_call(call: DeskCallRow) -> CallLook:
    """Look at a call."""
    return CallLook(
        id=call.id,
        sid=call.sid,
        kind=call.kind,
        phone=call.phone,
        caller=call.from_,
        state=call.state,
        turn=call.turn,
        heard=tuple(call.heard),
        waits=dict(call.waits),
        transcript=tuple(call.transcript),
        machine_wanted=bool(call.machine_url),
        started_at=call.started_at,
        ended_at=call.ended_at,
    )


def look_at_text(text: DeskTextRow) -> TextLook:
    """Look at a text."""
    return TextLook(
        id=text.id,
        sid=text.sid,
        phone=text.phone,
        number=text.number,
        direction=text.direction,
        words=text.words,
        pictures=tuple(text.pictures),
        status=text.status,
        at=text.at,
        read=text.read_at is not None or text.direction == "from_phone",
    )
