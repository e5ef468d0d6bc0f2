"""To whom a notice goes, how fast, and how it is counted: pure, no I/O."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

PURPOSE = "broadcast"  # of texts in the outbox


class Channel(enum.StrEnum):
    """How a notice reaches a telephone."""

    TEXT = "text"
    CALL = "call"
    BOTH = "both"


class StageState(enum.StrEnum):
    """Where a stage 批次 of a notice stands."""

    PROPOSED = "proposed"  # waits for its turn
    ASKED = "asked"  # waits for a second person's word
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    EXPIRED = "expired"


class PhoneState(enum.StrEnum):
    """Where one telephone of a notice stands, before the outbox or a call has it."""

    WAITING = "waiting"
    HANDED = "handed"  # its text or call is a row of its own now
    REFUSED = "refused"  # wants no notices
    UNREACHABLE = "unreachable"
    STOPPED = "stopped"
    EXPIRED = "expired"


ENDED = frozenset({StageState.DONE, StageState.REFUSED, StageState.STOPPED, StageState.EXPIRED})


@dataclass(frozen=True)
class Audience:
    """Who is meant; empty fields mean everybody."""

    group: str = ""  # party_member, volunteer
    min_age: int = 0
    need: str = ""  # no_heating
    estate_id: int | None = None
    place: str = ""  # a building or stair of it
    shown: str = ""  # as it was written: 青湖华庭老人


_GROUPS: Mapping[str, tuple[str, str]] = {
    "党员": ("group", "party_member"),
    "志愿者": ("group", "volunteer"),
    "没暖气的": ("need", "no_heating"),
    "没暖气": ("need", "no_heating"),
    "没有暖气的": ("need", "no_heating"),
}
_EVERYBODY = re.compile(r"(?:全体居民|全体|所有人|大家|全社区)")
_OLD = re.compile(r"(?:(?P<age>[6-9]\d|七十|八十|六十)岁?以上(?:的)?(?:老人)?|老人)")
_AGES = {"六十": 60, "七十": 70, "八十": 80}
_CHANNELS = {"短信": Channel.TEXT, "电话": Channel.CALL, "都发": Channel.BOTH, "都": Channel.BOTH}
_CHANNEL = re.compile(r"(?:用|发|打)?(?P<how>短信|电话|都发|都)(?=[\s,，:：。])")
_UNTIL = re.compile(
    r"(?:有效)?(?:到|至)(?P<day>今天|明天|后天)?\s*(?P<hour>\d{1,2})(?:[:点](?P<minute>\d{2})?)(?:分)?(?=[\s,，:：。])"
)
_MEMBERS_FIRST = re.compile(r"先(?:发)?党员")
_DAYS = {"今天": 0, "明天": 1, "后天": 2, None: 0}
_BETWEEN = " ,，。:：、"


@dataclass(frozen=True)
class Wish:
    """What the head of a notice says besides where: whom, how, until when, members first."""

    group: str = ""
    min_age: int = 0
    need: str = ""
    everybody: bool = False
    channel: Channel = Channel.TEXT
    until: tuple[int, int, int] | None = None  # days from today, hour, minute
    members_first: bool = False
    named: str = ""  # the words that said whom


def read_wish(words: str, wish: Wish) -> tuple[Wish, str]:
    """Read one setting at the head of words; unchanged words if there is none.

    >>> read_wish("先党员 青湖 停水", Wish())[0].members_first
    True
    """
    said = words.lstrip(_BETWEEN)
    for name, (field, value) in sorted(_GROUPS.items(), key=lambda pair: -len(pair[0])):
        if said.startswith(name):
            changed = {"group": wish.group, "need": wish.need, field: value}
            return _with(wish, said[: len(name)], **changed), said[len(name) :]
    for pattern, change in _SETTINGS:
        found = pattern.match(said)
        if found:
            return change(wish, found), said[found.end() :]
    return wish, words


def _with(wish: Wish, named: str, **changed: object) -> Wish:
    return Wish(**{**vars(wish), **changed, "named": wish.named + named})


def _old(wish: Wish, found: re.Match[str]) -> Wish:
    age = found["age"]
    years = 70 if age is None else _AGES.get(age) or int(age)
    return _with(wish, found.group(), min_age=years)


def _until(wish: Wish, found: re.Match[str]) -> Wish:
    until = (_DAYS[found["day"]], int(found["hour"]) % 24, int(found["minute"] or 0) % 60)
    return _with(wish, "", until=until)


_SETTINGS = (
    (_MEMBERS_FIRST, lambda wish, _found: _with(wish, "", members_first=True)),
    (_EVERYBODY, lambda wish, found: _with(wish, found.group(), everybody=True)),
    (_OLD, _old),
    (_CHANNEL, lambda wish, found: _with(wish, "", channel=_CHANNELS[found["how"]])),
    (_UNTIL, _until),
)


@dataclass(frozen=True)
class Progress:
    """What became of a notice so far, in telephones."""

    phones: int = 0
    waiting: int = 0
    under_way: int = 0
    unknown: int = 0  # the provider was asked, and nobody knows yet
    reached: int = 0  # a text that went out, or a call that somebody took
    heard: int = 0  # of those: key 1
    refused: int = 0
    unreachable: int = 0
    stopped: int = 0
    expired: int = 0

    @property
    def settled(self) -> int:
        """Return how many telephones nothing more happens to."""
        return self.phones - self.waiting - self.under_way - self.unknown


_BAR = 20


def bar(progress: Progress) -> str:
    """Draw how far it is.

    >>> bar(Progress(phones=4, reached=1, waiting=3))
    '█████░░░░░░░░░░░░░░░ 25%'
    """
    share = progress.settled / progress.phones if progress.phones else 1.0
    full = math.floor(share * _BAR)
    return f"{'█' * full}{'░' * (_BAR - full)} {math.floor(share * 100)}%"


_BURST = timedelta(seconds=1)


@dataclass(frozen=True)
class Allowance:
    """How many may go now, and until when the rate is used up then."""

    count: int
    used_until: datetime


def allow(used_until: datetime, now: datetime, *, per_second: float, most: int) -> Allowance:
    """Pace by the provider's rate: never more than one second's worth ahead of it.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 23, tzinfo=UTC)
    >>> allow(now - timedelta(hours=1), now, per_second=10, most=50).count
    10
    """
    start = max(used_until, now)
    ahead = (now + _BURST - start).total_seconds()
    # a rate below one a second still sends one, and then waits
    room = ahead * per_second if per_second >= 1 else float(start <= now)
    count = max(0, min(most, math.floor(room + 1e-9)))
    return Allowance(count, start + timedelta(seconds=count / per_second))
