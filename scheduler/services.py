"""What the scheduler is handed; it opens no client and reads no clock by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.notices.operations import Rates
from core.outbox.channels import Pace
from core.understanding.categories import Suggestion
from core.understanding.categories import suggest as suggest_by_lexicon
from scheduler.holding import HoldWatch
from telephony.ports import CallReceived, InboundRecord, Media, Provider, TextReceived
from telephony.recognition.hearing import Transcriber

_log = structlog.get_logger(__name__)


class DueSource(Protocol):
    """Something else that has due instants (the desk's exchange)."""

    def run(self, now: datetime) -> int:
        """Do what is due; return how many things were done."""
        ...

    def next_due(self, session: Session) -> datetime | None:
        """Return the earliest instant at which something will be due, None for never."""
        ...


class SoundKeeper(Protocol):
    """Renders prompts ahead and keeps callers' recordings (the Speaker)."""

    @property
    def renders_ahead(self) -> bool:
        """Tell whether a voice is there that renders what is asked for."""
        ...

    def render_wanted(self, database: Database, now: datetime, limit: int) -> int:
        """Render what was asked for ahead, in real time; return how many were made."""
        ...

    def keep_recording(
        self, session: Session, *, provider_id: str, media: Media, seconds: float, now: datetime
    ) -> str:
        """Keep what a caller said; return the hash by which it is played."""
        ...


class InboundTaker(Protocol):
    """Takes in what came while our doors were shut, once under its key."""

    def take_text(self, received: TextReceived, *, at: datetime) -> None:
        """Take in a text."""
        ...

    def take_call(self, received: CallReceived, *, at: datetime) -> None:
        """Take in a call that has ended."""
        ...


def log_failure(tick: str, error: Exception) -> None:
    """Log that a tick failed: its name and the kind of error, never a message's words."""
    _log.error("tick_failed", tick=tick, error=type(error).__name__)


def raise_failure(_tick: str, error: Exception) -> None:
    """Let the error through, for a test that wants to see it."""
    raise error


@dataclass(frozen=True)
class SchedulerServices:
    """The hands of the scheduler."""

    database: Database
    clock: Clock  # the community's time: everything that is due
    real_clock: Clock  # leases, retries, heartbeats
    provider: Provider
    public_url: str
    speaker: SoundKeeper
    seal_key: bytes  # of the daily anchors of points; from core.points.links.seal_key
    exchange: DueSource | None = None
    transcriber: Transcriber | None = None  # None: recordings are heard by people only
    suggest: Callable[[str], Suggestion] = suggest_by_lexicon
    look_at_wording: Callable[[], None] = lambda: None  # the office may have changed it
    demo: bool = False  # walks clock_offset when asked; only with the desk
    stop_walking: Callable[[Session], bool] | None = None  # a resident's phone rings
    process_name: str = "scheduler:local:0"  # "scheduler:<host>:<pid>"
    countries: frozenset[str] = frozenset({"CN"})  # whose numbers we text and ring; none: all
    batch: int = 50
    rates: Rates = field(default_factory=Rates)  # a second, of notices
    pace: Pace = field(default_factory=Pace)  # of everything but emergencies
    record_of_inbound: InboundRecord | None = None  # of a provider that keeps one
    taker: InboundTaker | None = None  # takes in what was missed
    hold: HoldWatch = field(default_factory=HoldWatch)
    has_looked: threading.Event = field(default_factory=threading.Event)  # for gaps, once
    lease_seconds: int = 45  # three times the provider's time-out
    report_failure: Callable[[str, Exception], None] = log_failure
