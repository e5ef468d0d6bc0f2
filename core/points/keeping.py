"""What keepers 积分管理员 record: 加分, 扣回, and four eyes above a set amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.activities import (
    occasion_of,
    participation_of,
    record_attendance,
    refuse_posted,
)
from core.points.ledger import Hand, Posting, balance, entry_by_number, open_book, reverse, rules_of
from core.points.permits import (
    check_day_limit,
    check_here,
    check_keeper,
    check_not_self,
    second_person,
)
from core.points.queries import points_of_entry
from core.points.rules import (
    EARNINGS,
    RequestKind,
    RequestState,
    Source,
    check_points,
    resident_account,
    tidy,
)
from core.points.tables import (
    ActivityRow,
    ParticipationRow,
    PointBookRow,
    PointEntryRow,
    PointRequestRow,
)
from core.points.telling import short, tell_resident, tell_staff, written
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.residents.tables import ResidentRow
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.tasks.rules import Actor


@dataclass(frozen=True)
class Recorded:
    """What became of a keeper's word: booked, or a ``request`` that waits for ``second``."""

    points: int
    balance: int  # of the resident, now
    request: PointRequestRow | None = None
    second: StaffRow | None = None


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
    check_points(amount, rules)
    row = participation_of(session, activity, resident, occasion_of(community, activity, now))
    refuse_posted(row, activity, resident)
    check_day_limit(session, community, keeper, amount, rules=rules, now=now)
    if amount > rules.four_eyes_above:
        request = PointRequestRow(
            kind=RequestKind.CREDIT, activity_id=activity.id, points=amount, reason=activity.name
        )
        return _ask_second(session, community, keeper, resident, request, by)
    record_attendance(
        session,
        book,
        community=community,
        activity=activity,
        resident=resident,
        points=amount,
        by=by,
    )
    return _recorded(session, resident, amount)


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
    resident, points = _undoable(session, community, entry)
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
        return _ask_second(session, community, keeper, resident, request, by)
    return _take_back(session, book, community, entry, reason, by)


def agree(
    session: Session,
    *,
    community: CommunityRow,
    request: PointRequestRow,
    second: StaffRow,
    channel: str,
    now: datetime,
) -> Recorded:
    """Book what a keeper asked for, since the second person answers 1; the keeper is told.

    :raises Refusal: if it is settled, is not theirs to answer, or is not possible any more.
    """
    book = open_book(session, community.id)
    keeper = _check_answer(session, community, request, second)
    rules = rules_of(session, community.id)
    by = Hand(Actor(f"{keeper.key}+{second.key}", keeper.id), channel, now)
    resident = session.get_one(ResidentRow, request.resident_id)
    check_here(community, resident)
    if request.kind == RequestKind.CREDIT:
        activity = session.get_one(ActivityRow, request.activity_id)
        check_day_limit(session, community, keeper, request.points, rules=rules, now=now)
        record_attendance(
            session,
            book,
            community=community,
            activity=activity,
            resident=resident,
            points=request.points,
            by=by,
        )
    else:
        entry = session.get_one(PointEntryRow, (community.id, request.entry))
        _take_back(session, book, community, entry, request.reason, by)
    _settle(session, community, request, RequestState.AGREED, keeper, second, now)
    return _recorded(session, resident, request.points)


def disagree(
    session: Session,
    *,
    community: CommunityRow,
    request: PointRequestRow,
    second: StaffRow,
    now: datetime,
) -> None:
    """Drop what a keeper asked for, since the second person answers 2; the keeper is told.

    :raises Refusal: if it is settled, or is not theirs to answer.
    """
    open_book(session, community.id)
    keeper = _check_answer(session, community, request, second)
    _settle(session, community, request, RequestState.REFUSED, keeper, second, now)


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
    query = select(PointEntryRow).where(
        PointEntryRow.community_id == community_id, PointEntryRow.source.in_(EARNINGS)
    )
    if activity is not None:
        query = query.where(
            PointEntryRow.source == Source.ACTIVITY, PointEntryRow.source_id == activity.id
        )
    undone = select(PointEntryRow.reverses).where(
        PointEntryRow.community_id == community_id, PointEntryRow.reverses.is_not(None)
    )
    rows = session.scalars(
        query.where(PointEntryRow.number.not_in(undone)).order_by(PointEntryRow.number.desc())
    )
    for row in rows:
        if points_of_entry(session, row)[0] == resident.id:
            return row
    raise Refusal("sms.points.nothing_to_take_back", name=resident.name)


def _recorded(session: Session, resident: ResidentRow, points: int) -> Recorded:
    held = balance(session, resident.community_id, resident_account(resident.id))
    return Recorded(points, held)


def _take_back(
    session: Session,
    book: PointBookRow,
    community: CommunityRow,
    entry: PointEntryRow,
    reason: str,
    by: Hand,
) -> Recorded:
    resident, points = _undoable(session, community, entry)
    posting = Posting(
        key=f"reversal:{entry.number}",
        reason=reason,
        by=by,
        source=Source.REVERSAL,
        source_id=entry.number,
    )
    undo = reverse(session, book, entry=entry, posting=posting)
    _free_participation(session, community.id, entry)
    recorded = _recorded(session, resident, points)
    tell_resident(
        session,
        community,
        resident,
        "taken_back",
        key=f"points:{community.id}:{undo.number}",
        now=by.now,
        what=short(entry.reason, resident.language),
        points=str(points),
        balance=str(recorded.balance),
    )
    return recorded


def _undoable(
    session: Session, community: CommunityRow, entry: PointEntryRow
) -> tuple[ResidentRow, int]:
    """Return whose points an entry brought and how many, if it may be taken back."""
    resident_id, points = points_of_entry(session, entry)
    earned = entry.source in EARNINGS | {Source.OPENING} and entry.community_id == community.id
    if resident_id is None or points <= 0 or not earned:
        raise Refusal("sms.points.not_an_earning")
    undone = select(PointEntryRow.number).where(
        PointEntryRow.community_id == community.id, PointEntryRow.reverses == entry.number
    )
    if session.scalar(undone) is not None:
        raise Refusal("sms.points.already_reversed", reason=entry.reason)
    return session.get_one(ResidentRow, resident_id), points


def _free_participation(session: Session, community_id: int, entry: PointEntryRow) -> None:
    """Let the same deed be recorded again, rightly."""
    row = session.scalar(
        select(ParticipationRow).where(
            ParticipationRow.community_id == community_id, ParticipationRow.entry == entry.number
        )
    )
    if row is not None:
        row.entry, row.attended_at = None, None
        session.flush()


def _ask_second(
    session: Session,
    community: CommunityRow,
    keeper: StaffRow,
    resident: ResidentRow,
    request: PointRequestRow,
    by: Hand,
) -> Recorded:
    second = second_person(session, community, keeper)
    request.community_id, request.resident_id = community.id, resident.id
    request.keeper_id, request.second_id = keeper.id, second.id
    request.channel, request.state, request.asked_at = by.channel, RequestState.WAITING, by.now
    session.add(request)
    session.flush()
    ask(
        session,
        community_id=community.id,
        phone=phone_of(session, second.id),
        kind=QuestionKind.CONFIRM_POINTS,
        about={"request_id": request.id},
        words=_confirm_words(session, community, keeper, resident, request, second),
        now=by.now,
        purpose="points_staff",
        key=f"points:request:{request.id}",
    )
    held = balance(session, community.id, resident_account(resident.id))
    return Recorded(request.points, held, request=request, second=second)


def _confirm_words(
    session: Session,
    community: CommunityRow,
    keeper: StaffRow,
    resident: ResidentRow,
    request: PointRequestRow,
    second: StaffRow,
) -> str:
    if request.kind == RequestKind.CREDIT:
        template, what = "confirm_credit", request.reason
    else:
        entry = entry_by_number(session, community.id, request.entry or 0)
        template, what = "confirm_take_back", entry.reason if entry else ""
    return written(
        community,
        second.language,
        template,
        keeper=keeper.name,
        name=resident.name,
        what=what,
        points=str(request.points),
        reason=request.reason,
    )


def _check_answer(
    session: Session, community: CommunityRow, request: PointRequestRow, second: StaffRow
) -> StaffRow:
    session.refresh(request)
    keeper = session.get_one(StaffRow, request.keeper_id)
    if request.community_id != community.id or second.id != request.second_id:
        raise Refusal("sms.points.not_yours_to_agree")
    if request.state != RequestState.WAITING:
        raise Refusal("sms.points.settled_already")
    return keeper


def _settle(
    session: Session,
    community: CommunityRow,
    request: PointRequestRow,
    state: RequestState,
    keeper: StaffRow,
    second: StaffRow,
    now: datetime,
) -> None:
    request.state, request.settled_at = state, now
    session.flush()
    resident = session.get_one(ResidentRow, request.resident_id)
    tell_staff(
        session,
        community,
        keeper,
        "second_agreed" if state == RequestState.AGREED else "second_disagreed",
        key=f"points:request:{request.id}:{state}",
        now=now,
        second=second.name,
        name=resident.name,
        points=str(request.points),
    )
