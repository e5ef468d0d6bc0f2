"""Activities, the shop and cycles of points."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("english_name", sa.String(), nullable=False),
        sa.Column("point_class", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("attendance_code", sa.String(), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_activity_capacity")),
        sa.CheckConstraint("points > 0", name=op.f("ck_activity_points")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_activity_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_activity_community_id_key")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(
            "ix_activity_attendance_code",
            ["community_id", "attendance_code"],
            unique=True,
            sqlite_where=sa.text("attendance_code <> ''"),
            postgresql_where=sa.text("attendance_code <> ''"),
        )
        batch_op.create_index(
            batch_op.f("ix_activity_community_id"), ["community_id"], unique=False
        )
    op.create_table(
        "point_cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("carry_percent", sa.Integer(), nullable=False),
        sa.Column("good_until", sa.Date(), nullable=True),
        sa.Column("announced_to", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_to", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("carry_percent BETWEEN 0 AND 100", name=op.f("ck_point_cycle_carry")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_point_cycle_dates")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_point_cycle_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_cycle")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_point_cycle_community_id_key")),
    )
    with op.batch_alter_table("point_cycle", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_point_cycle_community_id"), ["community_id"], unique=False
        )
    op.create_table(
        "reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("english_name", sa.String(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("price > 0", name=op.f("ck_reward_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_reward_stock")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_reward_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_reward_community_id_key")),
    )
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reward_community_id"), ["community_id"], unique=False)
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("signed_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("postings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_participation_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_participation_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_participation_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint(
            "activity_id",
            "resident_id",
            "occasion",
            name=op.f("uq_participation_activity_id_resident_id_occasion"),
        ),
    )
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participation_resident_id"), ["resident_id"], unique=False
        )
    op.create_table(
        "point_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_point_request_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_point_request_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["keeper_id"], ["staff.id"], name=op.f("fk_point_request_keeper_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_point_request_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["staff.id"], name=op.f("fk_point_request_second_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_request")),
    )
    with op.batch_alter_table("point_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_point_request_community_id"), ["community_id"], unique=False
        )
    op.create_table(
        "redemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_by_id", sa.Integer(), nullable=True),
        sa.Column("reserve_entry", sa.Integer(), nullable=False),
        sa.Column("settle_entry", sa.Integer(), nullable=True),
        sa.Column("settlements", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_redemption_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["handed_by_id"], ["staff.id"], name=op.f("fk_redemption_handed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_redemption_resident_id")
        ),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_redemption_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint(
            "community_id", "number", name=op.f("uq_redemption_community_id_number")
        ),
    )
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.create_index("ix_redemption_due", ["state", "expires_at"], unique=False)
        batch_op.create_index(
            "ix_redemption_live_code",
            ["community_id", "code"],
            unique=True,
            sqlite_where=sa.text("state = 'reserved'"),
            postgresql_where=sa.text("state = 'reserved'"),
        )
        batch_op.create_index(
            batch_op.f("ix_redemption_resident_id"), ["resident_id"], unique=False
        )
    op.create_table(
        "reward_wish",
        sa.Column("reward_id", sa.Integer(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=False),
        sa.Column("wished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_reward_wish_resident_id")
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["reward.id"], name=op.f("fk_reward_wish_reward_id")
        ),
        sa.PrimaryKeyConstraint("reward_id", "resident_id", name=op.f("pk_reward_wish")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("reward_wish")
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redemption_resident_id"))
        batch_op.drop_index(
            "ix_redemption_live_code",
            sqlite_where=sa.text("state = 'reserved'"),
            postgresql_where=sa.text("state = 'reserved'"),
        )
        batch_op.drop_index("ix_redemption_due")
    op.drop_table("redemption")
    with op.batch_alter_table("point_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_request_community_id"))
    op.drop_table("point_request")
    with op.batch_alter_table("participation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_resident_id"))
    op.drop_table("participation")
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_community_id"))
    op.drop_table("reward")
    with op.batch_alter_table("point_cycle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_cycle_community_id"))
    op.drop_table("point_cycle")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_community_id"))
        batch_op.drop_index(
            "ix_activity_attendance_code",
            sqlite_where=sa.text("attendance_code <> ''"),
            postgresql_where=sa.text("attendance_code <> ''"),
        )
    op.drop_table("activity")
