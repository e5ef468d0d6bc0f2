"""Taking an alarm: who answers it becomes responsible for its case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.alarms.operations import acknowledge
from core.alarms.rules import AlarmKind
from core.alarms.tables import AlarmRow
from core.cases.clocks import is_unaccepted
from core.cases.moves import accept_case
from core.cases.queries import case_by_id
from core.cases.standing import by
from core.staff.tables import StaffRow

_TAKEN_WITH_CASE = (AlarmKind.EMERGENCY, AlarmKind.POSSIBLE)


def take_alarm(
    session: Session, alarm: AlarmRow, *, staff: StaffRow, channel: str, now: datetime
) -> bool:
    """Acknowledge an alarm by text or by key; False if somebody else has it already.

    The case that nobody has accepted becomes theirs, so that it has a name and its event. A
    recording is only heard by this, so its case stays where its route sent it.
    """
    mine = acknowledge(session, alarm, staff=staff, channel=channel, now=now)
    case = case_by_id(session, alarm.case_id) if alarm.case_id is not None else None
    if mine and case is not None and alarm.kind in _TAKEN_WITH_CASE and is_unaccepted(case):
        accept_case(session, case, actor=by(staff), channel=channel, now=now)
    return mine
