"""Standing orders and welfare calls that staff enter, skip and end by text."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    for table in ("standing_order", "welfare"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("edited", sa.JSON(), server_default="[]", nullable=False))
            batch_op.add_column(sa.Column("changed_by", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(
                batch_op.f(f"fk_{table}_changed_by"), "staff", ["changed_by"], ["id"]
            )
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("skipped_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.drop_column("skipped_on")
    for table in ("welfare", "standing_order"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_changed_by"), type_="foreignkey")
            batch_op.drop_column("changed_by")
            batch_op.drop_column("edited")
