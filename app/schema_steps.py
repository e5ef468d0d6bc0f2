"""Brings a database to the newest schema, and tells whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import make_url

from core.db import Database

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 5800000  # any number of our own; two migrations at once would both create the tables


def migrate(database: Database, *, to: str = "head") -> str:
    """Bring the schema to its newest form, or ``to`` base (empty) or a number.

    Return the number of the newest.
    """
    make_folder_of(database)
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        steps = _steps()
        steps.attributes["connection"] = connection
        (command.downgrade if to == "base" else command.upgrade)(steps, to)
    return newest()


def draft(database: Database, *, number: str, words: str) -> Path:
    """Write the next migration: what the tables in the code have over those in ``database``."""
    with database.engine.begin() as connection:
        steps = _steps()
        steps.attributes["connection"] = connection
        command.revision(steps, message=words, rev_id=number, autogenerate=True)
    return next((_FOLDER / "versions").glob(f"{number}_*.py"))


def known() -> frozenset[str]:
    """Return the number of every schema that there ever was."""
    return frozenset(
        step.revision for step in ScriptDirectory.from_config(_steps()).walk_revisions()
    )


def newest() -> str:
    """Return the number of the newest schema."""
    head = ScriptDirectory.from_config(_steps()).get_current_head()
    assert head is not None
    return head


def present(database: Database) -> str | None:
    """Return the number of the schema that the database has; None for an empty one.

    :raises sqlalchemy.exc.OperationalError: if the database cannot be reached.
    """
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _steps() -> Config:
    steps = Config()
    steps.set_main_option("script_location", str(_FOLDER))
    steps.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    steps.set_main_option("path_separator", "os")
    return steps


def make_folder_of(database: Database) -> None:
    """Make the folder of an SQLite file that is still to be made."""
    path = make_url(database.url).database
    if database.is_sqlite and path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
