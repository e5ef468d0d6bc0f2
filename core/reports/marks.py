"""What the database itself does: it marks the day of a case whose figures may have changed.

A trigger sees every writer, also the one that somebody adds next year, and costs no round trip.
Migrations carry a copy of these statements, since a migration must not change with the code.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event

from core.db import Base
from core.reports.tables import ReportChangeRow

# Whatever core.reports.queries.conditions looks at, or a dimension is made of.
COUNTED = (
    *("status", "category", "urgency", "channel", "resident_id", "estate_id", "grid_id"),
    *("assignee_id", "opened_at", "received_on", "first_due_at", "accepted_at"),
    *("first_feedback_at", "done_at", "closed_at", "closed_by", "satisfied", "reopened"),
)
_COLUMNS = ", ".join(COUNTED)
_OLD = ", ".join(f"OLD.{column}" for column in COUNTED)
_NEW = ", ".join(f"NEW.{column}" for column in COUNTED)
_MARK = "INSERT INTO report_change (community_id, day)"
_MARK_OLD = f"{_MARK} VALUES (OLD.community_id, OLD.received_on)"
_MARK_NEW = f"{_MARK} VALUES (NEW.community_id, NEW.received_on)"
_MARK_RESIDENT = """INSERT INTO report_change (community_id, day)
SELECT community_id, received_on FROM "case"
WHERE resident_id = NEW.id GROUP BY community_id, received_on"""

_SQLITE = (
    f"""CREATE TRIGGER report_case_comes AFTER INSERT ON "case"
BEGIN {_MARK_NEW}; END""",
    f"""CREATE TRIGGER report_case_changes AFTER UPDATE OF {_COLUMNS} ON "case"
WHEN ({_OLD}) IS NOT ({_NEW})
BEGIN {_MARK_OLD}; {_MARK_NEW}; END""",
    f"""CREATE TRIGGER report_case_goes AFTER DELETE ON "case"
BEGIN {_MARK_OLD}; END""",
    f"""CREATE TRIGGER report_resident_ages AFTER UPDATE OF birth_year ON resident
WHEN OLD.birth_year IS NOT NEW.birth_year
BEGIN {_MARK_RESIDENT}; END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION report_case_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    {_MARK_OLD};
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.received_on <> OLD.received_on) THEN
    {_MARK_NEW};
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER report_case_comes AFTER INSERT OR DELETE ON "case"
FOR EACH ROW EXECUTE FUNCTION report_case_changed()""",
    f"""CREATE TRIGGER report_case_changes AFTER UPDATE OF {_COLUMNS} ON "case"
FOR EACH ROW WHEN (({_OLD}) IS DISTINCT FROM ({_NEW}))
EXECUTE FUNCTION report_case_changed()""",
    f"""CREATE FUNCTION report_resident_aged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {_MARK_RESIDENT};
  RETURN NULL;
END $$""",
    """CREATE TRIGGER report_resident_ages AFTER UPDATE OF birth_year ON resident
FOR EACH ROW WHEN (OLD.birth_year IS DISTINCT FROM NEW.birth_year)
EXECUTE FUNCTION report_resident_aged()""",
)


def statements(dialect: str) -> tuple[str, ...]:
    """Return what marks the days on ``sqlite`` or ``postgresql``, in order."""
    return _SQLITE if dialect == "sqlite" else _POSTGRESQL


@event.listens_for(Base.metadata, "after_create")
def _mark_new_tables(
    _metadata: MetaData, connection: Connection, *, tables: Collection[Table], **_: Any
) -> None:
    """Add the marks wherever the tables are made from the code, as tests do."""
    if ReportChangeRow.__table__ in tables:
        for statement in statements(connection.dialect.name):
            connection.exec_driver_sql(statement)
