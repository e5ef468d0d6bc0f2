"""The words of calls for volunteers, and of members' copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from core.cases.rules import Urgency
from core.cases.tables import CaseRow
from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_text
from core.residents.queries import resident_by_id
from core.residents.tables import ResidentRow
from core.sla.hours import next_texting_time
from core.staff.queries import phone_of, staff_by_id
from core.tasks.alerts import address_words
from core.tasks.operations import finish_task, open_task
from core.tasks.queries import task_by_key
from core.tasks.rules import SERVICE, TaskKind, TaskState
from core.volunteers.rules import given_name
from core.volunteers.tables import VolunteerCallRow
from core.wording.catalogue import say, text

STAFF_LANGUAGE = "zh_CN"
PURPOSE = "volunteer"


def written(community: CommunityRow, language: str, key: str, **slots: str) -> str:
    """Return a signed text; the number to ring is known to every template."""
    return text(
        f"sms.volunteer.{key}",
        language,
        community=display_name(community, language),
        **{"phone": office_of(community).staffed_number, **slots},
    )


def stair_words(session: Session, case: CaseRow) -> str:
    """Name the stair of a case: the door is told to those alone who come."""
    stair = "-".join(case.place.split("-")[:2]).strip("-")
    return address_words(session, case.estate_id, stair)


def names_of(people: Sequence[ResidentRow]) -> str:
    """Name people for staff."""
    return " ".join(row.name for row in people) or say("sms.volunteer.nobody_yet", STAFF_LANGUAGE)


def tell_opener(
    session: Session,
    community: CommunityRow,
    call: VolunteerCallRow,
    key: str,
    *,
    now: datetime,
    **slots: str,
) -> None:
    """Text whoever called for volunteers."""
    staff = staff_by_id(session, call.opened_by)
    if staff is not None and staff.left_at is None:
        enqueue_text(
            session,
            community_id=community.id,
            to=phone_of(session, staff.id),
            words=written(community, staff.language, key, **slots),
            purpose="volunteer_staff",
            key=f"volunteer:{call.id}:{key}:{now.isoformat()}",
            now=now,
            case_id=call.case_id,
        )


def tell_resident(
    session: Session,
    community: CommunityRow,
    call: VolunteerCallRow,
    case: CaseRow,
    people: Sequence[ResidentRow],
    *,
    now: datetime,
) -> None:
    """Tell the resident by first names who comes, and the code word they will say.

    Who has no mobile is told by a person, as soon as one can.
    """
    resident = resident_by_id(session, case.resident_id)
    language = resident.language if resident else STAFF_LANGUAGE
    comma = say("sms.question.comma", language)
    slots = {"names": comma.join(given_name(row.name) for row in people), "word": call.code_word}
    key = _key(call, now)
    _end_earlier(session, call, now)
    call.told_at = now
    sent = case.phone and enqueue_text(
        session,
        community_id=community.id,
        to=case.phone,
        words=written(community, language, "coming", **slots),
        purpose=PURPOSE,
        key=key,
        now=now,
        not_before=next_texting_time(office_of(community), now),
        case_id=case.id,
    )
    if sent:
        return
    open_task(
        session,
        community=community,
        kind=TaskKind.TELL_RESIDENT,
        words=say("sms.volunteer.task_coming", STAFF_LANGUAGE, **slots),
        now=now,
        key=key,
        owner=staff_by_id(session, call.opened_by),
        case_id=case.id,
        phone=case.phone,
        urgency=Urgency.SAME_DAY,
    )


def _end_earlier(session: Session, call: VolunteerCallRow, now: datetime) -> None:
    """End the task of telling who comes: by now it is somebody else."""
    task = task_by_key(session, _key(call, call.told_at)) if call.told_at is not None else None
    if task is not None and task.state == TaskState.OPEN:
        words = say("sms.volunteer.others_come", STAFF_LANGUAGE)
        finish_task(session, task, actor=SERVICE, words=words, now=now)


def _key(call: VolunteerCallRow, at: datetime) -> str:
    return f"volunteer:{call.id}:coming:{at.astimezone(UTC).isoformat()}"
