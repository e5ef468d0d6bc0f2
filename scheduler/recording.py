"""Records what became of an errand, and decides whether it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from core.callbacks.operations import report_undelivered
from core.outbox.operations import give_back, record_failed, record_sent, record_unknown
from core.outbox.rules import OutboxKind
from core.outbox.tables import OutboxRow
from core.phones import masked
from scheduler.asking import Fetched, NotThere, Outcome
from scheduler.errands import Errand
from scheduler.fetching import give_up_fetch, keep_fetched
from scheduler.services import SchedulerServices
from telephony.ports import DeliveryFailed

_log = structlog.get_logger(__name__)
_MOST_ATTEMPTS = 5
# Seconds of real time before the next try, by how many were made. An emergency's are short: its
# ladder rings the next person anyway. A recording is there moments after it was announced.
_WAITS = {
    "emergency": (10, 20, 30, 60),
    "fetch": (5, 30, 120, 600),
    "usual": (30, 120, 600, 1800),
}
_LOOK_UP_AFTER_SECONDS = 15  # the provider may list what it took a little later


@dataclass(frozen=True)
class _Now:
    """One instant on both clocks."""

    community: datetime
    real: datetime


def record(services: SchedulerServices, errand: Errand, outcome: Outcome) -> None:
    """Write down what became of an errand."""
    now = _Now(services.clock.now(), services.real_clock.now())
    with services.database.transaction() as session:
        if isinstance(outcome, Fetched):
            keep_fetched(session, services.speaker, errand, outcome.media, now.community)
            _record_sent(session, errand, "", "delivered", now)
        elif isinstance(outcome, NotThere):
            _try_again(session, errand, "not at the provider", now.real, now)
        elif isinstance(outcome, DeliveryFailed):
            _record_failure(session, errand, outcome, now)
        else:
            _record_sent(session, errand, outcome.provider_id, outcome.status, now)


def _record_sent(
    session: Session, errand: Errand, provider_id: str, status: str, now: _Now
) -> None:
    record_sent(
        session,
        errand.row_id,
        attempt=errand.attempt,
        provider_id=provider_id,
        status=status,
        now=now.community,
        real_now=now.real,
    )


def _record_failure(session: Session, errand: Errand, failure: DeliveryFailed, now: _Now) -> None:
    _log.warning(
        "not_delivered",
        row=errand.row_id,
        kind=errand.kind.value,
        attempt=errand.attempt,
        to=masked(errand.to) if errand.kind is not OutboxKind.FETCH else "",
        unknown=failure.unknown,
        retryable=failure.retryable,
    )
    spent = errand.attempt >= _MOST_ATTEMPTS
    if spent or not (failure.unknown or failure.retryable):
        _give_up(session, errand, failure.reason, now)
    elif failure.unknown or errand.doubts:
        # also when only the look-up failed: the attempt before it is still in doubt
        _look_up_later(session, errand, failure.reason, now)
    else:
        _try_again(session, errand, failure.reason, now.real + _wait(errand), now)


def _look_up_later(session: Session, errand: Errand, reason: str, now: _Now) -> None:
    wait = _wait(errand) if errand.doubts else timedelta(seconds=_LOOK_UP_AFTER_SECONDS)
    record_unknown(
        session,
        errand.row_id,
        attempt=errand.attempt,
        reason=reason,
        look_up_at=now.real + wait,
        real_now=now.real,
    )


def _try_again(
    session: Session, errand: Errand, reason: str, retry_at: datetime, now: _Now
) -> None:
    give_back(
        session,
        errand.row_id,
        attempt=errand.attempt,
        reason=reason,
        retry_at=retry_at,
        real_now=now.real,
    )


def _give_up(session: Session, errand: Errand, reason: str, now: _Now) -> None:
    row = record_failed(
        session,
        errand.row_id,
        attempt=errand.attempt,
        reason=reason,
        now=now.community,
        real_now=now.real,
    )
    _take_further(session, errand, row, reason, now.community)


def _take_further(
    session: Session, errand: Errand, row: OutboxRow, reason: str, now: datetime
) -> None:
    if errand.kind is OutboxKind.FETCH:
        give_up_fetch(session, row, reason=reason, now=now)
    else:
        report_undelivered(session, row, reason=reason, now=now)


def _wait(errand: Errand) -> timedelta:
    name = "emergency" if errand.priority == 0 else "usual"
    waits = _WAITS["fetch" if errand.kind is OutboxKind.FETCH else name]
    return timedelta(seconds=waits[min(errand.attempt, len(waits)) - 1])
