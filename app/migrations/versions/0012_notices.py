"""Notices, their stages and telephones, and the provider's pace."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "pace",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("used_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_pace")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_notice_community_id")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_notice_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_notice_community_id_number")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_case_id"), ["case_id"], unique=False)

    op.create_table(
        "notice_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("without_phone", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_stage_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["staff.id"], name=op.f("fk_notice_stage_second_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_stage")),
        sa.UniqueConstraint(
            "notice_id", "position", name=op.f("uq_notice_stage_notice_id_position")
        ),
    )
    with op.batch_alter_table("notice_stage", schema=None) as batch_op:
        batch_op.create_index("ix_notice_stage_due", ["state", "next_at"], unique=False)

    op.create_table(
        "notice_phone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_phone_notice_id")
        ),
        sa.ForeignKeyConstraint(
            ["stage_id"], ["notice_stage.id"], name=op.f("fk_notice_phone_stage_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_phone")),
        sa.UniqueConstraint(
            "notice_id", "phone", "channel", name=op.f("uq_notice_phone_notice_id_phone_channel")
        ),
    )
    with op.batch_alter_table("notice_phone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_phone_outbox_id"), ["outbox_id"], unique=False)
        batch_op.create_index("ix_notice_phone_waiting", ["stage_id", "state", "id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("notice_phone", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_phone_waiting")
        batch_op.drop_index(batch_op.f("ix_notice_phone_outbox_id"))

    op.drop_table("notice_phone")
    with op.batch_alter_table("notice_stage", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_stage_due")

    op.drop_table("notice_stage")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_case_id"))

    op.drop_table("notice")
    op.drop_table("pace")
