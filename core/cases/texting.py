"""Texts that staff write to the resident of a case, and those that tell of a move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.clocks import desk_of
from core.cases.events import note_event
from core.cases.rules import Actor, Move, What, shown_number
from core.cases.standing import permit
from core.cases.tables import CaseRow
from core.communities.queries import display_name
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.outbox.tables import OutboxRow
from core.phones import PhoneKind, kind_of
from core.residents.queries import is_landline, line_of, resident_by_id
from core.sla.hours import next_texting_time
from core.wording.catalogue import LANGUAGES, text
from core.wording.segments import segments_of

_MOST_SEGMENTS = 3


def text_resident(
    session: Session,
    case: CaseRow,
    *,
    actor: Actor,
    words: str,
    key: str,
    channel: str,
    now: datetime,
) -> None:
    """Text the resident in somebody's own words; the same ``key`` twice is sent once.

    :raises Refusal: if the actor may not, the case is ended, the phone cannot be texted, or the
        words are none or too many.
    """
    permit(session, case, move=Move.TELL, actor=actor, now=now)
    number = shown_number(case.number)
    if not can_be_texted(session, case):
        raise Refusal("console.case.cannot_text", number=number)
    desk = desk_of(session, case.community_id)
    plain = " ".join(words.split())
    signed = f"【{display_name(desk.community, 'zh_CN')}】{plain}"
    if not plain or segments_of(signed) > _MOST_SEGMENTS:
        raise Refusal("console.case.text_too_long", number=number)
    sent = enqueue_text(
        session,
        community_id=case.community_id,
        to=case.phone or "",
        words=signed,
        purpose="reply",
        key=key,
        now=now,
        case_id=case.id,
    )
    if sent is not None and sent.created_at == now:
        note_event(
            session, case, what=What.TEXTED, actor=actor, channel=channel, now=now, words=plain
        )


def text_about(
    session: Session,
    case: CaseRow,
    *,
    wording: str,
    slots: Mapping[str, str],
    person: str,
    key: str,
    now: datetime,
) -> OutboxRow | None:
    """Tell a resident by text of what became of their case; None for a landline."""
    if not can_be_texted(session, case):
        return None
    desk = desk_of(session, case.community_id)
    language = language_of(session, case)
    return enqueue_text(
        session,
        community_id=case.community_id,
        to=case.phone or "",
        words=text(
            wording,
            language,
            community=display_name(desk.community, language),
            person=person,
            **slots,
        ),
        purpose="progress",
        key=key,
        now=now,
        not_before=next_texting_time(desk.office, now),
        case_id=case.id,
    )


def can_be_texted(session: Session, case: CaseRow) -> bool:
    """Tell whether the phone of a case takes texts."""
    if case.phone is None or kind_of(case.phone) is PhoneKind.LANDLINE:
        return False
    return not is_landline(session, case.community_id, case.phone)


def language_of(session: Session, case: CaseRow) -> str:
    """Return the language of whoever a case is about."""
    line = line_of(session, case.community_id, case.phone) if case.phone else None
    if line is not None and line.language:
        return line.language
    resident = resident_by_id(session, case.resident_id)
    return resident.language if resident else LANGUAGES[0]
