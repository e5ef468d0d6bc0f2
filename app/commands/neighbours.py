"""``linli consultation|notice|standing …``: how neighbours decide and help."""

from __future__ import annotations

from typing import Any

import click

from app.commands.opened import opened, print_json, print_rows

_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
_community = click.option(
    "--community", "key", metavar="KEY", help="Which one, where there are several."
)


@click.group(invoke_without_command=True)
@_json
@_community
@click.pass_context
def consultation(context: click.Context, *, as_json: bool, key: str | None) -> None:
    """Look at consultations 协商: questions to named households, ballots, cost shares."""
    if context.invoked_subcommand is None:
        context.invoke(list_consultations, as_json=as_json, key=key)


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


@click.group(invoke_without_command=True)
@_json
@_community
@click.pass_context
def notice(context: click.Context, *, as_json: bool, key: str | None) -> None:
    """Look at notices 通知: stages, telephones reached, heard, refused, unreachable."""
    if context.invoked_subcommand is None:
        context.invoke(list_notices, as_json=as_json, key=key)


@notice.command(name="list")
@_json
@_community
def list_notices(*, as_json: bool, key: str | None) -> None:
    """List every notice with its counts, newest last."""
    from app.neighbour_looks import notice_look
    from core.notices.queries import notices_of

    with opened(key) as (session, community, _):
        found = [notice_look(session, row) for row in notices_of(session, community.id)]
    print_rows(found, ("number", "bar", "phones", "reached", "heard", "words"), as_json=as_json)


@notice.command(name="show")
@click.argument("number", type=int)
@_json
@_community
def show_notice(number: int, *, as_json: bool, key: str | None) -> None:
    """Show one notice and each of its stages."""
    from app.neighbour_looks import notice_look
    from core.notices.queries import notice_by_number

    with opened(key) as (session, community, _):
        row = notice_by_number(session, community.id, number)
        if row is None:
            raise click.ClickException(f"There is no notice {number}.")
        found = notice_look(session, row)
    if as_json:
        print_json(found)
        return
    print_fields(found, hidden=("stages",))
    columns = ("position", "state", "phones", "reached", "heard", "refused", "unreachable")
    print_rows(found["stages"], columns, as_json=False)


@notice.command(name="stop")
@click.argument("number", type=int)
@_community
def stop(number: int, *, key: str | None) -> None:
    """Stop a notice: nothing of it goes out any more but what the provider has already."""
    from core.notices.operations import stop_notice
    from core.notices.queries import notice_by_number, progress_of

    with opened(key, writes=True) as (session, community, now):
        row = notice_by_number(session, community.id, number)
        if row is None:
            raise click.ClickException(f"There is no notice {number}.")
        stop_notice(session, row, now=now)
        found = progress_of(session, row)
    click.echo(f"stopped; {found.reached} of {found.phones} had been reached")


@click.command()
@_json
@_community
def standing(*, as_json: bool, key: str | None) -> None:
    """List standing orders 定期帮办 and welfare calls 平安电话, and how each went."""
    from app.neighbour_looks import standing_look, welfare_look
    from core.standing.queries import orders_of, welfare_calls_of

    with opened(key) as (session, community, _):
        found = [standing_look(session, row) for row in orders_of(session, community.id)]
        found += [welfare_look(session, row) for row in welfare_calls_of(session, community.id)]
    print_rows(found, ("key", "what", "resident", "opens_at"), as_json=as_json)


def print_fields(found: dict[str, Any], *, hidden: tuple[str, ...]) -> None:
    """Print the fields of one thing for people."""
    for name, value in found.items():
        if name not in hidden:
            click.echo(f"{name:14} {'-' if value in (None, '') else value}")
