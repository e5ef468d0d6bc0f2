"""Each line of the audit log covers the one before."""

import hashlib
import json
from datetime import UTC

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# What the database itself refuses; core/audit/guards.py says why.
_ON_SQLITE = (
    """CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    """CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    """CREATE TRIGGER audit_is_new BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
)
_NAMES = ("audit_refuses_update", "audit_refuses_delete", "audit_is_new")
_LINES = sa.table(
    "audit",
    sa.column("id", sa.Integer),
    sa.column("community_id", sa.Integer),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("actor", sa.String),
    sa.column("channel", sa.String),
    sa.column("what", sa.String),
    sa.column("subject", sa.String),
    sa.column("subject_key", sa.String),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
    sa.column("number", sa.Integer),
    sa.column("hash", sa.String),
)


def upgrade() -> None:
    """Go forward: the lines that are there are chained in the order in which they came."""
    _unguard()
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hash", sa.String(), nullable=True))
    _chain(op.get_bind())
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("hash", existing_type=sa.String(), nullable=False)
        batch_op.create_index("ix_audit_number", ["community_id", "number"], unique=True)
    _guard()


def downgrade() -> None:
    """Go back."""
    _unguard()
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_number")
        batch_op.drop_column("hash")
        batch_op.drop_column("number")
    _guard()


def _chain(connection: sa.Connection) -> None:
    last: dict[int, tuple[int, str]] = {}
    lines = connection.execute(sa.select(_LINES).order_by(_LINES.c.id)).all()
    for line in lines:
        number, previous = last.get(line.community_id, (0, ""))
        at = line.at.replace(tzinfo=UTC) if line.at.tzinfo is None else line.at.astimezone(UTC)
        said = (line.actor, line.channel, line.what, line.subject, line.subject_key)
        written = json.dumps(
            [
                previous,
                line.community_id,
                number + 1,
                at.isoformat(timespec="microseconds"),
                *said,
                line.before,
                line.after,
            ],
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )
        found = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
        last[line.community_id] = (number + 1, found)
        connection.execute(
            sa.update(_LINES).where(_LINES.c.id == line.id).values(number=number + 1, hash=found)
        )


def _unguard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in _NAMES:
            op.execute(f"DROP TRIGGER {name}")
    else:
        op.execute("ALTER TABLE audit DISABLE TRIGGER USER")


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in _ON_SQLITE:
            op.execute(statement)
    else:
        op.execute("ALTER TABLE audit ENABLE TRIGGER USER")
