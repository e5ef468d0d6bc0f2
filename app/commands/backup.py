"""``linli backup``: a sealed copy of everything, taken while the line works."""

from __future__ import annotations

from pathlib import Path

import click

from app.config import ConfigurationError, Settings, read_settings


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="A folder instead.")
@click.option("--keep", type=click.IntRange(min=1), help="With --into: delete older ones.")
def backup(file: Path | None, into: Path | None, keep: int | None) -> None:
    """Write a backup into FILE, or into a folder under a name with the time.

    It is sealed with LINLI_BACKUP_KEY; without that key, kept elsewhere, it is worth nothing.
    """
    from app.backup.sealed_file import BadBackup
    from app.backup.taking import take_backup
    from app.opening import open_database
    from core.clock import RealClock

    if (file is None) == (into is None):
        raise click.UsageError("Name a file, or a folder with --into.")
    settings, now = read_settings(), RealClock().now()
    database = open_database(settings)
    try:
        if into is not None:
            into.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = file or (into or Path()) / f"linli-{now:%Y%m%d-%H%M%S}.backup"
        taken = take_backup(database, path, key=backup_key(settings), now=now)
    except BadBackup as error:
        raise ConfigurationError(f"{error}.") from error
    finally:
        database.close()
    click.echo(
        f"Wrote {taken.path}: {taken.rows} rows of {taken.tables} tables, {taken.size} bytes."
    )
    if into is not None and keep is not None:
        for old in sorted(into.glob("linli-*.backup"))[:-keep]:
            old.unlink()
            click.echo(f"Deleted {old}.")


def backup_key(settings: Settings) -> str:
    """Return the key of backups.

    :raises ConfigurationError: if none is set, since a backup is always sealed.
    """
    key = settings.backup_key.get_secret_value()
    if not key:
        raise ConfigurationError("LINLI_BACKUP_KEY is not set: run `linli secrets` first.")
    return key
