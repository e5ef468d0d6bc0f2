"""``linli restore``: a backup into an empty database; nothing leaves until it is released."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.commands.backup import backup_key
from app.config import ConfigurationError, Settings, read_settings

if TYPE_CHECKING:
    from core.db import Database


@click.command()
@click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False
)
@click.option("--release", "lets_go", is_flag=True, help="Let texts and calls leave again.")
@click.option("--gap", "shows_gap", is_flag=True, help="List what came in since the backup.")
def restore(file: Path | None, *, lets_go: bool, shows_gap: bool) -> None:
    """Restore FILE into the database of the settings, which must be empty, and check it.

    Until --release no text and no call leaves: look first whether all is there, and at the
    gap. What waited to be sent is then looked up at the provider before it is sent.
    """
    if sum((file is not None, lets_go, shows_gap)) != 1:
        raise click.UsageError("Name a backup, or --gap, or --release.")
    from app.opening import open_database

    settings = read_settings()
    database = open_database(settings)
    try:
        if file is not None:
            _restore(settings, database, file)
        elif lets_go:
            _release(database)
        else:
            _show_gap(settings, database)
    finally:
        database.close()


def _restore(settings: Settings, database: Database, file: Path) -> None:
    from app.backup.checking import check, hold_after_restore
    from app.backup.restoring import restore_backup
    from app.backup.sealed_file import BadBackup
    from core.clock import RealClock
    from core.points.links import seal_key

    try:
        restored = restore_backup(database, file, key=backup_key(settings))
    except BadBackup as error:
        raise ConfigurationError(f"{file}: {error}.") from error
    with database.transaction() as session:
        waiting = hold_after_restore(
            session, taken_at=restored.taken_at, real_now=RealClock().now()
        )
    with database.reading() as session:
        secrets = [seal_key(one) for one in settings.secret_keys or ("",)]
        checked = check(session, secrets=secrets)
    click.echo(
        f"Restored {sum(restored.counts.values())} rows of {len(restored.counts)} tables,"
        f" as they were at {restored.taken_at.isoformat(timespec='seconds')}."
    )
    click.echo(
        f"Counts agree; {checked.entries} points entries, {checked.audit_lines} audit lines."
    )
    for finding in checked.findings:
        click.echo(f"! {finding}")
    click.echo(
        f"HOLD: nothing leaves ({waiting} texts and calls wait). Then: linli restore --release"
    )
    _show_gap(settings, database)
    if checked.findings:
        raise SystemExit(1)


def _release(database: Database) -> None:
    from core.outbox.release import release

    with database.transaction() as session:
        released = release(session)
    click.echo("Released: texts and calls leave again." if released else "Nothing was held.")


def _show_gap(settings: Settings, database: Database) -> None:
    from core.communities.queries import communities, numbers_of
    from core.outbox.release import held

    with database.reading() as session:
        hold = held(session)
        since = None if hold is None else hold.known_until
        numbers = [number for row in communities(session) for number in numbers_of(session, row.id)]
    if since is None:
        click.echo("Nothing is held, so no gap is known.")
        return
    for number in numbers:
        for line in gap_lines(settings, number, since):
            click.echo(line)


def gap_lines(settings: Settings, number: str, since: datetime) -> list[str]:
    """Say what the provider took in for a number since the backup; numbers are masked."""
    from core.phones import masked
    from telephony.ports import DeliveryFailed
    from telephony.twilio_provider import TwilioProvider

    if settings.provider != "twilio":
        return ["The desk keeps no record apart from the database: there is no gap to list."]
    provider = TwilioProvider(
        settings.twilio_account_sid, settings.auth_tokens[0], settings.twilio_api_base
    )
    try:
        texts = provider.record.texts_received(number, since=since)
        calls = provider.record.calls_received(number, since=since)
    except DeliveryFailed as failure:
        return [f"! The provider's record cannot be read ({failure.reason}); try --gap again."]
    lines = [
        f"Since {since.isoformat(timespec='seconds')}: {len(texts)} texts, {len(calls)} calls."
    ]
    lines += [
        f"  text {one.at.isoformat(timespec='seconds')} {masked(one.sender)}" for one in texts
    ]
    lines += [
        f"  call {one.at.isoformat(timespec='seconds')} {masked(one.sender)}" for one in calls
    ]
    return [*lines, "They are taken in by the scheduler after the release."]
