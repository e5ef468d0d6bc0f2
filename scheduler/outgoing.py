"""Sends what waits in the outbox: claim, ask the provider with nothing open, record.

A crash in between may send twice, never lose; the row's attempts say so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.alarms.queries import still_rings_for
from core.callbacks.operations import may_place_now, report_too_late, return_to_planning
from core.callbacks.withdrawing import CALLBACK_PURPOSES
from core.cases.alerts import is_alert_wanted
from core.communities.queries import community_by_id, office_of
from core.notices.queries import is_wanted
from core.notices.rules import PURPOSE as BROADCAST
from core.office import Office
from core.outbox.holding import call_off, give_to_person, hold
from core.outbox.limits import hold_until
from core.outbox.operations import Claimed, claim_next, is_any_due
from core.outbox.rules import OutboxKind
from core.reaching.operations import may_place_now as may_reach_now
from core.staff.queries import staff_of_phone
from scheduler.allowance import may_spend, refuse, why_refused
from scheduler.asking import ask_provider
from scheduler.errands import Errand, errand_of
from scheduler.recording import record
from scheduler.services import SchedulerServices

_LONGEST_TRIED = timedelta(days=1)  # after it a person is told what could not be sent


def run(services: SchedulerServices) -> int:
    """Send what is due, one row at a time; return how many rows were handled."""
    return _send_all(services, urgent_only=False)


def run_urgent(services: SchedulerServices) -> int:
    """Send emergencies and nothing else: a provider that stalls holds up the others only."""
    return _send_all(services, urgent_only=True)


def _send_all(services: SchedulerServices, *, urgent_only: bool) -> int:
    if not _is_any_due(services, urgent_only=urgent_only):
        return 0  # four lanes look each second; the writer's place is not taken for that
    handled = 0
    while handled < services.batch and _send_next(services, urgent_only=urgent_only):
        handled += 1
    return handled


def _is_any_due(services: SchedulerServices, *, urgent_only: bool) -> bool:
    now, real_now = services.clock.now(), services.real_clock.now()
    with services.database.reading() as session:
        return is_any_due(session, now=now, real_now=real_now, urgent_only=urgent_only)


def _send_next(services: SchedulerServices, *, urgent_only: bool) -> bool:
    """Handle one row; False if nothing was due. One at a time, since a lease starts at once."""
    with services.database.transaction() as session:
        claimed = _claim(session, services, urgent_only=urgent_only)
        if claimed is None:
            return False
        errand = _errand_if_it_may_go(session, claimed, services)
    if errand is not None:
        outcome = ask_provider(services, errand)
        record(services, errand, outcome)
    return True


def _claim(session: Session, services: SchedulerServices, *, urgent_only: bool) -> Claimed | None:
    found = claim_next(
        session,
        now=services.clock.now(),
        real_now=services.real_clock.now(),
        limit=1,
        lease_seconds=services.lease_seconds,
        urgent_only=urgent_only,
        pace=services.pace,
    )
    return found[0] if found else None


def _errand_if_it_may_go(
    session: Session, claimed: Claimed, services: SchedulerServices
) -> Errand | None:
    """Look once more whether the row may go now; one in doubt is looked up first, at any hour."""
    if not claimed.in_doubt and not _may_go(session, claimed, services):
        return None
    return errand_of(session, claimed, real_now=services.real_clock.now())


def _may_go(session: Session, claimed: Claimed, services: SchedulerServices) -> bool:
    row, now = claimed.row, services.clock.now()
    community = community_by_id(session, row.community_id)
    if community.demo and not services.demo:
        # invented numbers may belong to somebody; a demo was loaded while the line was running
        call_off(session, claimed, reason="a demo on a real provider", now=now)
        return False
    if row.purpose == BROADCAST and row.kind == OutboxKind.TEXT:
        reason = is_wanted(session, row, now)
        if reason:
            call_off(session, claimed, reason=reason, now=now)
            return False
    refused = why_refused(row, services.countries)
    if refused:
        refuse(session, claimed, refused, services)
        return False
    is_stale = claimed.attempt > 1 and row.created_at <= now - _LONGEST_TRIED
    if is_stale or (row.use_by is not None and row.use_by <= now):
        give_to_person(session, claimed, reason="its time had passed", now=now)
        report_too_late(session, row, now=now)
        return False
    is_wished = _is_wished(session, claimed, office_of(community), now)
    return is_wished and may_spend(session, claimed, community, services, now)


def _is_wished(session: Session, claimed: Claimed, office: Office, now: datetime) -> bool:
    row = claimed.row
    if row.kind == OutboxKind.CALL and row.purpose in CALLBACK_PURPOSES:
        return _may_place(session, claimed, now)
    if row.kind == OutboxKind.CALL and "reach_id" in row.detail:
        return _may_reach(session, claimed, now)
    if row.kind == OutboxKind.CALL and row.purpose == "alarm":
        return _may_alarm(session, claimed, now)
    if row.purpose == "alert" and not is_alert_wanted(session, row):
        call_off(session, claimed, reason="the case had gone on", now=now)
        return False
    return _may_text(session, claimed, office, now)


def _may_place(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Tell whether a callback's call is still in its window; else it is planned anew."""
    if may_place_now(session, claimed.row, now=now):
        return True
    call_off(session, claimed, reason="its calling window had passed", now=now)
    return_to_planning(session, claimed.row, now=now)
    return False


def _may_reach(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Tell whether a call about the neighbourhood is still wanted, and still in its window."""
    if may_reach_now(session, claimed.row, now=now):
        return True
    call_off(session, claimed, reason="not wanted any more, or not at this hour", now=now)
    return False


def _may_alarm(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Tell whether somebody must still be woken; the provider may have been down meanwhile."""
    row = claimed.row
    if still_rings_for(session, row.detail["alarm_id"], asked_at=row.created_at):
        return True
    call_off(session, claimed, reason="somebody had taken the alarm", now=now)
    return False


def _may_text(session: Session, claimed: Claimed, office: Office, now: datetime) -> bool:
    """Tell whether a text keeps hours and limits; else it waits. Staff are told at any time."""
    row = claimed.row
    if staff_of_phone(session, row.community_id, row.to) is not None:
        return True
    until = hold_until(session, row, office=office, now=now)
    if until is None:
        return True
    hold(session, claimed, not_before=until, reason="held: hours or limit of automatic texts")
    return False
