"""Drills 演练: the ladder without a resident, and how long it took until somebody answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.operations import end_alarm, raise_alarm
from core.alarms.queries import alarm_calls_of, newest_drill
from core.alarms.rules import AlarmKind, AlarmState, Danger
from core.alarms.tables import AlarmRow
from core.communities.tables import CommunityRow
from core.staff.queries import staff_by_id
from core.wording.catalogue import say


@dataclass(frozen=True)
class Told:
    """Somebody who was texted and rung, by key, and what came of it (empty: nothing)."""

    staff: str
    at: datetime
    answer: str


@dataclass(frozen=True)
class DrillReport:
    """What a drill showed; ``seconds`` is None while nobody has answered."""

    started_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    seconds: float | None
    is_over: bool
    told: tuple[Told, ...]


def begin_drill(session: Session, *, community: CommunityRow, now: datetime) -> AlarmRow | None:
    """Alarm the first person for practice; None if a drill rings already.

    From here on the scheduler goes up the ladder as in earnest; every text and call says 演练.
    """
    running = newest_drill(session, community.id)
    if running is not None and running.state == AlarmState.RINGING:
        return None
    return raise_alarm(
        session,
        community=community,
        kind=AlarmKind.DRILL,
        danger=Danger.OTHER,
        words=say("voice.danger.drill", "zh_CN"),
        now=now,
    )


def stop_drill(session: Session, alarm: AlarmRow, *, now: datetime) -> None:
    """End a drill that nobody answered: it must not ring for ever."""
    session.refresh(alarm, with_for_update=True)
    if alarm.state != AlarmState.ENDED:
        end_alarm(session, alarm, now)


def report_drill(session: Session, alarm: AlarmRow) -> DrillReport:
    """Tell how a drill went so far."""
    by = staff_by_id(session, alarm.acknowledged_by)
    taken_at = alarm.acknowledged_at
    return DrillReport(
        started_at=alarm.started_at,
        acknowledged_at=taken_at,
        acknowledged_by=by.key if by else None,
        seconds=(taken_at - alarm.started_at).total_seconds() if taken_at else None,
        is_over=alarm.state == AlarmState.ENDED,
        told=tuple(
            Told(_key_of(session, row.staff_id), row.at, row.answer)
            for row in alarm_calls_of(session, alarm.id)
        ),
    )


def _key_of(session: Session, staff_id: int) -> str:
    staff = staff_by_id(session, staff_id)
    return staff.key if staff else ""
