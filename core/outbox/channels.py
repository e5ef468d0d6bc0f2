"""Whether the provider takes anything now: a breaker for each channel, a probe, and a pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.outbox.rules import FAILURES_THAT_CLOSE, OutboxKind, OutboxState
from core.outbox.tables import ChannelRow, OutboxRow

_PROBE_EVERY = timedelta(seconds=10)
_AFTER_TOO_MANY = timedelta(seconds=2)  # the provider asked us to be slower
_MOST_EMERGENCY_TRIES = 20
_BURST = timedelta(seconds=2)  # so much may leave at once before the pace is kept
_LONGEST = timedelta(minutes=1)  # no channel is closed for longer: the clock was set back


@dataclass(frozen=True)
class Gates:
    """Which channels may be used for what is no emergency."""

    shut: frozenset[str] = frozenset()  # nothing but emergencies
    probing: str = ""  # one row of it may go, to see whether it is up again


@dataclass(frozen=True)
class Pace:
    """How many a second may leave, by kind; a kind that is absent keeps no pace."""

    rates: Mapping[str, float] = field(default_factory=dict)


def gates(session: Session, *, pace: Pace, real_now: datetime) -> Gates:
    """Look at every channel; whoever comes first after a channel's time may probe it."""
    if pace.rates:
        _make_sure(session, pace)
    asked = select(ChannelRow).order_by(ChannelRow.kind).with_for_update()
    shut, probing = set[str](), ""
    for channel in session.scalars(asked.execution_options(populate_existing=True)):
        closed = channel.closed_until
        if closed is not None and real_now < closed < real_now + _LONGEST:
            shut.add(channel.kind)
        elif closed is not None and _emergency_waits(session, channel.kind):
            shut.add(channel.kind)  # it is tried all the time, and shall be the first
        elif closed is not None and not probing:
            channel.closed_until, probing = real_now + _PROBE_EVERY, channel.kind
        elif _is_ahead(channel.next_at, real_now):
            shut.add(channel.kind)
    session.flush()
    return Gates(frozenset(shut), probing)


def note_leaving(session: Session, kind: str, *, pace: Pace, real_now: datetime) -> None:
    """Count one row that leaves now towards the pace of its channel."""
    rate = pace.rates.get(kind)
    channel = session.get(ChannelRow, kind) if rate else None
    if channel is None or not rate:
        return
    begins = real_now
    if channel.next_at is not None and real_now < channel.next_at < real_now + _LONGEST:
        begins = channel.next_at
    channel.next_at = begins + timedelta(seconds=1 / rate)
    session.flush()


def note_success(session: Session, kind: str, *, real_now: datetime) -> None:
    """Open a channel again: what waited for it is due at once, emergencies first."""
    channel = session.get(ChannelRow, kind)
    if channel is None or (not channel.failures and channel.closed_until is None):
        return
    session.refresh(channel, with_for_update=True)
    was_down = channel.down_since is not None
    channel.failures, channel.last_row_id = 0, None
    channel.down_since, channel.closed_until = None, None
    session.flush()
    if was_down:
        _let_go(session, kind, real_now)


def note_failure(
    session: Session, kind: str, row_id: int, *, real_now: datetime, too_many: bool = False
) -> bool:
    """Count a failure that is the provider's; True while the channel is down.

    One row alone never closes a channel: the fault may be its own. ``too_many``: the provider
    is well and asked for a pause.
    """
    _make_sure(session, Pace({kind: 1.0}))
    channel = session.get_one(ChannelRow, kind, with_for_update=True, populate_existing=True)
    if too_many:
        pause = real_now + _AFTER_TOO_MANY
        channel.closed_until = max(channel.closed_until or pause, pause)
        session.flush()
        return True
    if channel.last_row_id != row_id:
        channel.failures, channel.last_row_id = channel.failures + 1, row_id
    if channel.failures >= FAILURES_THAT_CLOSE:
        channel.down_since = channel.down_since or real_now
        channel.closed_until = real_now + _PROBE_EVERY
    session.flush()
    return channel.down_since is not None


def _emergency_waits(session: Session, kind: str) -> bool:
    """Tell whether an emergency waits for a channel; one that failed that often may be at fault."""
    waiting = select(OutboxRow.id).where(
        OutboxRow.kind == kind,
        OutboxRow.priority == 0,
        OutboxRow.state.in_((OutboxState.QUEUED, OutboxState.SENDING, OutboxState.UNKNOWN)),
        OutboxRow.attempts < _MOST_EMERGENCY_TRIES,
    )
    return session.scalars(waiting.limit(1)).first() is not None


def _is_ahead(next_at: datetime | None, real_now: datetime) -> bool:
    return next_at is not None and real_now + _BURST < next_at < real_now + _LONGEST


def _let_go(session: Session, kind: str, real_now: datetime) -> None:
    waiting = OutboxRow.kind == OutboxKind(kind)
    for state, freed in (
        (OutboxState.QUEUED, {"retry_at": None}),
        (OutboxState.UNKNOWN, {"lease_until": real_now}),
    ):
        session.execute(
            update(OutboxRow)
            .where(waiting, OutboxRow.state == state)
            .values(freed)
            .execution_options(synchronize_session=False)
        )


def _make_sure(session: Session, pace: Pace) -> None:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    for kind in pace.rates:
        if session.get(ChannelRow, kind) is None:
            new = insert(ChannelRow).values(kind=kind, failures=0)
            session.execute(new.on_conflict_do_nothing())
