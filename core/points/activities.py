"""Activities 活动: who signs up, and how many places are left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import open_book
from core.points.permits import check_here
from core.points.tables import ActivityRow, ParticipationRow
from core.points.telling import name_of
from core.residents.tables import ResidentRow
from core.sla.hours import local_day


def sign_up(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    activity: ActivityRow,
    now: datetime,
) -> ParticipationRow:
    """Sign somebody up 报名.

    :raises Refusal: if nobody need sign up, it has begun or is full, or they are on the list.
    """
    open_book(session, community.id)
    check_here(community, resident, activity)
    what = name_of(activity, resident.language)
    if activity.starts_at is None:
        raise Refusal("sms.points.sign_up_needless", what=what)
    if activity.starts_at <= now:
        raise Refusal("sms.points.sign_up_over", what=what)
    row = participation_of(session, activity, resident, "")
    if row is not None and row.signed_up_at is not None:
        raise Refusal("sms.points.sign_up_twice", what=what)
    if places_left(session, activity) == 0:
        raise Refusal("sms.points.sign_up_full", what=what)
    row = row or begin_participation(session, activity, resident, "")
    row.signed_up_at = now
    session.flush()
    return row


def withdraw_sign_up(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    activity: ActivityRow,
) -> bool:
    """Take somebody off the list, so that their place is free; False if they were not on it."""
    open_book(session, community.id)
    row = participation_of(session, activity, resident, "")
    if row is None or row.signed_up_at is None or row.attended_at is not None:
        return False
    row.signed_up_at = None
    session.flush()
    return True


def occasion_of(community: CommunityRow, activity: ActivityRow, now: datetime) -> str:
    """Return what an attendance is unique by: nothing for an event, else the local day."""
    if activity.starts_at is not None:
        return ""
    return local_day(office_of(community), now).isoformat()


def participation_of(
    session: Session, activity: ActivityRow, resident: ResidentRow, occasion: str
) -> ParticipationRow | None:
    """Return a resident's part in an activity, as it stands under the lock of the book."""
    return session.scalar(
        select(ParticipationRow)
        .where(
            ParticipationRow.activity_id == activity.id,
            ParticipationRow.resident_id == resident.id,
            ParticipationRow.occasion == occasion,
        )
        .execution_options(populate_existing=True)
    )


def places_left(session: Session, activity: ActivityRow) -> int | None:
    """Return how many may still sign up; None where whoever comes is welcome."""
    if activity.capacity is None:
        return None
    taken = session.scalar(
        select(func.count())
        .select_from(ParticipationRow)
        .where(
            ParticipationRow.activity_id == activity.id,
            ParticipationRow.signed_up_at.is_not(None) | ParticipationRow.entry.is_not(None),
        )
    )
    return max(0, activity.capacity - (taken or 0))


def begin_participation(
    session: Session, activity: ActivityRow, resident: ResidentRow, occasion: str
) -> ParticipationRow:
    """Note that a resident has to do with an activity; nothing is signed up or posted by it."""
    row = ParticipationRow(
        community_id=activity.community_id,
        activity_id=activity.id,
        resident_id=resident.id,
        occasion=occasion,
        postings=0,
    )
    session.add(row)
    session.flush()
    return row
