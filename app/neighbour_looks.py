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
from core.notices.opinions import opinions_of
from core.notices.queries import progress_of, stages_of
from core.notices.rules import bar
from core.notices.tables import NoticeRow
from core.residents.queries import resident_by_id
from core.staff.queries import staff_by_id
from core.standing.queries import rounds_of, runs_of
from core.standing.tables import StandingOrderRow, WelfareRow

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


def notice_look(session: Session, row: NoticeRow) -> Look:
    """Return one notice with its counts, as a whole and stage by stage."""
    shown = Shown(session, row.community_id)
    found = progress_of(session, row)
    opinions = opinions_of(session, row)
    return {
        "community": shown.community.key,
        "number": row.number,
        "case": shown.case(row.case_id),
        "words": row.words,
        "channel": row.channel,
        "opened_by": shown.staff(row.opened_by),
        "created_at": shown.at(row.created_at),
        "expires_at": shown.at(row.expires_at),
        "stopped_at": shown.at(row.stopped_at),
        "bar": bar(found),
        **asdict(found),
        "opinions": asdict(opinions) if opinions else None,
        "stages": [
            {
                "position": stage.position,
                "audience": stage.audience,
                "state": stage.state,
                "second": shown.staff(stage.second_id),
                "agreed_at": shown.at(stage.agreed_at),
                "ended_at": shown.at(stage.ended_at),
                "without_phone": stage.without_phone,
                **asdict(progress_of(session, row, stage.id)),
            }
            for stage in stages_of(session, row.id)
        ],
    }


def standing_look(session: Session, row: StandingOrderRow) -> Look:
    """Return one standing order, when it is due, and every time that it came round."""
    shown = Shown(session, row.community_id)
    resident = resident_by_id(session, row.resident_id)
    return {
        "community": shown.community.key,
        "key": row.key,
        "what": row.name,
        "kind": row.kind,
        "resident": resident.key if resident else None,
        "vital": row.vital,
        "falls_on": row.falls_on.isoformat() if row.falls_on else None,
        "serves_on": row.serves_on.isoformat() if row.serves_on else None,
        "opens_at": shown.at(row.opens_at),
        "runs": [
            {
                "falls_on": run.falls_on.isoformat(),
                "serves_on": run.serves_on.isoformat(),
                "case": shown.case(run.case_id),
                "state": run.state,
                "channel": run.channel or None,
                "opened_at": shown.at(run.opened_at),
                "answer_by": shown.at(run.answer_by),
                "settled_at": shown.at(run.settled_at),
            }
            for run in runs_of(session, row.id)
        ],
    }


def welfare_look(session: Session, row: WelfareRow) -> Look:
    """Return one welfare call, and every round of it."""
    shown = Shown(session, row.community_id)
    resident = resident_by_id(session, row.resident_id)
    return {
        "community": shown.community.key,
        "key": row.key,
        "what": "welfare",
        "resident": resident.key if resident else None,
        "weekdays": row.weekdays,
        "at": row.at,
        "contact": row.contact_name or None,
        "opens_at": shown.at(row.next_at),
        "rounds": [
            {
                "on": each.on.isoformat(),
                "state": each.state,
                "began_at": shown.at(each.began_at),
                "contact_at": shown.at(each.contact_at),
                "door_at": shown.at(each.door_at),
                "settled_at": shown.at(each.settled_at),
                "said_by": each.said_by or None,
            }
            for each in rounds_of(session, row.id)
        ],
    }
