"""Who is asked first, and how a code word is chosen: pure, no I/O."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime, time, timedelta


class CallState(enum.StrEnum):
    """Where a call for volunteers 征集 stands."""

    OPEN = "open"
    FULL = "full"
    DONE = "done"
    CALLED_OFF = "called_off"


class InvitationState(enum.StrEnum):
    """Where one volunteer stands to it."""

    ASKED = "asked"
    ACCEPTED = "accepted"  # 去
    DECLINED = "declined"
    THANKED = "thanked"  # there were enough
    CAME = "came"
    ABSENT = "absent"  # accepted and did not come: seen by staff, never published


WAVE_EVERY = timedelta(minutes=15)
WAVE_TIMES = 2  # so many are asked at once as are wanted, times this
MOST_WANTED = 50
POINTS = 5  # a volunteer, where the opener names none

# What anybody can picture, and tell from one another on a bad line.
CODE_WORDS = (
    *("腊梅", "白菜", "太阳", "火车", "葡萄", "雪花", "核桃", "骆驼", "月亮", "石榴"),
    *("麦子", "喜鹊", "红枣", "棉花", "白杨", "西瓜", "灯笼", "馒头", "鲤鱼", "大雁"),
)


def distance(
    home_estate: int | None,
    home: str,
    grid: int | None,
    *,
    estate: int | None,
    place: str,
    of_grid: int | None,
) -> int:
    """Tell how far a home is from a place: 0 same stair, 1 building, 2 grid, 3 estate, 4 beyond.

    >>> distance(1, "3-3-202", 7, estate=1, place="3-3-402", of_grid=7)
    0
    >>> distance(2, "3-3-202", 8, estate=1, place="3-3-402", of_grid=7)
    4
    """
    if home_estate is None or home_estate != estate:
        return 4
    mine, theirs = home.split("-"), place.split("-")
    if home and place and mine[:2] == theirs[:2] and len(theirs) > 1:
        return 0
    if home and place and mine[0] == theirs[0]:
        return 1
    return 2 if grid is not None and grid == of_grid else 3


def is_free(weekdays: str, begins: str, ends: str, at: datetime) -> bool:
    """Tell whether a local instant lies within somebody's hours; empty ones are always free.

    >>> is_free("67", "", "", datetime(2026, 11, 28, 9))
    True
    >>> is_free("67", "10:00", "", datetime(2026, 11, 28, 9))
    False
    """
    if weekdays and str(at.isoweekday()) not in weekdays:
        return False
    clock = at.time()
    after = not begins or clock >= time.fromisoformat(begins)
    return after and (not ends or clock < time.fromisoformat(ends))


def given_name(name: str) -> str:
    """Return by which name somebody is announced: without the family's.

    >>> given_name("胡美华"), given_name("Anna Smith")
    ('美华', 'Anna')
    """
    if name.isascii():
        return name.split()[0] if name.split() else name
    return name[1:] if len(name) > 1 else name


def code_word(number: int, taken: Sequence[str] = ()) -> str:
    """Choose the code word of a call by its number, another than those in use.

    >>> code_word(0), code_word(0, ["腊梅"])
    ('腊梅', '白菜')
    """
    free = [word for word in CODE_WORDS if word not in taken] or list(CODE_WORDS)
    return free[number % len(free)]
