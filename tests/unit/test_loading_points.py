"""Points in the community file: loaded, changed, left; balances and stock are never touched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import community_by_key
from core.db import Database
from core.loading.changes import Changes
from core.loading.file import BadFile, read_file
from core.loading.operations import load_file
from core.points.ledger import rules_of
from core.points.operations import restock
from core.points.tables import ActivityRow, PointCycleRow, RewardRow
from tests.world import MONDAY_MORNING, local

DEMO = (Path(__file__).parents[2] / "fixtures/demo/community.toml").read_text("utf-8")


def load(database: Database, text: str = DEMO) -> Changes:
    with database.transaction() as session:
        return load_file(session, name="our.toml", text=text, now=MONDAY_MORNING)


def changed(old: str, new: str) -> str:
    assert old in DEMO
    return DEMO.replace(old, new, 1)


def reward(session: Session, key: str) -> RewardRow:
    return session.scalars(select(RewardRow).where(RewardRow.key == key)).one()


def refused(text: str) -> str:
    with pytest.raises(BadFile) as caught:
        read_file(text, name="our.toml")
    return "\n".join(caught.value.lines())


def test_activities_rewards_cycles_and_limits_are_loaded(database: Database) -> None:
    load(database)

    with database.reading() as session:
        community = community_by_key(session, "dongcheng")
        assert community is not None
        assert rules_of(session, community.id).four_eyes_above == 20
        reading = session.scalars(select(ActivityRow).where(ActivityRow.key == "reading")).one()
        assert (reading.points, reading.point_class, reading.capacity) == (4, "learn", 20)
        assert reading.starts_at == local("2026-11-27 16:00")
        assert [row.stock for row in session.scalars(select(RewardRow).order_by(RewardRow.id))] == [
            50,
            20,
            10,
        ]
        cycle = session.scalars(select(PointCycleRow).order_by(PointCycleRow.id)).first()
        assert cycle is not None
        assert (cycle.ends_on, cycle.carry_percent) == (date(2026, 12, 31), 30)
    assert load(database).is_empty


def test_a_price_changes_but_the_stock_is_what_the_shop_counts(database: Database) -> None:
    load(database)
    with database.transaction() as session:
        restock(session, reward(session, "oil"), added=5, now=MONDAY_MORNING)

    changes = load(database, changed("price = 60\nstock = 10", "price = 70\nstock = 99"))

    assert changes.lines == ["~ 奖品 reward oil price: 60 → 70"]
    with database.reading() as session:
        assert (reward(session, "oil").price, reward(session, "oil").stock) == (70, 15)


def test_what_the_file_no_longer_names_leaves_and_a_limit_that_changed_is_shown(
    database: Database,
) -> None:
    load(database)
    at = DEMO.index('[[reward]]\nkey = "oil"')
    text = DEMO[:at] + DEMO[DEMO.index("# 积分周期", at) :]

    changes = load(database, text.replace("four_eyes_above = 20", "four_eyes_above = 30"))

    assert changes.lines == [
        "~ 积分 points dongcheng four_eyes_above: 20 → 30",
        "- 奖品 reward oil 花生油",
    ]


def test_a_share_that_shrinks_after_it_was_announced_is_announced_again(
    database: Database,
) -> None:
    load(database)
    with database.transaction() as session:
        for cycle in session.scalars(select(PointCycleRow)):
            cycle.announced_at, cycle.announced_to = MONDAY_MORNING, 7

    load(database, changed("carry_percent = 30", "carry_percent = 50"))
    load(database, changed("carry_percent = 30", "carry_percent = 10"))

    with database.reading() as session:
        this, following = session.scalars(select(PointCycleRow).order_by(PointCycleRow.id))
        assert (this.announced_at, this.announced_to) == (None, 0)
        assert (following.announced_at, following.announced_to) == (MONDAY_MORNING, 7)


def test_a_cycle_that_was_over_before_takes_nothing_from_anybody(database: Database) -> None:
    load(
        database,
        changed("starts = 2026-01-01\nends = 2026-12-31", "starts = 2025-01-01\nends = 2025-12-31"),
    )

    with database.reading() as session:
        ended = session.scalars(select(PointCycleRow.ended_at).order_by(PointCycleRow.id)).all()
    assert ended == [MONDAY_MORNING, None]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points = 5", "points = 0", "activity[1] snow points"),
        ("points = 5", "points = 101", "一次最多记 100 分"),
        ('kind = "learn"', 'kind = "study"', "activity[3] reading kind"),
        ("ends = 2026-11-27T17:30:00", "ends = 2026-11-27T15:30:00", "结束要晚于开始"),
        ("ends = 2026-11-27T17:30:00\n", "", "要么都写,要么都不写"),
        ("starts = 2026-11-27T16:00:00", "starts = 2026-11-27T16:00:00Z", "reading starts"),
        ("price = 60", "price = -1", "reward[3] oil price"),
        ("price = 60", "prise = 60", "是不是想写 price?"),
        ("stock = 10", "stock = -1", "reward[3] oil stock"),
        ("carry_percent = 30", "carry_percent = 101", "cycle[1] 2026 carry_percent"),
        ("starts = 2027-01-01", "starts = 2026-12-31", "重叠"),
        ("ends = 2026-12-31", "ends = 2025-12-31", "结束要晚于开始"),
        ("four_eyes_above = 20", "four_eyes = 20", "是不是想写 four_eyes_above?"),
        ('groups = ["party_member"]', 'groups = ["party"]', "jinguilan groups"),
        ('key = "visit"', 'key = "snow"', "key snow 用过了"),
    ],
)
def test_a_slip_is_told_with_its_place(old: str, new: str, said: str) -> None:
    assert said in refused(changed(old, new))
