"""``linli cards``: cards for the door as PDF, and the poster as PNG."""

from __future__ import annotations

from pathlib import Path

import click

from app.config import ConfigurationError, read_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--estate", "estate_key", metavar="KEY", help="Only this estate.")
@click.option("--stair", default="", metavar="3-2", help="Only this building or stair.")
@click.option("--a6", is_flag=True, help="One card on each sheet of A6, instead of four on A4.")
@click.option("--community", "key", metavar="KEY", help="Which one, where there are several.")
def cards(file: Path, *, estate_key: str | None, stair: str, a6: bool, key: str | None) -> None:
    """Print a card for each household into FILE.pdf, or the poster into FILE.png.

    Needs the extra [print]: .venv/bin/pip install -e '.[print]'.
    """
    from app.commands.opened import opened
    from console.cards import card_of, cards_page, every_door, poster_page
    from console.printing import NoPrinter, as_pdf, as_picture
    from core.communities.queries import estates_of

    address = read_settings().address
    with opened(key, writes=True) as (session, community, now):
        if file.suffix == ".png":
            card = card_of(session, community, None, public_url=address, now=now)
            page, made = poster_page(card), 1
        else:
            estates = estates_of(session, community.id)
            chosen = [row for row in estates if estate_key in (None, row.key)]
            doors = every_door(session, community, chosen, stair)
            if not doors:
                raise click.ClickException("The register has no household there.")
            found = [
                card_of(session, community, door, public_url=address, now=now) for door in doors
            ]
            page, made = cards_page(found, whole_sheets=not a6), len(found)
    try:
        content = as_pdf(page)
        file.write_bytes(as_picture(content) if file.suffix == ".png" else content)
    except NoPrinter as missing:
        raise ConfigurationError(f"Nothing to print with: {missing}") from missing
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"{made} in {file}")
