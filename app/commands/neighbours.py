"""``linli consultation …``: what neighbours decide."""

from __future__ import annotations

from typing import Any

import click

from app.commands.opened import opened, print_json, print_rows

_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
_community = click.option(
    "--community", "key", metavar="KEY", help="Which one, where there are several."
)


@click.group()
def consultation() -> None:
    """Look at consultations 协商: questions to named households, ballots, cost shares."""


@consultation.command(name="list")
@_json
@_community
def list_consultations(*, as_json: bool, key: str | None) -> None:
    """List every consultation with its count, newest last."""
    from app.neighbour_looks import consultation_line
    from core.consultations.queries import consultations_of

    with opened(key) as (session, community, _):
        found = [consultation_line(session, row) for row in consultations_of(session, community.id)]
    columns = ("number", "state", "where", "asked", "agree", "disagree", "silent", "words")
    print_rows(found, columns, as_json=as_json)


@consultation.command(name="show")
@click.argument("number", type=int)
@_json
@_community
def show_consultation(number: int, *, as_json: bool, key: str | None) -> None:
    """Show one: its result, the recount from every answer that came, each household."""
    from app.neighbour_looks import consultation_look
    from core.consultations.queries import consultation_by_number

    with opened(key) as (session, community, _):
        row = consultation_by_number(session, community.id, number)
        if row is None:
            raise click.ClickException(f"There is no consultation {number}.")
        found = consultation_look(session, row)
    if as_json:
        print_json(found)
        return
    print_fields(found, hidden=("households", "strays"))
    columns = ("place", "answer", "share_fen", "paid_fen", "told")
    print_rows(found["households"], columns, as_json=False)


def print_fields(found: dict[str, Any], *, hidden: tuple[str, ...]) -> None:
    """Print the fields of one thing for people."""
    for name, value in found.items():
        if name not in hidden:
            click.echo(f"{name:14} {'-' if value in (None, '') else value}")
