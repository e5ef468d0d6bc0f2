"""Every move leaves a line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.indexing import index_case
from core.cases.rules import Actor, What
from core.cases.spoken import want_spoken
from core.cases.tables import CaseEventRow, CaseRow


def note_event(
    session: Session,
    case: CaseRow,
    *,
    what: What,
    actor: Actor,
    channel: str,
    now: datetime,
    words: str = "",
) -> CaseEventRow:
    """Write down what happened to a case, who did it, over which channel, in which words."""
    event = CaseEventRow(
        case_id=case.id, at=now, actor=actor.name, channel=channel, what=what, words=words
    )
    session.add(event)
    session.flush()  # alerts about the event carry its id in their key
    want_spoken(session, case, now=now)
    index_case(session, case, words)
    return event
