"""``linli load FILE``: bring a community file into the database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.config import ConfigurationError, read_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Take the file's values over those edited by hand.")
@click.option(
    "--in-office-hours",
    is_flag=True,
    help="Let a new demo's clock begin while its office is open (what make run does).",
)
def load(file: Path, *, replace: bool, in_office_hours: bool) -> None:
    """Load a community file; print the difference. All of it or nothing.

    The file is TOML in UTF-8 with the sections community, office, estate, grid, staff, route and
    resident; fixtures/demo/community.toml explains each line. docs/clerk.zh-CN.md is the clerk's
    guide. Loading again merges by key and deletes nothing: + added, ~ changed, - left, > handed
    over, = kept since it was edited by hand, ! worth a look.
    """
    from app.clock import OffsetClock
    from app.factory import refresh_fallbacks
    from app.opening import open_database
    from core.clock import RealClock
    from core.communities.queries import community_by_key
    from core.loading.file import read_file, text_of
    from core.loading.lines import line_at, lines_of
    from core.loading.operations import load_community
    from core.loading.problems import BadFile

    settings = read_settings()
    database = open_database(settings)
    now = OffsetClock(database, RealClock()).now()
    try:
        text = text_of(file.read_bytes(), name=file.name)
        community = read_file(text, name=file.name)
        if community.demo and settings.carries_for_real:
            raise ConfigurationError(
                f"{file} is a demo (demo = true), and {settings.provider} carries for real: "
                "its invented numbers may belong to somebody. Nothing was loaded."
            )
        with database.transaction() as session:
            is_new = community_by_key(session, community.community.key) is None
            line = line_at(lines_of(text), ("community", "numbers"))
            changes = load_community(
                session, community, now=now, replace=replace, name=file.name, numbers_line=line
            )
            begins = ""
            if in_office_hours and is_new and community.demo:
                begins = _begin(session, community.community.key, now)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    except BadFile as error:
        raise click.ClickException(str(error)) from error
    else:
        if settings.public_url:
            refresh_fallbacks(database, settings)
    finally:
        database.close()
    click.echo(str(changes))
    if begins:
        click.echo(begins)


def _begin(session: Session, key: str, now: datetime) -> str:
    from app.demo import begin_in_office_hours
    from core.communities.queries import community_by_key

    community = community_by_key(session, key)
    to = begin_in_office_hours(session, community, now) if community else None
    return f"The demo begins on {to:%A %Y-%m-%d at %H:%M}, when its office is open." if to else ""
