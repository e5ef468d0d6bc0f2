"""Activities 活动: signing up, attendance, and the points that follow it once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import Hand, Posting, balance, open_book, post, rules_of, transfer
from core.points.permits import check_day_limit, check_here, check_keeper, check_not_self
from core.points.rules import PointClass, Source, check_points, issuing_account, resident_account
from core.points.tables import ActivityRow, ParticipationRow, PointBookRow, PointEntryRow
from core.points.telling import name_of, short, tell_resident
from core.residents.tables import ResidentRow
from core.sla.hours import local_day
from core.staff.tables import StaffRow
from core.tasks.rules import RESIDENT, SERVICE, Actor

CODE_LENGTH = 4


@dataclass(frozen=True)
class Attendance:
    """What became of a list: who was posted, and who had been before."""

    posted: tuple[ResidentRow, ...]
    already: tuple[ResidentRow, ...]


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
    row = row or _begin(session, activity, resident, "")
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


def open_attendance(
    session: Session,
    *,
    community: CommunityRow,
    keeper: StaffRow,
    activity: ActivityRow,
    now: datetime,
) -> str:
    """Return a code that is read out on the spot; whoever texts it within hours was there.

    :raises Refusal: if they are no keeper here, or its points need a second person's word.
    """
    open_book(session, community.id)
    rules = rules_of(session, community.id)
    check_keeper(community, keeper)
    check_here(community, activity)
    if activity.points > rules.four_eyes_above:
        raise Refusal("sms.points.too_many_for_code", points=str(activity.points))
    if not activity.attendance_code or _is_over(activity.code_until, now):
        activity.attendance_code = _free_code(session, community.id)
    activity.code_until = now + timedelta(minutes=rules.attendance_code_minutes)
    session.flush()
    return activity.attendance_code


def attend_by_code(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    code: str,
    channel: str,
    now: datetime,
) -> PointEntryRow:
    """Post the points of whoever texts the code on the spot 签到.

    :raises Refusal: if the code is unknown or over, the places are taken, or they have been
        posted already.
    """
    book = open_book(session, community.id)
    check_here(community, resident)
    activity = session.scalar(
        select(ActivityRow).where(
            ActivityRow.community_id == community.id,
            ActivityRow.attendance_code == code,
            ActivityRow.left_at.is_(None),
        )
    )
    if not code or activity is None or _is_over(activity.code_until, now):
        raise Refusal("sms.points.attendance_code_unknown")
    signed_up = participation_of(session, activity, resident, "")
    if signed_up is None and places_left(session, activity) == 0:
        raise Refusal("sms.points.sign_up_full", what=name_of(activity, resident.language))
    return record_attendance(
        session,
        book,
        community=community,
        activity=activity,
        resident=resident,
        points=activity.points,
        by=Hand(RESIDENT, channel, now),
    )


def take_attendance(
    session: Session,
    *,
    community: CommunityRow,
    keeper: StaffRow,
    activity: ActivityRow,
    residents: Sequence[ResidentRow],
    channel: str,
    now: datetime,
) -> Attendance:
    """Post an activity's points to everybody on a list, all of them or (refused) nobody.

    :raises Refusal: if they are no keeper here, are on the list themselves, reach the day's
        limit, or if its points need a second person's word (加分 asks for it).
    """
    book = open_book(session, community.id)
    rules = rules_of(session, community.id)
    check_keeper(community, keeper)
    check_here(community, activity, *residents)
    for resident in residents:
        check_not_self(session, keeper, resident)
    if activity.points > rules.four_eyes_above:
        raise Refusal("sms.points.too_many_for_code", points=str(activity.points))
    occasion = occasion_of(community, activity, now)
    new: list[ResidentRow] = []
    already: list[ResidentRow] = []
    for resident in dict.fromkeys(residents):
        row = participation_of(session, activity, resident, occasion)
        (new if row is None or row.entry is None else already).append(resident)
    total = activity.points * len(new)
    check_day_limit(session, community, keeper, total, rules=rules, now=now)
    by = Hand(Actor(keeper.key, keeper.id), channel, now)
    for resident in new:
        record_attendance(
            session,
            book,
            community=community,
            activity=activity,
            resident=resident,
            points=activity.points,
            by=by,
        )
    return Attendance(tuple(new), tuple(already))


def record_attendance(
    session: Session,
    book: PointBookRow,
    *,
    community: CommunityRow,
    activity: ActivityRow,
    resident: ResidentRow,
    points: int,
    by: Hand,
) -> PointEntryRow:
    """Post points in an open book once a person and activity (and day, for a standing one).

    :raises Refusal: ``sms.points.already_posted``.
    """
    occasion = occasion_of(community, activity, by.now)
    row = participation_of(session, activity, resident, occasion)
    refuse_posted(row, activity, resident)
    row = row or _begin(session, activity, resident, occasion)
    row.postings += 1
    entry = post(
        session,
        book,
        legs=transfer(issuing_account(activity.point_class), resident_account(resident.id), points),
        posting=Posting(
            key=f"activity:{activity.id}:{resident.id}:{occasion}:{row.postings}",
            reason=activity.name,
            by=by,
            source=Source.ACTIVITY,
            source_id=activity.id,
        ),
    )
    row.attended_at, row.entry = by.now, entry.number
    session.flush()
    tell_posted(session, community, resident, entry, name_of(activity, resident.language), points)
    return entry


def credit_deed(
    session: Session,
    *,
    community: CommunityRow,
    resident: ResidentRow,
    source: Source,
    source_id: int,
    point_class: PointClass,
    points: int,
    reason: str,
    now: datetime,
) -> PointEntryRow:
    """Post what a finished call for volunteers or a case earns, by itself and once a person.

    :raises Refusal: ``sms.points.bad_amount``, or if the resident is of another community.
    """
    book = open_book(session, community.id)
    check_points(points, rules_of(session, community.id))
    check_here(community, resident)
    entry = post(
        session,
        book,
        legs=transfer(issuing_account(point_class), resident_account(resident.id), points),
        posting=Posting(
            key=f"{source}:{source_id}:{resident.id}",
            reason=reason,
            by=Hand(SERVICE, "service", now),
            source=source,
            source_id=source_id,
        ),
    )
    tell_posted(session, community, resident, entry, short(reason, resident.language), points)
    return entry


def tell_posted(
    session: Session,
    community: CommunityRow,
    resident: ResidentRow,
    entry: PointEntryRow,
    what: str,
    points: int,
) -> None:
    """Tell a resident what was recorded for them, and what they have now."""
    tell_resident(
        session,
        community,
        resident,
        "posted",
        key=f"points:{community.id}:{entry.number}",
        now=entry.posted_at,
        what=what,
        points=str(points),
        balance=str(balance(session, community.id, resident_account(resident.id))),
    )


def refuse_posted(
    row: ParticipationRow | None, activity: ActivityRow, resident: ResidentRow
) -> None:
    """Let somebody pass who has not been posted for this occasion.

    :raises Refusal: ``sms.points.already_posted``.
    """
    if row is not None and row.entry is not None:
        raise Refusal("sms.points.already_posted", name=resident.name, what=activity.name)


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


def _begin(
    session: Session, activity: ActivityRow, resident: ResidentRow, occasion: str
) -> ParticipationRow:
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


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is None or until <= now


def _free_code(session: Session, community_id: int) -> str:
    taken = set(
        session.scalars(
            select(ActivityRow.attendance_code).where(ActivityRow.community_id == community_id)
        )
    )
    free = [code for code in map(_padded, range(10**CODE_LENGTH)) if code not in taken]
    return secrets.choice(free)


def _padded(number: int) -> str:
    return f"{number:0{CODE_LENGTH}d}"
