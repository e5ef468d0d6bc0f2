"""The words in which a task reaches somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.residents.queries import residents_of_phone
from core.sla.hours import alert_time
from core.sla.queries import calendar_of
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow
from core.tasks.alerts import address_words, alert_staff, phone_words
from core.tasks.rules import task_name
from core.tasks.tables import TaskRow
from core.wording.catalogue import say


def tell_about(
    session: Session,
    community: CommunityRow,
    task: TaskRow,
    staff: StaffRow,
    wording: str,
    *,
    now: datetime,
) -> None:
    """Text a task to somebody, at the hour its urgency allows."""
    owner = staff_by_id(session, task.owner_staff_id)
    alert_staff(
        session,
        community=community,
        staff=staff,
        wording=wording,
        slots=lambda language: {
            **_slots(session, community, task, language),
            "owner": owner.name if owner else "",
        },
        words=task.words,
        key=f"task:{task.id}:{task.escalation_level}:{wording}:{staff.id}:{now.isoformat()}",
        now=now,
        not_before=alert_time(
            office_of(community), calendar_of(session, community), task.urgency, now
        ),
        urgency=task.urgency,
        case_id=task.case_id,
        task_id=task.id,
    )


def _slots(
    session: Session, community: CommunityRow, task: TaskRow, language: str
) -> Mapping[str, str]:
    due = task.due_at.astimezone(ZoneInfo(office_of(community).zone))
    return {
        "number": task_name(task.number),
        "kind": say(f"sms.task.{task.kind}", language),
        "who": _who(session, community, task, language),
        "due": f"{due.month}/{due.day} {due:%H:%M}",
    }


def _who(session: Session, community: CommunityRow, task: TaskRow, language: str) -> str:
    """Return the name, address and number that a task is about; empty if it has none."""
    if task.phone is None:
        return ""
    people = residents_of_phone(session, community.id, task.phone)
    names = "/".join(person.name for person in people)
    addresses = dict.fromkeys(
        address_words(session, person.estate_id, person.place) for person in people
    )
    known = " ".join(filter(None, (names, "/".join(filter(None, addresses)))))
    return f"{known} {phone_words(community, task.phone, language)} ".lstrip()
