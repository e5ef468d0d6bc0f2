"""The moves of a call on its row: begin, ring, answer, play, connect, end.

Every function takes a session in a transaction that holds the row; what is owed to the service
is written down as a post in the same transaction, so that a crash forgets nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.sound.tables import SoundRow
from core.wording.readings import without_readings
from telephony.desk.document import Dial, Number, Play, Say
from telephony.desk.fields import (
    call_fields,
    call_seconds,
    caller_number,
    new_sid,
    recording_fields,
    status_fields,
)
from telephony.desk.player import Ask, Dialled, Event, Key, Piece, Spoke, Turn
from telephony.desk.tables import DeskCallRow, DeskPostRow

LIVE = ("ringing", "in-progress")
_EVERY_EVENT = "ringing answered completed"
_EVENT_OF = {"ringing": "ringing", "in-progress": "answered"}  # every other state: completed
_UNANSWERED = {"busy": "busy", "rejected": "failed", "failed": "failed"}  # how such a call ends


@dataclass(frozen=True)
class Moment:
    """The community's time and the machine's."""

    now: datetime
    real_now: datetime


def held_call(session: Session, call_id: int) -> DeskCallRow | None:
    """Return a call and hold its row until the transaction ends.

    The row of a leg's parent is held first: steps of both then queue, and never wait for each
    other in a ring.
    """
    asked = select(DeskCallRow.parent_id).where(DeskCallRow.id == call_id)
    parent_id = session.scalar(asked)
    if parent_id is not None:
        session.get(DeskCallRow, parent_id, with_for_update=True, populate_existing=True)
    return session.get(DeskCallRow, call_id, with_for_update=True, populate_existing=True)


def live_call_of(session: Session, phone: str) -> DeskCallRow | None:
    """Return the call on which a handset rings or talks."""
    asked = select(DeskCallRow).where(DeskCallRow.phone == phone, DeskCallRow.state.in_(LIVE))
    return session.scalars(asked.order_by(DeskCallRow.id).limit(1)).first()


def new_call(
    session: Session,
    moment: Moment,
    *,
    kind: str,
    phone: str,
    number: str,
    answer_url: str,
    caller: str = "",
    status_url: str = "",
    status_events: str = _EVERY_EVENT,
    machine_url: str = "",
    ring_seconds: int | None = None,
    parent_id: int | None = None,
) -> DeskCallRow:
    """Begin a call; a handset that already rings or talks is busy."""
    taken = kind != "inbound" and live_call_of(session, phone) is not None
    inbound = kind == "inbound"
    call = DeskCallRow(
        sid=new_sid("CA"),
        kind=kind,
        phone=phone,
        number=number,
        from_=caller_number(phone) if inbound else caller or number,
        to=number if inbound else phone,
        state="queued",
        answer_url=answer_url,
        status_url=status_url,
        status_events=status_events,
        machine_url=machine_url,
        ring_until=moment.now + timedelta(seconds=ring_seconds) if ring_seconds else None,
        parent_id=parent_id,
        place={},
        heard=[],
        waits={},
        transcript=[],
        started_at=moment.now,
        touched_at=moment.now,
    )
    session.add(call)
    session.flush()  # the legs and posts that follow name its id
    change_state(session, moment, call, "busy" if taken else "ringing")
    return call


def change_state(session: Session, moment: Moment, call: DeskCallRow, state: str) -> None:
    """Bring a call to another state, and owe the service its status callback."""
    if call.state == state or (call.ended_at is not None):
        return
    call.state = state
    call.touched_at = moment.now
    call.turn += 1
    if state == "in-progress":
        call.answered_at = moment.now
    elif state not in LIVE:
        call.ended_at = moment.now
        call.place, call.heard, call.waits = {}, [], {}
    if call.status_url and _EVENT_OF.get(state, "completed") in call.status_events.split():
        owe(session, moment, call.status_url, status_fields(call, moment.now))


def end_call(session: Session, moment: Moment, call: DeskCallRow, state: str = "") -> None:
    """End a call and its legs; without a state it is canceled if it rang, else completed."""
    if call.state not in LIVE:
        return
    ended = state or ("canceled" if call.answered_at is None else "completed")
    change_state(session, moment, call, ended)
    for leg in legs_of(session, call):
        end_call(session, moment, leg)


def owe(session: Session, moment: Moment, url: str, fields: dict[str, str]) -> None:
    """Write down a webhook whose answer nobody waits for."""
    session.add(DeskPostRow(url=url, fields=fields, due_at=moment.real_now))


def legs_of(session: Session, call: DeskCallRow) -> list[DeskCallRow]:
    """Return every leg that this call's documents dialled."""
    return list(session.scalars(select(DeskCallRow).where(DeskCallRow.parent_id == call.id)))


def take_turn(
    session: Session, moment: Moment, call: DeskCallRow, turn: Turn, event: Event | None = None
) -> Ask | None:
    """Write down what follows from a step; returns what is to be asked of the service next."""
    call.turn += 1
    call.touched_at = moment.now
    call.heard = [_heard(session, piece) for piece in turn.heard]
    call.transcript = call.transcript + _said(event) + _lines(call.heard)
    call.place = turn.place.as_json() if turn.place else {}
    call.waits = asdict(turn.waits) if turn.waits else {}
    if turn.report is not None:
        owe(session, moment, turn.report.url, recording_fields(call, turn.report.spoke))
    if turn.dials is not None:
        call.waits = call.waits | {"legs": _dial(session, moment, call, turn.dials)}
    if turn.ended:
        _end_by_document(session, moment, call, turn.ended)
    for owed in turn.owes:
        owe(session, moment, owed.url, call_fields(call) | owed.fields)
    return turn.asks


def _end_by_document(session: Session, moment: Moment, call: DeskCallRow, ended: str) -> None:
    if call.kind == "leg" and ended == "finished":
        connect(session, moment, call)
    elif call.answered_at is None:
        end_call(session, moment, call, _UNANSWERED.get(ended, ""))
    else:
        end_call(session, moment, call)


def connect(session: Session, moment: Moment, leg: DeskCallRow) -> None:
    """Connect a leg, whose whisper is over, with the caller that waits for it."""
    parent = session.get(DeskCallRow, leg.parent_id) if leg.parent_id else None
    if parent is None or parent.state not in LIVE:
        end_call(session, moment, leg)
        return
    leg.bridged = True
    leg.place, leg.heard, leg.waits = {}, [], {"kind": "talk"}
    parent.heard, parent.waits = [], parent.waits | {"kind": "talk"}
    parent.turn += 1
    parent.touched_at = moment.now


def dialled(session: Session, call: DeskCallRow) -> Dialled | None:
    """Tell how a Dial came out once each of its legs is over; None while one lives."""
    legs = _legs_of_dial(session, call)
    if not legs or any(leg.state in LIVE for leg in legs):
        return None
    return _outcome(legs)


def dial_broken(session: Session, call: DeskCallRow) -> Dialled | None:
    """Tell how a Dial stands when its caller hangs up; None if none runs."""
    legs = _legs_of_dial(session, call)
    return _outcome(legs) if legs else None


def _legs_of_dial(session: Session, call: DeskCallRow) -> list[DeskCallRow]:
    wanted = call.waits.get("legs", [])
    if not wanted:
        return []
    asked = select(DeskCallRow).where(DeskCallRow.id.in_(wanted)).order_by(DeskCallRow.id)
    return list(session.scalars(asked))


def _outcome(legs: Iterable[DeskCallRow]) -> Dialled:
    """Choose the leg that tells: the one connected, else answered, else the last."""
    leg = max(legs, key=lambda leg: (leg.bridged, leg.answered_at is not None, leg.id))
    status = {"ringing": "canceled", "in-progress": "completed"}.get(leg.state, leg.state)
    return Dialled(leg.sid, status, call_seconds(leg) if leg.bridged else 0, leg.bridged)


def _dial(session: Session, moment: Moment, call: DeskCallRow, dial: Dial) -> list[int]:
    legs = (_leg(session, moment, call, dial, number) for number in dial.numbers)
    return [leg.id for leg in legs]


def _leg(
    session: Session, moment: Moment, call: DeskCallRow, dial: Dial, number: Number
) -> DeskCallRow:
    return new_call(
        session,
        moment,
        kind="leg",
        phone=number.phone,
        number=call.number,
        caller=dial.caller_id or call.from_,
        answer_url=number.url,
        status_url=number.status_url,
        status_events=" ".join(number.status_events),
        ring_seconds=dial.ring_seconds,
        parent_id=call.id,
    )


def _heard(session: Session, piece: Piece) -> dict[str, Any]:
    match piece:
        case Play(url):
            sound = session.get(SoundRow, _stem(url))
            words = without_readings(sound.words) if sound else ""
            return {"kind": "play", "url": url, "words": words}
        case Say(words, language):
            return {"kind": "say", "words": words, "language": language}
        case str():
            return {"kind": piece, "words": ""}
        case _:
            return {"kind": "pause", "seconds": piece.seconds, "words": ""}


def _stem(url: str) -> str:
    """Return the name of the sound in its address: the hash under which it is stored."""
    return urlsplit(url).path.rsplit("/", 1)[-1].partition(".")[0]


def _said(event: Event | None) -> list[dict[str, str]]:
    match event:
        case Key(key):
            return [{"who": "key", "words": key}]
        case Spoke():
            return [{"who": "voice", "words": event.typed_words}]
        case _:
            return []


def _lines(heard: list[Any]) -> list[dict[str, str]]:
    return [{"who": "line", "words": piece["words"]} for piece in heard if piece["words"]]
