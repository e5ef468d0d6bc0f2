"""Whom we never ring or text, and how much a day may cost; an emergency is never held back."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.callbacks.operations import report_undelivered
from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.outbox.holding import call_off, hold
from core.outbox.operations import Claimed
from core.outbox.rules import OutboxKind, OutboxState
from core.outbox.tables import OutboxRow
from core.phones import masked, why_not_dialled
from core.refusals.operations import note_refused
from core.spending.operations import PURPOSE, next_day, spend
from core.spending.rules import Kind, Whom
from core.staff.queries import staff_of_phone
from core.wording.segments import segments_of
from scheduler.services import SchedulerServices

_log = structlog.get_logger(__name__)
_DAY = timedelta(days=1)
_WAS_RUNG = (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.SENT, OutboxState.DELIVERED)


def why_refused(row: OutboxRow, countries: frozenset[str]) -> str:
    """Say why a row never leaves; an emergency may go to any country, but to no odd number."""
    if row.kind == OutboxKind.FETCH:
        return ""
    return why_not_dialled(row.to, frozenset() if row.priority == 0 else countries)


def refuse(session: Session, claimed: Claimed, reason: str, services: SchedulerServices) -> None:
    """End a row that may not leave, and give what it was for to a person."""
    now = services.clock.now()
    _note(session, claimed, reason, services)
    call_off(session, claimed, reason=reason, now=now)
    report_undelivered(session, claimed.row, reason=reason, now=now)


def may_spend(
    session: Session,
    claimed: Claimed,
    community: CommunityRow,
    services: SchedulerServices,
    now: datetime,
) -> bool:
    """Count a row against the day's allowance; one that is too many waits for the next day."""
    row = claimed.row
    if row.kind == OutboxKind.FETCH:
        return True
    whom = _whom(session, row)
    is_call = row.kind == OutboxKind.CALL
    if is_call and whom is Whom.RESIDENT and _rung_too_often(session, row, community, now):
        reason = "calls to one number"
    elif spend(
        session,
        community,
        kind=Kind.CALLS if is_call else Kind.TEXTS,
        units=1 if is_call else segments_of(row.body),
        whom=whom,
        now=now,
    ):
        return True
    else:
        reason = "allowance of the day"
    _note(session, claimed, reason, services)
    hold(session, claimed, not_before=next_day(office_of(community), now), reason=reason)
    return False


def _whom(session: Session, row: OutboxRow) -> Whom:
    if row.priority == 0 or row.purpose == PURPOSE:
        return Whom.EMERGENCY
    is_staff = staff_of_phone(session, row.community_id, row.to) is not None
    return Whom.STAFF if is_staff else Whom.RESIDENT


def _rung_too_often(
    session: Session, row: OutboxRow, community: CommunityRow, now: datetime
) -> bool:
    rung = session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(
            OutboxRow.to == row.to,
            OutboxRow.community_id == row.community_id,
            OutboxRow.kind == OutboxKind.CALL,
            OutboxRow.priority > 0,
            OutboxRow.state.in_(_WAS_RUNG),
            OutboxRow.sent_at > now - _DAY,
        )
    )
    return (rung or 0) >= office_of(community).limits.calls_to_one_a_day


def _note(session: Session, claimed: Claimed, reason: str, services: SchedulerServices) -> None:
    row = claimed.row
    _log.warning("outbox.refused", row=row.id, kind=row.kind, to=masked(row.to), reason=reason)
    note_refused(session, "outbox", reason, real_now=services.real_clock.now())
