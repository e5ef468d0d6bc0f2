"""Whose answer counts, when a question carries, and how costs are shared: pure, no I/O."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction


class Answer(enum.StrEnum):
    """What a household says 意见."""

    AGREE = "agree"  # 同意
    DISAGREE = "disagree"  # 不同意


class State(enum.StrEnum):
    """Where a consultation 协商 stands."""

    OPEN = "open"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


class Why(enum.StrEnum):
    """Why an answer that came does not count; kept beside it."""

    COUNTED = ""
    SAME = "same"  # says what stands already
    LATE = "late"  # at the closing instant or after it
    NOT_ASKED = "not_asked"  # from somebody, or for a household, that was not asked
    OTHER_PHONE = "other_phone"  # another telephone of the household answered first


@dataclass(frozen=True)
class Rule:
    """When a question carries; shares of the households, and of the area where it is asked for.

    ``quorum`` is the least share that takes part. Of those that take part ``consent`` is the
    least share that agrees, or with ``more_than`` the share that must be surpassed.
    """

    name: str
    quorum: Fraction
    consent: Fraction
    more_than: bool
    by_area: bool = False


_TWO_THIRDS, _HALF, _THREE_QUARTERS = Fraction(2, 3), Fraction(1, 2), Fraction(3, 4)
# Civil Code of the PRC, art. 278: two thirds of the owners by number and by area take part;
# more than half of those (matters of items 1-5, 9), or three quarters (items 6-8), agree.
RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("usual", _TWO_THIRDS, _HALF, more_than=True),
        Rule("common", _TWO_THIRDS, _HALF, more_than=True, by_area=True),
        Rule("major", _TWO_THIRDS, _THREE_QUARTERS, more_than=False, by_area=True),
        Rule("everybody", Fraction(1), Fraction(1), more_than=False),
    )
}
RULE_WORDS: Mapping[str, str] = {"一般事项": "common", "重大事项": "major", "全体同意": "everybody"}


@dataclass(frozen=True)
class Cast:
    """One answer as it came. ``voice`` is the telephone, or None at the door."""

    household: int | None
    voice: str | None
    answer: Answer
    at: datetime


@dataclass(frozen=True)
class Standing:
    """What a household says as it stands, and by which telephone (None: at the door)."""

    answer: Answer
    voice: str | None


def judge(
    standing: Standing | None, cast: Cast, *, asked: bool, closes_at: datetime, is_open: bool = True
) -> Why:
    """Tell whether an answer counts: one ballot a household, of the telephone that came first.

    That telephone may change it until the close; what is said at the door, by whoever opened,
    replaces it, and may be changed by any telephone of the household.
    """
    if not asked:
        return Why.NOT_ASKED
    if not is_open or cast.at >= closes_at:
        return Why.LATE
    if standing is None or cast.voice is None or standing.voice is None:
        return Why.SAME if _says(standing) is cast.answer else Why.COUNTED
    if standing.voice != cast.voice:
        return Why.OTHER_PHONE
    return Why.SAME if standing.answer is cast.answer else Why.COUNTED


def recount(
    casts: Iterable[Cast], *, households: Iterable[int], closes_at: datetime
) -> dict[int, Standing]:
    """Count every answer that ever came anew, in the order in which they came."""
    asked = frozenset(households)
    standings: dict[int, Standing] = {}
    for cast in casts:
        if cast.household is None:
            continue
        before = standings.get(cast.household)
        why = judge(before, cast, asked=cast.household in asked, closes_at=closes_at)
        if why is Why.COUNTED:
            standings[cast.household] = Standing(cast.answer, cast.voice)
    return standings


@dataclass(frozen=True)
class Count:
    """What was said: households, and their area (in square decimetres) where it is known."""

    asked: int
    agree: int
    disagree: int
    area_asked: int = 0
    area_agree: int = 0
    area_disagree: int = 0

    @property
    def taking_part(self) -> int:
        """Return how many households answered."""
        return self.agree + self.disagree

    @property
    def silent(self) -> int:
        """Return how many have not."""
        return self.asked - self.taking_part


def count(areas: Mapping[int, int], standings: Mapping[int, Standing]) -> Count:
    """Add up: ``areas`` names every household asked, ``standings`` those that answered."""
    agree = [key for key in areas if _is(standings.get(key), Answer.AGREE)]
    disagree = [key for key in areas if _is(standings.get(key), Answer.DISAGREE)]
    return Count(
        asked=len(areas),
        agree=len(agree),
        disagree=len(disagree),
        area_asked=sum(areas.values()),
        area_agree=sum(areas[key] for key in agree),
        area_disagree=sum(areas[key] for key in disagree),
    )


@dataclass(frozen=True)
class Verdict:
    """Whether a question carries, and what it lacks."""

    enough_take_part: bool
    enough_agree: bool

    @property
    def carries(self) -> bool:
        """Tell whether it is carried 通过."""
        return self.enough_take_part and self.enough_agree


def verdict(rule: Rule, counted: Count) -> Verdict:
    """Apply a rule to a count.

    >>> verdict(RULES["usual"], Count(asked=12, agree=10, disagree=1)).carries
    True
    >>> verdict(RULES["usual"], Count(asked=12, agree=7, disagree=0)).enough_take_part
    False
    """
    shares = [(counted.asked, counted.taking_part, counted.agree)]
    if rule.by_area:
        taking_part = counted.area_agree + counted.area_disagree
        shares.append((counted.area_asked, taking_part, counted.area_agree))
    return Verdict(
        enough_take_part=all(_reaches(part, whole, rule.quorum) for whole, part, _ in shares),
        enough_agree=all(
            _reaches(agree, part, rule.consent, more_than=rule.more_than)
            for _, part, agree in shares
        ),
    )


def split(total_fen: int, households: int) -> Sequence[int]:
    """Share an amount in fen 分 to the cent; the first bear what does not divide.

    >>> split(10000, 3)
    [3334, 3333, 3333]
    """
    share, left = divmod(total_fen, households)
    return [share + (position < left) for position in range(households)]


def yuan(fen: int) -> str:
    """Write an amount as people do: 30, 33.34.

    >>> yuan(3000), yuan(3334)
    ('30', '33.34')
    """
    return str(fen // 100) if fen % 100 == 0 else f"{fen // 100}.{fen % 100:02d}"


def _says(standing: Standing | None) -> Answer | None:
    return standing.answer if standing is not None else None


def _is(standing: Standing | None, answer: Answer) -> bool:
    return _says(standing) is answer


def _reaches(part: int, whole: int, share: Fraction, *, more_than: bool = False) -> bool:
    if whole == 0:
        return False
    return Fraction(part, whole) > share if more_than else Fraction(part, whole) >= share
