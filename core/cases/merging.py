"""Merging 并案: two residents said the same matter; one case goes on, and both are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.events import note_event
from core.cases.queries import assignee_of
from core.cases.rules import (
    MOVES,
    SERVICE,
    Actor,
    CaseStatus,
    Move,
    Urgency,
    What,
    refusal_at,
    shown_number,
)
from core.cases.standing import permit
from core.cases.tables import CaseRow
from core.cases.texting import text_about
from core.errors import Refusal
from core.tasks.operations import finish_task
from core.tasks.queries import open_tasks_of_case

MERGED = "merged"  # CaseRow.closed_by


def merge_case(
    session: Session, case: CaseRow, *, into: CaseRow, actor: Actor, channel: str, now: datetime
) -> None:
    """End ``case`` as a repeat of ``into``, which keeps its words; both residents are told.

    :raises Refusal: if either is ended, if they are one and the same, if an emergency would end
        in an ordinary case, or if the actor may not.
    """
    permit(session, case, move=Move.MERGE, actor=actor, now=now)
    permit(session, into, move=Move.REPEAT, actor=actor, now=now)
    _check(case, into)
    case.status, case.closed_at, case.closed_by = CaseStatus.CLOSED, now, MERGED
    case.climb_at, case.merged_into_id = None, into.id
    note_event(
        session,
        case,
        what=What.MERGED,
        actor=actor,
        channel=channel,
        now=now,
        words=shown_number(into.number),
    )
    note_event(
        session,
        into,
        what=What.MERGED,
        actor=actor,
        channel=channel,
        now=now,
        words=f"{shown_number(case.number)}: {case.words}",
    )
    for task in open_tasks_of_case(session, case.id):
        finish_task(session, task, actor=SERVICE, words=shown_number(into.number), now=now)
    _tell_both(session, case, into, now)


def _check(case: CaseRow, into: CaseRow) -> None:
    if case.id == into.id or case.community_id != into.community_id:
        raise Refusal("sms.refusal.not_now", number=shown_number(into.number))
    if into.status not in MOVES[Move.MERGE].starts:
        raise Refusal(refusal_at(CaseStatus(into.status)), number=shown_number(into.number))
    if case.urgency == Urgency.EMERGENCY != into.urgency:
        raise Refusal("sms.refusal.emergency_stays", number=shown_number(case.number))


def _tell_both(session: Session, case: CaseRow, into: CaseRow, now: datetime) -> None:
    holder = assignee_of(session, into)
    called = holder.called if holder else ""
    text_about(
        session,
        case,
        wording="sms.resident.merged",
        slots={"number": shown_number(case.number), "into": shown_number(into.number)},
        person=called,
        key=f"merged:{case.id}:{into.id}",
        now=now,
    )
    if into.phone != case.phone:
        text_about(
            session,
            into,
            wording="sms.resident.joined",
            slots={"number": shown_number(into.number)},
            person=called,
            key=f"joined:{into.id}:{case.id}",
            now=now,
        )
