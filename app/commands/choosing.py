"""Which community a command is about."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from core.communities import queries
from core.communities.tables import CommunityRow


def one_community(session: Session, key: str | None) -> CommunityRow:
    """Return the community of that key, or the only one.

    :raises click.UsageError: naming the keys, if it is not clear which is meant.
    """
    everyone = queries.communities(session)
    wanted = [row for row in everyone if key in (None, row.key)]
    if len(wanted) == 1:
        return wanted[0]
    keys = ", ".join(row.key for row in everyone)
    if not everyone:
        raise click.UsageError("No community is loaded yet: run `linli load FILE` first.")
    if key is None:
        raise click.UsageError(
            f"There are several communities, name one: --community KEY ({keys})."
        )
    raise click.UsageError(f"There is no community {key}; there are: {keys}.")
