"""When each standing order and welfare call is due next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.communities.queries import communities, community_by_id, office_of
from core.communities.tables import CommunityRow
from core.office import Office
from core.sla.hours import instant, local_day, opens_on
from core.sla.queries import calendar_of
from core.sla.workdays import WorkCalendar
from core.standing.rules import OrderKind, Rhythm, next_day, served_on, workdays_before
from core.standing.tables import StandingOrderRow, StandingRunRow, WelfareRow


def plan_order(session: Session, order: StandingOrderRow, now: datetime) -> None:
    """Count anew when an order falls, is served and opens; days off may have been announced."""
    community = community_by_id(session, order.community_id)
    office, calendar = office_of(community), calendar_of(session, community)
    today = local_day(office, now)
    rhythm = Rhythm(order.month_day, order.weekday)
    gone = [day for day in (_last_run(session, order), order.skipped_on) if day is not None]
    falls_on = next_day(rhythm, max(gone, default=today - timedelta(days=1)))
    kind = OrderKind(order.kind)
    while served_on(calendar, falls_on, kind) < today:  # the line stood still over it
        falls_on = next_day(rhythm, falls_on)
    order.falls_on = falls_on
    order.serves_on = served_on(calendar, falls_on, kind)
    order.opens_at = _opens_at(office, calendar, order.serves_on, order.lead_workdays)
    order.planned_on = today


def plan_again(session: Session, now: datetime, limit: int = 50) -> int:
    """Plan each order once a local day; returns how many were planned."""
    orders = unplanned(session, now)[:limit]
    for order in orders:
        plan_order(session, order, now)
    session.flush()
    return len(orders)


def unplanned(session: Session, now: datetime) -> list[StandingOrderRow]:
    """Return the orders that were last counted on an earlier local day, or never."""
    found: list[StandingOrderRow] = []
    for community in communities(session):
        today = local_day(office_of(community), now)
        orders = select(StandingOrderRow).where(
            StandingOrderRow.community_id == community.id,
            StandingOrderRow.left_at.is_(None),
            or_(StandingOrderRow.planned_on.is_(None), StandingOrderRow.planned_on < today),
        )
        found += session.scalars(orders.order_by(StandingOrderRow.id))
    return found


def plan_welfare(session: Session, row: WelfareRow, now: datetime) -> None:
    """Set when somebody is rung next: later than now, on one of their weekdays."""
    community = community_by_id(session, row.community_id)
    row.next_at = next_round(community, row, now)


def next_round(community: CommunityRow, row: WelfareRow, after: datetime) -> datetime | None:
    """Return the first instant later than ``after`` at which somebody is to be rung."""
    office = office_of(community)
    at, day = time.fromisoformat(row.at), local_day(office, after)
    for number in range(8):
        candidate = day + timedelta(days=number)
        when = instant(office, candidate, at)
        if str(candidate.isoweekday()) in row.weekdays and when > after:
            return when
    return None


def _last_run(session: Session, order: StandingOrderRow) -> date | None:
    return session.scalars(
        select(StandingRunRow.falls_on)
        .where(StandingRunRow.order_id == order.id)
        .order_by(StandingRunRow.falls_on.desc())
        .limit(1)
    ).first()


def _opens_at(office: Office, calendar: WorkCalendar, day: date, lead: int) -> datetime:
    opening_day = workdays_before(calendar, day, lead)
    windows = opens_on(office, calendar, opening_day)
    return windows[0][0] if windows else instant(office, opening_day, time(10))
