"""Danger: said back at once in one segment, and a person is called at the same moment."""

from __future__ import annotations

from datetime import timedelta

from core.alarms.queries import open_alarm_rings
from core.alarms.rules import Danger, reply_key
from core.cases.alarming import become_emergency
from core.cases.queries import case_by_id, newest_p0_of_phone
from core.cases.rules import CaseStatus, Category, Channel, Urgency
from core.cases.tables import CaseRow
from core.questions.operations import ask_in_reply
from core.questions.rules import QuestionKind
from core.staff.queries import alarm_list
from core.tasks.operations import finish_task, open_task
from core.tasks.queries import task_by_key
from core.tasks.rules import SERVICE, TaskKind, TaskState
from core.understanding.categories import Suggestion, suggest
from core.understanding.emergency import Emergency
from sms.conversation import Incoming, Reply, numbered
from sms.replies_trouble import begin_case, keep_trouble

_STILL_SPEAKING = timedelta(minutes=30)
_LOOKED_AT_WITHIN = timedelta(minutes=5)
# What nobody reports of a fire or a fall; a leak or a neighbour may belong to it.
_PLAIN_TROUBLES = frozenset({Category.FACILITY, Category.SANITATION, Category.REPAIR})
# Out of the gas first, and no menu for whoever does not want to live: these are asked no digit.
_NEVER_ASKED = frozenset({Danger.GAS.value, Danger.SUICIDE.value})


def answer_emergency(incoming: Incoming, emergency: Emergency) -> Reply:
    """Open the P0 case, which raises the alarm, and tell them whom to ring."""
    category, summary = Category.SAFETY.value, incoming.part("sms.emergency.summary")
    case = begin_case(
        incoming,
        Suggestion(category, Urgency.EMERGENCY.value, summary, (emergency.words,), summary),
        urgency=Urgency.EMERGENCY,
        danger=emergency.danger,
    )
    return Reply(emergency_words(incoming, emergency.danger), "emergency", case.id)


def answer_possible_emergency(incoming: Incoming, emergency: Emergency) -> Reply:
    """Alert a person at once, and ask with one digit whether somebody is in danger."""
    suggestion = suggest(incoming.words)
    case = begin_case(incoming, suggestion, urgency=Urgency.SAME_DAY)
    _alert_at_once(incoming, case)
    if emergency.danger in _NEVER_ASKED:
        return Reply(emergency_words(incoming, emergency.danger), "possible emergency", case.id)
    words = incoming.say("sms.emergency.possible", person=incoming.on_duty())
    if incoming.phone is not None:
        ask_in_reply(
            incoming.session,
            community_id=incoming.community.id,
            phone=incoming.phone,
            kind=QuestionKind.EMERGENCY,
            about={"danger": emergency.danger, "task": _task_key(case)},
            words=words,
            now=incoming.now,
            case_id=case.id,
        )
    return Reply(words, "possible emergency", case.id)


def add_to_emergency(incoming: Incoming) -> Reply | None:
    """Keep what follows a cry on its case: an address, a name, 没事了; None if none is fresh.

    A plain trouble of another kind is kept there too, and is a case of its own besides.
    """
    case = newest_p0_of_phone(incoming.session, incoming.community.id, incoming.phone)
    if case is None or case.status == CaseStatus.AWAITING_CONFIRMATION:
        return None
    if incoming.now - case.opened_at > _STILL_SPEAKING:
        return None
    begin_case(incoming, suggest(incoming.words), urgency=Urgency.EMERGENCY, danger=case.danger)
    if _is_another_matter(incoming):
        return keep_trouble(incoming, incoming.words)
    if open_alarm_rings(incoming.session, case.id):
        return Reply(
            incoming.say("sms.receipt.added_ringing", **numbered(case), person=_rung(incoming)),
            "emergency: more",
            case.id,
        )
    words = incoming.say("sms.receipt.added", **numbered(case), person=incoming.responsible(case))
    return Reply(words, "emergency: more", case.id)


def settle_danger(incoming: Incoming, about: dict[str, object], *, danger: bool) -> Reply:
    """Take the digit: 1 makes it the emergency it is, 2 leaves an ordinary case."""
    case_id, kind = about.get("case_id"), str(about.get("danger", ""))
    case = case_by_id(incoming.session, case_id) if isinstance(case_id, int) else None
    if case is None:
        return answer_emergency(incoming, Emergency(kind, "sure", incoming.words))
    if danger:
        become_emergency(
            incoming.session,
            case,
            danger=kind,
            words=case.words,
            channel=Channel.SMS,
            now=incoming.now,
        )
        return Reply(emergency_words(incoming, kind), "emergency", case.id)
    _finish_alert(incoming, str(about.get("task", "")))
    words = incoming.say(
        "sms.emergency.safe",
        **numbered(case),
        person=incoming.responsible(case),
        day=incoming.day(case.due_at),
    )
    return Reply(words, "no emergency", case.id)


def emergency_words(incoming: Incoming, danger: str) -> str:
    """Say whom to ring for this danger, and who is being called."""
    return incoming.say(reply_key(danger), person=_rung(incoming))


def _rung(incoming: Incoming) -> str:
    """Name who is rung first; nobody is rung for their own cry."""
    people = alarm_list(incoming.session, incoming.community, incoming.now, incoming.calendar)
    others = [
        person for person in people if incoming.staff is None or person.id != incoming.staff.id
    ]
    return incoming.person(others[0]) if others else incoming.on_duty()


def _is_another_matter(incoming: Incoming) -> bool:
    """Tell a street lamp that is out from what belongs to the danger: it names its own trouble."""
    suggestion = suggest(incoming.words)
    return bool(suggestion.words) and suggestion.category in _PLAIN_TROUBLES


def _alert_at_once(incoming: Incoming, case: CaseRow) -> None:
    open_task(
        incoming.session,
        community=incoming.community,
        kind=TaskKind.EMERGENCY,
        words=case.words,
        now=incoming.now,
        key=_task_key(case),
        due_at=incoming.now + _LOOKED_AT_WITHIN,
        case_id=case.id,
        phone=incoming.phone,
        urgency=Urgency.EMERGENCY,
    )


def _finish_alert(incoming: Incoming, key: str) -> None:
    task = task_by_key(incoming.session, key)
    if task is not None and task.state == TaskState.OPEN:
        finish_task(
            incoming.session,
            task,
            actor=SERVICE,
            words=incoming.part("sms.emergency.said_safe"),
            now=incoming.now,
        )


def _task_key(case: CaseRow) -> str:
    return f"case:{case.id}:possible_emergency"
