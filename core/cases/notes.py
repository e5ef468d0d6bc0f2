"""What is added to a case without moving it: notes, repeats, who it is, its category."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.alerts import alert_about
from core.cases.clocks import desk_of
from core.cases.dispatching import dispatch, who_is_it_key
from core.cases.emergencies import alarm_about, alarm_again
from core.cases.events import note_event
from core.cases.places import settle_place
from core.cases.progress import give_feedback
from core.cases.queries import assignee_of, said_words
from core.cases.refining import follows_its_route
from core.cases.rules import (
    OPEN,
    RESIDENT,
    SERVICE,
    Actor,
    CaseStatus,
    Category,
    Move,
    Urgency,
    What,
)
from core.cases.standing import permit
from core.cases.tables import CaseRow
from core.learning.operations import keep_correction
from core.residents.tables import ResidentRow
from core.tasks.operations import finish_task
from core.tasks.queries import task_by_key
from core.tasks.rules import TaskState


def add_note(
    session: Session, case: CaseRow, *, actor: Actor, channel: str, words: str, now: datetime
) -> None:
    """Keep a line 备注; from the one responsible it is progress that can be told.

    :raises Refusal: if the actor has nothing to do with the case.
    """
    permit(session, case, move=Move.NOTE, actor=actor, now=now)
    if actor.staff_id is not None and actor.staff_id == case.assignee_id and words:
        case.progressed_at = now
    note_event(session, case, what=What.NOTE, actor=actor, channel=channel, now=now, words=words)


def add_repeat(
    session: Session,
    case: CaseRow,
    *,
    words: str,
    channel: str,
    now: datetime,
    actor: Actor = RESIDENT,
    is_sure: bool = False,
) -> None:
    """Keep what the resident said once more, and tell the one responsible.

    An emergency is alarmed again instead, as far as its alarm allows; with ``is_sure`` one that
    only may be an emergency is one beyond doubt now.
    """
    permit(session, case, move=Move.REPEAT, actor=actor, now=now)
    event = note_event(
        session, case, what=What.REPEAT, actor=actor, channel=channel, now=now, words=words
    )
    if case.urgency == Urgency.EMERGENCY and case.status in OPEN | {CaseStatus.DRAFT}:
        alarm = alarm_about if is_sure else alarm_again
        alarm(session, case, words=words, now=now)
        return
    staff = assignee_of(session, case)
    if staff is not None and case.status in OPEN:
        desk = desk_of(session, case.community_id)
        alert_about(
            session,
            case,
            desk,
            staff=staff,
            wording="sms.alert.repeated",
            event=event,
            now=now,
            words=words,
        )


def record_told(
    session: Session, case: CaseRow, *, actor: Actor, channel: str, words: str, now: datetime
) -> None:
    """Keep that a person told the resident 告知: it counts as feedback, the clock goes on.

    :raises Refusal: if the actor has nothing to do with the case, or it is ended.
    """
    permit(session, case, move=Move.TELL, actor=actor, now=now)
    if words and actor.staff_id == case.assignee_id:
        case.progressed_at = now
    give_feedback(session, case, now)
    note_event(session, case, what=What.TOLD, actor=actor, channel=channel, now=now, words=words)


def change_category(
    session: Session,
    case: CaseRow,
    *,
    actor: Actor,
    category: Category,
    channel: str,
    now: datetime,
) -> None:
    """Correct the category, which is kept as training data.

    A case nobody accepted goes to whom its new route names.

    :raises Refusal: if the actor may not, or the case is ended.
    """
    permit(session, case, move=Move.CATEGORY, actor=actor, now=now)
    earlier = case.category
    case.category = category
    keep_correction(
        session,
        community_id=case.community_id,
        case_id=case.id,
        words=said_words(session, case),
        suggested=earlier,
        category=category,
        by=actor.name,
        now=now,
    )
    words = f"{earlier} -> {category}"
    note_event(
        session, case, what=What.CATEGORY, actor=actor, channel=channel, now=now, words=words
    )
    if follows_its_route(session, case):
        dispatch(session, case, now=now)


def identify_resident(
    session: Session,
    case: CaseRow,
    *,
    resident: ResidentRow,
    actor: Actor,
    channel: str,
    now: datetime,
) -> None:
    """Say whose case it is; the task that asks it is ended, and the route looked at again.

    :raises Refusal: if the actor has nothing to do with the case.
    """
    permit(session, case, move=Move.IDENTIFY, actor=actor, now=now)
    case.resident_id = resident.id
    settle_place(session, case, [resident])
    note_event(
        session,
        case,
        what=What.IDENTIFIED,
        actor=actor,
        channel=channel,
        now=now,
        words=resident.key,
    )
    task = task_by_key(session, who_is_it_key(case))
    if task is not None and task.state == TaskState.OPEN:
        finish_task(session, task, actor=SERVICE, words=resident.name, now=now)
    if follows_its_route(session, case):
        dispatch(session, case, now=now)
