"""Danger: said back at once in one segment, and a person is called at the same moment."""

from __future__ import annotations

from datetime import timedelta

from core.alarms.queries import open_alarm_rings
from core.alarms.rules import AlarmKind, Danger, reply_key
from core.cases.alarming import become_emergency, dispel_emergency, doubt_emergency
from core.cases.notes import add_repeat
from core.cases.queries import case_by_id, newest_alarmed_of_phone, newest_p0_of_phone
from core.cases.rules import CaseStatus, Category, Channel, Urgency
from core.cases.tables import CaseRow
from core.questions.operations import ask_in_reply, settle
from core.questions.queries import open_question
from core.questions.rules import QuestionKind
from core.questions.tables import QuestionRow
from core.staff.queries import alarm_list
from core.tasks.locks import lock_community
from core.understanding.categories import Suggestion
from core.understanding.emergency import Emergency
from sms.conversation import Incoming, Reply, numbered
from sms.replies_trouble import begin_case, keep_trouble

_STILL_SPEAKING = timedelta(minutes=30)
# What nobody reports of a fire or a fall; a leak or a neighbour may belong to it.
_PLAIN_TROUBLES = frozenset({Category.FACILITY, Category.SANITATION, Category.REPAIR})
# Out of the gas first, and no menu for whoever does not want to live: these are asked no digit.
_NEVER_ASKED = frozenset({Danger.GAS.value, Danger.SUICIDE.value})


def answer_emergency(incoming: Incoming, emergency: Emergency) -> Reply:
    """Open the P0 case, which raises the alarm, and tell them whom to ring."""
    _wait_for_others(incoming)
    doubted = _doubted(incoming)
    if doubted is not None:
        return _become(incoming, doubted, emergency.danger, incoming.words)
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
    _wait_for_others(incoming)
    more = add_to_emergency(incoming)
    if more is not None:
        return more
    suggestion = incoming.suggest(incoming.words)
    case = begin_case(incoming, suggestion, urgency=Urgency.SAME_DAY)
    doubt_emergency(
        incoming.session, case, danger=emergency.danger, words=incoming.words, now=incoming.now
    )
    if emergency.danger in _NEVER_ASKED or incoming.phone is None:
        return Reply(emergency_words(incoming, emergency.danger), "possible emergency", case.id)
    words = incoming.say("sms.emergency.possible", person=_rung(incoming))
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone,
        kind=QuestionKind.EMERGENCY,
        about={"danger": emergency.danger, "urgency": suggestion.urgency},
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
    doubted = _doubted(incoming)
    is_sure = case is not None and (doubted is None or doubted.id != case.id)
    if case is not None and is_sure and _is_fresh(incoming, case):
        return _more_of(incoming, case)
    if doubted is None or not _is_fresh(incoming, doubted):
        return None
    add_repeat(
        incoming.session, doubted, words=incoming.words, channel=Channel.SMS, now=incoming.now
    )
    if _is_another_matter(incoming):
        return keep_trouble(incoming, incoming.words)
    asked = _asked(incoming)
    if asked is not None:
        return Reply(asked.words, "possible emergency: more", doubted.id)
    return _added(incoming, doubted)


def answer_all_is_well(incoming: Incoming) -> Reply | None:
    """Take 没事了 as the digit 2 where that was asked; None if nothing was."""
    asked = _asked(incoming)
    if asked is None:
        return None
    settle(incoming.session, asked, "2", incoming.now)
    return settle_danger(incoming, asked.about, danger=False)


def settle_danger(incoming: Incoming, about: dict[str, object], *, danger: bool) -> Reply:
    """Take the digit: 1 makes it the emergency it is, 2 leaves an ordinary case."""
    case_id, kind = about.get("case_id"), str(about.get("danger", ""))
    case = case_by_id(incoming.session, case_id) if isinstance(case_id, int) else None
    if case is None:
        return answer_emergency(incoming, Emergency(kind, "sure", incoming.words))
    if danger:
        return _become(incoming, case, kind, case.words)
    urgency = str(about.get("urgency", Urgency.NORMAL.value))
    dispel_emergency(incoming.session, case, urgency=urgency, now=incoming.now)
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


def _is_fresh(incoming: Incoming, case: CaseRow) -> bool:
    is_over = case.status == CaseStatus.AWAITING_CONFIRMATION
    return not is_over and incoming.now - case.opened_at <= _STILL_SPEAKING


def _more_of(incoming: Incoming, case: CaseRow) -> Reply:
    suggestion = incoming.suggest(incoming.words)
    begin_case(incoming, suggestion, urgency=Urgency.EMERGENCY, danger=case.danger)
    if _is_another_matter(incoming):
        return keep_trouble(incoming, incoming.words)
    return _added(incoming, case)


def _is_another_matter(incoming: Incoming) -> bool:
    """Tell a street lamp that is out from what belongs to the danger: it names its own trouble."""
    suggestion = incoming.suggest(incoming.words)
    return bool(suggestion.words) and suggestion.category in _PLAIN_TROUBLES


def _become(incoming: Incoming, case: CaseRow, danger: str, words: str) -> Reply:
    become_emergency(
        incoming.session, case, danger=danger, words=words, channel=Channel.SMS, now=incoming.now
    )
    return Reply(emergency_words(incoming, danger), "emergency", case.id)


def _added(incoming: Incoming, case: CaseRow) -> Reply:
    if open_alarm_rings(incoming.session, case.id):
        return Reply(
            incoming.say("sms.receipt.added_ringing", **numbered(case), person=_rung(incoming)),
            "emergency: more",
            case.id,
        )
    words = incoming.say("sms.receipt.added", **numbered(case), person=incoming.responsible(case))
    return Reply(words, "emergency: more", case.id)


def _wait_for_others(incoming: Incoming) -> None:
    """Let texts that come at one instant be read one after the other: they are one emergency."""
    if incoming.phone is not None:
        lock_community(incoming.session, incoming.community.id)


def _doubted(incoming: Incoming) -> CaseRow | None:
    return newest_alarmed_of_phone(
        incoming.session, incoming.community.id, incoming.phone, AlarmKind.POSSIBLE
    )


def _asked(incoming: Incoming) -> QuestionRow | None:
    question = open_question(incoming.session, incoming.community.id, incoming.phone, incoming.now)
    is_it = question is not None and question.kind == QuestionKind.EMERGENCY
    return question if is_it else None
