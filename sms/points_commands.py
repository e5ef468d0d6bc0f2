"""What a text may ask about points: the wishes of residents, and what keepers record."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AskPoints:
    """积分: the balance and the last entries."""


@dataclass(frozen=True)
class Redeem:
    """兑换: reserve a reward; without its name, what there is."""

    what: str = ""


@dataclass(frozen=True)
class AskActivities:
    """活动: what is on."""


@dataclass(frozen=True)
class SignUp:
    """报名 n: sign up, by the number of the activity or by its name."""

    what: str = ""


@dataclass(frozen=True)
class Attend:
    """签到 code: somebody is there, and was read the code."""

    code: str = ""


@dataclass(frozen=True)
class Credit:
    """加分: ``words`` are who, what for, and how many if not the usual."""

    words: str = ""


@dataclass(frozen=True)
class TakeBack:
    """扣回: ``words`` are who, what for if not the newest, and why."""

    words: str = ""


@dataclass(frozen=True)
class HandOver:
    """发放: ``words`` are the code of a reservation, or whose it is."""

    words: str = ""


@dataclass(frozen=True)
class TakeAttendance:
    """签到 from a keeper: ``words`` are the activity and who was there; nobody: a code is asked."""

    words: str = ""


PointsWish = AskPoints | Redeem | AskActivities | SignUp | Attend
POINTS_WISHES = (AskPoints, Redeem, AskActivities, SignUp, Attend)
KeeperCommand = Credit | TakeBack | HandOver | TakeAttendance
KEEPER_COMMANDS = (Credit, TakeBack, HandOver, TakeAttendance)
