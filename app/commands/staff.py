"""``linli staff …``: who signs in at the console, and a first password for whoever cannot."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.orm import Session

from app.commands.opened import opened, print_rows
from core.communities.tables import CommunityRow
from core.staff.tables import StaffRow

_community = click.option(
    "--community", "key", metavar="KEY", help="Which one, where there are several."
)


@click.group()
def staff() -> None:
    """Look at the staff; give first passwords; end sessions."""


@staff.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@_community
def list_staff(*, as_json: bool, key: str | None) -> None:
    """List everybody, their roles, and whether they can sign in."""
    from core.access.queries import sign_in_of
    from core.staff.queries import phone_of, staff_of

    found: list[dict[str, Any]] = []
    with opened(key) as (session, community, _):
        for row in staff_of(session, community.id):
            sign_in = sign_in_of(session, row.id)
            found.append(
                {
                    "key": row.key,
                    "name": row.name,
                    "phone": phone_of(session, row.id),
                    "roles": ", ".join(row.roles),
                    "signs_in": sign_in is not None and sign_in.password_hash != "",
                    "authenticator": sign_in is not None and sign_in.totp_since is not None,
                }
            )
    print_rows(found, ("key", "name", "phone", "roles", "signs_in"), as_json=as_json)


@staff.command(name="first-password")
@click.argument("who", required=False)
@click.option("--demo", is_flag=True, help="For whoever opens a demo: what make run prints.")
@_community
def first_password(who: str | None, *, demo: bool, key: str | None) -> None:
    """Print a first password for WHO (a staff key): good for 24 hours, once.

    Every session of theirs ends. The password is shown here and nowhere else.
    """
    if demo:
        _first_passwords_of_the_demo()
        return
    if who is None:
        raise click.UsageError("Whose? Name a staff key; `linli staff list` lists them.")
    with opened(key, writes=True) as (session, community, _):
        row = _one(session, community, who)
        password = _give(session, community, row)
        name = row.name
    click.echo(f"{name}: {password}")
    click.echo("It is good for 24 hours and one sign-in. Hand it over in person.")


@staff.command(name="sign-out")
@click.argument("who")
@_community
def sign_out(who: str, *, key: str | None) -> None:
    """End every session of WHO."""
    from core.access.operations import sign_out_everywhere
    from core.clock import RealClock

    with opened(key, writes=True) as (session, community, _):
        row = _one(session, community, who)
        ended = sign_out_everywhere(session, row.id, real_now=RealClock().now())
    click.echo(f"{ended} sessions ended.")


@staff.command(name="forget-authenticator")
@click.argument("who")
@_community
def forget(who: str, *, key: str | None) -> None:
    """Ask WHO for a code by text again: the telephone with the authenticator is lost."""
    from core.access.operations import forget_authenticator

    with opened(key, writes=True) as (session, community, _):
        forget_authenticator(session, _one(session, community, who).id)
    click.echo("The next code goes by text.")


def _first_passwords_of_the_demo() -> None:
    """Print a first password for the first duty clerk and the director of each demo."""
    from core.access.queries import sign_in_of
    from core.communities.queries import communities, office_of
    from core.staff.queries import phone_of, staff_by_key

    with opened_everywhere() as session:
        for community in communities(session):
            office = office_of(community)
            keys = [keys[0] for keys in list(office.roster.values())[:1] if keys]
            for key in dict.fromkeys([*keys, office.director]) if community.demo else ():
                row = staff_by_key(session, community.id, key)
                if row is None:
                    continue
                sign_in = sign_in_of(session, row.id)
                if sign_in is not None and sign_in.password_hash and sign_in.first_until is None:
                    continue  # a password of their own stays
                password = _give(session, community, row)
                phone = phone_of(session, row.id).removeprefix("+86")
                click.echo(f"  Console  /staff  {row.name}  {phone}  first password {password}")


def opened_everywhere() -> Any:
    """Open the database for writing, whatever communities there are."""
    from app.config import read_settings
    from app.opening import open_database

    return open_database(read_settings()).transaction()


def _give(session: Session, community: CommunityRow, row: StaffRow) -> str:
    from core.access.operations import give_first_password
    from core.audit.operations import note_deed
    from core.audit.rules import Deed
    from core.clock import RealClock

    real_now = RealClock().now()
    password = give_first_password(session, row, real_now=real_now)
    note_deed(
        session,
        community_id=community.id,
        actor="service",
        channel="command",
        what=Deed.PASSWORD,
        subject="staff",
        subject_key=row.key,
        now=real_now,
    )
    return password


def _one(session: Session, community: CommunityRow, who: str) -> StaffRow:
    from core.staff.queries import staff_by_key, staff_of

    row = staff_by_key(session, community.id, who)
    if row is None:
        keys = ", ".join(person.key for person in staff_of(session, community.id))
        raise click.ClickException(f"There is no {who}; there are: {keys}.")
    return row
