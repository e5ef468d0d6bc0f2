"""``linli holidays FILE``: load a State Council notice that is newer than the shipped table."""

from __future__ import annotations

from pathlib import Path

import click

from app.config import read_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def holidays(file: Path) -> None:
    """Load the days off of one year; provisional promises are then counted again."""
    from app.opening import open_database
    from core.loading.file import text_of
    from core.loading.holidays import load_holidays
    from core.loading.problems import BadFile

    database = open_database(read_settings())
    try:
        text = text_of(file.read_bytes(), name=file.name)
        with database.transaction() as session:
            changes = load_holidays(session, name=file.name, text=text)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.close()
    click.echo(str(changes))
