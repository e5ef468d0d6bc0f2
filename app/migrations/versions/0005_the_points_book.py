"""The points book, and what the database refuses in it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the database itself refuses; core/points/guards.py says why.
_ON_SQLITE = (
    """CREATE TRIGGER point_leg_joins_no_sealed_entry BEFORE INSERT ON point_leg
WHEN EXISTS (SELECT 1 FROM point_entry
             WHERE community_id = NEW.community_id AND number = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'the entry is sealed'); END""",
    """CREATE TRIGGER point_leg_is_new BEFORE INSERT ON point_leg
WHEN EXISTS (SELECT 1 FROM point_leg WHERE community_id = NEW.community_id
             AND entry = NEW.entry AND account_id = NEW.account_id)
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_leg_stays_in_its_community BEFORE INSERT ON point_leg
WHEN NOT EXISTS (SELECT 1 FROM point_account
                 WHERE id = NEW.account_id AND community_id = NEW.community_id)
BEGIN SELECT RAISE(ABORT, 'the account is of another community'); END""",
    """CREATE TRIGGER point_leg_moves_its_account AFTER INSERT ON point_leg
BEGIN UPDATE point_account SET balance = balance + NEW.amount WHERE id = NEW.account_id; END""",
    """CREATE TRIGGER point_entry_is_new BEFORE INSERT ON point_entry
WHEN EXISTS (SELECT 1 FROM point_entry WHERE community_id = NEW.community_id
             AND (number = NEW.number OR key = NEW.key OR reverses = NEW.reverses))
BEGIN SELECT RAISE(ABORT, 'the entry is sealed'); END""",
    """CREATE TRIGGER point_entry_balances BEFORE INSERT ON point_entry
WHEN (SELECT count(*) < 2 OR sum(amount) <> 0 FROM point_leg
      WHERE community_id = NEW.community_id AND entry = NEW.number)
BEGIN SELECT RAISE(ABORT, 'the legs do not sum to zero'); END""",
    """CREATE TRIGGER point_anchor_is_new BEFORE INSERT ON point_anchor
WHEN EXISTS (SELECT 1 FROM point_anchor WHERE community_id = NEW.community_id
             AND (number = NEW.number OR day = NEW.day))
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_entry_refuses_update BEFORE UPDATE ON point_entry
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_entry_refuses_delete BEFORE DELETE ON point_entry
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_leg_refuses_update BEFORE UPDATE ON point_leg
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_leg_refuses_delete BEFORE DELETE ON point_leg
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_anchor_refuses_update BEFORE UPDATE ON point_anchor
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
    """CREATE TRIGGER point_anchor_refuses_delete BEFORE DELETE ON point_anchor
BEGIN SELECT RAISE(ABORT, 'a points book is only added to'); END""",
)
_ON_POSTGRESQL = (
    """CREATE FUNCTION point_leg_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM point_entry
             WHERE community_id = NEW.community_id AND number = NEW.entry) THEN
    RAISE EXCEPTION 'the entry is sealed' USING ERRCODE = 'restrict_violation';
  END IF;
  UPDATE point_account SET balance = balance + NEW.amount
   WHERE id = NEW.account_id AND community_id = NEW.community_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the account is of another community' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER point_leg_moves_its_account BEFORE INSERT ON point_leg
FOR EACH ROW EXECUTE FUNCTION point_leg_before()""",
    """CREATE FUNCTION point_entry_before() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM point_leg
       WHERE community_id = NEW.community_id AND entry = NEW.number) THEN
    RAISE EXCEPTION 'the legs do not sum to zero' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$""",
    """CREATE TRIGGER point_entry_balances BEFORE INSERT ON point_entry
FOR EACH ROW EXECUTE FUNCTION point_entry_before()""",
    """CREATE FUNCTION point_book_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a points book is only added to' USING ERRCODE = 'restrict_violation';
END $$""",
    """CREATE TRIGGER point_entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON point_entry
FOR EACH STATEMENT EXECUTE FUNCTION point_book_is_kept()""",
    """CREATE TRIGGER point_leg_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON point_leg
FOR EACH STATEMENT EXECUTE FUNCTION point_book_is_kept()""",
    """CREATE TRIGGER point_anchor_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON point_anchor
FOR EACH STATEMENT EXECUTE FUNCTION point_book_is_kept()""",
)
_FUNCTIONS = ("point_leg_before", "point_entry_before", "point_book_is_kept")


def upgrade() -> None:
    """Go forward."""
    op.add_column("resident", sa.Column("groups", sa.JSON(), server_default="[]", nullable=False))
    op.create_table(
        "point_anchor",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_point_anchor_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "number", name=op.f("pk_point_anchor")),
        sa.UniqueConstraint("community_id", "day", name=op.f("uq_point_anchor_community_id_day")),
    )
    op.create_table(
        "point_book",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("redemptions", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_point_book_community_id")
        ),
        sa.PrimaryKeyConstraint("community_id", name=op.f("pk_point_book")),
    )
    op.create_table(
        "point_entry",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorder", sa.String(), nullable=False),
        sa.Column("recorder_staff_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "reverses"],
            ["point_entry.community_id", "point_entry.number"],
            name="fk_point_entry_reverses",
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_point_entry_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorder_staff_id"], ["staff.id"], name=op.f("fk_point_entry_recorder_staff_id")
        ),
        sa.PrimaryKeyConstraint("community_id", "number", name=op.f("pk_point_entry")),
        sa.UniqueConstraint("community_id", "key", name=op.f("uq_point_entry_community_id_key")),
        sa.UniqueConstraint(
            "community_id", "reverses", name=op.f("uq_point_entry_community_id_reverses")
        ),
    )
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.create_index("ix_point_entry_posted", ["community_id", "posted_at"], unique=False)
        batch_op.create_index(
            "ix_point_entry_recorder", ["recorder_staff_id", "posted_at"], unique=False
        )
    op.create_table(
        "point_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("resident_id", sa.Integer(), nullable=True),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN kind = 'issuing' THEN balance <= 0 ELSE balance >= 0 END",
            name=op.f("ck_point_account_never_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_point_account_community_id")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_point_account_resident_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_account")),
        sa.UniqueConstraint(
            "community_id", "name", name=op.f("uq_point_account_community_id_name")
        ),
    )
    with op.batch_alter_table("point_account", schema=None) as batch_op:
        batch_op.create_index("ix_point_account_resident", ["resident_id"], unique=False)
    op.create_table(
        "point_leg",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount <> 0 AND amount BETWEEN -1000000 AND 1000000", name=op.f("ck_point_leg_amount")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["point_account.id"], name=op.f("fk_point_leg_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "entry"],
            ["point_entry.community_id", "point_entry.number"],
            name="fk_point_leg_entry",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("community_id", "entry", "account_id", name=op.f("pk_point_leg")),
    )
    with op.batch_alter_table("point_leg", schema=None) as batch_op:
        batch_op.create_index("ix_point_leg_account", ["account_id", "entry"], unique=False)
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _ON_SQLITE if is_sqlite else _ON_POSTGRESQL:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("point_leg", schema=None) as batch_op:
        batch_op.drop_index("ix_point_leg_account")
    op.drop_table("point_leg")
    with op.batch_alter_table("point_account", schema=None) as batch_op:
        batch_op.drop_index("ix_point_account_resident")
    op.drop_table("point_account")
    with op.batch_alter_table("point_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_point_entry_recorder")
        batch_op.drop_index("ix_point_entry_posted")
    op.drop_table("point_entry")
    op.drop_table("point_book")
    op.drop_table("point_anchor")
    # not in a batch, which would rebuild a table that others refer to
    op.drop_column("resident", "groups")
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        for function in _FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION {function}()")
