"""Attendance: who was there, and the points that follow it once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.activities import (
    begin_participation,
    occasion_of,
    participation_of,
    places_left,
)
from core.points.ledger import Hand, Posting, balance, open_book, post, rules_of, transfer
from core.points.permits import (
    check_begun,
    check_day_limit,
    check_here,
    check_keeper,
    check_no_keepers_own,
    check_not_self,
)
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
    check_begun(community, activity, now)
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

    Keepers know every code, so their own households are recorded by another keeper.

    :raises Refusal: if the code is unknown or over, the places are taken, they have been
        posted already, or they live with a keeper.
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
    check_no_keepers_own(session, community, resident)
    row = participation_of(session, activity, resident, occasion_of(community, activity, now))
    if row is not None and row.entry is not None:
        raise Refusal("sms.points.attended_already", what=name_of(activity, resident.language))
    if row is None and places_left(session, activity) == 0:
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
    check_begun(community, activity, now)
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
    done_at: datetime | None = None,
) -> PointEntryRow:
    """Post points in an open book once a person and activity (and day, for a standing one).

    ``done_at`` is when it was done, where somebody else's word is waited for since.

    :raises Refusal: ``sms.points.already_posted``.
    """
    occasion = occasion_of(community, activity, done_at or by.now)
    row = participation_of(session, activity, resident, occasion)
    refuse_posted(row, activity, resident)
    row = row or begin_participation(session, activity, resident, occasion)
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
            happened_on=local_day(office_of(community), done_at) if done_at else None,
        ),
    )
    row.attended_at, row.entry = done_at or by.now, entry.number
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


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is None or until <= now


def _free_code(session: Session, community_id: int) -> str:
    taken = set(
        session.scalars(
            select(ActivityRow.attendance_code).where(ActivityRow.community_id == community_id)
        )
    )
    first = secrets.randbelow(10**CODE_LENGTH)
    codes = (
        f"{(first + step) % 10**CODE_LENGTH:0{CODE_LENGTH}d}" for step in range(10**CODE_LENGTH)
    )
    return next(code for code in codes if code not in taken)
