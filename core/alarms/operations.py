"""Alarms: raised at once, rung person after person, ended only by somebody who reached them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.alarms.ladder import go_on, ring_next, step_due
from core.alarms.queries import open_alarm_of_case, ringing_alarms
from core.alarms.rules import (
    ASK_REACHED_AFTER,
    ASKS_REACHED,
    NEXT_PERSON_AFTER,
    REALARM_EVERY,
    RINGS_AT_ONCE,
    AlarmKind,
    AlarmState,
    Danger,
    danger_of,
)
from core.alarms.tables import AlarmCallRow, AlarmRow
from core.alarms.telling import tell, text_about
from core.communities.tables import CommunityRow
from core.sla.queries import calendar_of
from core.staff.queries import alarm_list
from core.staff.tables import StaffRow
from core.tasks.alerts import address_words

__all__ = [
    "acknowledge",
    "end_alarm",
    "open_alarm_of_case",
    "raise_alarm",
    "record_reached",
    "repeat_alarm",
    "ringing_alarms",
    "step_due",
]

_MOST_WORDS = 200  # of twenty repeats the newest would push the first out of the text

_TAKEN_WORDS: dict[AlarmKind, str] = {
    AlarmKind.EMERGENCY: "sms.alarm.yours",
    AlarmKind.RECORDING: "sms.alarm.yours_recording",
    AlarmKind.DRILL: "sms.alarm.yours_drill",
}


class AlarmingCase(Protocol):
    """What an alarm takes of a case, which is a subject above this one."""

    @property
    def id(self) -> int: ...

    @property
    def number(self) -> int: ...

    @property
    def phone(self) -> str | None: ...

    @property
    def place(self) -> str: ...

    @property
    def estate_id(self) -> int | None: ...

    @property
    def grid_id(self) -> int | None: ...


def raise_alarm(
    session: Session,
    *,
    community: CommunityRow,
    kind: AlarmKind | str,
    danger: str,
    words: str,
    now: datetime,
    case: AlarmingCase | None = None,
    phone: str | None = None,
    address: str = "",
) -> AlarmRow:
    """Alarm the first person at once; the ladder goes on from there until somebody acknowledges.

    A recording is texted first and rung a minute later unless somebody listened. A case that
    has an alarm already keeps that one, with one repeat more.
    """
    running = open_alarm_of_case(session, case.id) if case is not None else None
    if running is not None:
        _take_as(running, AlarmKind(kind), danger)
        return repeat_alarm(session, running, words=words, now=now)
    if case is not None:
        phone = phone or case.phone
        address = address or address_words(session, case.estate_id, case.place)
    alarm = AlarmRow(
        community_id=community.id,
        kind=AlarmKind(kind),
        danger=danger_of(danger),
        phone=phone,
        address=address,
        words=words,
        state=AlarmState.RINGING,
        started_at=now,
        next_at=now + NEXT_PERSON_AFTER,
    )
    if case is not None:
        alarm.case_id, alarm.case_number, alarm.grid_id = case.id, case.number, case.grid_id
    session.add(alarm)
    session.flush()
    if RINGS_AT_ONCE[AlarmKind(kind)]:
        ring_next(session, alarm, now)
    else:
        _text_first(session, community, alarm, now)
    return alarm


def repeat_alarm(
    session: Session, alarm: AlarmRow, *, words: str, now: datetime, danger: str = ""
) -> AlarmRow:
    """Take the same cry once more: whoever has it is told again, every three minutes at most.

    One that rings goes on ringing; one that had ended begins again. Whoever has it is told at
    once if only now it is known what the ``danger`` is.
    """
    session.flush()  # a refresh would forget what was just set
    session.refresh(alarm, with_for_update=True)
    is_news = alarm.danger == Danger.OTHER and danger_of(danger) != Danger.OTHER
    alarm.danger = danger_of(danger) if is_news else alarm.danger
    alarm.repeats += 1
    alarm.words = _joined(alarm.words, words)
    if alarm.state == AlarmState.ENDED:
        alarm.started_at, alarm.leaders_told_at, alarm.reached = now, None, None
        alarm.ended_at = None
        go_on(session, alarm, now)
    elif alarm.state == AlarmState.ACKNOWLEDGED and (alarm.realarm_at is None or is_news):
        last = alarm.realarmed_at or alarm.started_at
        alarm.realarm_at = now if is_news else max(now, last + REALARM_EVERY)
        alarm.next_at = min(alarm.next_at or alarm.realarm_at, alarm.realarm_at)
    session.flush()
    return alarm


def acknowledge(
    session: Session,
    alarm: AlarmRow,
    *,
    staff: StaffRow,
    channel: str,
    now: datetime,
    tell_them: bool = True,
) -> bool:
    """Give an alarm to whoever answered it: they get the phone and the address by text.

    False if somebody else has it already; they get phone and address all the same, for two
    who help are better than none. After five minutes they are asked whether they reached the
    caller. ``tell_them`` is False where the answer to what they texted says it all.
    """
    session.refresh(alarm, with_for_update=True)
    _keep_answer(session, alarm, staff, channel)
    if alarm.state == AlarmState.ENDED:
        return False
    mine = alarm.state == AlarmState.RINGING or alarm.acknowledged_by in (None, staff.id)
    first_time = alarm.state == AlarmState.RINGING
    if first_time:
        _hand_over(alarm, staff, now)
    if tell_them and (first_time or not mine):
        wording = _TAKEN_WORDS[AlarmKind(alarm.kind)] if mine else "sms.alarm.taken"
        key = f"alarm:{alarm.id}:taken:{staff.id}:{now.isoformat()}"
        text_about(session, alarm, staff, wording, key=key, now=now)
    session.flush()
    return mine


def record_reached(session: Session, alarm: AlarmRow, *, yes: bool, now: datetime) -> None:
    """Take the answer to 联系上了吗: 1 ends the alarm, 2 lets the ladder go on at once."""
    session.refresh(alarm, with_for_update=True)
    if alarm.state == AlarmState.ENDED:
        return
    alarm.reached = yes
    if yes:
        end_alarm(session, alarm, now)
    elif alarm.state == AlarmState.ACKNOWLEDGED:
        go_on(session, alarm, now)


def end_alarm(session: Session, alarm: AlarmRow, now: datetime) -> None:
    """End an alarm because a person said so; nothing else ends one."""
    alarm.state, alarm.ended_at, alarm.next_at = AlarmState.ENDED, now, None
    alarm.realarm_at = None
    session.flush()


def _take_as(alarm: AlarmRow, kind: AlarmKind, danger: str) -> None:
    """Let a recording that turns out to be an emergency be alarmed as one."""
    if kind is AlarmKind.EMERGENCY and alarm.kind != kind:
        alarm.kind, alarm.danger = kind, danger_of(danger)
        alarm.state, alarm.next_at = AlarmState.ENDED, None  # so that it begins again


def _hand_over(alarm: AlarmRow, staff: StaffRow, now: datetime) -> None:
    asks = AlarmKind(alarm.kind) in ASKS_REACHED
    alarm.state = AlarmState.ACKNOWLEDGED
    alarm.acknowledged_by, alarm.acknowledged_at = staff.id, now
    alarm.ask_reached_at, alarm.reached = None, None
    alarm.next_at = now + ASK_REACHED_AFTER if asks else None


def _keep_answer(session: Session, alarm: AlarmRow, staff: StaffRow, channel: str) -> None:
    told = session.scalars(
        select(AlarmCallRow)
        .where(AlarmCallRow.alarm_id == alarm.id, AlarmCallRow.staff_id == staff.id)
        .order_by(AlarmCallRow.id.desc())
        .limit(1)
    ).first()
    if told is not None:
        told.answer = f"acknowledged:{channel}"


def _text_first(session: Session, community: CommunityRow, alarm: AlarmRow, now: datetime) -> None:
    people = alarm_list(session, community, now, calendar_of(session, community))
    if people:
        tell(session, alarm, people[0], now=now, by_call=False)


def _joined(earlier: str, newer: str) -> str:
    """Keep what was said first, and add what is new, while there is room."""
    if not newer or newer in earlier:
        return earlier
    return f"{earlier};{newer}"[:_MOST_WORDS] if earlier else newer[:_MOST_WORDS]
