"""``linli flow draw``: the page on the call flow, from the menus themselves."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def flow() -> None:
    """Draw the call flow from the menus."""


@flow.command()
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it there (docs/call-flow.md); else print it.",
)
def draw(*, into: Path | None) -> None:
    """Draw every menu, key and target."""
    from ivr.flow_page import page as drawn

    page = drawn()
    if into is None:
        click.echo(page, nl=False)
        return
    into.write_text(page, encoding="utf-8")
    click.echo(f"Wrote {into}.")
