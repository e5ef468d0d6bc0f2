"""Runs migrations on the connection that app/schema_steps.py hands in."""

from typing import Any

from alembic import context

from app.schema import METADATA
from core.db import UtcDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own type as the plain one it is: a migration imports nothing that may change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",  # it alters only by rebuilding a table
    render_item=render_item,
    transactional_ddl=True,  # our BEGIN IMMEDIATE makes it so on SQLite too
)
with context.begin_transaction():
    context.run_migrations()
