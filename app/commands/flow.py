"""``linli flow``: the call flow drawn from the menus, and checked by walking it."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def flow() -> None:
    """Draw the call flow, and check it."""


@flow.command()
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the page there (docs/call-flow.md), the picture beside it; else print the page.",
)
def draw(*, into: Path | None) -> None:
    """Draw every menu, key and target, as a page and as a picture."""
    from ivr.flow_page import page as drawn
    from ivr.flow_picture import picture

    page = drawn()
    if into is None:
        click.echo(page, nl=False)
        return
    into.write_text(page, encoding="utf-8")
    beside = into.with_suffix(".svg")
    beside.write_text(picture(), encoding="utf-8")
    click.echo(f"Wrote {into} and {beside}.")


@flow.command()
def check() -> None:
    """Walk every menu as callers do; print what breaks a bar, and end with 1 if one is broken."""
    from app.config import read_complete_settings
    from app.flow_check.walk import flow_problems

    settings = read_complete_settings()
    found = 0
    for problem in flow_problems(settings, told=lambda name: click.echo(f"… {name}", err=True)):
        found += 1
        click.echo(problem)
    click.echo(f"{found} to mend." if found else "Every menu keeps what callers are promised.")
    if found:
        raise click.exceptions.Exit(1)
