"""Members 党员: cases of their zone reach them in copy, and their opinions the case."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from core.cases.events import note_event
from core.cases.queries import assignee_of
from core.cases.rules import OPEN, Actor, Category, Urgency, What, shown_number
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.outbox.operations import enqueue_text
from core.residents.queries import resident_by_id, text_phone
from core.residents.tables import ResidentRow
from core.sla.hours import next_texting_time
from core.volunteers.queries import zones_of
from core.volunteers.tables import ZoneCopyRow
from core.volunteers.telling import PURPOSE, stair_words, written
from core.wording.catalogue import say

MEMBER = "party_member"
# What a neighbour may know of: nothing about a person, a quarrel or a right.
_COPIED = (Category.REPAIR, Category.SANITATION, Category.SAFETY, Category.FACILITY)
_RECENT = timedelta(days=2)


def copy_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Tell the members of a zone of its new cases, each once; returns how many cases."""
    cases = session.scalars(
        select(CaseRow)
        .where(*_uncopied(now))
        .order_by(CaseRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for case in cases:
        session.add(ZoneCopyRow(case_id=case.id, at=now))
        session.flush()
        _copy(session, case, now)
    return len(cases)


def copies_due(now: datetime) -> Select[int]:
    """Find whether a case waits to be told to the members of its zone."""
    return select(CaseRow.id).where(*_uncopied(now))


def keep_opinion(
    session: Session,
    case: CaseRow,
    member: ResidentRow,
    *,
    words: str,
    channel: str,
    now: datetime,
) -> None:
    """Keep what a member thinks on the case."""
    note_event(
        session,
        case,
        what=What.OPINION,
        actor=Actor(member.key),
        channel=channel,
        now=now,
        words=say("sms.volunteer.opinion_note", "zh_CN", name=member.name, words=words),
    )


def _uncopied(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CaseRow.status.in_(OPEN),
        CaseRow.opened_at > now - _RECENT,
        CaseRow.estate_id.is_not(None),
        CaseRow.category.in_(_COPIED),
        CaseRow.urgency != Urgency.EMERGENCY,
        ~exists().where(ZoneCopyRow.case_id == CaseRow.id),
    )


def _copy(session: Session, case: CaseRow, now: datetime) -> None:
    community = community_by_id(session, case.community_id)
    staff = assignee_of(session, case)
    for zone in zones_of(session, case):
        member = resident_by_id(session, zone.resident_id)
        phone = text_phone(session, member.id) if member and member.left_at is None else None
        if member is None or phone is None or member.id == case.resident_id:
            continue
        enqueue_text(
            session,
            community_id=community.id,
            to=phone,
            words=written(
                community,
                member.language,
                "copy",
                where=stair_words(session, case),
                what=case.summary or case.category,
                number=shown_number(case.number),
                bare=str(case.number),
                person=staff.called if staff else "",
            ),
            purpose=PURPOSE,
            key=f"zone:{zone.id}:{case.id}",
            now=now,
            not_before=next_texting_time(office_of(community), now),
            case_id=case.id,
        )
