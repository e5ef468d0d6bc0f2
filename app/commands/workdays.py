"""``linli workdays DATE…``: by when an answer to something received that day is due."""

from __future__ import annotations

import json
from datetime import date, datetime

import click

from app.config import read_settings
from core.sla.workdays import WorkCalendar, workdays_of


@click.command()
@click.argument("days", nargs=-1, required=True, metavar="DATE…")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--no-local", is_flag=True, help="Leave the community's own days off aside.")
@click.option(
    "--community", "key", metavar="KEY", help="Whose days off; needed if there are several."
)
def workdays(days: tuple[str, ...], *, as_json: bool, no_local: bool, key: str | None) -> None:
    """Print for each day of receipt by which day an answer is due."""
    read = [_day(written) for written in days]
    calendar = _calendar(key=key, no_local=no_local)
    try:
        found = workdays_of(calendar, read)
    except OverflowError as error:
        raise click.BadParameter("calendars end with the year 9999") from error
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for line in found:
        mark = "  provisional" if line["provisional"] else ""
        click.echo(f"{line['date']}  {line['due_on']}{mark}")


def _day(written: str) -> date:
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise click.BadParameter(f"{written} is no date such as 2026-10-09") from error


def _calendar(*, key: str | None, no_local: bool) -> WorkCalendar:
    """Return the calendar of the community, or the official one where no database is needed."""
    from sqlalchemy.exc import DBAPIError

    from app.commands.choosing import one_community
    from app.opening import open_database
    from core.sla.holidays import official_calendar
    from core.sla.queries import calendar_of, calendar_without_local

    database = open_database(read_settings())
    try:
        with database.reading() as session:
            if no_local:
                return calendar_without_local(session)
            return calendar_of(session, one_community(session, key))
    except DBAPIError:
        if no_local:
            return official_calendar({})  # an outsider checks the calendar without any database
        raise
    finally:
        database.close()
