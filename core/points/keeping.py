"""What keepers 积分管理员 record: 加分, and 扣回 with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.activities import occasion_of, participation_of
from core.points.agreeing import Recorded, ask_second, recorded
from core.points.attendance import record_attendance, refuse_posted
from core.points.ledger import Hand, balance, open_book, rules_of
from core.points.permits import (
    check_begun,
    check_day_limit,
    check_here,
    check_keeper,
    check_not_self,
)
from core.points.rules import (
    EARNINGS,
    RequestKind,
    Source,
    check_points,
    resident_account,
    tidy,
)
from core.points.tables import (
    ActivityRow,
    PointAccountRow,
    PointEntryRow,
    PointLegRow,
    PointRequestRow,
)
from core.points.undoing import undo_posting, undoable
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from core.tasks.rules import Actor


def credit(
    session: Session,
    *,
    community: CommunityRow,
    keeper: StaffRow,
    resident: ResidentRow,
    activity: ActivityRow,
    channel: str,
    now: datetime,
    points: int | None = None,
) -> Recorded:
    """Record points 加分; without ``points`` those of the activity.

    :raises Refusal: if they may not, not so many, or if it is recorded already.
    """
    book = open_book(session, community.id)
    rules, by = rules_of(session, community.id), Hand(Actor(keeper.key, keeper.id), channel, now)
    amount = activity.points if points is None else points
    check_keeper(community, keeper)
    check_here(community, resident, activity)
    check_not_self(session, keeper, resident)
    check_begun(community, activity, now)
    check_points(amount, rules)
    row = participation_of(session, activity, resident, occasion_of(community, activity, now))
    refuse_posted(row, activity, resident)
    check_day_limit(session, community, keeper, amount, rules=rules, now=now)
    if amount > rules.four_eyes_above:
        request = PointRequestRow(
            kind=RequestKind.CREDIT, activity_id=activity.id, points=amount, reason=activity.name
        )
        return ask_second(session, community, keeper, resident, request, by)
    record_attendance(
        session,
        book,
        community=community,
        activity=activity,
        resident=resident,
        points=amount,
        by=by,
    )
    return recorded(session, resident, amount)


def take_back(
    session: Session,
    *,
    community: CommunityRow,
    keeper: StaffRow,
    entry: PointEntryRow,
    reason: str,
    channel: str,
    now: datetime,
) -> Recorded:
    """Undo a posting 扣回, with a reason, by a new entry.

    :raises Refusal: if they may not, without a reason, if it was undone already, or if the
        resident has spent the points.
    """
    book = open_book(session, community.id)
    by = Hand(Actor(keeper.key, keeper.id), channel, now)
    check_keeper(community, keeper)
    resident, points = undoable(session, community, entry)
    check_here(community, resident)
    check_not_self(session, keeper, resident)
    if not tidy(reason):
        raise Refusal("sms.points.reason_needed")
    missing = points - balance(session, community.id, resident_account(resident.id))
    if missing > 0:
        raise Refusal("sms.points.spent_already", name=resident.name, missing=str(missing))
    if points > rules_of(session, community.id).four_eyes_above:
        request = PointRequestRow(
            kind=RequestKind.TAKE_BACK, entry=entry.number, points=points, reason=tidy(reason)
        )
        return ask_second(session, community, keeper, resident, request, by)
    undo_posting(session, book, community, entry, reason, by)
    return recorded(session, resident, points)


def newest_earning(
    session: Session,
    *,
    community_id: int,
    resident: ResidentRow,
    activity: ActivityRow | None = None,
) -> PointEntryRow:
    """Return what 扣回 undoes: the newest posting that stands, of one activity or of any.

    :raises Refusal: ``sms.points.nothing_to_take_back``.
    """
    undone = select(PointEntryRow.reverses).where(
        PointEntryRow.community_id == community_id, PointEntryRow.reverses.is_not(None)
    )
    query = (
        select(PointEntryRow)
        .join(
            PointLegRow,
            (PointLegRow.community_id == PointEntryRow.community_id)
            & (PointLegRow.entry == PointEntryRow.number),
        )
        .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
        .where(
            PointEntryRow.community_id == community_id,
            PointEntryRow.source.in_(EARNINGS),
            PointEntryRow.number.not_in(undone),
            PointAccountRow.name == resident_account(resident.id).name,
        )
        .order_by(PointEntryRow.number.desc())
    )
    if activity is not None:
        query = query.where(
            PointEntryRow.source == Source.ACTIVITY, PointEntryRow.source_id == activity.id
        )
    entry = session.scalars(query.limit(1)).first()
    if entry is None:
        raise Refusal("sms.points.nothing_to_take_back", name=resident.name)
    return entry
