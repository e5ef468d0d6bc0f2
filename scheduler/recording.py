"""Records what became of an errand, and decides whether it is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from core.alarms.telling import take_other_channel
from core.callbacks.operations import report_undelivered
from core.outbox.channels import note_failure, note_success
from core.outbox.operations import (
    count_try,
    give_back,
    record_failed,
    record_sent,
    record_unknown,
)
from core.outbox.rules import MOST_TRIES, OutboxKind, OutboxState, wait_seconds
from core.outbox.tables import OutboxRow
from core.phones import masked
from scheduler.asking import Fetched, NotThere, Outcome
from scheduler.errands import Errand
from scheduler.fetching import give_up_fetch, keep_fetched
from scheduler.services import SchedulerServices
from telephony.ports import DeliveryFailed, Found

_log = structlog.get_logger(__name__)
_LOOK_UP_AFTER_SECONDS = 15  # the provider may list what it took a little later


@dataclass(frozen=True)
class _Now:
    """One instant on both clocks."""

    community: datetime
    real: datetime


def record(services: SchedulerServices, errand: Errand, outcome: Outcome) -> None:
    """Write down what became of an errand."""
    now = _Now(services.clock.now(), services.real_clock.now())
    is_down = _note_channel(services, errand, outcome, now)
    with services.database.transaction() as session:
        if isinstance(outcome, Fetched):
            keep_fetched(session, services.speaker, errand, outcome.media, now.community)
            _record_sent(session, errand, "", "delivered", now)
        elif isinstance(outcome, NotThere):
            _try_again(session, errand, "not at the provider", now.real, now)
        elif isinstance(outcome, DeliveryFailed):
            _record_failure(session, errand, outcome, now, is_down=is_down)
        else:
            reason = outcome.reason if isinstance(outcome, Found) else ""
            _record_sent(session, errand, outcome.provider_id, outcome.status, now, reason)


def _note_channel(services: SchedulerServices, errand: Errand, outcome: Outcome, now: _Now) -> bool:
    """Tell all schedulers how the provider is; True while its channel is down.

    In a transaction of its own: a claim locks the channels before anything else.
    """
    failure = outcome if isinstance(outcome, DeliveryFailed) else None
    with services.database.transaction() as session:
        if failure is None or not (failure.down or failure.too_many):
            note_success(session, errand.kind, real_now=now.real)
            return False
        return note_failure(
            session,
            errand.kind,
            errand.row_id,
            real_now=now.real,
            too_many=failure.too_many,
        )


def _record_sent(
    session: Session, errand: Errand, provider_id: str, status: str, now: _Now, reason: str = ""
) -> None:
    was_failed = _is_failed(session, errand)
    row = record_sent(
        session,
        errand.row_id,
        attempt=errand.attempt,
        provider_id=provider_id,
        status=status,
        now=now.community,
        real_now=now.real,
        reason=reason,
    )
    if row.state == OutboxState.FAILED and not was_failed:
        # it was looked up, and the provider could not deliver it: no event will say so again
        _take_further(session, errand, row, row.reason, now.community)


def _is_failed(session: Session, errand: Errand) -> bool:
    return session.get_one(OutboxRow, errand.row_id).state == OutboxState.FAILED


def _record_failure(
    session: Session, errand: Errand, failure: DeliveryFailed, now: _Now, *, is_down: bool
) -> None:
    _log.warning(
        "not_delivered",
        row=errand.row_id,
        kind=errand.kind.value,
        attempt=errand.attempt,
        to=masked(errand.to) if errand.kind is not OutboxKind.FETCH else "",
        unknown=failure.unknown,
        retryable=failure.retryable,
        down=is_down,
    )
    # while the provider takes nothing from anybody, no row is to blame
    tries = errand.tries if is_down else count_try(session, errand.row_id)
    if tries >= MOST_TRIES or not (failure.unknown or failure.retryable):
        _give_up(session, errand, failure.reason, now)
    elif failure.unknown or errand.doubts:
        # also when only the look-up failed: the attempt before it is still in doubt
        _look_up_later(session, errand, failure.reason, now)
    else:
        _try_again(session, errand, failure.reason, now.real + _wait(errand), now)
    if errand.priority == 0 and (failure.down or failure.unknown):
        take_other_channel(session, errand.row_id, now=now.community)


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
    seconds = wait_seconds(
        kind=errand.kind, priority=errand.priority, tries=errand.tries + 1, row_id=errand.row_id
    )
    return timedelta(seconds=seconds)
