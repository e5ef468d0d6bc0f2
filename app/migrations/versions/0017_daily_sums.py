"""Daily sums for the reports, and the marks of the days that are to be counted."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_FIGURES = (
    *("received", "withdrawn", "emergency", "open", "decided", "on_time", "late", "reached"),
    *("done", "answered", "solved", "rated", "satisfied", "reopened"),
)
_TIMES = ("feedback", "accepted", "done", "closed")
# What marks a day; core/reports/marks.py says why.
_COUNTED = (
    *("status", "category", "urgency", "channel", "resident_id", "estate_id", "grid_id"),
    *("assignee_id", "opened_at", "received_on", "first_due_at", "accepted_at"),
    *("first_feedback_at", "done_at", "closed_at", "closed_by", "satisfied", "reopened"),
)
_COLUMNS = ", ".join(_COUNTED)
_OLD = ", ".join(f"OLD.{column}" for column in _COUNTED)
_NEW = ", ".join(f"NEW.{column}" for column in _COUNTED)
_MARK = "INSERT INTO report_change (community_id, day)"
_MARK_OLD = f"{_MARK} VALUES (OLD.community_id, OLD.received_on)"
_MARK_NEW = f"{_MARK} VALUES (NEW.community_id, NEW.received_on)"
_MARK_RESIDENT = """INSERT INTO report_change (community_id, day)
SELECT community_id, received_on FROM "case"
WHERE resident_id = NEW.id GROUP BY community_id, received_on"""
_MARK_ALL = """INSERT INTO report_change (community_id, day)
SELECT community_id, received_on FROM "case"
GROUP BY community_id, received_on"""
_ON_SQLITE = (
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
_ON_POSTGRESQL = (
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


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "report_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_report_change_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_change")),
    )
    op.create_index("ix_report_change_day", "report_change", ["community_id", "day"])
    op.create_table(
        "report_day",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_report_day_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "day", name=op.f("pk_report_day")),
    )
    op.create_index("ix_report_day_again", "report_day", ["again_at"])
    op.create_table(
        "report_sum",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("scope", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        *(sa.Column(figure, sa.Integer(), nullable=False) for figure in _FIGURES),
        *(sa.Column(f"minutes_{time}", sa.LargeBinary(), nullable=False) for time in _TIMES),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_report_sum_community_id")
        ),
        sa.PrimaryKeyConstraint(
            "community_id", "day", "scope", "dimension", "value", name=op.f("pk_report_sum")
        ),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _ON_SQLITE if is_sqlite else _ON_POSTGRESQL:
        op.execute(statement)
    op.execute(_MARK_ALL)


def downgrade() -> None:
    """Go back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    on = {"comes": "case", "changes": "case"} | ({"goes": "case"} if is_sqlite else {})
    for name, table in on.items():
        op.execute(f"DROP TRIGGER report_case_{name}" + ("" if is_sqlite else f' ON "{table}"'))
    op.execute("DROP TRIGGER report_resident_ages" + ("" if is_sqlite else " ON resident"))
    if not is_sqlite:
        op.execute("DROP FUNCTION report_case_changed()")
        op.execute("DROP FUNCTION report_resident_aged()")
    op.drop_table("report_sum")
    op.drop_index("ix_report_day_again", "report_day")
    op.drop_table("report_day")
    op.drop_index("ix_report_change_day", "report_change")
    op.drop_table("report_change")
