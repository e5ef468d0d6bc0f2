"""Activities, rewards, cycles and limits of points, from the file into the book's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.loading.merging import Load, Merge
from core.loading.sections import CommunityFile
from core.loading.wanted import Wanted
from core.points.ledger import rules_of, set_rules
from core.points.tables import ActivityRow, PointCycleRow, RewardRow
from core.sla.hours import local_day

_REWARD = "奖品 reward"
_CYCLE = "积分周期 cycle"


def load_points(session: Session, load: Load) -> None:
    """Bring the points of a community to what its file says; balances and stock stay."""
    file = load.file
    _load_rules(session, load)
    Merge(load, "活动 activity", ActivityRow).rows(session, wanted=activities_wanted(file))
    rewards = Merge(load, _REWARD, RewardRow).rows(session, wanted=rewards_wanted(file))
    for reward in file.reward:
        if (_REWARD, reward.key) in load.added:
            rewards[reward.key].stock = reward.stock
    carried = _carried(session, load.community.id)
    cycles = Merge(load, _CYCLE, PointCycleRow).rows(session, wanted=cycles_wanted(file))
    _close_history(load, list(cycles.values()))
    _announce_anew(cycles.values(), carried)
    session.flush()


def activities_wanted(file: CommunityFile) -> Wanted:
    """Return the columns of each activity 活动; its times are those of the office's clock."""
    zone = ZoneInfo(file.office.zone)

    def instant(local: datetime | None) -> datetime | None:
        return local.replace(tzinfo=zone).astimezone(UTC) if local else None

    return {
        activity.key: {
            "name": activity.name,
            "english_name": activity.english_name,
            "point_class": activity.kind.value,
            "points": activity.points,
            "starts_at": instant(activity.starts),
            "ends_at": instant(activity.ends),
            "place": activity.place,
            "capacity": activity.capacity,
        }
        for activity in file.activity
    }


def rewards_wanted(file: CommunityFile) -> Wanted:
    """Return the columns of each reward 奖品, but for its stock, which the shop counts."""
    return {
        reward.key: {
            "name": reward.name,
            "english_name": reward.english_name,
            "price": reward.price,
        }
        for reward in file.reward
    }


def cycles_wanted(file: CommunityFile) -> Wanted:
    """Return the columns of each points cycle 积分周期."""
    return {
        cycle.key: {
            "name": cycle.name,
            "starts_on": cycle.starts,
            "ends_on": cycle.ends,
            "carry_percent": cycle.carry_percent,
        }
        for cycle in file.cycle
    }


def _load_rules(session: Session, load: Load) -> None:
    old = rules_of(session, load.community.id).model_dump()
    new = load.file.points.model_dump()
    for name, value in new.items():
        if old[name] != value:
            load.changes.changed("积分 points", load.community.key, name, old[name], value)
    set_rules(session, load.community.id, load.file.points)


def _carried(session: Session, community_id: int) -> dict[str, int]:
    """Return what each cycle carried before the load, by its key."""
    rows = session.execute(
        select(PointCycleRow.key, PointCycleRow.carry_percent).where(
            PointCycleRow.community_id == community_id
        )
    )
    return {row.key: row.carry_percent for row in rows}


def _announce_anew(cycles: Iterable[PointCycleRow], carried: Mapping[str, int]) -> None:
    """Let nobody lose more than was announced: a smaller share is announced again first."""
    for cycle in cycles:
        is_less = cycle.carry_percent < carried.get(cycle.key, 0)
        if is_less and cycle.ended_at is None and not cycle.ended_to:
            cycle.announced_at, cycle.announced_to = None, 0


def _close_history(load: Load, cycles: list[PointCycleRow]) -> None:
    """Let a cycle that was over before it was first loaded take nothing from anybody."""
    today = local_day(load.file.office.office(), load.now)
    for cycle in cycles:
        if (_CYCLE, cycle.key) in load.added and cycle.ends_on < today:
            cycle.announced_at = cycle.ended_at = load.now
