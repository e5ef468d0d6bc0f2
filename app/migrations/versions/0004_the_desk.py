"""The desk."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "desk_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer_url", sa.String(), nullable=False),
        sa.Column("status_url", sa.String(), nullable=False),
        sa.Column("status_events", sa.String(), nullable=False),
        sa.Column("machine_url", sa.String(), nullable=False),
        sa.Column("ring_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("bridged", sa.Boolean(), nullable=False),
        sa.Column("place", sa.JSON(), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.Column("waits", sa.JSON(), nullable=False),
        sa.Column("transcript", sa.JSON(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["desk_call.id"], name=op.f("fk_desk_call_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_call")),
        sa.UniqueConstraint("sid", name=op.f("uq_desk_call_sid")),
    )
    with op.batch_alter_table("desk_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_call_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_desk_call_phone", ["phone", "state"], unique=False)
        batch_op.create_index("ix_desk_call_ringing", ["state", "ring_until"], unique=False)

    op.create_table(
        "desk_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_url", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_text")),
        sa.UniqueConstraint("sid", name=op.f("uq_desk_text_sid")),
    )
    with op.batch_alter_table("desk_text", schema=None) as batch_op:
        batch_op.create_index("ix_desk_text_thread", ["phone", "id"], unique=False)

    op.create_table(
        "desk_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("typed_words", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["desk_call.id"], name=op.f("fk_desk_media_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_media")),
        sa.UniqueConstraint("sid", name=op.f("uq_desk_media_sid")),
    )
    with op.batch_alter_table("desk_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_media_call_id"), ["call_id"], unique=False)

    op.create_table(
        "desk_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["desk_text.id"], name=op.f("fk_desk_post_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_post")),
    )
    with op.batch_alter_table("desk_post", schema=None) as batch_op:
        batch_op.create_index("ix_desk_post_due", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_desk_post_text_id"), ["text_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("desk_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_post_text_id"))
        batch_op.drop_index("ix_desk_post_due")

    op.drop_table("desk_post")
    with op.batch_alter_table("desk_media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_media_call_id"))

    op.drop_table("desk_media")
    with op.batch_alter_table("desk_text", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_text_thread")

    op.drop_table("desk_text")
    with op.batch_alter_table("desk_call", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_call_ringing")
        batch_op.drop_index("ix_desk_call_phone")
        batch_op.drop_index(batch_op.f("ix_desk_call_parent_id"))

    op.drop_table("desk_call")
