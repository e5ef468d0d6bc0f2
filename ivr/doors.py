"""What each door of a call does with a genuine webhook, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.calls.operations import (
    begin_call,
    keep_recording,
    open_spoken_case,
    remember,
    settle_status,
    take_call,
)
from core.calls.queries import call_by_id, call_of_provider_id
from core.calls.rules import ENDED_STATES, CallPurpose, CallState, read_state
from core.calls.tables import CallRow
from core.clock import Clock
from core.communities.queries import community_reached
from core.outbox.operations import record_status
from core.outbox.tables import OutboxRow
from core.phones import read_number
from ivr import outcomes, reaching_people, turns
from ivr.beginning import begin_inbound, begin_outbound, note_outbound
from ivr.calls import RINGING, next_turn
from ivr.inbound_reporting import Heard
from ivr.inbound_reporting import recorded as take_recording
from ivr.pieces import Line
from ivr.rendering import Renderer
from ivr.scene import Scene, scene_of
from ivr.steps import End, Step
from telephony import twiml

_WHISPERS = 2  # so often is somebody asked to press 1, then the next telephone rings


class UnknownCall(LookupError):
    """A webhook of a call, or to a number, that is none of ours."""


@dataclass(frozen=True)
class Doors:
    """What every door works with."""

    renderer: Renderer
    clock: Clock

    def answer(self, scene: Scene, step: Step) -> str:
        """Note where the call stands now, and write what its caller hears."""
        turns.arrive(scene, step)
        next_turn(scene.call, scene.now)
        document = self.renderer.document(scene, step)
        scene.session.flush()
        return document


@dataclass(frozen=True)
class Webhook:
    """The fields of a webhook and the query of its address."""

    fields: Mapping[str, str]
    asked: Mapping[str, str]

    @property
    def call_sid(self) -> str:
        """The provider's name for the call."""
        return self.fields.get("CallSid", "")

    @property
    def digits(self) -> str:
        """The keys that were pressed, empty for none."""
        digits = self.fields.get("Digits", "")
        return "" if digits == "hangup" else digits

    @property
    def digit(self) -> str:
        """The first key that was pressed, empty for none."""
        return self.digits[:1]

    def number(self, name: str) -> int:
        """Return a whole number of the address; 0 where there is none."""
        written = self.asked.get(name, "")
        return int(written) if written.isascii() and written.isdigit() else 0

    def seconds(self) -> int:
        """Return how long a recording is, as far as it is known."""
        written = self.fields.get("RecordingDuration", "")
        return int(written) if written.isascii() and written.isdigit() else 0

    def key(self, door: str) -> str:
        """Name this webhook: the same one sent again has the same name.

        :raises UnknownCall: if it names no call at all.
        """
        if not self.call_sid:
            raise UnknownCall(door)
        told = {
            "recording": self.fields.get("RecordingSid", "")
            + self.fields.get("RecordingStatus", ""),
            "machine": self.fields.get("AnsweredBy", ""),
            "status": self.fields.get("CallStatus", ""),
        }
        asked = ":".join(self.asked.get(name, "") for name in ("row", "attempt", "call", "n"))
        return f"{self.call_sid}:{door}:{asked}:{told.get(door, '')}"


def inbound(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Answer somebody who rings us."""
    now = doors.clock.now()
    call = _inbound_call(session, webhook, now)
    scene = scene_of(session, call, now)
    return doors.answer(scene, begin_inbound(scene))


def turn(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Obey a key at a menu, or silence."""
    scene = _scene(doors, session, webhook)
    if webhook.number("n") != scene.call.turn:
        return doors.answer(scene, turns.ask_again(scene))
    return doors.answer(scene, turns.take_key(scene, webhook.digits))


def recorded(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Take what was said after the tone."""
    scene = _scene(doors, session, webhook)
    heard = Heard(
        key=webhook.digit,
        provider_id=webhook.fields.get("RecordingSid", ""),
        url=webhook.fields.get("RecordingUrl", ""),
        seconds=webhook.seconds(),
        typed_words=webhook.fields.get("LinliTypedWords", ""),
    )
    return doors.answer(scene, take_recording(scene, heard))


def dialled(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Go on after a telephone was rung for the caller."""
    scene = _scene(doors, session, webhook)
    if webhook.number("n") != scene.call.turn or scene.call.menu != RINGING:
        return doors.answer(scene, turns.ask_again(scene))
    return doors.answer(scene, reaching_people.dialled(scene))


def duty(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Let the one whose telephone was rung take the caller, by key 1 and nothing else."""
    staff_id, asked = webhook.number("staff"), webhook.number("n")
    call = call_by_id(session, webhook.number("call"))
    if call is None or call.menu != RINGING:
        return twiml.hang_up()
    if staff_id == 0:
        # a resident whom staff asked to be connected with presses nothing
        return twiml.bridge() if call.held.get("connecting") else twiml.hang_up()
    scene = scene_of(session, call, doors.clock.now())
    staff = reaching_people.staff_named(scene, staff_id)
    if staff is None or (asked >= _WHISPERS and webhook.digit != "1"):
        return twiml.hang_up()
    if webhook.digit != "1":
        return doors.renderer.whisper(scene, staff=staff, turn=asked)
    taken = take_call(session, call, staff=staff, now=scene.now)
    return twiml.bridge() if taken else twiml.hang_up()


def answered(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Speak to somebody whom we rang."""
    now = doors.clock.now()
    row = _outbox_row(session, webhook)
    call = note_outbound(
        session, row, provider_id=webhook.call_sid, now=now, state=CallState.IN_PROGRESS
    )
    call.machine = call.machine or webhook.fields.get("AnsweredBy", "")
    scene = scene_of(session, call, now)
    return doors.answer(scene, begin_outbound(scene, row))


def machine(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Note the provider's label; it only labels, and a key wins over it."""
    call = call_of_provider_id(session, webhook.call_sid)
    if call is None:
        row = _outbox_row(session, webhook)
        call = note_outbound(
            session,
            row,
            provider_id=webhook.call_sid,
            now=doors.clock.now(),
            state=CallState.RINGING,
        )
    call.machine = webhook.fields.get("AnsweredBy", "")
    session.flush()
    return twiml.empty()


def recording(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Keep a recording that the provider reports, late, early or silent."""
    now = doors.clock.now()
    call = call_by_id(session, webhook.number("call"))
    call = call or call_of_provider_id(session, webhook.call_sid)
    call = call or _inbound_call(session, webhook, now)
    keep_recording(
        session,
        call=call,
        provider_id=webhook.fields.get("RecordingSid") or f"none:{webhook.call_sid}",
        url=webhook.fields.get("RecordingUrl", ""),
        seconds=webhook.seconds(),
        status=webhook.fields.get("RecordingStatus", "completed"),
        now=now,
        typed_words=webhook.fields.get("LinliTypedWords", ""),
    )
    open_spoken_case(session, call, now=now)
    return twiml.empty()


def status(doors: Doors, session: Session, webhook: Webhook) -> str:
    """Take a report of a call's state; an ended call is settled at once."""
    now = doors.clock.now()
    reported = webhook.fields.get("CallStatus", "")
    if webhook.number("row"):
        return _outbound_status(session, webhook, reported, now)
    call = call_of_provider_id(session, webhook.call_sid) or _inbound_call(session, webhook, now)
    settle_status(session, call, status=reported, now=now)
    return twiml.empty()


def apologise(doors: Doors, session: Session, webhook: Webhook) -> str:
    """After a fault of ours: say so, and connect the caller with a person or the recorder.

    :raises UnknownCall: if the caller is nobody whom we know how to help from here.
    """
    if "staff" in webhook.asked:
        return twiml.hang_up()  # a duty telephone: the caller is better served by the next one
    now = doors.clock.now()
    call = call_of_provider_id(session, webhook.call_sid) or _inbound_call(session, webhook, now)
    scene = scene_of(session, call, now)
    sorry = Line("voice.common.sorry")
    if call.staff_id is not None:
        return doors.answer(scene, End((sorry, Line("voice.common.goodbye"))))
    before = (sorry, Line("voice.common.sorry_person"))
    return doors.answer(scene, reaching_people.ring_people(scene, before))


def _scene(doors: Doors, session: Session, webhook: Webhook) -> Scene:
    call = call_of_provider_id(session, webhook.call_sid)
    if call is None:
        raise UnknownCall(webhook.call_sid)
    return scene_of(session, call, doors.clock.now())


def _inbound_call(session: Session, webhook: Webhook, now: datetime) -> CallRow:
    number = read_number(webhook.fields.get("To", "") or webhook.asked.get("to", ""))
    community = community_reached(session, number or "")
    if community is None:
        raise UnknownCall("no community has that number")
    call = begin_call(
        session,
        community=community,
        provider_id=webhook.call_sid,
        direction="inbound",
        purpose=CallPurpose.RESIDENT,
        phone=read_number(webhook.fields.get("From", "")),
        now=now,
    )
    remember(call, number=number)
    return call


def _outbox_row(session: Session, webhook: Webhook) -> OutboxRow:
    row = session.get(OutboxRow, webhook.number("row"))
    if row is None:
        raise UnknownCall("a call that is not in the outbox")
    return row


def _outbound_status(session: Session, webhook: Webhook, reported: str, now: datetime) -> str:
    row = _outbox_row(session, webhook)
    record_status(
        session,
        row_id=row.id,
        attempt=webhook.number("attempt"),
        provider_id=webhook.call_sid,
        status=reported,
        reason=webhook.fields.get("ErrorCode", ""),
        now=now,
    )
    state = read_state(reported)
    if state is None:
        return twiml.empty()
    call = note_outbound(
        session, row, provider_id=webhook.call_sid, now=now, state=CallState.QUEUED
    )
    settle_status(session, call, status=reported, now=now)
    if state in ENDED_STATES:
        outcomes.settle(session, call, now=now)
    return twiml.empty()
