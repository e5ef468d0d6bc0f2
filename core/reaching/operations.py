"""Planning calls, placing those that are due, and noting how each ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.communities.queries import community_by_id, office_of
from core.outbox.operations import enqueue_call
from core.outbox.rules import OutboxState
from core.outbox.tables import OutboxRow
from core.reaching.rules import (
    OUTCOME_LOST_AFTER,
    PHONE_BUSY_FOR,
    Manner,
    Outcome,
    ReachPurpose,
    ReachState,
    is_last,
)
from core.reaching.spoken import Aloud, want_again, want_aloud
from core.reaching.tables import ReachRow
from core.residents.operations import mark_wrong_number
from core.residents.queries import line_of, resident_by_id
from core.sla.hours import next_calling_time, next_daytime, own_window_of
from core.sla.queries import calendar_of

_USUAL = Manner()
_NOTHING_ALOUD = Aloud()
_LIVE = (ReachState.PLANNED, ReachState.RINGING)
_NOT_SENT_YET = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)


def plan_reach(
    session: Session,
    *,
    community_id: int,
    purpose: ReachPurpose,
    about_id: int,
    phone: str,
    about: str,
    now: datetime,
    at: datetime | None = None,
    resident_id: int | None = None,
    case_id: int | None = None,
    manner: Manner = _USUAL,
    use_by: datetime | None = None,
    aloud: Aloud = _NOTHING_ALOUD,
) -> None:
    """Plan to ring a telephone about one thing; planned twice, it is rung once."""
    want_aloud(session, community_id=community_id, phone=phone, aloud=aloud, now=now)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    values = {
        "community_id": community_id,
        "purpose": purpose,
        "about_id": about_id,
        "phone": phone,
        "resident_id": resident_id,
        "case_id": case_id,
        "about": about,
        "agreed": manner.agreed,
        "optional": manner.optional,
        "state": ReachState.PLANNED,
        "tries": 0,
        "most_tries": manner.most_tries,
        "again_minutes": manner.again_minutes,
        "next_at": at or now,
        "use_by": use_by,
        "outcome": "",
        "created_at": now,
    }
    session.execute(insert(ReachRow).values(values).on_conflict_do_nothing())


def place_due(session: Session, now: datetime, limit: int = 50) -> int:
    """Ring whoever is due, and settle calls of which nothing was heard; return how many."""
    rows = session.scalars(
        select(ReachRow)
        .where(ReachRow.state.in_(_LIVE), ReachRow.next_at <= now)
        .order_by(ReachRow.next_at, ReachRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        if row.state == ReachState.RINGING:
            _look_after(session, row, now)
        else:
            _ring_or_wait(session, row, now)
    session.flush()
    return len(rows)


def note_outcome(
    session: Session, *, outbox_id: int | None, outcome: Outcome, now: datetime
) -> ReachRow | None:
    """Note how a call of ours ended, or what a key of it said; a key wins over any label."""
    row = session.scalars(
        select(ReachRow).where(ReachRow.outbox_id == outbox_id).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    if row.state != ReachState.RINGING and outcome is not Outcome.ANSWERED:
        return row
    if outcome is Outcome.ANSWERED and row.outcome == Outcome.ANSWERED:
        return row
    if outcome is Outcome.WRONG_NUMBER:
        mark_wrong_number(session, row.community_id, row.phone, now)
    _settle(row, outcome, now)
    session.flush()
    return row


def stop_reaching(session: Session, purpose: ReachPurpose, about_id: int, *, now: datetime) -> None:
    """Ring nobody any more about a thing that is over."""
    session.execute(
        update(ReachRow)
        .where(
            ReachRow.purpose == purpose,
            ReachRow.about_id == about_id,
            ReachRow.state.in_(_LIVE),
        )
        .values(
            state=ReachState.ENDED,
            outcome=Outcome.STOPPED,
            next_at=None,
            settled_at=now,
            followed_at=now,
        )
        .execution_options(synchronize_session="fetch")
    )


def may_place_now(session: Session, call: OutboxRow, *, now: datetime) -> bool:
    """Tell whether a call still falls in its window and is still wanted.

    The scheduler may have been off between planning and sending; a call whose window has passed
    is planned anew, and no try is counted.
    """
    row = session.get(ReachRow, call.detail["reach_id"], with_for_update=True)
    if row is None or row.state != ReachState.RINGING or row.outbox_id != call.id:
        return False
    at = _earliest(session, row, now)
    if at <= now:
        return True
    row.state, row.next_at, row.outbox_id = ReachState.PLANNED, at, None
    row.tries -= 1
    session.flush()
    return False


def _ring_or_wait(session: Session, row: ReachRow, now: datetime) -> None:
    reason = _reason_not_to_ring(session, row, now)
    if reason is not None:
        _end(row, reason, now)
        return
    at = _earliest(session, row, now)
    if at > now:
        row.next_at = at
    elif _rings_already(session, row):
        row.next_at = now + PHONE_BUSY_FOR
    else:
        _ring(session, row, now)


def _ring(session: Session, row: ReachRow, now: datetime) -> None:
    want_again(session, row, now=now)
    row.tries += 1
    call = enqueue_call(
        session,
        community_id=row.community_id,
        to=row.phone,
        purpose=row.purpose,
        about=row.about,
        detail={"reach_id": row.id},
        key=f"reach:{row.id}:{row.tries}:{now.isoformat()}",
        now=now,
        case_id=row.case_id,
        priority=1 if row.agreed else 2,
    )
    row.state, row.outbox_id = ReachState.RINGING, call.id
    row.tried_at, row.next_at = now, now + OUTCOME_LOST_AFTER
    session.flush()


def _reason_not_to_ring(session: Session, row: ReachRow, now: datetime) -> Outcome | None:
    line = line_of(session, row.community_id, row.phone)
    if row.use_by is not None and row.use_by <= now:
        return Outcome.EXPIRED
    if line is not None and line.wrong_number_at is not None:
        return Outcome.WRONG_NUMBER
    if row.optional and line is not None and line.opted_out_at is not None:
        return Outcome.REFUSED
    return None


def _earliest(session: Session, row: ReachRow, now: datetime) -> datetime:
    community = community_by_id(session, row.community_id)
    if row.agreed:
        return next_daytime(office_of(community), now)
    resident = resident_by_id(session, row.resident_id)
    own = own_window_of(resident.call_from, resident.call_until) if resident else None
    return next_calling_time(office_of(community), calendar_of(session, community), now, own)


def _rings_already(session: Session, row: ReachRow) -> bool:
    return (
        session.scalars(
            select(ReachRow.id).where(
                ReachRow.community_id == row.community_id,
                ReachRow.phone == row.phone,
                ReachRow.state == ReachState.RINGING,
                ReachRow.id != row.id,
            )
        ).first()
        is not None
    )


def _look_after(session: Session, row: ReachRow, now: datetime) -> None:
    """Settle a call whose status event never came."""
    sent = session.get(OutboxRow, row.outbox_id) if row.outbox_id is not None else None
    if sent is not None and sent.state in _NOT_SENT_YET:
        row.next_at = now + OUTCOME_LOST_AFTER
        return
    failed = sent is None or sent.state == OutboxState.FAILED
    _settle(row, Outcome.FAILED if failed else Outcome.NO_ANSWER, now)


def _settle(row: ReachRow, outcome: Outcome, now: datetime) -> None:
    if is_last(outcome, tries=row.tries, most_tries=row.most_tries):
        _end(row, outcome, now)
        return
    row.state, row.outcome = ReachState.PLANNED, outcome
    # counted from the ring, not from its end: three tries in 45 minutes stay three
    row.next_at = max(now, (row.tried_at or now) + timedelta(minutes=row.again_minutes))


def _end(row: ReachRow, outcome: Outcome, now: datetime) -> None:
    row.state, row.outcome = ReachState.ENDED, outcome
    row.next_at, row.settled_at = None, now
