"""Who may record points: keepers of the community, within their limits, never for themselves."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.rules import EARNINGS, AccountKind, PointsRules
from core.points.tables import ActivityRow, PointAccountRow, PointEntryRow, PointLegRow, RewardRow
from core.residents.queries import phones_of
from core.residents.tables import ResidentRow
from core.sla.hours import instant, local_day
from core.staff.queries import staff_of
from core.staff.rules import Role
from core.staff.tables import StaffPhoneRow, StaffRow
from core.tasks.people import deputy_of, director_of


def check_keeper(community: CommunityRow, staff: StaffRow) -> None:
    """Let a keeper 积分管理员 of the community pass.

    :raises Refusal: ``sms.points.not_keeper``.
    """
    is_keeper = Role.POINTS_KEEPER in staff.roles and staff.left_at is None
    if not is_keeper or staff.community_id != community.id:
        raise Refusal("sms.points.not_keeper", name=staff.name)


def check_here(
    community: CommunityRow, *rows: ResidentRow | ActivityRow | RewardRow | None
) -> None:
    """Let people and things of the community pass that have not left.

    :raises Refusal: ``sms.points.other_community``.
    """
    for row in rows:
        if row is not None and (row.community_id != community.id or row.left_at is not None):
            raise Refusal("sms.points.other_community", name=row.name)


def check_not_self(session: Session, keeper: StaffRow, resident: ResidentRow) -> None:
    """Refuse a keeper who would record for their own household's telephone.

    :raises Refusal: ``sms.points.not_for_yourself``.
    """
    own = set(
        session.scalars(select(StaffPhoneRow.phone).where(StaffPhoneRow.staff_id == keeper.id))
    )
    if not own.isdisjoint(row.phone for row in phones_of(session, resident.id)):
        raise Refusal("sms.points.not_for_yourself")


def check_day_limit(
    session: Session,
    community: CommunityRow,
    keeper: StaffRow,
    points: int,
    *,
    rules: PointsRules,
    now: datetime,
) -> None:
    """Let a posting pass that keeps the keeper within the day's limit.

    :raises Refusal: ``sms.points.day_limit``.
    """
    if posted_today(session, community, keeper, now) + points > rules.keeper_day_limit:
        raise Refusal("sms.points.day_limit", limit=str(rules.keeper_day_limit))


def posted_today(session: Session, community: CommunityRow, keeper: StaffRow, now: datetime) -> int:
    """Return how many points a keeper has recorded on this local day, mistakes included."""
    office = office_of(community)
    midnight = instant(office, local_day(office, now), time())
    return (
        session.scalar(
            select(func.coalesce(func.sum(PointLegRow.amount), 0))
            .join(PointAccountRow, PointAccountRow.id == PointLegRow.account_id)
            .join(
                PointEntryRow,
                (PointEntryRow.community_id == PointLegRow.community_id)
                & (PointEntryRow.number == PointLegRow.entry),
            )
            .where(
                PointEntryRow.community_id == community.id,
                PointEntryRow.recorder_staff_id == keeper.id,
                PointEntryRow.posted_at >= midnight,
                PointEntryRow.source.in_(EARNINGS),
                PointAccountRow.kind == AccountKind.RESIDENT,
            )
        )
        or 0
    )


def second_person(session: Session, community: CommunityRow, keeper: StaffRow) -> StaffRow:
    """Return who must agree: another keeper, or where there is none the deputy or director.

    :raises Refusal: ``sms.points.no_second``.
    """
    keepers = [row for row in staff_of(session, community.id) if Role.POINTS_KEEPER in row.roles]
    people = (*keepers, deputy_of(session, community), director_of(session, community))
    for person in people:
        if person is not None and person.id != keeper.id:
            return person
    raise Refusal("sms.points.no_second")
