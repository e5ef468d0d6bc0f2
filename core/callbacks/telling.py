"""Progress that was heard: feedback if it was real, an apology if it was not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import circumstances_of_callback
from core.callbacks.handing import finish_tasks
from core.callbacks.plans import calls_made, next_progress_at
from core.callbacks.queries import words_to_tell
from core.callbacks.rules import LIVE, CallbackKind, CallbackState, Outcome
from core.callbacks.tables import CallbackAttemptRow, CallbackRow
from core.callbacks.trying import windows_used
from core.cases.progress import has_real_progress, record_feedback
from core.cases.rules import OPEN, Channel
from core.cases.tables import CaseRow


def heard_progress(session: Session, callback_id: int, *, now: datetime) -> None:
    """Note that the right person heard it: feedback if it was real progress, else an apology.

    An apology leaves ``feedback_at`` as it was, and the ladder goes on.
    """
    row = session.scalars(
        select(CallbackRow).where(CallbackRow.id == callback_id).with_for_update()
    ).one()
    made = calls_made(session, row)
    if row.kind != CallbackKind.PROGRESS or row.state not in LIVE or not made:
        return
    attempt = made[-1]
    if attempt.outcome == Outcome.ANSWERED:
        return  # the same webhook again
    attempt.outcome, attempt.settled_at = Outcome.ANSWERED, now
    case = session.get_one(CaseRow, row.case_id)
    if _was_real(case, attempt):
        _count_as_feedback(session, row, case, now)
    else:
        _leave_to_the_ladder(session, row, now)


def _was_real(case: CaseRow, attempt: CallbackAttemptRow) -> bool:
    """Tell whether what the call said was progress: words that came later were not spoken."""
    came_before = case.progressed_at is not None and case.progressed_at <= attempt.at
    return case.status in OPEN and has_real_progress(case) and came_before


def _count_as_feedback(session: Session, row: CallbackRow, case: CaseRow, now: datetime) -> None:
    words = words_to_tell(session, case)
    record_feedback(session, case, channel=Channel.CALL, words=words, now=now)
    row.state, row.settled_at = CallbackState.ANSWERED, now
    row.next_at, row.person_at = None, None
    finish_tasks(session, row, now)
    session.flush()


def _leave_to_the_ladder(session: Session, row: CallbackRow, now: datetime) -> None:
    if row.state == CallbackState.PERSON:
        return
    around = circumstances_of_callback(session, row)
    used = windows_used(session, row, around)
    row.state = CallbackState.PLANNED
    row.next_at = next_progress_at(around, now, made=used)
    session.flush()
