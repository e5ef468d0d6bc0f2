"""The digits with which a resident hears their points."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "resident_pin",
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_resident_pin_resident_id")
        ),
        sa.PrimaryKeyConstraint("resident_id", name=op.f("pk_resident_pin")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("resident_pin")
