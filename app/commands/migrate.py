"""``linli migrate``: bring the database to the newest schema."""

from __future__ import annotations

import click

from app.config import read_settings


@click.command()
@click.option(
    "--draft", nargs=2, metavar="NUMBER WORDS", help="Write the next migration (developers)."
)
def migrate(*, draft: tuple[str, str] | None) -> None:
    """Bring the database to the newest schema; running it again changes nothing."""
    from app import schema_steps
    from app.opening import open_database

    database = open_database(read_settings())
    click.echo(f"The schema is at {schema_steps.migrate(database)}.")
    if draft:
        number, words = draft
        click.echo(f"Wrote {schema_steps.draft(database, number=number, words=words)}: read it.")
    database.close()
