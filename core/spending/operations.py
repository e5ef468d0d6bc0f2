"""Counting what leaves, and telling people before the allowance of a day is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow
from core.office import Office
from core.outbox.operations import enqueue_text
from core.sla.hours import instant, local_day
from core.sla.queries import calendar_of
from core.spending.rules import Kind, Whom, allowed, is_warned_at, may_leave
from core.spending.tables import SpendingRow
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.tasks.people import director_of, duty_person
from core.wording.catalogue import text

PURPOSE = "spending"  # of our own warning; it is never held back by what it warns of


def spend(
    session: Session,
    community: CommunityRow,
    *,
    kind: Kind,
    units: int,
    whom: Whom,
    now: datetime,
) -> bool:
    """Count ``units`` that are about to leave; False if they may not leave today.

    At 80 % the duty person and the director are told, and again when nothing more leaves.
    """
    office = office_of(community)
    most = allowed(office.limits, kind)
    row = _row_of_today(session, community.id, kind, office, now)
    if not may_leave(row.units, most, whom):
        if row.stopped_at is None:
            row.stopped_at = now
            _tell(session, community, "sms.spending.stopped", kind, row.units, most, now)
        session.flush()
        return False
    row.units += units
    if row.warned_at is None and is_warned_at(row.units, most):
        row.warned_at = now
        _tell(session, community, "sms.spending.warned", kind, row.units, most, now)
    session.flush()
    return True


def next_day(office: Office, now: datetime) -> datetime:
    """Return when the next day's allowance begins."""
    return instant(office, local_day(office, now) + timedelta(days=1), time())


def _row_of_today(
    session: Session, community_id: int, kind: Kind, office: Office, now: datetime
) -> SpendingRow:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    key = {"community_id": community_id, "day": local_day(office, now), "kind": kind.value}
    session.execute(insert(SpendingRow).values(**key, units=0).on_conflict_do_nothing())
    return session.scalars(
        select(SpendingRow)
        .filter_by(**key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _tell(
    session: Session,
    community: CommunityRow,
    words_key: str,
    kind: Kind,
    spent: int,
    most: int,
    now: datetime,
) -> None:
    for staff in _who_is_told(session, community, now):
        words = text(
            f"{words_key}_{kind.value}",
            staff.language,
            community=display_name(community, staff.language),
            spent=str(spent),
            most=str(most),
        )
        enqueue_text(
            session,
            community_id=community.id,
            to=phone_of(session, staff.id),
            words=words,
            purpose=PURPOSE,
            key=f"{words_key}:{kind.value}:{community.id}:{local_day(office_of(community), now)}"
            f":{staff.id}",
            now=now,
            priority=1,
        )


def _who_is_told(session: Session, community: CommunityRow, now: datetime) -> Iterator[StaffRow]:
    duty = duty_person(session, community, now, calendar_of(session, community))
    director = director_of(session, community)
    if duty is not None:
        yield duty
    if director is not None and (duty is None or director.id != duty.id):
        yield director


def forget_spending(session: Session, *, before: datetime) -> int:
    """Delete the counts of days long past; return how many."""
    old = session.scalars(select(SpendingRow).where(SpendingRow.day < before.date())).all()
    for row in old:
        session.delete(row)
    return len(old)
