"""Asks the provider to do one errand. No transaction is open here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from core.db import Database
from core.outbox.rules import OutboxKind
from core.outbox.tables import OutboxRow
from scheduler.errands import Doubt, Errand
from scheduler.services import SchedulerServices
from telephony.ports import Accepted, DeliveryFailed, Found, Media


@dataclass(frozen=True)
class Fetched:
    """A recording that was fetched."""

    media: Media


@dataclass(frozen=True)
class NotThere:
    """The provider knows nothing of an errand in doubt: it may be done again."""


Outcome = Accepted | Found | Fetched | NotThere | DeliveryFailed


def ask_provider(services: SchedulerServices, errand: Errand) -> Outcome:
    """Look an errand in doubt up, or do it; a failure is an outcome too."""
    try:
        if errand.doubts and errand.kind is not OutboxKind.FETCH:
            return _look_up(services, errand)
        return _DO[errand.kind](services, errand)
    except DeliveryFailed as failure:
        return failure


def _look_up(services: SchedulerServices, errand: Errand) -> Outcome:
    for doubt in errand.doubts:
        found = _find(services, errand, doubt)
        if found is not None:
            return found
    return NotThere()


def _find(services: SchedulerServices, errand: Errand, doubt: Doubt) -> Found | None:
    def is_other(provider_id: str) -> bool:
        return _is_of_another_row(services.database, errand, provider_id)

    if errand.kind is OutboxKind.TEXT:
        message = errand.text(services.public_url, doubt.attempt)
        return services.provider.find_text(message, since=doubt.since, is_other=is_other)
    call = errand.call(services.public_url, doubt.attempt)
    return services.provider.find_call(call, since=doubt.since, is_other=is_other)


def _is_of_another_row(database: Database, errand: Errand, provider_id: str) -> bool:
    """Tell whether it belongs to another row: the same words may have gone there before."""
    with database.reading() as session:
        owner = session.scalars(
            select(OutboxRow.id).where(
                OutboxRow.provider_id == provider_id, OutboxRow.id != errand.row_id
            )
        ).first()
    return owner is not None


def _send_text(services: SchedulerServices, errand: Errand) -> Outcome:
    return services.provider.send_text(errand.text(services.public_url, errand.attempt))


def _place_call(services: SchedulerServices, errand: Errand) -> Outcome:
    return services.provider.place_call(errand.call(services.public_url, errand.attempt))


def _fetch(services: SchedulerServices, errand: Errand) -> Outcome:
    return Fetched(services.provider.fetch(errand.to))


_DO: dict[OutboxKind, Callable[[SchedulerServices, Errand], Outcome]] = {
    OutboxKind.TEXT: _send_text,
    OutboxKind.CALL: _place_call,
    OutboxKind.FETCH: _fetch,
}
