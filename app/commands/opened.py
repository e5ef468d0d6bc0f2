"""A community's database opened for one command, and what was found there printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from app.config import read_settings
from core.communities.tables import CommunityRow


@contextmanager
def opened(
    key: str | None, *, writes: bool = False
) -> Iterator[tuple[Session, CommunityRow, datetime]]:
    """Open the database: the session, the community, and what time it is there.

    What the rules do not allow is said in a sentence, and nothing of it was written.
    """
    from app.clock import OffsetClock
    from app.commands.choosing import one_community
    from app.opening import open_database
    from app.points_looks import both_languages
    from core.clock import RealClock
    from core.errors import Refusal

    database = open_database(read_settings())
    try:
        now = OffsetClock(database, RealClock()).now()
        begin: Callable[[], Any] = database.transaction if writes else database.reading
        with begin() as session:
            yield session, one_community(session, key), now
    except Refusal as refusal:
        raise click.ClickException(both_languages(refusal.key, **refusal.slots)) from refusal
    finally:
        database.close()


def print_rows(found: list[dict[str, Any]], columns: tuple[str, ...], *, as_json: bool) -> None:
    """Print rows: chosen columns for people, everything for programs."""
    if as_json:
        print_json(found)
        return
    for row in found:
        click.echo("  ".join(_cell(row[column]) for column in columns))
    if not found:
        click.echo("none")


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}{amount:+d}" for name, amount in value.items())
    return "-" if value is None or value == "" else str(value)


def print_json(found: Any) -> None:
    """Print what was found, for programs."""
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
