"""Taking back a call that was planned but may not be placed any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.callbacks.circumstances import circumstances_of_callback
from core.callbacks.rules import CallbackState, Outcome
from core.callbacks.tables import CallbackRow
from core.callbacks.trying import record_outcome
from core.cases.rules import OPEN
from core.outbox.tables import OutboxRow

CALLBACK_PURPOSES = frozenset({"callback", "progress"})


def may_place_now(session: Session, call: OutboxRow, *, now: datetime) -> bool:
    """Tell whether a callback's call still falls in its window, and its cases still want it.

    The scheduler may have been off between planning and sending.
    """
    rows = [session.get(CallbackRow, row_id) for row_id in call.detail.get("callback_ids", [])]
    ringing = [row for row in rows if row is not None and row.state == CallbackState.RINGING]
    around = [circumstances_of_callback(session, row) for row in ringing]
    wanted = [each for each in around if each.case.status in OPEN]
    return bool(wanted) and all(each.calling_time(now) <= now for each in wanted)


def return_to_planning(session: Session, call: OutboxRow, *, now: datetime) -> None:
    """Let the callbacks of a call that was not placed be planned anew; no try is counted."""
    record_outcome(session, outbox_id=call.id, outcome=Outcome.NOT_MADE, now=now)
