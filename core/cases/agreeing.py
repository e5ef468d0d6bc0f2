"""Asking a second person by text whether a case may be closed without its resident."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.clocks import desk_of
from core.cases.closing import check_close
from core.cases.rules import shown_number
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.communities.queries import display_name
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.wording.catalogue import text
from core.wording.segments import fit

_SEGMENTS = 3


def ask_second_person(
    session: Session,
    case: CaseRow,
    *,
    first: StaffRow,
    second: StaffRow,
    reason: str,
    key: str,
    now: datetime,
) -> None:
    """Ask for the 1 that closes the case 结案; nothing is closed before it comes.

    :raises Refusal: without a reason, if the case is ended, or if either may not close it.
    """
    check_close(session, case, actor=by(first), reason=reason, now=now, second=second)
    desk = desk_of(session, case.community_id)

    def make(cut: str) -> str:
        return text(
            "sms.question.confirm_close",
            second.language,
            community=display_name(desk.community, second.language),
            number=shown_number(case.number),
            bare=str(case.number),
            name=first.name,
            reason=cut,
        )

    ask(
        session,
        community_id=case.community_id,
        phone=phone_of(session, second.id),
        kind=QuestionKind.CONFIRM_CLOSE,
        about={"staff_id": first.id, "reason": reason},
        words=fit(make, reason, segments=_SEGMENTS),
        now=now,
        purpose="alert",
        key=key,
        case_id=case.id,
    )
