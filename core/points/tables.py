"""The points book of a community, its activities, its shop and its cycles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.points.rules import LARGEST_AMOUNT


class PointBookRow(Base):
    """A community's points book 积分账: the head of its chain. Whoever posts locks this row."""

    __tablename__ = "point_book"

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    entries: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default="")  # hash of the last entry
    redemptions: Mapped[int] = mapped_column(default=0)
    settings: Mapped[dict[str, Any]]  # core.points.rules.PointsRules as JSON


class PointAccountRow(Base):
    """An account and its balance, which only legs move."""

    __tablename__ = "point_account"
    __table_args__ = (
        UniqueConstraint("community_id", "name"),
        CheckConstraint(
            "CASE WHEN kind = 'issuing' THEN balance <= 0 ELSE balance >= 0 END",
            name="never_negative",
        ),
        Index("ix_point_account_resident", "resident_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    name: Mapped[str]  # core.points.rules.Account.name
    kind: Mapped[str]
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"))
    balance: Mapped[int] = mapped_column(default=0)


class PointEntryRow(Base):
    """An entry, by its number in the book. It seals its legs and is never changed."""

    __tablename__ = "point_entry"
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        UniqueConstraint("community_id", "reverses"),
        ForeignKeyConstraint(
            ["community_id", "reverses"],
            ["point_entry.community_id", "point_entry.number"],
            name="fk_point_entry_reverses",
        ),
        Index("ix_point_entry_recorder", "recorder_staff_id", "posted_at"),
        Index("ix_point_entry_posted", "community_id", "posted_at"),
    )

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str]  # what was done, so that it is booked once
    posted_at: Mapped[datetime]
    happened_on: Mapped[date | None]  # the day of the deed, where it is another
    reason: Mapped[str]
    recorder: Mapped[str]  # staff key, resident, or service
    recorder_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    channel: Mapped[str]
    source: Mapped[str]  # core.points.rules.Source
    source_id: Mapped[int | None]
    reverses: Mapped[int | None]  # number of the entry that this one undoes
    previous: Mapped[str]
    hash: Mapped[str]


class PointLegRow(Base):
    """One leg: so many points into (or, below zero, out of) an account.

    Legs are written before their entry, which the database then accepts only if they sum to
    zero; the foreign key is looked at when the transaction ends, and refuses legs without one.
    """

    __tablename__ = "point_leg"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community_id", "entry"],
            ["point_entry.community_id", "point_entry.number"],
            name="fk_point_leg_entry",
            deferrable=True,
            initially="DEFERRED",
        ),
        CheckConstraint(
            f"amount <> 0 AND amount BETWEEN -{LARGEST_AMOUNT} AND {LARGEST_AMOUNT}", name="amount"
        ),
        Index("ix_point_leg_account", "account_id", "entry"),
    )

    community_id: Mapped[int] = mapped_column(primary_key=True)
    entry: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("point_account.id"), primary_key=True)
    amount: Mapped[int]


class PointAnchorRow(Base):
    """A daily anchor: how long the book was and how its chain ended, under a seal."""

    __tablename__ = "point_anchor"
    __table_args__ = (UniqueConstraint("community_id", "day"),)

    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date]  # local
    at: Mapped[datetime]
    entries: Mapped[int]
    head: Mapped[str]
    previous: Mapped[str]  # the seal before
    seal: Mapped[str]


class PointCycleRow(Base):
    """A points cycle 积分周期, and how far its end has been announced and booked."""

    __tablename__ = "point_cycle"
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        CheckConstraint("carry_percent BETWEEN 0 AND 100", name="carry"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # the last day on which points of this cycle are good
    carry_percent: Mapped[int] = mapped_column(default=0)
    good_until: Mapped[date | None]  # the last day as it was announced, if that was late
    announced_to: Mapped[int] = mapped_column(default=0)  # last account that was told
    announced_at: Mapped[datetime | None]  # when everybody had been told
    ended_to: Mapped[int] = mapped_column(default=0)  # last account that was booked
    ended_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class ActivityRow(Base):
    """An activity 活动: one that is on at a time and place, or a standing one like clearing snow.

    Residents sign up by its ``id`` (报名 12), which never changes.
    """

    __tablename__ = "activity"
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("capacity > 0", name="capacity"),
        Index(
            "ix_activity_attendance_code",
            "community_id",
            "attendance_code",
            unique=True,
            sqlite_where=text("attendance_code <> ''"),
            postgresql_where=text("attendance_code <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    english_name: Mapped[str] = mapped_column(default="")
    point_class: Mapped[str]  # core.points.rules.PointClass
    points: Mapped[int]
    starts_at: Mapped[datetime | None]  # None: standing, good once a person and day
    ends_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(default="")
    capacity: Mapped[int | None]  # None: whoever comes
    attendance_code: Mapped[str] = mapped_column(default="")  # read out on the spot
    code_until: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class ParticipationRow(Base):
    """A resident and an activity: signed up, attended, posted. Once a person and occasion."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("activity_id", "resident_id", "occasion"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    occasion: Mapped[str] = mapped_column(default="")  # local day of a standing activity
    signed_up_at: Mapped[datetime | None]
    attended_at: Mapped[datetime | None]
    entry: Mapped[int | None]  # number of the entry that is good now; None: none, or reversed
    postings: Mapped[int] = mapped_column(default=0)  # how often it was posted, mistakes included


class RewardRow(Base):
    """A reward 奖品 of the shop. ``stock`` is what can still be reserved."""

    __tablename__ = "reward"
    __table_args__ = (
        UniqueConstraint("community_id", "key"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("stock >= 0", name="stock"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    english_name: Mapped[str] = mapped_column(default="")
    price: Mapped[int]
    stock: Mapped[int] = mapped_column(default=0)
    left_at: Mapped[datetime | None]


class RewardWishRow(Base):
    """Somebody who wants to be told once a reward is there again."""

    __tablename__ = "reward_wish"

    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    wished_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class RedemptionRow(Base):
    """A redemption 兑换: reserved by telephone, handed over face to face against its code."""

    __tablename__ = "redemption"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        Index(
            "ix_redemption_live_code",
            "community_id",
            "code",
            unique=True,
            sqlite_where=text("state = 'reserved'"),
            postgresql_where=text("state = 'reserved'"),
        ),
        Index("ix_redemption_due", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    number: Mapped[int]
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    reward_id: Mapped[int] = mapped_column(ForeignKey("reward.id"))
    price: Mapped[int]  # as it was when it was reserved
    state: Mapped[str]  # core.points.rules.RedemptionState
    code: Mapped[str]
    phone: Mapped[str | None]  # the phone it was ordered from
    reserved_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reserve_entry: Mapped[int]
    settle_entry: Mapped[int | None]
    settlements: Mapped[int] = mapped_column(default=0)  # undone handovers included


class PointRequestRow(Base):
    """A posting above the set amount, which waits for a second person 双人复核."""

    __tablename__ = "point_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"), index=True)
    kind: Mapped[str]  # core.points.rules.RequestKind
    keeper_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    entry: Mapped[int | None]  # for a reversal, what it would undo
    points: Mapped[int]
    reason: Mapped[str]
    channel: Mapped[str]
    state: Mapped[str]  # core.points.rules.RequestState
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
