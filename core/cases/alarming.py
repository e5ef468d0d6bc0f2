"""A case that turns out to be an emergency."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.emergencies import alarm_about
from core.cases.events import note_event
from core.cases.rules import RESIDENT, Actor, Urgency, What
from core.cases.tables import CaseRow


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
