"""What a report says beside the cases: the points book, and what households were asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.communities.queries import community_by_id, office_of
from core.consultations.rules import State
from core.consultations.tables import ConsultationRow
from core.points.rules import AccountKind
from core.points.tables import PointAccountRow, PointEntryRow, PointLegRow
from core.reports.rules import Period


@dataclass(frozen=True)
class Points:
    """What went into and out of the points book in a period."""

    given: int
    spent: int
    expired: int


@dataclass(frozen=True)
class Consultations:
    """What households were asked: the consultations that were closed in a period."""

    opened: int
    closed: int
    carried: int
    asked: int  # households of the closed ones
    answered: int  # of these; who said nothing is not among them


def points_of(session: Session, community_id: int, period: Period) -> Points:
    """Return how many points were given and spent in a period."""
    rows = session.execute(
        select(PointAccountRow.kind, func.sum(PointLegRow.amount))
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .join(
            PointEntryRow,
            (PointEntryRow.community_id == PointLegRow.community_id)
            & (PointEntryRow.number == PointLegRow.entry),
        )
        .where(
            PointEntryRow.community_id == community_id,
            *_within(session, community_id, period, PointEntryRow.posted_at),
        )
        .group_by(PointAccountRow.kind)
    )
    sums: Mapping[str, int] = {kind: int(amount) for kind, amount in rows}
    return Points(
        given=-sums.get(AccountKind.ISSUING, 0),
        spent=sums.get(AccountKind.SPENT, 0),
        expired=sums.get(AccountKind.EXPIRED, 0),
    )


def consultations_of(session: Session, community_id: int, period: Period) -> Consultations:
    """Return what households were asked in a period, and how many answered."""
    ours = ConsultationRow.community_id == community_id
    opened = session.scalar(
        select(func.count())
        .select_from(ConsultationRow)
        .where(ours, *_within(session, community_id, period, ConsultationRow.opened_at))
    )
    results = session.scalars(
        select(ConsultationRow.result).where(
            ours,
            ConsultationRow.state == State.CLOSED,
            *_within(session, community_id, period, ConsultationRow.closed_at),
        )
    ).all()
    counted = [result for result in results if result is not None]
    return Consultations(
        opened=opened or 0,
        closed=len(counted),
        carried=sum(bool(result["carried"]) for result in counted),
        asked=sum(result["asked"] for result in counted),
        answered=sum(result["agree"] + result["disagree"] for result in counted),
    )


def _within(
    session: Session,
    community_id: int,
    period: Period,
    instant: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    zone = ZoneInfo(office_of(community_by_id(session, community_id)).zone)
    starts = datetime.combine(period.starts, datetime.min.time(), zone)
    ends = datetime.combine(period.ends, datetime.min.time(), zone)
    return instant >= starts, instant < ends
