"""From what was keyed and said to a case: exactly one for each thing a caller reported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.alarms.operations import raise_alarm
from core.alarms.queries import open_alarm_of_case
from core.alarms.rules import AlarmKind, Danger
from core.calls.held import remember
from core.calls.queries import recordings_of_call
from core.calls.recordings import has_sound
from core.calls.rules import GO_ON_WITHIN
from core.calls.tables import CallRow, RecordingRow
from core.cases.moves import add_repeat
from core.cases.opening import complete_draft, open_case
from core.cases.rules import CaseStatus, Category, Channel, Urgency, shown_number
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.residents.queries import resident_by_id
from core.sla.hours import is_open
from core.sla.queries import calendar_of
from core.tasks.operations import open_task
from core.tasks.rules import TaskKind
from core.wording.catalogue import say

_STAFF_LANGUAGE = "zh_CN"  # the words that staff read on a case
_NAMED = frozenset({Category.REPAIR, Category.ERRAND})  # "something else" names nothing


def begin_report(session: Session, call: CallRow, *, category: str, keyed: bool = True) -> None:
    """Begin a new matter: what is said from here on belongs to a case of its own.

    ``keyed``: the caller chose it, so it is kept as a draft if the line breaks.
    """
    done = [*call.held.get("cases", []), call.case_id] if call.case_id else None
    remember(call, category=category, keyed=keyed, **({"cases": done} if done else {}))
    call.case_id = None
    session.flush()


def open_spoken_case(session: Session, call: CallRow, *, now: datetime) -> CaseRow | None:
    """Open the case of what was recorded so far, or add to it; None if nothing was.

    Action, recording callback, call status and sweeper all come here: the first opens it.
    """
    fresh = [
        row
        for row in recordings_of_call(session, call.id)
        if row.case_id is None and has_sound(row)
    ]
    if not fresh:
        return None
    words = _words_of(fresh)
    case = session.get(CaseRow, call.case_id) if call.case_id else None
    if case is None:
        case = _open(session, call, words=words, now=now)
    elif case.status == CaseStatus.DRAFT:
        complete_draft(session, case, words=words, now=now)
        _alert_at_night(session, call, case, now)
    else:
        _add_words(session, call, case, words=words, now=now)
    for row in fresh:
        row.case_id = case.id
    session.flush()
    return case


def open_draft(session: Session, call: CallRow, *, now: datetime) -> CaseRow | None:
    """Keep what was keyed before the line broke as a draft; None if nothing was."""
    if not call.held.get("keyed") or call.case_id is not None:
        return None
    words = say("sms.call.draft_words", _STAFF_LANGUAGE)
    return _open(session, call, words=words, now=now, draft=True)


def is_left(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Match the drafts of calls that nobody went on with."""
    return (
        CaseRow.status == CaseStatus.DRAFT,
        CaseRow.channel == Channel.CALL,
        CaseRow.opened_at <= now - GO_ON_WITHIN,
    )


def receive_drafts(session: Session, now: datetime, limit: int = 50) -> int:
    """Turn drafts that nobody went on with into cases that a person sees."""
    drafts = session.scalars(
        select(CaseRow)
        .where(*is_left(now))
        .order_by(CaseRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for case in drafts:
        complete_draft(session, case, words=case.words, now=now)
    return len(drafts)


def open_emergency(session: Session, call: CallRow, *, now: datetime) -> CaseRow:
    """Open the P0 case of key 0 at night; its alarm begins with it."""
    community = community_by_id(session, call.community_id)
    case = open_case(
        session,
        community=community,
        channel=Channel.CALL,
        words=say("sms.call.emergency_words", _STAFF_LANGUAGE),
        now=now,
        phone=call.phone,
        resident=resident_by_id(session, call.resident_id),
        urgency=Urgency.EMERGENCY,
        danger=Danger.OTHER,
        call_id=call.id,
    )
    call.case_id = case.id
    alarm = open_alarm_of_case(session, case.id)
    remember(call, alarm_id=alarm.id if alarm else None)
    session.flush()
    return case


def _open(
    session: Session, call: CallRow, *, words: str, now: datetime, draft: bool = False
) -> CaseRow:
    category = Category(call.held.get("category") or Category.OTHER)
    case = open_case(
        session,
        community=community_by_id(session, call.community_id),
        channel=Channel.CALL,
        words=words,
        now=now,
        phone=call.phone,
        resident=resident_by_id(session, call.resident_id),
        category=category,
        summary=_summary(category, call.language),
        call_id=call.id,
        draft=draft,
    )
    call.case_id = case.id
    if not draft:
        _alert_at_night(session, call, case, now)
    session.flush()
    return case


def _add_words(
    session: Session, call: CallRow, case: CaseRow, *, words: str, now: datetime
) -> None:
    add_repeat(session, case, words=words, channel=Channel.CALL, now=now)
    if call.direction == "outbound":
        _ask_to_listen(session, call, case, now)


def _ask_to_listen(session: Session, call: CallRow, case: CaseRow, now: datetime) -> None:
    """What is left on a callback is heard by a person: the case alone would not move."""
    number = shown_number(case.number)
    open_task(
        session,
        community=community_by_id(session, call.community_id),
        kind=TaskKind.LISTEN,
        words=say("sms.call.listen", _STAFF_LANGUAGE, number=number),
        now=now,
        key=f"listen:{call.id}",
        case_id=case.id,
        call_id=call.id,
        phone=call.phone,
    )


def _alert_at_night(session: Session, call: CallRow, case: CaseRow, now: datetime) -> None:
    """Tell the duty person at once of a recording that was made after hours."""
    community = community_by_id(session, call.community_id)
    is_night = not is_open(office_of(community), calendar_of(session, community), now)
    if not is_night or case.urgency == Urgency.EMERGENCY or call.held.get("alarm_id"):
        return
    alarm = raise_alarm(
        session,
        community=community,
        kind=AlarmKind.RECORDING,
        danger="",
        words=case.words,
        now=now,
        case=case,
        phone=call.phone,
    )
    remember(call, recording_alarm_id=alarm.id)


def _words_of(rows: list[RecordingRow]) -> str:
    typed = " ".join(row.typed_words for row in rows if row.typed_words)
    seconds = str(sum(row.seconds for row in rows))
    return typed or say("sms.call.recorded_words", _STAFF_LANGUAGE, seconds=seconds)


def _summary(category: Category, language: str) -> str:
    """Name the matter by what was keyed, so that a callback need not read out a number."""
    return say(f"sms.call.{category}", language) if category in _NAMED else ""
