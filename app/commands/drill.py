"""``linli drill``: practises the alarm without a resident, and times the first answer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from app.config import Settings, read_settings

if TYPE_CHECKING:
    from core.alarms.drills import DrillReport
    from core.clock import Clock
    from core.db import Database

_LOOK_SECONDS = 0.5
_ALIVE_WITHIN = timedelta(seconds=60)


@click.command()
@click.option("--community", "key", metavar="KEY", help="Whose, where there are several.")
@click.option(
    "--wait",
    "minutes",
    type=click.FloatRange(min=0, min_open=True, max=120),
    default=10.0,
    show_default=True,
    help="Minutes until it is ended though nobody answered.",
)
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def drill(*, key: str | None, minutes: float, as_json: bool) -> None:
    """Ring the duty list for practice 演练 and report the time to the first answer.

    The running scheduler texts and rings as in an emergency; every text and call says that it is
    a drill. Ends with 1 if nobody answered.
    """
    settings = read_settings()
    with _opened(settings) as (database, clock):
        alarm_id, zone = _begin(database, clock, key)
        if not as_json:
            click.echo("The drill rings. Waiting for the first answer (接, or key 1).")
        report = _wait(database, clock, alarm_id, minutes)
    _print(report, zone, as_json=as_json)
    if report.seconds is None:
        raise click.exceptions.Exit(1)


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Database, Clock]]:
    from app.clock import OffsetClock
    from app.opening import open_database
    from core.clock import RealClock

    database = open_database(settings)
    try:
        real = RealClock()
        yield database, (real if settings.carries_for_real else OffsetClock(database, real))
    finally:
        database.close()


def _begin(database: Database, clock: Clock, key: str | None) -> tuple[int, ZoneInfo]:
    from app.commands.choosing import one_community
    from core.alarms.drills import begin_drill
    from core.communities.queries import office_of

    if not _scheduler_lives(database):
        raise click.ClickException("No scheduler is at work: run `linli serve` first.")
    with database.transaction() as session:
        community = one_community(session, key)
        alarm = begin_drill(session, community=community, now=clock.now())
        if alarm is None:
            raise click.ClickException("A drill rings already.")
        return alarm.id, ZoneInfo(office_of(community).zone)


def _scheduler_lives(database: Database) -> bool:
    from sqlalchemy import func, select

    from core.clock import RealClock
    from core.communities.tables import HeartbeatRow

    with database.reading() as session:
        beat = session.scalar(
            select(func.max(HeartbeatRow.at)).where(HeartbeatRow.name.like("scheduler:%"))
        )
    return beat is not None and RealClock().now() - beat < _ALIVE_WITHIN


def _wait(database: Database, clock: Clock, alarm_id: int, minutes: float) -> DrillReport:
    from core.alarms.drills import report_drill, stop_drill
    from core.alarms.queries import alarm_by_id

    patience = time.monotonic() + minutes * 60
    while True:
        with database.reading() as session:
            alarm = alarm_by_id(session, alarm_id)
            assert alarm is not None
            report = report_drill(session, alarm)
        if report.is_over or time.monotonic() >= patience:
            break
        time.sleep(_LOOK_SECONDS)
    if report.is_over:
        return report
    with database.transaction() as session:
        alarm = alarm_by_id(session, alarm_id)
        assert alarm is not None
        stop_drill(session, alarm, now=clock.now())
        return report_drill(session, alarm)


def _print(report: DrillReport, zone: ZoneInfo, *, as_json: bool) -> None:
    taken_at = report.acknowledged_at
    found: dict[str, Any] = {
        "started_at": report.started_at.astimezone(zone).isoformat(),
        "acknowledged_at": taken_at.astimezone(zone).isoformat() if taken_at else None,
        "acknowledged_by": report.acknowledged_by,
        "seconds_to_acknowledgement": report.seconds,
        "told": [
            {
                "staff": told.staff,
                "at": told.at.astimezone(zone).isoformat(),
                "answer": told.answer or None,
            }
            for told in report.told
        ],
    }
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for told in found["told"]:
        click.echo(f"{told['at']}  {told['staff']}  {told['answer'] or '-'}")
    if report.seconds is None:
        click.echo("Nobody answered; the drill was ended.")
    else:
        click.echo(f"{report.acknowledged_by} answered after {report.seconds:.0f} seconds.")
