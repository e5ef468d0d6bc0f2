"""``linli load FILE``: bring a community file into the database."""

from __future__ import annotations

from pathlib import Path

import click

from app.config import ConfigurationError, read_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take the file's values over those edited by hand.")
def load(file: Path, *, replace: bool) -> None:
    """Load a community file; print the difference. All of it or nothing."""
    from app.clock import OffsetClock
    from app.factory import make_fallbacks, refresh_fallbacks
    from core.clock import RealClock
    from core.db import Database
    from core.loading.file import read_file, text_of
    from core.loading.operations import load_community
    from core.loading.problems import BadFile

    settings = read_settings()
    database = Database(settings.database_url)
    now = OffsetClock(database, RealClock()).now()
    try:
        community = read_file(text_of(file.read_bytes(), name=file.name), name=file.name)
        if community.demo and settings.carries_for_real:
            raise ConfigurationError(
                f"{file} is a demo (demo = true), and {settings.provider} carries for real: "
                "its invented numbers may belong to somebody. Nothing was loaded."
            )
        with database.transaction() as session:
            changes = load_community(session, community, now=now, replace=replace, name=file.name)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    else:
        if settings.public_url:
            refresh_fallbacks(database, make_fallbacks(settings))
    finally:
        database.close()
    click.echo(str(changes))
