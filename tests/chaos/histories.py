"""Compares what people were told, what the tables say, and what the provider took."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.tables import CallbackAttemptRow
from core.callbacks.withdrawing import CALLBACK_PURPOSES
from core.calls.tables import CallRow
from core.cases.tables import CaseRow
from core.communities.queries import communities
from core.inbound.tables import InboundTextRow
from core.outbox.tables import OutboxAttemptRow, OutboxRow
from core.points.links import seal_key
from core.points.tables import RedemptionRow
from core.points.verifying import verify_book
from core.tasks.tables import TaskRow
from tests.chaos.people import Told
from tests.chaos.provider import Taken
from tests.chaos.service import SECRET

_RECEIPT = re.compile(r"记下了，(\d{4,})号")
_CALLED_OFF = (
    "somebody had taken", "the case had gone on", "not wanted", "its calling window",
    "a demo on", "superseded", "withdrawn",
)  # fmt: skip
_COUNTED = ("broadcast",)
_UNDER_WAY = timedelta(seconds=60)


def violations(
    session: Session, *, told: Sequence[Told], taken: Sequence[Taken], kills: int, now: datetime
) -> Iterator[str]:
    """Name everything that must not be."""
    yield from _told_cases(session, told)
    yield from _texts_lost(session, taken)
    yield from _calls_lost(session, taken)
    yield from _rows_without_an_end(session, now)
    yield from _duplicates(session, taken, kills)
    yield from _moved_back(session)
    yield from _callbacks(session, taken)
    yield from _points(session)


def _told_cases(session: Session, told: Sequence[Told]) -> Iterator[str]:
    numbers = set(session.scalars(select(CaseRow.number)))
    for one in told:
        for number in _RECEIPT.findall(one.answer or ""):
            if int(number) not in numbers:
                yield f"told of case {number}, which does not exist ({one.sid})"


def _texts_lost(session: Session, taken: Sequence[Taken]) -> Iterator[str]:
    kept = Counter(session.scalars(select(InboundTextRow.provider_id)))
    for one in taken:
        if one.kind == "text" and one.direction == "inbound" and kept[one.sid] != 1:
            yield f"text {one.sid} is kept {kept[one.sid]} times: {one.body}"


def _calls_lost(session: Session, taken: Sequence[Taken]) -> Iterator[str]:
    known = set(session.scalars(select(CallRow.provider_id)))
    for one in taken:
        if one.kind == "call" and one.direction == "inbound" and one.sid not in known:
            yield f"call {one.sid} is unknown"


def _rows_without_an_end(session: Session, now: datetime) -> Iterator[str]:
    """Every row is sent, unknown, waits for its hour, or is a person's."""
    keys = set(session.scalars(select(TaskRow.key)))
    about = {row.id for row in session.scalars(select(TaskRow)) if row.kind == "delivery_failed"}
    for row in session.scalars(select(OutboxRow)):
        waits_until = max(filter(None, (row.not_before, row.retry_at, row.lease_until)))
        if row.state in ("sending", "queued") and waits_until > now - _UNDER_WAY:
            continue  # it has just come, or is due later
        if row.state == "sending":
            yield f"row {row.id} ({row.purpose}) is still being sent: {row.reason}"
        elif row.state == "queued":
            yield f"row {row.id} ({row.purpose}) still waits: {row.reason}"
        elif row.state in ("failed", "task") and _needs_task(row, about) and _key(row) not in keys:
            yield f"row {row.id} ({row.kind} {row.purpose}) was given up untold: {row.reason}"


def _needs_task(row: OutboxRow, about: set[int]) -> bool:
    has_ladder = row.purpose in (*CALLBACK_PURPOSES, "alarm", "callback", *_COUNTED)
    is_called_off = any(reason in row.reason for reason in _CALLED_OFF)
    return not (
        has_ladder
        or is_called_off
        or row.kind == "fetch"
        or "reach_id" in row.detail
        or row.task_id in about
    )


def _key(row: OutboxRow) -> str:
    return f"delivery:{row.id}"


def _duplicates(session: Session, taken: Sequence[Taken], kills: int) -> Iterator[str]:
    times = Counter(one.row for one in taken if one.direction == "outbound-api")
    more = {row: count for row, count in times.items() if count > 1}
    for row, count in more.items():
        tries = session.scalars(
            select(OutboxAttemptRow.outcome).where(OutboxAttemptRow.outbox_id == row)
        ).all()
        if not any(outcome in ("", "unknown") for outcome in tries):
            yield f"row {row} was sent {count} times and was never in doubt: {list(tries)}"
    extra = sum(count - 1 for count in more.values())
    if extra > kills:
        yield f"{extra} duplicates after {kills} kills: rows {sorted(more)}"


def _moved_back(session: Session) -> Iterator[str]:
    final = {"delivered": "delivered", "undelivered": "failed", "failed": "failed"}
    for row in session.scalars(select(OutboxRow).where(OutboxRow.kind == "text")):
        wanted = final.get(row.provider_status)
        if wanted is not None and row.state != wanted:
            yield f"row {row.id} is {row.state} though the provider said {row.provider_status}"


def _callbacks(session: Session, taken: Sequence[Taken]) -> Iterator[str]:
    """Each try of a callback is one call, and none rings twice for the same try."""
    tries = Counter(
        (row.callback_id, row.outbox_id) for row in session.scalars(select(CallbackAttemptRow))
    )
    for (callback, row), count in tries.items():
        if row is not None and count > 1:
            yield f"callback {callback} counts call {row} {count} times"


def _points(session: Session) -> Iterator[str]:
    for community in communities(session):
        verdict = verify_book(session, community.id, secret=seal_key(SECRET))
        for finding in verdict.findings:
            yield f"points: {finding}"
    codes = Counter(
        (row.community_id, row.code)
        for row in session.scalars(select(RedemptionRow).where(RedemptionRow.state == "reserved"))
    )
    for code, count in codes.items():
        if count > 1:
            yield f"{count} open redemptions have the code {code}"
