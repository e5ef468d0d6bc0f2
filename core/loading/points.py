"""The sections of the community file about points: activities, rewards, cycles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import Field, NaiveDatetime

from core.loading.lines import Path
from core.loading.section import Section
from core.loading.values import Key, Words
from core.points.rules import LARGEST_AMOUNT, PointClass, PointsRules

Amount = Annotated[int, Field(gt=0, le=LARGEST_AMOUNT)]


class ActivitySection(Section):
    """An activity 活动; without ``starts`` it is a standing one, good once a person and day."""

    key: Key
    name: Words
    english_name: str = ""
    kind: PointClass
    points: Amount
    starts: NaiveDatetime | None = None  # local
    ends: NaiveDatetime | None = None
    place: str = ""
    capacity: Annotated[int, Field(gt=0)] | None = None


class RewardSection(Section):
    """A reward 奖品; ``stock`` is what is there when it is first loaded."""

    key: Key
    name: Words
    english_name: str = ""
    price: Amount
    stock: Annotated[int, Field(ge=0)] = 0


class CycleSection(Section):
    """A points cycle 积分周期; what is not carried into the next ends with its last day."""

    key: Key
    name: Words
    starts: date
    ends: date
    carry_percent: Annotated[int, Field(ge=0, le=100)] = 0


def activity_findings(
    activities: Sequence[ActivitySection], rules: PointsRules
) -> Iterator[tuple[Path, str]]:
    """Yield what does not fit in the activities."""
    for position, activity in enumerate(activities):
        path: Path = ("activity", position)
        if activity.points > rules.most_a_posting:
            words = f"一次最多记 {rules.most_a_posting} 分 (at most, see [points] most_a_posting)"
            yield (*path, "points"), words
        if (activity.starts is None) != (activity.ends is None):
            yield (*path, "ends"), "starts 和 ends 要么都写,要么都不写 (both or neither)"
        elif activity.starts and activity.ends and activity.ends <= activity.starts:
            yield (*path, "ends"), "结束要晚于开始 (ends after it starts)"
        if activity.starts is None and activity.capacity is not None:
            words = "不定时的活动不用报名,不写 capacity (a standing activity has no capacity)"
            yield (*path, "capacity"), words


def cycle_findings(cycles: Sequence[CycleSection]) -> Iterator[tuple[Path, str]]:
    """Yield what does not fit in the cycles."""
    for position, cycle in enumerate(cycles):
        if cycle.ends < cycle.starts:
            yield ("cycle", position, "ends"), "结束要晚于开始 (ends after it starts)"
    in_order = sorted(enumerate(cycles), key=lambda pair: pair[1].starts)
    for (_, earlier), (position, later) in pairwise(in_order):
        if later.starts <= earlier.ends:
            words = f"和 {earlier.name} 的日子重叠了 (overlaps {earlier.key})"
            yield ("cycle", position, "starts"), words
