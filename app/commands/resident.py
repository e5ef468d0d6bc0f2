"""``linli resident``: what is known of somebody, handed out or forgotten."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from app.commands.opened import opened
from core.communities.tables import CommunityRow
from core.residents.tables import ResidentRow

_community = click.option("--community", "key", metavar="KEY", help="Which community.")


@click.group()
def resident() -> None:
    """Hand out, or forget, what is known of a resident (PIPL, arts. 44 to 47)."""


@resident.command()
@click.argument("who")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), required=True)
@_community
def export(who: str, into: Path, key: str | None) -> None:
    """Write everything known of WHO (their key, or number) into a folder: one file, and voices.

    Numbers that two people share are left out, since what came from them is also another's.
    """
    from app.subject_files import write_subject
    from core.audit.operations import note_deed
    from core.audit.rules import Deed

    with opened(key, writes=True) as (session, community, now):
        row = _found(session, community, who)
        into.mkdir(parents=True, mode=0o700, exist_ok=True)
        rows, voices = write_subject(session, row, into)
        note_deed(
            session,
            community_id=community.id,
            actor="service",
            channel="command",
            what=Deed.EXPORTED,
            subject="resident",
            subject_key=row.key,
            after={"rows": rows, "recordings": voices},
            now=now,
        )
    click.echo(f"Wrote {rows} rows and {voices} recordings into {into}.")


@resident.command()
@click.argument("who")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_community
def erase(who: str, *, yes: bool, key: str | None) -> None:
    """Forget WHO (their key, or number) for good; counts and the points book stay right.

    Take them out of the community file too, or the next load brings them back.
    """
    from core.audit.operations import note_deed
    from core.audit.rules import Deed
    from core.privacy.erasing import erase_resident

    with opened(key, writes=True) as (session, community, now):
        row = _found(session, community, who)
        if not yes:
            click.confirm(f"Forget resident {row.id} for good?", abort=True)
        ends = erase_resident(session, row, now=now)
        note_deed(
            session,
            community_id=community.id,
            actor="service",
            channel="command",
            what=Deed.ENDED,
            subject="resident",
            subject_key=row.key,
            after={"erased": True},
            now=now,
        )
    click.echo(
        f"Forgotten as {row.key}: {len(ends.cases)} cases, {len(ends.calls)} calls,"
        f" {len(ends.recordings)} recordings."
    )


def _found(session: Session, community: CommunityRow, who: str) -> ResidentRow:
    from sqlalchemy import select

    from core.communities.queries import office_of
    from core.phones import read_local
    from core.residents.queries import residents_of_phone

    number = read_local(who, office_of(community).area_code) if any(map(str.isdigit, who)) else None
    by_key = session.scalar(
        select(ResidentRow).where(ResidentRow.community_id == community.id, ResidentRow.key == who)
    )
    rows = [by_key] if by_key else list(residents_of_phone(session, community.id, number))
    if len(rows) != 1:
        raise click.ClickException(
            "Nobody has this key or number." if not rows else "Several share it: name the key."
        )
    return rows[0]
