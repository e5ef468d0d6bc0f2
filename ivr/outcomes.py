"""How a call that we owed ended: each ending is counted apart, and none as satisfied."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.callbacks.operations import record_outcome
from core.callbacks.rules import Outcome
from core.calls.rules import CallPurpose, CallState
from core.calls.tables import CallRow
from core.outbox.tables import OutboxRow
from core.points.landlines import report_unannounced
from core.reaching import rules as reaching
from core.reaching.operations import note_outcome
from ivr.callback_calls import is_machine

_OWED = frozenset({CallPurpose.CALLBACK, CallPurpose.PROGRESS})
_OUTCOMES: dict[str, Outcome] = {
    CallState.BUSY: Outcome.BUSY,
    CallState.NO_ANSWER: Outcome.NO_ANSWER,
    CallState.CANCELED: Outcome.NO_ANSWER,
    CallState.FAILED: Outcome.FAILED,
}


def settle(session: Session, call: CallRow, *, now: datetime) -> None:
    """Settle the tries of an ended call; what a key said before stands."""
    if call.purpose == CallPurpose.RESERVATION:
        _settle_announcement(session, call, now)
    note_outcome(
        session,
        outbox_id=call.outbox_id,
        outcome=reaching.Outcome(outcome_of(call)),
        now=now,
    )
    if call.purpose not in _OWED or call.outbox_id is None:
        return
    record_outcome(session, outbox_id=call.outbox_id, outcome=outcome_of(call), now=now)


def _settle_announcement(session: Session, call: CallRow, now: datetime) -> None:
    """Give an announcement that nobody confirmed to a person."""
    row = session.get(OutboxRow, call.outbox_id) if call.outbox_id is not None else None
    if row is not None and not call.held.get("confirmed"):
        report_unannounced(session, row, now=now)


def outcome_of(call: CallRow) -> Outcome:
    """Name the ending of a call in which no key said anything."""
    if call.state in _OUTCOMES:
        return _OUTCOMES[call.state]
    if is_machine(call.machine) and not call.held.get("confirmed"):
        return Outcome.MACHINE
    return Outcome.HANG_UP
