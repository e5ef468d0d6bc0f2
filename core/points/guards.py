"""What the database itself refuses in a points book, whoever writes to it.

Legs come first and their entry seals them: it is accepted only over two or more legs that sum to
zero, and after it no leg can join. Each leg moves the balance of its account, where a CHECK
refuses to go below zero. Entries, legs and anchors are never changed and never deleted.

Migrations carry a copy of these statements, since a migration must not change with the code;
a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event, text

from core.db import Base
from core.points.tables import PointLegRow

_KEPT = ("point_entry", "point_leg", "point_anchor")

_SQLITE = (
    """CREATE TRIGGER point_leg_joins_no_sealed_entry BEFORE INSERT ON point_leg
WHEN EXISTS (SELECT 1 FROM point_entry
             WHERE community_id = NEW.community_id AND number = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'the entry is sealed'); END""",
    """CREATE TRIGGER point_leg_is_new BEFORE INSERT ON point_leg
WHEN EXISTS (SELECT 1 FROM point_leg WHERE community_id = NEW.community_id
             AND entry = NEW.entry AND account_id = NEW.account_id)
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_leg_stays_in_its_community BEFORE INSERT ON point_leg
WHEN NOT EXISTS (SELECT 1 FROM point_account
                 WHERE id = NEW.account_id AND community_id = NEW.community_id)
BEGIN SELECT RAISE(ABORT, 'the account is of another community'); END""",
    """CREATE TRIGGER point_leg_moves_its_account AFTER INSERT ON point_leg
BEGIN UPDATE point_account SET balance = balance + NEW.amount WHERE id = NEW.account_id; END""",
    # OR REPLACE deletes without asking the delete trigger, so what is taken is refused here
    """CREATE TRIGGER point_entry_is_new BEFORE INSERT ON point_entry
WHEN EXISTS (SELECT 1 FROM point_entry WHERE community_id = NEW.community_id
             AND (number = NEW.number OR key = NEW.key OR reverses = NEW.reverses))
BEGIN SELECT RAISE(ABORT, 'the entry is sealed'); END""",
    """CREATE TRIGGER point_entry_balances BEFORE INSERT ON point_entry
WHEN (SELECT count(*) < 2 OR sum(amount) <> 0 FROM point_leg
      WHERE community_id = NEW.community_id AND entry = NEW.number)
BEGIN SELECT RAISE(ABORT, 'the legs do not sum to zero'); END""",
    """CREATE TRIGGER point_anchor_is_new BEFORE INSERT ON point_anchor
WHEN EXISTS (SELECT 1 FROM point_anchor WHERE community_id = NEW.community_id
             AND (number = NEW.number OR day = NEW.day))
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION point_leg_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM point_entry
             WHERE community_id = NEW.community_id AND number = NEW.entry) THEN
    RAISE EXCEPTION 'the entry is sealed' USING ERRCODE = 'restrict_violation';
  END IF;
  UPDATE point_account SET balance = balance + NEW.amount
   WHERE id = NEW.account_id AND community_id = NEW.community_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the account is of another community' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER point_leg_moves_its_account BEFORE INSERT ON point_leg
FOR EACH ROW EXECUTE FUNCTION point_leg_before()""",
    """CREATE FUNCTION point_entry_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM point_leg
       WHERE community_id = NEW.community_id AND entry = NEW.number) THEN
    RAISE EXCEPTION 'the legs do not sum to zero' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER point_entry_balances BEFORE INSERT ON point_entry
FOR EACH ROW EXECUTE FUNCTION point_entry_before()""",
)
_POSTGRESQL_REFUSAL = """CREATE FUNCTION point_book_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a points book is only added to' USING ERRCODE = 'restrict_violation';
END $$"""

_NAMED = re.compile(r"CREATE (TRIGGER|FUNCTION) (\w+)")
_THERE = {
    "sqlite": text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"),
    "postgresql": text(
        "SELECT tgname, CAST(tgenabled AS text) FROM pg_trigger"
        " WHERE tgrelid IN (CAST('point_leg' AS regclass), CAST('point_entry' AS regclass),"
        " CAST('point_anchor' AS regclass))"
        " UNION ALL SELECT proname, prosrc FROM pg_proc"
        " WHERE pronamespace = CAST(current_schema() AS regnamespace)"
    ),
}


def statements(dialect: str) -> tuple[str, ...]:
    """Return what guards the book on ``sqlite`` or ``postgresql``, in order."""
    if dialect == "sqlite":
        kept = (_refuse_on_sqlite(table, verb) for table in _KEPT for verb in ("UPDATE", "DELETE"))
        return (*_SQLITE, *kept)
    return (*_POSTGRESQL, _POSTGRESQL_REFUSAL, *(_refuse_on_postgresql(t) for t in _KEPT))


def missing(connection: Connection) -> list[str]:
    """Name the guards that a database has no longer, or has in other words."""
    dialect = connection.dialect.name
    rows = connection.execute(_THERE[dialect])
    there = {name: " ".join(written.split()) for name, written in rows}
    return [
        name
        for name, written in _written(dialect).items()
        if there.get(name) != " ".join(written.split())
    ]


def _written(dialect: str) -> dict[str, str]:
    """Return the guards by name, each as the database shows it."""
    found: dict[str, str] = {}
    for statement in statements(dialect):
        kind, name = _NAMED.match(statement).groups()  # type: ignore[union-attr]  # ours, all named
        if dialect == "sqlite":
            found[name] = statement
        elif kind == "FUNCTION":
            found[name] = statement.split("$$")[1]
        else:
            found[name] = "O"  # on, for whoever writes in an ordinary session
    return found


def _refuse_on_sqlite(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table}\n"
        f"BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END"
    )


def _refuse_on_postgresql(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}\n"
        f"FOR EACH STATEMENT EXECUTE FUNCTION point_book_is_kept()"
    )


@event.listens_for(Base.metadata, "after_create")
def _guard_new_tables(
    _metadata: MetaData, connection: Connection, *, tables: Collection[Table], **_: Any
) -> None:
    """Add the guards wherever the tables are made from the code, as tests do."""
    if PointLegRow.__table__ in tables:
        for statement in statements(connection.dialect.name):
            connection.exec_driver_sql(statement)
