"""Who may record points: keepers of the community, within their limits, never for themselves."""

from __future__ import annotations

import re
from datetime import datetime, time

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.rules import EARNINGS, AccountKind, PointsRules
from core.points.tables import ActivityRow, PointAccountRow, PointEntryRow, PointLegRow, RewardRow
from core.points.telling import short_day
from core.residents.tables import ResidentPhoneRow, ResidentRow
from core.sla.hours import instant, local_day
from core.staff.queries import staff_of
from core.staff.rules import Role
from core.staff.tables import StaffPhoneRow, StaffRow
from core.tasks.people import deputy_of, director_of

_IS_A_ROOM = re.compile(r"[^-]+-[^-]*-[^-]+")  # 3-2-402, 14--1002; less is no home of one family


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


def check_not_self(session: Session, staff: StaffRow, resident: ResidentRow) -> None:
    """Refuse whoever would record, or agree to, points of their own household.

    :raises Refusal: ``sms.points.not_for_yourself``.
    """
    if _is_own(session, staff, resident):
        raise Refusal("sms.points.not_for_yourself")


def check_no_keepers_own(session: Session, community: CommunityRow, resident: ResidentRow) -> None:
    """Refuse the household of any keeper what needs no other person's word.

    :raises Refusal: ``sms.points.not_for_yourself``.
    """
    for keeper in _keepers(session, community.id):
        check_not_self(session, keeper, resident)


def check_begun(community: CommunityRow, activity: ActivityRow, now: datetime) -> None:
    """Let an activity pass that is on today or was before; a standing one always is.

    :raises Refusal: ``sms.points.not_yet``, since nobody can have been there.
    """
    office = office_of(community)
    starts_at = activity.starts_at
    if starts_at is not None and local_day(office, now) < local_day(office, starts_at):
        raise Refusal("sms.points.not_yet", what=activity.name, day=short_day(community, starts_at))


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


def second_person(
    session: Session, community: CommunityRow, keeper: StaffRow, resident: ResidentRow
) -> StaffRow:
    """Return who must agree: another keeper, or where there is none the deputy or director.

    Nobody is asked about points of their own household.

    :raises Refusal: ``sms.points.no_second``.
    """
    above = (deputy_of(session, community), director_of(session, community))
    for person in (*_keepers(session, community.id), *above):
        if person is None or person.id == keeper.id or _is_own(session, person, resident):
            continue
        return person
    raise Refusal("sms.points.no_second")


def _keepers(session: Session, community_id: int) -> list[StaffRow]:
    return [row for row in staff_of(session, community_id) if Role.POINTS_KEEPER in row.roles]


def _is_own(session: Session, staff: StaffRow, resident: ResidentRow) -> bool:
    """Tell whether a resident is somebody of the staff, or lives with them.

    The register ties the two by a telephone or a name: a namesake is refused too, and another
    keeper records for them.
    """
    phones = select(StaffPhoneRow.phone).where(StaffPhoneRow.staff_id == staff.id)
    themselves = session.scalars(
        select(ResidentRow)
        .outerjoin(ResidentPhoneRow, ResidentPhoneRow.resident_id == ResidentRow.id)
        .where(
            ResidentRow.community_id == staff.community_id,
            or_(ResidentRow.name == staff.name, ResidentPhoneRow.phone.in_(phones)),
        )
    )
    return any(own.id == resident.id or _is_one_home(own, resident) for own in themselves)


def _is_one_home(one: ResidentRow, other: ResidentRow) -> bool:
    home = (one.estate_id, one.place)
    return _IS_A_ROOM.fullmatch(one.place) is not None and home == (other.estate_id, other.place)
