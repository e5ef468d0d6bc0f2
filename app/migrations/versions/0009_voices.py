"""Prompts that people spoke, and how names are read."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "human_prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("sound_hash", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_human_prompt")),
        sa.UniqueConstraint(
            "words", "language", "pace", name=op.f("uq_human_prompt_words_language_pace")
        ),
    )
    for table in ("resident", "staff"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("reading", sa.String(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for table in ("staff", "resident"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("reading")
    op.drop_table("human_prompt")
