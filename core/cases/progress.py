"""Effective feedback: the resident was reached and heard something real."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.clocks import (
    desk_of,
    is_unaccepted,
    next_climb,
    restart_clock,
    wait_for_feedback,
)
from core.cases.events import note_event
from core.cases.rules import RESIDENT, Actor, Move, What
from core.cases.standing import permit
from core.cases.tables import CaseRow


def has_real_progress(case: CaseRow) -> bool:
    """Tell whether somebody accepted the case and left words since the last feedback."""
    if case.accepted_at is None or case.progressed_at is None:
        return False
    return case.feedback_at is None or case.progressed_at > case.feedback_at


def record_feedback(
    session: Session,
    case: CaseRow,
    *,
    channel: str,
    words: str,
    now: datetime,
    actor: Actor = RESIDENT,
) -> None:
    """Keep that the resident heard how it stands; the next feedback is due in three working days.

    The caller has looked at :func:`has_real_progress`: an apology is no feedback.

    :raises Refusal: if the case is ended.
    """
    permit(session, case, move=Move.FEEDBACK, actor=actor, now=now)
    give_feedback(session, case, now)
    note_event(
        session, case, what=What.FEEDBACK, actor=actor, channel=channel, now=now, words=words
    )


def give_feedback(session: Session, case: CaseRow, now: datetime) -> None:
    """Move the clock of a case whose resident has heard; ``first_due_at`` stays."""
    desk = desk_of(session, case.community_id)
    case.feedback_at = now
    restart_clock(case, desk, now)
    if is_unaccepted(case):
        case.climb_at = next_climb(case, desk, now)
    else:
        wait_for_feedback(case)
    session.flush()
