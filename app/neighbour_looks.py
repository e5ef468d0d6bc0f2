"""Machine-readable looks at the neighbourhood: what ``linli consultation … --json`` prints.

Instants are ISO 8601 with the offset of the community's zone; money is in fen 分.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.cases.queries import case_by_id
from core.communities.queries import community_by_id, office_of
from core.consultations.operations import collected
from core.consultations.queries import (
    answers_of,
    count_of,
    households_of,
    phones_of_household,
    recount_of,
)
from core.consultations.rules import RULES, Count, verdict
from core.consultations.tables import AnswerRow, ConsultationRow, HouseholdRow
from core.staff.queries import staff_by_id

Look = dict[str, Any]


class Shown:
    """How a community writes instants and people."""

    def __init__(self, session: Session, community_id: int) -> None:
        self._session = session
        self.community = community_by_id(session, community_id)
        self._zone = ZoneInfo(office_of(self.community).zone)

    def at(self, instant: datetime | None) -> str | None:
        """Write an instant with its offset."""
        return None if instant is None else instant.astimezone(self._zone).isoformat()

    def staff(self, staff_id: int | None) -> str | None:
        """Name somebody of the staff by key."""
        row = staff_by_id(self._session, staff_id)
        return row.key if row else None

    def case(self, case_id: int | None) -> int | None:
        """Name a case by its number."""
        row = case_by_id(self._session, case_id) if case_id is not None else None
        return row.number if row else None


def consultation_line(session: Session, row: ConsultationRow) -> Look:
    """Return one consultation with its count."""
    shown = Shown(session, row.community_id)
    counted = count_of(session, row)
    sums = collected(session, row)
    return {
        "community": shown.community.key,
        "number": row.number,
        "case": shown.case(row.case_id),
        "where": row.where,
        "words": row.words,
        "rule": row.rule,
        "state": row.state,
        "opened_by": shown.staff(row.opened_by),
        "opened_at": shown.at(row.opened_at),
        "closes_at": shown.at(row.closes_at),
        "closed_at": shown.at(row.closed_at),
        **_count(counted),
        "carries": verdict(RULES[row.rule], counted).carries,
        "total_fen": row.total_fen,
        "paid_fen": sums.paid_fen,
        "left_fen": sums.left_fen,
    }


def consultation_look(session: Session, row: ConsultationRow) -> Look:
    """Return one consultation with its result, its recount, every household and every answer."""
    shown = Shown(session, row.community_id)
    counted = count_of(session, row)
    recounted = recount_of(session, row)
    rows = answers_of(session, row.id)
    return {
        **consultation_line(session, row),
        "result": row.result,
        "recount": {**_count(recounted), "agrees": recounted == counted},
        "households": [
            _household(session, shown, household, rows)
            for household in households_of(session, row.id)
        ],
        "strays": [_answer(shown, answer) for answer in rows if answer.household_id is None],
    }


def _count(counted: Count) -> Look:
    return {**asdict(counted), "silent": counted.silent}


def _household(session: Session, shown: Shown, row: HouseholdRow, answers: Any) -> Look:
    return {
        "place": row.place,
        "area": row.area,
        "phones": [phone.phone for phone in phones_of_household(session, row.id)],
        "answer": row.answer or None,
        "answered_at": shown.at(row.answered_at),
        "share_fen": row.share_fen,
        "paid_fen": row.paid_fen,
        "paid_at": shown.at(row.paid_at),
        "paid_told_by": shown.staff(row.paid_told_by),
        "told": row.told or None,
        "answers": [_answer(shown, each) for each in answers if each.household_id == row.id],
    }


def _answer(shown: Shown, row: AnswerRow) -> Look:
    return {
        "at": shown.at(row.at),
        "place": row.place,
        "phone": row.phone,
        "collected_by": shown.staff(row.staff_id),
        "channel": row.channel,
        "answer": row.answer,
        "counted": row.why == "",
        "why": row.why or None,
        "words": row.words,
    }
