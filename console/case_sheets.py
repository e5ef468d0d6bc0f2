"""A list of cases as a spreadsheet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from console.case_looks import lines_of
from console.exporting import Sheet
from console.services import Visit
from core.access.rules import Right
from core.cases.finding import Filters, newest
from core.cases.visibility import cases_in_reach

_MOST = 20_000


def case_sheet(session: Session, visit: Visit, filters: Filters) -> Sheet:
    """Return the cases in reach that the filters let through, newest first."""
    words = visit.words
    reach = cases_in_reach(visit.access, Right.EXPORT_CASES)
    found = newest(session, visit.access, filters, now=visit.now, conditions=[reach], limit=_MOST)
    heading = [
        words.t(f"case.{name}")
        for name in (
            *("number", "status", "urgency", "category", "channel", "words", "who", "phone"),
            *("where", "holder", "opened", "first_due", "feedback", "satisfied", "reopened"),
        )
    ]
    lines = [
        [
            line.number,
            words.name("status", line.case.status),
            words.name("urgency", line.case.urgency),
            words.name("category", line.case.category),
            words.name("channel", line.case.channel),
            line.case.words,
            line.name,
            words.phone(line.case.phone) if line.case.phone else "",
            line.where,
            line.holder,
            words.stamp(line.case.opened_at),
            words.stamp(line.case.first_due_at),
            words.stamp(line.case.first_feedback_at),
            words.name("satisfied", line.case.satisfied) if line.case.satisfied else "",
            line.case.reopened,
        ]
        for line in lines_of(session, visit, found.cases)
    ]
    return Sheet(words.t("nav.board"), heading, lines)
