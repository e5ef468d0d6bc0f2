"""What the database itself refuses: to change or delete a line of the audit log.

Migrations carry a copy of these statements, since a migration must not change with the code.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event

from core.audit.tables import AuditRow
from core.db import Base

_SQLITE = (
    """CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    """CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    # OR REPLACE deletes without asking the delete trigger
    """CREATE TRIGGER audit_is_new BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'restrict_violation';
END $$""",
    """CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()""",
)


def statements(dialect: str) -> tuple[str, ...]:
    """Return what guards the log on ``sqlite`` or ``postgresql``, in order."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


@event.listens_for(Base.metadata, "after_create")
def _guard_new_table(
    _metadata: MetaData, connection: Connection, *, tables: Collection[Table], **_: Any
) -> None:
    """Add the guards wherever the table is made from the code, as tests do."""
    if AuditRow.__table__ in tables:
        for statement in statements(connection.dialect.name):
            connection.exec_driver_sql(statement)
