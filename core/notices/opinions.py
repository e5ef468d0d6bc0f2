"""What members think of a case that they heard of first: how many were asked, who answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.rules import SERVICE, What
from core.cases.tables import CaseEventRow
from core.notices.queries import stages_of
from core.notices.rules import PhoneState
from core.notices.tables import NoticePhoneRow, NoticeRow
from core.residents.tables import ResidentRow

MEMBERS = "party_member"
_NOT_ASKED = (PhoneState.REFUSED, PhoneState.UNREACHABLE, PhoneState.STOPPED, PhoneState.EXPIRED)


@dataclass(frozen=True)
class Opinions:
    """How many members were asked, how many of them answered, and every word of any member."""

    asked: int
    answered: int
    words: Sequence[str]  # as they stand on the case: 邓建新（党员）：…


def opinions_of(session: Session, notice: NoticeRow) -> Opinions | None:
    """Count the opinions on the case of a notice; None if it asks no members about a case."""
    stages = stages_of(session, notice.id)
    mine = [stage.id for stage in stages if stage.audience["group"] == MEMBERS]
    if notice.case_id is None or not mine:
        return None
    asked = set(
        session.scalars(
            select(ResidentRow.key)
            .join(NoticePhoneRow, NoticePhoneRow.resident_id == ResidentRow.id)
            .where(NoticePhoneRow.stage_id.in_(mine), NoticePhoneRow.state.not_in(_NOT_ASKED))
        )
    )
    said = session.execute(
        select(CaseEventRow.actor, CaseEventRow.words)
        .where(
            CaseEventRow.case_id == notice.case_id,
            CaseEventRow.what == What.OPINION,
            CaseEventRow.actor != SERVICE.name,
        )
        .order_by(CaseEventRow.id)
    ).all()
    answered = asked & {actor for actor, _ in said}
    return Opinions(len(asked), len(answered), [words for _, words in said])


def newest_of_case(session: Session, case_id: int) -> NoticeRow | None:
    """Return the newest notice about a case."""
    mine = select(NoticeRow).where(NoticeRow.case_id == case_id)
    return session.scalars(mine.order_by(NoticeRow.id.desc()).limit(1)).first()
