"""How the service is: /alive for load balancers, /health for people and monitors, /metrics.

Everything is read from the database, so that each web process says the same.
"""

from __future__ import annotations

import hmac
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.health_page import health_page, is_for_people
from core.alarms.tables import AlarmRow
from core.cases.tables import CaseRow
from core.clock import Clock
from core.communities.tables import HeartbeatRow
from core.db import Database
from core.outbox.release import held
from core.outbox.tables import ChannelRow, OutboxAttemptRow, OutboxRow
from core.refusals.queries import refused_ever
from core.sla.queries import calendar_without_local
from core.tasks.tables import TaskRow
from telephony.refusals import note_refusal
from telephony.speech.voices import Voices

_HEARTBEAT_RED_SECONDS = 60
_CLOCKS_DIFFER = timedelta(minutes=1)
_OUTBOX_YELLOW_SECONDS = 120
_OUTBOX_RED_SECONDS = 600
_CALENDAR_YELLOW_DAYS = 21
_PROVIDER_RED_SECONDS = 300
_LAST_ATTEMPTS = 5  # so many without an answer, the last of them just now: it is not one number
_JUST_NOW = timedelta(minutes=15)
_DISK_YELLOW_MEGABYTES, _DISK_RED_MEGABYTES = 2_000, 300
_TAKES_NOTHING = "the provider takes nothing"  # and no channel is shut, which tells since when


@dataclass(frozen=True)
class Machine:
    """What only this machine knows."""

    voices: Voices
    folder: Path | None = None  # on whose disk we write; None where that is not ours to look at


@dataclass(frozen=True)
class State:
    """How the service is, in numbers; None: there is nothing to measure."""

    heartbeat_age_seconds: float | None
    outbox_waiting: int
    outbox_age_seconds: float
    unacknowledged_p0: int
    open_cases: int
    overdue_cases: int
    open_tasks: int
    calendar_until: date
    calendar_days: int
    not_delivered: int  # texts and calls of the last day that the provider could not deliver
    provider_fails: bool = False  # it took none of the last texts and calls
    voice: str = ""  # who speaks on this machine
    voice_problems: tuple[str, ...] = ()
    disk_free_megabytes: int | None = None
    is_held: bool = False  # nothing leaves after a restore
    provider_down_seconds: float = 0.0  # since when it takes nothing; 0: it does
    spool_waiting: int = 0  # webhooks in files, until they can be stored
    spool_stuck: int = 0  # of which somebody must look

    def reasons(self) -> dict[str, list[str]]:
        """Say what is wrong, under red and yellow."""
        age = self.heartbeat_age_seconds
        checks = (
            ("red", self.unacknowledged_p0 > 0, "an emergency is not acknowledged"),
            ("red", self.is_held, "restored from a backup: nothing leaves until it is released"),
            ("red", age is None or age > _HEARTBEAT_RED_SECONDS, "no scheduler is at work"),
            ("red", self.outbox_age_seconds > _OUTBOX_RED_SECONDS, "texts or calls wait too long"),
            ("yellow", self.outbox_age_seconds > _OUTBOX_YELLOW_SECONDS, "texts or calls wait"),
            ("red", self.provider_fails and not self.provider_down_seconds, _TAKES_NOTHING),
            ("yellow", self.overdue_cases > 0, "cases are overdue"),
            ("red", self._disk_below(_DISK_RED_MEGABYTES), "the disk is full"),
            ("yellow", self._disk_below(_DISK_YELLOW_MEGABYTES), "the disk is nearly full"),
            *self._coming_and_going(),
            (
                "yellow",
                self.calendar_days < _CALENDAR_YELLOW_DAYS,
                "the official calendar ends soon: later due dates are provisional",
            ),
            *(("yellow", True, f"a voice cannot be used: {one}") for one in self.voice_problems),
        )
        found: dict[str, list[str]] = {"red": [], "yellow": []}
        for colour, wrong, reason in checks:
            if wrong:
                found[colour].append(reason)
        return found

    def _coming_and_going(self) -> tuple[tuple[str, bool, str], ...]:
        down, long = self.provider_down_seconds, self.provider_down_seconds > _PROVIDER_RED_SECONDS
        return (
            ("red", long, "the provider takes no texts or calls"),
            ("yellow", down > 0 and not long, "the provider takes no texts or calls now"),
            ("red", self.spool_stuck > 0, "something set aside cannot be taken in"),
            ("yellow", self.spool_waiting > 0, "texts or calls wait in files"),
        )

    def _disk_below(self, megabytes: int) -> bool:
        return self.disk_free_megabytes is not None and self.disk_free_megabytes < megabytes


def measure(session: Session, *, now: datetime, real_now: datetime, machine: Machine) -> State:
    """Read the state of the service; ``now`` is the community's instant."""
    beat = session.scalar(
        select(func.max(HeartbeatRow.at)).where(
            HeartbeatRow.name.like("scheduler:%"),
            HeartbeatRow.at <= real_now + _CLOCKS_DIFFER,  # else beaten before the clock was set
        )
    )
    waiting, oldest = session.execute(
        select(func.count(), func.min(OutboxRow.not_before)).where(
            OutboxRow.state.in_(("queued", "sending", "unknown")), OutboxRow.not_before <= now
        )
    ).one()
    open_case = CaseRow.closed_at.is_(None)
    until = date(calendar_without_local(session).last_known_year, 12, 31)
    return State(
        heartbeat_age_seconds=None if beat is None else (real_now - beat).total_seconds(),
        outbox_waiting=waiting,
        outbox_age_seconds=0.0 if oldest is None else (now - oldest).total_seconds(),
        unacknowledged_p0=_count(
            session, AlarmRow, AlarmRow.state == "ringing", AlarmRow.kind == "emergency"
        ),
        open_cases=_count(session, CaseRow, open_case),
        overdue_cases=_count(session, CaseRow, open_case, CaseRow.due_at < now),
        open_tasks=_count(session, TaskRow, TaskRow.state == "open"),
        calendar_until=until,
        calendar_days=(until - now.date()).days,
        provider_fails=_provider_fails(session, real_now),
        voice=machine.voices.chosen,
        voice_problems=machine.voices.problems,
        not_delivered=_count(
            session,
            OutboxRow,
            OutboxRow.state.in_(("failed", "task")),
            OutboxRow.created_at > now - timedelta(days=1),
        ),
        disk_free_megabytes=_free_megabytes(machine.folder),
        is_held=held(session) is not None,
        provider_down_seconds=_provider_down(session, real_now),
        spool_waiting=_spooled(machine.folder, "kept"),
        spool_stuck=_spooled(machine.folder, "stuck"),
    )


def _provider_fails(session: Session, real_now: datetime) -> bool:
    """Tell whether the provider gave no usable answer to the last texts and calls."""
    last = session.execute(
        select(OutboxAttemptRow.outcome, OutboxAttemptRow.started_at)
        .where(OutboxAttemptRow.outcome != "")
        .order_by(OutboxAttemptRow.id.desc())
        .limit(_LAST_ATTEMPTS)
    ).all()
    return (
        len(last) == _LAST_ATTEMPTS
        and all(row.outcome in ("unknown", "given_back") for row in last)
        and real_now - last[0].started_at < _JUST_NOW
    )


def report(database: Database, clock: Clock, real_clock: Clock, machine: Machine) -> dict[str, Any]:
    """Return what /health says, as numbers and reasons."""
    with database.reading() as session:
        now, real_now = clock.now(), real_clock.now()
        return _report(measure(session, now=now, real_now=real_now, machine=machine))


def make_blueprint(
    database: Database,
    clock: Clock,
    real_clock: Clock,
    machine: Machine,
    *,
    metrics_token: str = "",
) -> Blueprint:
    """Make the pages that tell how the service is; none of them names a person.

    :param metrics_token: opens /metrics; without one it answers this machine only.
    """
    pages = Blueprint("health", __name__, template_folder="templates")
    registry = CollectorRegistry()
    registry.register(_FromDatabase(database, clock, real_clock, machine))

    def state() -> State:
        with database.reading() as session:
            now, real_now = clock.now(), real_clock.now()
            return measure(session, now=now, real_now=real_now, machine=machine)

    @pages.get("/alive")
    def alive() -> Response:
        return Response("alive\n", mimetype="text/plain")

    @pages.get("/health")
    def health() -> tuple[Response, int]:
        try:
            return _shown(_report(state()))
        except DBAPIError:
            reasons = {"red": ["the database cannot be reached"], "yellow": []}
            return _shown({"status": "red", "reasons": reasons})

    @pages.get("/metrics")
    def metrics() -> tuple[Response, int]:
        if not _may_measure(metrics_token):
            note_refusal("metrics", "no token")
            return Response("closed\n", mimetype="text/plain"), 403
        try:
            return Response(generate_latest(registry), mimetype="text/plain"), 200
        except DBAPIError:
            return Response("# the database cannot be reached\n", mimetype="text/plain"), 503

    return pages


def _may_measure(token: str) -> bool:
    """Tell whether whoever asks has the token; where none is set, only this machine may ask."""
    if not token:
        return (request.remote_addr or "") in ("127.0.0.1", "::1")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())


def _free_megabytes(folder: Path | None) -> int | None:
    """Return how much room the disk has; None where the folder is not there."""
    try:
        return shutil.disk_usage(folder).free // 2**20 if folder is not None else None
    except OSError:
        return None


def _provider_down(session: Session, real_now: datetime) -> float:
    since = session.scalar(select(func.min(ChannelRow.down_since)))
    return 0.0 if since is None else max((real_now - since).total_seconds(), 1.0)


def _spooled(folder: Path | None, suffix: str) -> int:
    return len(list((folder / "spool").glob(f"*.{suffix}"))) if folder is not None else 0


def _shown(found: dict[str, Any]) -> tuple[Response, int]:
    answer = Response(health_page(found)) if is_for_people() else jsonify(found)
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer, 503 if found["status"] == "red" else 200


def _report(state: State) -> dict[str, Any]:
    reasons = state.reasons()
    colour = "red" if reasons["red"] else "yellow" if reasons["yellow"] else "green"
    numbers: dict[str, Any] = {
        "heartbeat_age_seconds": state.heartbeat_age_seconds,
        "outbox": {"waiting": state.outbox_waiting, "oldest_seconds": state.outbox_age_seconds},
        "unacknowledged_p0": state.unacknowledged_p0,
        "cases": {"open": state.open_cases, "overdue": state.overdue_cases},
        "tasks": {"open": state.open_tasks},
        "calendar": {"known_until": state.calendar_until.isoformat()},
        "voice": {"chosen": state.voice, "problems": list(state.voice_problems)},
        "provider": {
            "not_delivered_today": state.not_delivered,
            "takes_nothing": state.provider_fails,
            "down_seconds": state.provider_down_seconds,
        },
        "spool": {"waiting": state.spool_waiting, "stuck": state.spool_stuck},
        "held": state.is_held,
        "disk": {"free_megabytes": state.disk_free_megabytes},
    }
    return {"status": colour, "reasons": reasons, **numbers}


def _count(session: Session, row: type[Any], *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(row).where(*conditions)) or 0


class _FromDatabase(Collector):
    """Measures at each visit; counters kept in one of several web processes would each be wrong."""

    def __init__(
        self, database: Database, clock: Clock, real_clock: Clock, machine: Machine
    ) -> None:
        self._database = database
        self._machine = machine
        self._clock = clock
        self._real_clock = real_clock

    def describe(self) -> list[GaugeMetricFamily]:
        """Name nothing ahead: registering must not need the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Measure."""
        with self._database.reading() as session:
            now, real_now = self._clock.now(), self._real_clock.now()
            state = measure(session, now=now, real_now=real_now, machine=self._machine)
            counted = refused_ever(session)
        refused = CounterMetricFamily(
            "linli_refused", "What a door refused, and why.", labels=("door", "reason")
        )
        for (door, reason), times in sorted(counted.items()):
            refused.add_metric((door, reason), times)
        yield refused
        age = state.heartbeat_age_seconds
        for name, meaning, value in (
            ("heartbeat_age_seconds", "Since a scheduler last worked.", age),
            ("outbox_waiting", "Texts and calls that are due and not sent.", state.outbox_waiting),
            ("outbox_age_seconds", "How long the oldest waits.", state.outbox_age_seconds),
            ("unacknowledged_p0", "Emergencies nobody acknowledged.", state.unacknowledged_p0),
            ("open_cases", "Cases not closed.", state.open_cases),
            ("overdue_cases", "Cases past their due time.", state.overdue_cases),
            ("open_tasks", "Tasks not done.", state.open_tasks),
            ("not_delivered", "Texts and calls of a day not delivered.", state.not_delivered),
            ("provider_down_seconds", "How long it takes nothing.", state.provider_down_seconds),
            ("spool_waiting", "Webhooks in files.", state.spool_waiting),
            ("spool_stuck", "Webhooks in files that cannot be taken in.", state.spool_stuck),
            ("held", "Nothing leaves after a restore.", float(state.is_held)),
            ("disk_free_megabytes", "Room on the disk.", state.disk_free_megabytes),
            ("provider_fails", "The provider took none of the last.", float(state.provider_fails)),
            ("calendar_days", "Days that the official calendar still covers.", state.calendar_days),
        ):
            yield GaugeMetricFamily(
                f"linli_{name}", meaning, value=float("nan") if value is None else value
            )
