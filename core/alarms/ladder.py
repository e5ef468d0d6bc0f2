"""The ladder of an alarm: the next person every minute, the leaders after three, no end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.alarms.queries import alarm_calls_of
from core.alarms.rules import (
    ASK_REACHED_AFTER,
    LEADERS_AFTER,
    NEXT_PERSON_AFTER,
    RINGS_AT_ONCE,
    SILENCE_IS_NO_AFTER,
    AlarmKind,
    AlarmState,
    person_at,
)
from core.alarms.tables import AlarmRow
from core.alarms.telling import tell, words_about
from core.communities.queries import community_by_id
from core.communities.tables import CommunityRow
from core.questions.operations import ask, drop
from core.questions.queries import open_question
from core.questions.rules import QuestionKind
from core.sla.queries import calendar_of
from core.staff.queries import alarm_list, phone_of, staff_by_id
from core.staff.tables import StaffRow
from core.tasks.locks import claim_due
from core.tasks.people import deputy_of, director_of, grid_leader

_LONGEST_STEP = timedelta(minutes=30)


def alarms_due(now: datetime) -> Select[int]:
    """Find whether an alarm's time has come."""
    return select(AlarmRow.id).where(AlarmRow.state != AlarmState.ENDED, AlarmRow.next_at <= now)


def step_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Take the next step of every alarm whose time has come; returns how many there were."""
    due = claim_due(
        session,
        AlarmRow,
        AlarmRow.next_at,
        AlarmRow.state != AlarmState.ENDED,
        now=now,
        limit=limit,
        furthest=_LONGEST_STEP,
    )
    for alarm in due:
        if alarm.state == AlarmState.RINGING:
            _ring_on(session, alarm, now)
        else:
            _follow_up(session, alarm, now)
    session.flush()
    return len(due)


def go_on(session: Session, alarm: AlarmRow, now: datetime) -> None:
    """Let the ladder go on: whoever had the alarm did not reach the caller."""
    alarm.state = AlarmState.RINGING
    alarm.acknowledged_by, alarm.acknowledged_at = None, None
    alarm.ask_reached_at, alarm.realarm_at = None, None
    _ring_on(session, alarm, now)
    session.flush()


def ring_next(session: Session, alarm: AlarmRow, now: datetime) -> None:
    """Alarm the person whose turn it is; after the last the list starts over."""
    alarm.next_at = now + NEXT_PERSON_AFTER
    people = _people(session, alarm, now)
    if not people:
        return
    # who got the text of a recording a minute ago is only rung now
    texted = alarm.round == 0 and not RINGS_AT_ONCE[AlarmKind(alarm.kind)]
    person = people[person_at(alarm.round, len(people))]
    tell(session, alarm, person, now=now, by_text=not texted)
    alarm.round += 1


def _ring_on(session: Session, alarm: AlarmRow, now: datetime) -> None:
    ring_next(session, alarm, now)
    if alarm.leaders_told_at is None and now - alarm.started_at >= LEADERS_AFTER:
        just_told = alarm_calls_of(session, alarm.id)[-1:]
        alarm.leaders_told_at = now
        for leader in _leaders(session, alarm):
            if leader.id not in {call.staff_id for call in just_told}:
                tell(session, alarm, leader, now=now)


def _follow_up(session: Session, alarm: AlarmRow, now: datetime) -> None:
    """Tell whoever has the alarm of new cries, and ask whether they reached the caller."""
    person = staff_by_id(session, alarm.acknowledged_by)
    if person is None or alarm.acknowledged_at is None:
        go_on(session, alarm, now)
        return
    if alarm.realarm_at is not None and alarm.realarm_at <= now:
        alarm.realarm_at, alarm.realarmed_at = None, now
        tell(session, alarm, person, now=now)
    asked = alarm.ask_reached_at
    if asked is None and now >= alarm.acknowledged_at + ASK_REACHED_AFTER:
        alarm.ask_reached_at = now
        _ask_reached(session, alarm, person, now)
    elif asked is not None and now >= asked + SILENCE_IS_NO_AFTER:
        go_on(session, alarm, now)
        return
    _plan_follow_up(alarm)


def _plan_follow_up(alarm: AlarmRow) -> None:
    if alarm.kind != AlarmKind.EMERGENCY:
        alarm.next_at = alarm.realarm_at
        return
    assert alarm.acknowledged_at is not None
    asking = alarm.acknowledged_at + ASK_REACHED_AFTER
    answered_by = alarm.ask_reached_at + SILENCE_IS_NO_AFTER if alarm.ask_reached_at else asking
    alarm.next_at = min(filter(None, (answered_by, alarm.realarm_at)))


def _ask_reached(session: Session, alarm: AlarmRow, person: StaffRow, now: datetime) -> None:
    phone = phone_of(session, person.id)
    earlier = open_question(session, alarm.community_id, phone, now)
    if earlier is not None and earlier.about.get("alarm_id") == alarm.id:
        drop(session, earlier, now)  # asked again now, it must not wait behind itself
    ask(
        session,
        community_id=alarm.community_id,
        phone=phone,
        kind=QuestionKind.REACHED,
        about={"alarm_id": alarm.id},
        words=words_about(session, alarm, person, "sms.alarm.reached"),
        now=now,
        purpose="alarm",
        urgent=True,
        case_id=alarm.case_id,
        key=f"alarm:{alarm.id}:reached:{now.isoformat()}",
    )


def _people(session: Session, alarm: AlarmRow, now: datetime) -> list[StaffRow]:
    community = community_by_id(session, alarm.community_id)
    people = alarm_list(session, community, now, calendar_of(session, community))
    if alarm.leaders_told_at is not None or not people:
        people = [*people, *_leaders(session, alarm)]
    # somebody who left takes the last of the night list with them: the office above is rung
    others = [person for person in _once(people) if phone_of(session, person.id) != alarm.phone]
    return others or _once([*_above(session, community)])


def _leaders(session: Session, alarm: AlarmRow) -> list[StaffRow]:
    community = community_by_id(session, alarm.community_id)
    leader = grid_leader(session, community.id, alarm.grid_id)
    return _once([person for person in (leader, deputy_of(session, community)) if person])


def _above(session: Session, community: CommunityRow) -> list[StaffRow]:
    director = director_of(session, community)
    return [director] if director else []


def _once(people: list[StaffRow]) -> list[StaffRow]:
    return list({person.id: person for person in people}.values())
