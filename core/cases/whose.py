"""Asking a telephone that several people share whose matter it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.clocks import desk_of
from core.cases.notes import identify_resident
from core.cases.rules import RESIDENT, Channel, Urgency, shown_number
from core.cases.tables import CaseRow
from core.communities.queries import display_name
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.residents.queries import is_landline, line_of
from core.residents.tables import ResidentRow
from core.sla.hours import next_texting_time
from core.wording.catalogue import LANGUAGES, say, text

_MOST_NAMES = 3  # more do not fit one segment; then staff alone ask


def ask_whose_it_is(
    session: Session, case: CaseRow, *, sharers: Sequence[ResidentRow], now: datetime
) -> None:
    """Text the telephone of a case the names that it is registered to, a digit for each.

    A landline is never texted, and nobody in danger is asked for a name; there the task of the
    duty person stands alone.
    """
    if case.phone is None or not 1 < len(sharers) <= _MOST_NAMES:
        return
    if case.urgency == Urgency.EMERGENCY or is_landline(session, case.community_id, case.phone):
        return
    desk = desk_of(session, case.community_id)
    language = _language(session, case, sharers)
    names = [
        say("sms.question.name", language, digit=str(digit), name=resident.name)
        for digit, resident in enumerate(sharers, start=1)
    ]
    ask(
        session,
        community_id=case.community_id,
        phone=case.phone,
        kind=QuestionKind.WHOSE_CASE,
        about={"residents": [resident.id for resident in sharers]},
        words=text(
            "sms.question.whose_case",
            language,
            community=display_name(desk.community, language),
            number=shown_number(case.number),
            choices=say("sms.question.comma", language).join(names),
        ),
        now=now,
        purpose="question",
        key=f"case:{case.id}:whose",
        case_id=case.id,
        not_before=next_texting_time(desk.office, now),
    )


def record_whose(
    session: Session, case: CaseRow, *, resident: ResidentRow, channel: Channel, now: datetime
) -> None:
    """Keep who said that the case is theirs; the task that asks for it ends.

    :raises Refusal: if the case is ended.
    """
    identify_resident(session, case, resident=resident, actor=RESIDENT, channel=channel, now=now)


def _language(session: Session, case: CaseRow, sharers: Sequence[ResidentRow]) -> str:
    line = line_of(session, case.community_id, case.phone or "")
    if line is not None and line.language:
        return line.language
    spoken = {resident.language for resident in sharers}
    return spoken.pop() if len(spoken) == 1 else LANGUAGES[0]
