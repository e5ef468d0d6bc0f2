"""Standing orders and welfare calls."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "standing_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("month_day", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("lead_workdays", sa.Integer(), nullable=False),
        sa.Column("vital", sa.Boolean(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=True),
        sa.Column("serves_on", sa.Date(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_standing_order_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_standing_order_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_order")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_standing_order_community_id_key")),
    )
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_order_opens_at"), ["opens_at"], unique=False)

    op.create_table(
        "welfare",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_welfare_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_welfare_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_welfare_community_id_key")),
    )
    with op.batch_alter_table("welfare", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_welfare_next_at"), ["next_at"], unique=False)

    op.create_table(
        "standing_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("falls_on", sa.Date(), nullable=False),
        sa.Column("serves_on", sa.Date(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_standing_run_case_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["standing_order.id"], name=op.f("fk_standing_run_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_run")),
        sa.UniqueConstraint("order_id", "falls_on", name=op.f("uq_standing_run_order_id_falls_on")),
    )
    with op.batch_alter_table("standing_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standing_run_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_standing_run_due", ["state", "answer_by"], unique=False)

    op.create_table(
        "welfare_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("welfare_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("door_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["welfare_id"], ["welfare.id"], name=op.f("fk_welfare_round_welfare_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare_round")),
        sa.UniqueConstraint("welfare_id", "on", name=op.f("uq_welfare_round_welfare_id_on")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("welfare_round")
    with op.batch_alter_table("standing_run", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_run_due")
        batch_op.drop_index(batch_op.f("ix_standing_run_case_id"))

    op.drop_table("standing_run")
    with op.batch_alter_table("welfare", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_welfare_next_at"))

    op.drop_table("welfare")
    with op.batch_alter_table("standing_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standing_order_opens_at"))

    op.drop_table("standing_order")
