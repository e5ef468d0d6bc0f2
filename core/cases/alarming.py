"""A case that may be an emergency, turns out to be one, or turns out to be none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.operations import raise_alarm, stand_down
from core.alarms.queries import alarm_of_case
from core.alarms.rules import AlarmKind, AlarmState
from core.alarms.tables import AlarmRow
from core.cases.emergencies import alarm_about
from core.cases.events import note_event
from core.cases.rules import RESIDENT, Actor, Urgency, What
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id


def become_emergency(
    session: Session,
    case: CaseRow,
    *,
    danger: str,
    words: str,
    channel: str,
    now: datetime,
    actor: Actor = RESIDENT,
) -> None:
    """Make an open case an emergency and raise its alarm; one that is already is alarmed again."""
    case.urgency, case.danger = Urgency.EMERGENCY, danger
    note_event(session, case, what=What.REPEAT, actor=actor, channel=channel, now=now, words=words)
    alarm_about(session, case, words=words or case.words, now=now)


def doubt_emergency(
    session: Session, case: CaseRow, *, danger: str, words: str, now: datetime
) -> AlarmRow:
    """Make a case P0 and alert the duty person at once that it may be an emergency 疑似紧急.

    Person after person is rung from a minute later on, until somebody acknowledges or
    :func:`dispel_emergency` is called: silence is never taken for safety.
    """
    if case.urgency != Urgency.EMERGENCY:
        case.urgency, case.danger = Urgency.EMERGENCY, danger
    return raise_alarm(
        session,
        community=community_by_id(session, case.community_id),
        kind=AlarmKind.POSSIBLE,
        danger=danger,
        words=words,
        now=now,
        case=case,
    )


def dispel_emergency(session: Session, case: CaseRow, *, urgency: str, now: datetime) -> None:
    """Leave an ordinary case, because the resident said that nobody is in danger.

    One that was an emergency beyond doubt stays one: only people end it.
    """
    alarm = alarm_of_case(session, case.id)
    if alarm is None or alarm.kind != AlarmKind.POSSIBLE:
        return
    case.urgency, case.danger = Urgency(urgency), ""
    if alarm.state != AlarmState.ENDED:
        stand_down(session, alarm, wording="sms.alarm.stood_down", now=now)
