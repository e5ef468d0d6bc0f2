"""How somebody is spoken to on a telephone: language, pace, loudness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.residents.queries import line_of, residents_of_phone
from core.residents.tables import ResidentRow

_HARD_OF_HEARING = "hard_of_hearing"  # a need 要照应 in the register


@dataclass(frozen=True)
class Hearing:
    """What a telephone has asked for, and what the register says of who holds it."""

    language: str = "zh_CN"
    slow: bool = False
    loud: bool = False

    @property
    def pace(self) -> str:
        """Name the pace as voices know it."""
        return "slow" if self.slow else "normal"


def hearing_of(session: Session, community_id: int, phone: str | None) -> Hearing:
    """Return how the one on ``phone`` is spoken to; None is a hidden number."""
    residents = residents_of_phone(session, community_id, phone)
    line = line_of(session, community_id, phone) if phone else None
    return Hearing(
        language=(line.language if line else None) or _language_of(residents),
        slow=line.slow if line else False,
        loud=any(_HARD_OF_HEARING in row.needs for row in residents),
    )


def _language_of(residents: Sequence[ResidentRow]) -> str:
    languages = {row.language for row in residents}
    return languages.pop() if len(languages) == 1 else "zh_CN"
