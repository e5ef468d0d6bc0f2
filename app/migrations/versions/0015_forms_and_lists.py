"""The form behind the QR code, and uploaded lists."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "form_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("estate_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_form_code_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_code")),
        sa.UniqueConstraint("code", name=op.f("uq_form_code_code")),
    )
    with op.batch_alter_table("form_code", schema=None) as batch_op:
        batch_op.create_index(
            "ix_form_code_place", ["community_id", "estate_id", "place"], unique=True
        )

    op.create_table(
        "import_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_import_draft_community_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_import_draft_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_draft")),
    )
    op.create_table(
        "form_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("code_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("denied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_form_report_case_id")),
        sa.ForeignKeyConstraint(["code_id"], ["form_code.id"], name=op.f("fk_form_report_code_id")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_form_report_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_report")),
        sa.UniqueConstraint("key", name=op.f("uq_form_report_key")),
        sa.UniqueConstraint("link", name=op.f("uq_form_report_link")),
    )
    with op.batch_alter_table("form_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_report_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_form_report_phone", ["community_id", "phone", "at"], unique=False)
        batch_op.create_index("ix_form_report_source", ["source", "at"], unique=False)

    op.create_table(
        "form_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_form_file_case_id")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["form_report.id"], name=op.f("fk_form_file_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_file")),
    )
    with op.batch_alter_table("form_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_file_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_file_report_id"), ["report_id"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("form_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_file_report_id"))
        batch_op.drop_index(batch_op.f("ix_form_file_case_id"))

    op.drop_table("form_file")
    with op.batch_alter_table("form_report", schema=None) as batch_op:
        batch_op.drop_index("ix_form_report_source")
        batch_op.drop_index("ix_form_report_phone")
        batch_op.drop_index(batch_op.f("ix_form_report_case_id"))

    op.drop_table("form_report")
    op.drop_table("import_draft")
    with op.batch_alter_table("form_code", schema=None) as batch_op:
        batch_op.drop_index("ix_form_code_place")

    op.drop_table("form_code")
