"""What staff do to a case by text: each command ends in the same core move as every door's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.alarms.operations import acknowledge
from core.alarms.queries import open_alarm_of_case
from core.alarms.rules import AlarmKind
from core.callbacks.answers import record_person_answer
from core.calls.queries import recordings_of_case
from core.cases.closing import report_done
from core.cases.moves import accept_case, escalate_case, return_case
from core.cases.notes import add_note, record_told
from core.cases.queries import assignee_of
from core.cases.rules import SERVICE, Channel, Urgency
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.outbox.operations import enqueue_call
from core.residents.queries import resident_by_id
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.tasks.alerts import address_words, phone_words, where_words
from core.tasks.operations import finish_task
from core.tasks.queries import open_tasks_of_case
from core.tasks.rules import TaskKind
from sms.commands import (
    Accept,
    CallbackAnswer,
    CaseCommand,
    Close,
    Done,
    Escalate,
    Listen,
    Look,
    Note,
    Return,
    Told,
    Transfer,
)
from sms.conversation import Incoming, Reply, numbered
from sms.staff_cases import find_case
from sms.staff_closing import begin_close
from sms.staff_transfers import transfer

# What a person was asked to do about the case is done once they report having told it.
_ENDED_BY_TELLING = frozenset({TaskKind.TELL_RESIDENT, TaskKind.CALL_BACK, TaskKind.ASK_PERSON})


def obey_about_case(incoming: Incoming, staff: StaffRow, command: CaseCommand) -> Reply:
    """Obey a command about one case, or ask which one is meant."""
    case = find_case(incoming, staff, command)
    if isinstance(case, Reply):
        return case
    return _OBEY[type(command)](incoming, staff, case, command)


def describe(incoming: Incoming, case: CaseRow) -> dict[str, str]:
    """Return the slots that tell staff whose case it is, where, and what was said."""
    resident = resident_by_id(incoming.session, case.resident_id)
    address = address_words(incoming.session, case.estate_id, case.place)
    return {
        **numbered(case),
        "who": resident.name if resident else incoming.part("sms.staff.unknown_person"),
        "number_to_ring": phone_words(incoming.community, case.phone, incoming.language),
        "where": where_words(address, incoming.language),
    }


def _accept(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Accept) -> Reply:
    accept_case(
        incoming.session,
        case,
        actor=by(staff),
        channel=Channel.SMS,
        now=incoming.now,
        visit=command.words,
    )
    key = "sms.staff.accepted_visit" if command.words else "sms.staff.accepted"
    if case.urgency == Urgency.EMERGENCY:
        key = "sms.staff.accepted_emergency"
    words = incoming.fitted(
        lambda visit: incoming.say(key, **describe(incoming, case), visit=visit), command.words
    )
    return Reply(words, "accept", case.id)


def _listen(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Listen) -> Reply:
    del command
    recordings = recordings_of_case(incoming.session, case.id)
    if not recordings:
        words = incoming.fitted(
            lambda said: incoming.say("sms.staff.no_recording", **numbered(case), words=said),
            case.words,
        )
        return Reply(words, "listen: nothing", case.id)
    enqueue_call(
        incoming.session,
        community_id=incoming.community.id,
        to=incoming.phone or phone_of(incoming.session, staff.id),
        purpose="listen",
        about=incoming.part("sms.staff.listen_call", **numbered(case)),
        detail={
            "case_id": case.id,
            "staff_id": staff.id,
            "recording_id": recordings[-1].id,
        },
        key=f"listen:{incoming.text_id}",
        now=incoming.now,
        priority=1,
        case_id=case.id,
    )
    alarm = open_alarm_of_case(incoming.session, case.id)
    if alarm is not None and alarm.kind == AlarmKind.RECORDING:
        acknowledge(incoming.session, alarm, staff=staff, channel=Channel.SMS, now=incoming.now)
    return Reply(incoming.say("sms.staff.listening", **numbered(case)), "listen", case.id)


def _done(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Done) -> Reply:
    report_done(
        incoming.session,
        case,
        actor=by(staff),
        channel=Channel.SMS,
        words=command.words,
        now=incoming.now,
    )
    return Reply(incoming.say("sms.staff.done", **numbered(case)), "done", case.id)


def _told(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Told) -> Reply:
    record_told(
        incoming.session,
        case,
        actor=by(staff),
        channel=Channel.SMS,
        words=command.words,
        now=incoming.now,
    )
    for task in open_tasks_of_case(incoming.session, case.id):
        if task.kind in _ENDED_BY_TELLING:
            finish_task(
                incoming.session, task, actor=SERVICE, words=command.words, now=incoming.now
            )
    words = incoming.say("sms.staff.told", **numbered(case), day=incoming.day(case.due_at))
    return Reply(words, "told", case.id)


def _callback(incoming: Incoming, staff: StaffRow, case: CaseRow, command: CallbackAnswer) -> Reply:
    if command.solved is None:
        return Reply(
            incoming.say("sms.staff.callback_unclear", **numbered(case)), "callback: unclear"
        )
    record_person_answer(
        incoming.session,
        case,
        solved=command.solved,
        actor=by(staff),
        channel=Channel.SMS,
        words=command.words,
        now=incoming.now,
    )
    key = "sms.staff.callback_solved" if command.solved else "sms.staff.callback_not_solved"
    holder = assignee_of(incoming.session, case)
    words = incoming.say(
        key, **numbered(case), name=holder.name if holder else "", day=incoming.day(case.due_at)
    )
    return Reply(words, "callback", case.id)


def _return(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Return) -> Reply:
    if not command.words:
        return _reason_needed(incoming, case, "sms.staff.return_reason")
    to = return_case(
        incoming.session,
        case,
        actor=by(staff),
        reason=command.words,
        channel=Channel.SMS,
        now=incoming.now,
    )
    return Reply(incoming.say("sms.staff.returned", **numbered(case), name=to.name), "return")


def _escalate(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Escalate) -> Reply:
    if not command.words:
        return _reason_needed(incoming, case, "sms.staff.escalate_reason")
    to = escalate_case(
        incoming.session,
        case,
        actor=by(staff),
        words=command.words,
        channel=Channel.SMS,
        now=incoming.now,
    )
    return Reply(incoming.say("sms.staff.escalated", **numbered(case), name=to.name), "escalate")


def _note(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Note) -> Reply:
    if not command.words:
        return _reason_needed(incoming, case, "sms.staff.note_words")
    add_note(
        incoming.session,
        case,
        actor=by(staff),
        channel=Channel.SMS,
        words=command.words,
        now=incoming.now,
    )
    return Reply(incoming.say("sms.staff.noted", **numbered(case)), "note", case.id)


def _look(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Look) -> Reply:
    del staff, command
    holder = assignee_of(incoming.session, case)
    words = incoming.fitted(
        lambda said: incoming.say(
            "sms.staff.look",
            **describe(incoming, case),
            category=incoming.part(f"sms.alert.{case.category}"),
            state=incoming.part(f"sms.staff.state_{case.status}"),
            name=holder.name if holder else "-",
            day=incoming.day(case.due_at),
            words=said,
        ),
        case.words,
    )
    return Reply(words, "look", case.id)


def _reason_needed(incoming: Incoming, case: CaseRow, key: str) -> Reply:
    return Reply(incoming.say(key, **numbered(case)), "reason needed", case.id)


_OBEY: dict[type, Callable[[Incoming, StaffRow, CaseRow, Any], Reply]] = {
    Accept: _accept,
    Listen: _listen,
    Done: _done,
    Told: _told,
    CallbackAnswer: _callback,
    Close: begin_close,
    Transfer: transfer,
    Return: _return,
    Escalate: _escalate,
    Note: _note,
    Look: _look,
}
