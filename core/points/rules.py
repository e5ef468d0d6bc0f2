"""What points are and what a community allows: tables and arithmetic, no I/O."""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from core.errors import Refusal

LARGEST_AMOUNT = 1_000_000  # of one leg, whatever a community allows; the database refuses more
_LONGEST_REASON = 120
_DIGITS = "零一二三四五六七八九"


def _hanzi(number: int) -> str:
    """Write a number below a hundred as it is spoken: 十二, 二十, 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


_CHINESE_AMOUNTS = {_hanzi(number): number for number in range(100)} | {"两": 2, "一百": 100}


class PointClass(enum.StrEnum):
    """What an activity is an exercise in."""

    LEARN = "learn"  # 学
    THINK = "think"  # 思
    PRACTISE = "practise"  # 践


class AccountKind(enum.StrEnum):
    """Where points can be."""

    ISSUING = "issuing"  # where they come from: its balance is what was issued, below zero
    RESIDENT = "resident"  # free to be spent
    RESERVED = "reserved"  # held for a reward that waits to be fetched
    SPENT = "spent"
    EXPIRED = "expired"


class Source(enum.StrEnum):
    """What an entry goes back to."""

    ACTIVITY = "activity"
    CASE = "case"
    TASK = "task"  # a volunteer's finished call 征集
    OPENING = "opening"  # a line of the paper ledger
    REDEMPTION = "redemption"
    CYCLE = "cycle"
    REVERSAL = "reversal"


EARNINGS = frozenset({Source.ACTIVITY, Source.CASE, Source.TASK})


class RedemptionState(enum.StrEnum):
    """Where a redemption 兑换 stands."""

    RESERVED = "reserved"
    HANDED_OVER = "handed_over"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class RequestState(enum.StrEnum):
    """Where a posting stands that needs a second person."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"  # nobody answered


class RequestKind(enum.StrEnum):
    """What a second person is asked to agree to."""

    CREDIT = "credit"  # 加分
    TAKE_BACK = "take_back"  # 扣回


@dataclass(frozen=True, order=True)
class Account:
    """One account of a community's book, named as its entries name it for ever."""

    kind: AccountKind
    label: str = ""
    resident_id: int | None = None

    @property
    def name(self) -> str:
        """Return the name that is hashed with every leg.

        >>> resident_account(12).name, issuing_account("learn").name, SPENT.name
        ('resident:12', 'issuing:learn', 'spent')
        """
        return f"{self.kind}:{self.label}" if self.label else str(self.kind)


SPENT = Account(AccountKind.SPENT)
EXPIRED = Account(AccountKind.EXPIRED)


def issuing_account(label: str) -> Account:
    """Return the account that issues the points of a class, or of the paper ledger."""
    return Account(AccountKind.ISSUING, str(label))


def resident_account(resident_id: int) -> Account:
    """Return the account of what a resident may spend."""
    return Account(AccountKind.RESIDENT, str(resident_id), resident_id)


def reserved_account(resident_id: int) -> Account:
    """Return the account of what is held for a resident's reservations."""
    return Account(AccountKind.RESERVED, str(resident_id), resident_id)


class PointsRules(BaseModel):
    """What a community allows; its file may set each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most_a_posting: int = Field(default=100, gt=0, le=10_000)
    keeper_day_limit: int = Field(default=500, gt=0)  # points one keeper may post in a day
    four_eyes_above: int = Field(default=20, gt=0)  # more in one posting: a second person agrees
    reservation_days: int = Field(default=7, gt=0, le=60)
    most_reservations: int = Field(default=3, gt=0)  # a forged number must not empty the shelf
    attendance_code_minutes: int = Field(default=180, gt=0)
    named_in_a_list: int = Field(default=5, gt=0)


def read_points(words: str, rules: PointsRules) -> int:
    """Read an amount that a keeper wrote.

    >>> [read_points(words, PointsRules()) for words in ("３分", "两", "二十一分", "一百")]
    [3, 2, 21, 100]

    :raises Refusal: ``sms.points.bad_amount`` for zero, a negative, a fraction, a sum that no
        deed is worth, or what is no number.
    """
    written = unicodedata.normalize("NFKC", words).strip().removesuffix("分").strip()
    number = _CHINESE_AMOUNTS.get(written)
    if number is None and written.isascii() and written.isdigit() and len(written) <= 6:
        number = int(written)
    if number is None:
        raise Refusal("sms.points.bad_amount", most=str(rules.most_a_posting))
    check_points(number, rules)
    return number


def check_points(points: int, rules: PointsRules) -> None:
    """Let an amount pass that one posting may have.

    :raises Refusal: ``sms.points.bad_amount``.
    """
    if not 1 <= points <= rules.most_a_posting:
        raise Refusal("sms.points.bad_amount", most=str(rules.most_a_posting))


def carried(points: int, carry_percent: int) -> int:
    """Return what of a balance goes on into the next cycle; a half point stays the resident's.

    >>> carried(15, 50), carried(15, 0), carried(15, 100)
    (8, 0, 15)
    """
    return -(-points * carry_percent // 100)


def expiring(at_end: int, *, carry_percent: int, gone_since: int = 0) -> int:
    """Return what of the balance at a cycle's end expires.

    What went after the end, before the end was booked, counts as the expiring points.

    >>> expiring(100, carry_percent=30), expiring(100, carry_percent=30, gone_since=60)
    (70, 10)
    """
    return max(0, at_end - carried(at_end, carry_percent) - gone_since)


def tidy(words: str, longest: int = _LONGEST_REASON) -> str:
    """Return words as a book can keep them: one line, no unseen signs, not endless.

    >>> tidy("  扫雪\\x00 \\n 两小时 ")
    '扫雪 两小时'
    """
    seen = "".join(
        " " if sign.isspace() else sign
        for sign in words
        if sign.isspace() or unicodedata.category(sign) not in ("Cc", "Cs")
    )
    return " ".join(seen.split())[:longest]
