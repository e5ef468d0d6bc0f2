"""The desk in the office: sign-in, the audit log, the board, the search."""

import re
import unicodedata
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from pypinyin import Style, lazy_pinyin

revision = "0014"
down_revision = "0013"
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
_ON_POSTGRESQL = (
    """CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'restrict_violation';
END $$""",
    """CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()""",
)
_OPEN = sa.text("closed_at IS NULL")
_OPEN_P0 = sa.text("closed_at IS NULL AND urgency = 'P0'")
_FIRST_FEEDBACK = """UPDATE "case" SET first_feedback_at = COALESCE(
  (SELECT MIN(case_event.at) FROM case_event WHERE case_event.case_id = "case".id
    AND case_event.what IN ('told', 'feedback', 'closed', 'reopened')
    AND case_event.at <= "case".feedback_at), feedback_at)
WHERE feedback_at IS NOT NULL"""


def _fill(connection: sa.Connection) -> None:
    """Give what is there already what the search and the reports read."""
    connection.exec_driver_sql(_FIRST_FEEDBACK)
    residents = connection.exec_driver_sql("SELECT id, name FROM resident").all()
    for resident_id, name in residents:
        connection.execute(
            sa.text("UPDATE resident SET initials = :initials WHERE id = :id"),
            {"initials": _initials(name), "id": resident_id},
        )
    insert = sa.text(
        "INSERT INTO case_gram (community_id, gram, case_id) VALUES (:community, :gram, :case)"
        " ON CONFLICT DO NOTHING"
    )
    cases = connection.exec_driver_sql(
        'SELECT id, community_id, words, place, phone FROM "case" ORDER BY id'
    ).all()
    for case_id, community_id, words, place, phone in cases:
        rows = [
            {"community": community_id, "gram": gram, "case": case_id}
            for gram in dict.fromkeys(_grams(words, place, phone))
        ]
        if rows:
            connection.execute(insert, rows)


def _initials(name: str) -> str:
    spelled = " ".join(lazy_pinyin(unicodedata.normalize("NFKC", name), style=Style.NORMAL))
    return "".join(word[0] for word in re.findall(r"[a-z]+", spelled.lower()))


def _grams(words: str, place: str, phone: str | None) -> Iterator[str]:
    said = unicodedata.normalize("NFKC", words[:1000]).lower()
    for run in re.findall("[\u3400-\u9fff]+", said):
        yield from (run[at : at + 2] for at in range(max(len(run) - 1, 1)))
    yield from (word[:24] for word in re.findall("[a-z0-9]+", said))
    parts = place.split("-") if place else []
    yield from ("@" + "-".join(parts[at:]) for at in range(len(parts)) if parts[at])
    if phone:
        yield "#" + phone[-4:]


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_audit_community_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_at", ["community_id", "id"], unique=False)
        batch_op.create_index(
            "ix_audit_subject", ["community_id", "subject", "subject_key", "id"], unique=False
        )

    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_known_device_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_known_device_token_hash")),
    )
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_device_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("first_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=False),
        sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sign_in_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_tries", sa.Integer(), nullable=False),
        sa.Column("codes_sent", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_sign_in_session_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_staff_id"), ["staff_id"], unique=False)

    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_try_device", ["device_id", "at"], unique=False)
        batch_op.create_index("ix_sign_in_try_name", ["name", "at"], unique=False)
        batch_op.create_index("ix_sign_in_try_source", ["source", "at"], unique=False)

    op.create_table(
        "case_gram",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("gram", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_gram_case_id")),
        sa.PrimaryKeyConstraint("community_id", "gram", "case_id", name=op.f("pk_case_gram")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("first_feedback_at", sa.DateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_case_board",
            ["community_id", "due_at", "id"],
            unique=False,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
        batch_op.create_index(
            "ix_case_board_p0",
            ["community_id", "id"],
            unique=False,
            sqlite_where=_OPEN_P0,
            postgresql_where=_OPEN_P0,
        )
        batch_op.create_index(
            batch_op.f("ix_case_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index("ix_case_received", ["community_id", "received_on"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_case_merged_into_id"), "case", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("initials", sa.String(), server_default="", nullable=False))
        batch_op.create_index("ix_resident_initials", ["community_id", "initials"], unique=False)

    for statement in _ON_SQLITE if op.get_bind().dialect.name == "sqlite" else _ON_POSTGRESQL:
        op.execute(statement)
    _fill(op.get_bind())


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_index("ix_resident_initials")
        batch_op.drop_column("initials")

    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_case_merged_into_id"), type_="foreignkey")
        batch_op.drop_index("ix_case_received")
        batch_op.drop_index(batch_op.f("ix_case_merged_into_id"))
        batch_op.drop_index(
            "ix_case_board_p0",
            sqlite_where=_OPEN_P0,
            postgresql_where=_OPEN_P0,
        )
        batch_op.drop_index(
            "ix_case_board",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("first_feedback_at")

    op.drop_table("case_gram")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_try_source")
        batch_op.drop_index("ix_sign_in_try_name")
        batch_op.drop_index("ix_sign_in_try_device")

    op.drop_table("sign_in_try")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_session_staff_id"))

    op.drop_table("sign_in_session")
    op.drop_table("sign_in")
    with op.batch_alter_table("known_device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_known_device_staff_id"))

    op.drop_table("known_device")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject")
        batch_op.drop_index("ix_audit_at")

    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_kept()")
