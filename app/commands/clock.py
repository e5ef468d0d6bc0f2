"""``linli clock``: the community's time; in a demo it can be moved forward."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from app.config import ConfigurationError, read_settings
from core.clock import Clock
from core.db import Database

_PATIENCE_SECONDS = 300
_LOOK_SECONDS = 0.3


@dataclass(frozen=True)
class Found:
    """Whose clock a command is about."""

    database: Database
    clock: Clock
    community_id: int
    is_demo: bool
    zone: ZoneInfo

    def shown(self) -> str:
        """Return the community's time, local."""
        return self.clock.now().astimezone(self.zone).isoformat(timespec="seconds")


@click.group(invoke_without_command=True)
@click.option("--community", "key", metavar="KEY", help="Whose, where there are several.")
@click.pass_context
def clock(context: click.Context, key: str | None) -> None:
    """Read the community's clock; move a demo's clock forward."""
    from app.clock import OffsetClock
    from app.commands.choosing import one_community
    from app.opening import open_database
    from core.clock import RealClock
    from core.communities.queries import office_of

    database = open_database(read_settings())
    context.call_on_close(database.close)
    with database.reading() as session:
        community = one_community(session, key)
        found = Found(
            database=database,
            clock=OffsetClock(database, RealClock()),
            community_id=community.id,
            is_demo=community.demo,
            zone=ZoneInfo(office_of(community).zone),
        )
    context.obj = found
    if context.invoked_subcommand is None:
        click.echo(found.shown())


@clock.command()
@click.option("--hours", type=click.FloatRange(min=0), help="So many hours.")
@click.option("--to", "written", metavar="INSTANT", help="Local time, such as 2026-11-24T10:30.")
@click.option("--workday", is_flag=True, help="To 10:30 on the next working day.")
@click.pass_context
def forward(
    context: click.Context, *, hours: float | None, written: str | None, workday: bool
) -> None:
    """Move a demo's clock, from due instant to due instant; a ringing resident stops it."""
    from app.demo import move_clock, next_morning

    found: Found = context.obj
    if read_settings().carries_for_real or not found.is_demo:
        raise ConfigurationError("Only a demo's clock can be moved (demo = true).")
    now = found.clock.now()
    if workday:
        with found.database.reading() as session:
            to = next_morning(session, found.community_id, now)
    elif written:
        to = _instant(written, found.zone)
    else:
        to = now + timedelta(hours=1 if hours is None else hours)
    if to <= now:
        raise click.UsageError("A clock only goes forward.")
    move_clock(found.database, to)
    _wait(found.database)
    click.echo(found.shown())


@clock.command()
@click.pass_context
def stop(context: click.Context) -> None:
    """Let a demo's clock stand that is being moved."""
    from app.demo import stop_clock

    found: Found = context.obj
    stop_clock(found.database)
    _wait(found.database)
    click.echo(found.shown())


def _instant(written: str, zone: ZoneInfo) -> datetime:
    try:
        read = datetime.fromisoformat(written)
    except ValueError as error:
        raise click.BadParameter(f"{written} is no instant such as 2026-11-24T10:30") from error
    return read if read.tzinfo else read.replace(tzinfo=zone)


def _wait(database: Database) -> None:
    """Wait until the scheduler arrived where the clock was asked to go."""
    from telephony.desk.phonebook import moving_to

    for _ in range(int(_PATIENCE_SECONDS / _LOOK_SECONDS)):
        with database.reading() as session:
            if moving_to(session) is None:
                return
        time.sleep(_LOOK_SECONDS)
    raise click.ClickException("The scheduler does not answer: is `linli serve` running?")
