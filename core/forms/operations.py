"""Taking what the form brings: one case, one link to its progress, one question whose it is."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.cases.events import note_event
from core.cases.queries import case_by_id
from core.cases.reporting import Said, report_trouble
from core.cases.rules import RESIDENT, Channel, What, shown_number
from core.cases.tables import CaseRow
from core.cases.texting import can_be_texted
from core.communities.queries import community_by_id, display_name, office_of
from core.communities.tables import CommunityRow, EstateRow
from core.errors import Refusal
from core.forms.queries import code_of_place, report_by_key, sent_lately
from core.forms.rules import MOST_OF_A_PHONE, MOST_OF_A_SOURCE, Attached, Given
from core.forms.tables import FormCodeRow, FormFileRow, FormReportRow
from core.phones import read_local
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.sla.hours import next_texting_time
from core.tasks.locks import lock_community
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.understanding.emergency import find_emergency
from core.understanding.places import find_place
from core.wording.catalogue import say, text

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is mistaken for another
_CODE_LENGTH = 8
_LINK_BYTES = 24


def form_code(
    session: Session,
    community: CommunityRow,
    *,
    estate: EstateRow | None = None,
    place: str = "",
    now: datetime,
) -> FormCodeRow:
    """Return the code of a community, an estate or a door; made at the first asking."""
    lock_community(session, community.id)
    known = code_of_place(session, community.id, estate.id if estate else 0, place)
    if known is not None:
        return known
    row = FormCodeRow(
        community_id=community.id,
        code="".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)),
        estate_id=estate.id if estate else 0,
        place=place,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def submit_form(
    session: Session,
    code: FormCodeRow,
    *,
    given: Given,
    files: Sequence[Attached],
    key: str,
    source: str,
    language: str,
    now: datetime,
) -> FormReportRow:
    """Open the case of a form; the same ``key`` again gives what was opened before.

    :raises Refusal: if it says nothing, names a telephone that is none, or comes too often; an
        emergency is never too often.
    """
    community = community_by_id(session, code.community_id)
    lock_community(session, community.id)
    before = report_by_key(session, key)
    if before is not None:
        return before
    if not given.words and not files:
        raise Refusal("form.page.say_something")
    phone = _phone(community, given.phone)
    if find_emergency(given.words) is None:
        _not_too_often(session, community, source, phone, now)
    case = _open(session, community, code, given, phone, key, now, language)
    report = FormReportRow(
        community_id=community.id,
        code_id=code.id,
        case_id=case.id,
        key=key,
        link=secrets.token_urlsafe(_LINK_BYTES),
        name=given.name,
        phone=phone,
        address=given.address,
        source=source,
        at=now,
    )
    session.add(report)
    session.flush()
    for file in files:
        session.add(
            FormFileRow(
                report_id=report.id,
                case_id=case.id,
                kind=file.kind,
                media_type=file.media_type,
                content=file.content,
            )
        )
    _confirm_phone(session, community, case, report, language, now)
    return report


def record_form_answer(
    session: Session, report_id: int, *, mine: bool, channel: Channel, now: datetime
) -> CaseRow | None:
    """Take what whoever has the telephone says: it was me, or it was not.

    It was not: the case stays, since its words may be true, and forgets the telephone.
    """
    report = session.get(FormReportRow, report_id)
    case = case_by_id(session, report.case_id) if report is not None else None
    if report is None or case is None:
        return None
    if mine:
        report.confirmed_at = now
    else:
        report.denied_at, case.phone = now, None
    key = "form.note.mine" if mine else "form.note.not_mine"
    note_event(
        session,
        case,
        what=What.NOTE,
        actor=RESIDENT,
        channel=channel,
        now=now,
        words=say(key, "zh_CN"),
    )
    return case


def _phone(community: CommunityRow, written: str) -> str | None:
    if not written:
        return None
    phone = read_local(written, office_of(community).area_code)
    if phone is None:
        raise Refusal("form.page.which_phone")
    return phone


def _not_too_often(
    session: Session, community: CommunityRow, source: str, phone: str | None, now: datetime
) -> None:
    of_source, of_phone = sent_lately(session, community.id, source, phone, now=now)
    if of_source >= MOST_OF_A_SOURCE or of_phone >= MOST_OF_A_PHONE:
        raise Refusal("form.page.too_often", phone=office_of(community).staffed_number)


def _open(
    session: Session,
    community: CommunityRow,
    code: FormCodeRow,
    given: Given,
    phone: str | None,
    key: str,
    now: datetime,
    language: str,
) -> CaseRow:
    words = given.words or say("form.note.only_files", language)
    heading = "，".join(piece for piece in (given.name, given.address) if piece)
    case = report_trouble(
        session,
        community=community,
        said=Said(
            words=words,
            phone=phone,
            place=code.place or find_place(given.address) or "",
            estate_id=code.estate_id or None,
            borrowed=True,  # whoever typed a number need not have that telephone
        ),
        channel=Channel.FORM,
        key=f"form:{key}",
        now=now,
    )
    if heading:
        note_event(
            session,
            case,
            what=What.NOTE,
            actor=RESIDENT,
            channel=Channel.FORM,
            now=now,
            words=say("form.note.written", "zh_CN", words=heading),
        )
    return case


def _confirm_phone(
    session: Session,
    community: CommunityRow,
    case: CaseRow,
    report: FormReportRow,
    language: str,
    now: datetime,
) -> None:
    """Ask the telephone by text whether it was its owner; a landline is rung by a person."""
    if report.phone is None:
        return
    if not can_be_texted(session, case):
        open_task(
            session,
            community=community,
            kind=TaskKind.CALL_BACK,
            words=case.words,
            now=now,
            key=f"form:{report.id}:confirm",
            case_id=case.id,
            phone=report.phone,
        )
        return
    ask(
        session,
        community_id=community.id,
        phone=report.phone,
        kind=QuestionKind.FORM_PHONE,
        about={"report_id": report.id},
        words=text(
            "sms.resident.form_confirm",
            language,
            community=display_name(community, language),
            number=shown_number(case.number),
        ),
        now=now,
        purpose="question",
        key=f"form:{report.id}:phone",
        case_id=case.id,
        not_before=next_texting_time(office_of(community), now),
    )
