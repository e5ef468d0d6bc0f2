"""Four eyes 双人复核: above the set amount a posting waits for a second person's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import community_by_id
from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.attendance import record_attendance
from core.points.ledger import Hand, balance, entry_by_number, open_book, rules_of
from core.points.permits import check_day_limit, check_here, check_not_self, second_person
from core.points.rules import RequestKind, RequestState, resident_account
from core.points.tables import ActivityRow, PointEntryRow, PointRequestRow
from core.points.telling import tell_staff, written
from core.points.undoing import undo_posting
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.residents.tables import ResidentRow
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.tasks.rules import Actor

_TOLD = {
    RequestState.AGREED: "second_agreed",
    RequestState.REFUSED: "second_disagreed",
    RequestState.LAPSED: "second_silent",
}


@dataclass(frozen=True)
class Recorded:
    """What became of a keeper's word: booked, or a ``request`` that waits for ``second``."""

    points: int
    balance: int  # of the resident, now
    request: PointRequestRow | None = None
    second: StaffRow | None = None


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
    check_not_self(session, second, resident)
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
            done_at=request.asked_at,
        )
    else:
        entry = session.get_one(PointEntryRow, (community.id, request.entry))
        undo_posting(session, book, community, entry, request.reason, by)
    _settle(session, community, request, RequestState.AGREED, keeper, second, now)
    return recorded(session, resident, request.points)


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


def let_lapse(session: Session, *, request: PointRequestRow, now: datetime) -> None:
    """Drop what a keeper asked for, since nobody answered in time; the keeper is told."""
    open_book(session, request.community_id)
    session.refresh(request)
    if request.state != RequestState.WAITING:
        return
    community = community_by_id(session, request.community_id)
    keeper = session.get_one(StaffRow, request.keeper_id)
    second = session.get_one(StaffRow, request.second_id)
    _settle(session, community, request, RequestState.LAPSED, keeper, second, now)


def ask_second(
    session: Session,
    community: CommunityRow,
    keeper: StaffRow,
    resident: ResidentRow,
    request: PointRequestRow,
    by: Hand,
) -> Recorded:
    """Ask a second person by text to agree; nothing is booked before they do.

    :raises Refusal: ``sms.points.no_second``.
    """
    second = second_person(session, community, keeper, resident)
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
    return recorded(session, resident, request.points, request=request, second=second)


def recorded(
    session: Session,
    resident: ResidentRow,
    points: int,
    *,
    request: PointRequestRow | None = None,
    second: StaffRow | None = None,
) -> Recorded:
    """Return what became of a keeper's word, with what the resident has now."""
    held = balance(session, resident.community_id, resident_account(resident.id))
    return Recorded(points, held, request=request, second=second)


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
        _TOLD[state],
        key=f"points:request:{request.id}:{state}",
        now=now,
        second=second.name,
        name=resident.name,
        points=str(request.points),
    )
