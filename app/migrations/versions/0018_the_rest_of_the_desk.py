"""The plan of an estate, pictures of staff, own wording."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("estate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("plan", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("estate", schema=None) as batch_op:
        batch_op.alter_column("plan", server_default=None)
    op.create_table(
        "staff_picture",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_picture_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_picture")),
    )
    op.create_table(
        "own_wording",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "language", name=op.f("pk_own_wording")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("own_wording")
    op.drop_table("staff_picture")
    with op.batch_alter_table("estate", schema=None) as batch_op:
        batch_op.drop_column("plan")
