"""Gaps: what the provider took in for us while our doors were shut is taken in, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from core.calls.queries import ended_provider_ids
from core.communities.queries import communities, numbers_of
from core.inbound.gaps import begin_reading, end_reading, untaken
from scheduler.services import SchedulerServices
from telephony.ports import CallReceived, DeliveryFailed, TextReceived

_log = structlog.get_logger(__name__)
EVERY = timedelta(minutes=3)
_OVERLAP = timedelta(minutes=30)  # a record may list a call only once it has ended
_UNDER_WAY = timedelta(seconds=90)  # its webhook may still come, or be repeated
_AT_ONCE = 200


@dataclass
class _Look:
    """What one look at a record found: when each came, how many we missed or may yet be told of."""

    instants: Sequence[datetime]
    missed: int = 0
    under_way: int = 0


def run(services: SchedulerServices) -> int:
    """Read the record of every number whose turn it is; return how much had been missed."""
    if services.record_of_inbound is None or services.taker is None:
        return 0
    with services.database.reading() as session:
        numbers = [number for row in communities(session) for number in numbers_of(session, row.id)]
    every = EVERY if services.has_looked.is_set() else timedelta()  # at once after a start
    missed = sum(_fill(services, number, every) for number in numbers)
    services.has_looked.set()
    return missed


def _fill(services: SchedulerServices, number: str, every: timedelta) -> int:
    found = 0
    for kind, fill in (("text", _fill_texts), ("call", _fill_calls)):
        with services.database.transaction() as session:
            real_now = services.real_clock.now()
            since = begin_reading(session, number=number, kind=kind, real_now=real_now, every=every)
        if since is None:
            continue
        try:
            look = fill(services, number, since - _OVERLAP)
        except DeliveryFailed as failure:  # the next look begins at the same place
            _log.warning("gap.not_read", kind=kind, reason=failure.reason)
            continue
        with services.database.transaction() as session:
            end_reading(
                session,
                number=number,
                kind=kind,
                seen_until=max([since, *look.instants]),
                sooner=EVERY - _UNDER_WAY if look.under_way else timedelta(),
            )
        if look.missed:
            _log.warning("gap.filled", kind=kind, count=look.missed)
        found += look.missed
    return found


def _fill_texts(services: SchedulerServices, number: str, since: datetime) -> _Look:
    assert services.record_of_inbound is not None
    assert services.taker is not None
    listed = services.record_of_inbound.texts_received(number, since=since)
    look = _Look([text.at for text in listed])
    for some in _pieces(listed):
        with services.database.reading() as session:
            keys = untaken(session, [f"sms:{text.provider_id}" for text in some])
        for text in (one for one in some if f"sms:{one.provider_id}" in keys):
            if _is_under_way(services, text):
                look.under_way += 1
                continue
            services.taker.take_text(text, at=_on_our_clock(services, text.at))
            look.missed += 1
    return look


def _fill_calls(services: SchedulerServices, number: str, since: datetime) -> _Look:
    record, taker = services.record_of_inbound, services.taker
    assert record is not None
    assert taker is not None
    listed = record.calls_received(number, since=since)
    look = _Look([call.at for call in listed])
    for some in _pieces(listed):
        with services.database.reading() as session:
            known = ended_provider_ids(session, [call.provider_id for call in some])
        for call in (one for one in some if one.provider_id not in known):
            if _is_under_way(services, call):
                look.under_way += 1
                continue
            taker.take_call(record.with_recordings(call), at=services.clock.now())
            look.missed += 1
    return look


def _is_under_way(services: SchedulerServices, received: TextReceived | CallReceived) -> bool:
    age = services.real_clock.now() - received.at
    return timedelta() <= age < _UNDER_WAY


def _on_our_clock(services: SchedulerServices, at: datetime) -> datetime:
    """Return an instant of the provider's record on the community's clock, never in the future."""
    age = max(services.real_clock.now() - at, timedelta())
    return services.clock.now() - age


_Received = TypeVar("_Received", TextReceived, CallReceived)


def _pieces(listed: Sequence[_Received]) -> list[Sequence[_Received]]:
    return [listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE)]
