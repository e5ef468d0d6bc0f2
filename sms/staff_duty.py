"""值班 and 下班: the last one goes only when somebody has agreed to take over."""

from __future__ import annotations

from core.communities.queries import display_name
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.questions.operations import ask, ask_in_reply
from core.questions.rules import QuestionKind
from core.staff.operations import end_shift, start_shift
from core.staff.queries import phone_of, staff_by_id, staff_of
from core.staff.rules import Role
from core.staff.tables import StaffRow
from core.wording.catalogue import text
from sms.conversation import Incoming, Reply
from sms.staff_codes import ask_for_code, is_proved_now

_MAY_TAKE_OVER = (Role.DUTY_CLERK, Role.GRID_LEADER, Role.GRID_WORKER, Role.DEPUTY, Role.DIRECTOR)
_MOST_CHOICES = 6


def go_on_duty(incoming: Incoming, staff: StaffRow) -> Reply:
    """Put somebody on duty from now on."""
    begun = start_shift(incoming.session, incoming.community, staff, incoming.now)
    key = "sms.staff.duty_started" if begun else "sms.staff.duty_already"
    return Reply(incoming.say(key, name=staff.name), "duty: on")


def go_off_duty(incoming: Incoming, staff: StaffRow) -> Reply:
    """Take somebody off duty once their phone is proved."""
    if is_proved_now(incoming):
        return leave(incoming, staff)
    return ask_for_code(incoming, staff, "end_duty", {})


def leave(incoming: Incoming, staff: StaffRow) -> Reply:
    """End the shift; of the last one on duty it is asked who takes over."""
    try:
        end_shift(incoming.session, incoming.community, staff, incoming.now, incoming.calendar)
    except Refusal as refusal:
        if refusal.key != "sms.refusal.last_on_duty":
            raise
        return _ask_who_takes_over(incoming, staff)
    return Reply(incoming.say("sms.staff.duty_ended"), "duty: off")


def ask_successor(incoming: Incoming, staff: StaffRow, successor_id: int) -> Reply | None:
    """Ask the one who was chosen whether they take the duty over."""
    successor = staff_by_id(incoming.session, successor_id)
    if successor is None:
        return None
    ask(
        incoming.session,
        community_id=incoming.community.id,
        phone=phone_of(incoming.session, successor.id),
        kind=QuestionKind.HANDOVER,
        about={"from_staff_id": staff.id},
        words=_words_to(incoming, successor, "sms.question.take_over", staff.name),
        now=incoming.now,
        purpose="alert",
        key=f"handover:{incoming.text_id}",
    )
    return Reply(incoming.say("sms.staff.handover_asked", name=successor.name), "duty: handover")


def settle_handover(
    incoming: Incoming, successor: StaffRow, from_staff_id: int, *, agreed: bool
) -> Reply | None:
    """Take the answer of the one who was asked, and tell the one who wants to leave."""
    leaver = staff_by_id(incoming.session, from_staff_id)
    if leaver is None:
        return None
    if agreed:
        start_shift(incoming.session, incoming.community, successor, incoming.now)
        _end_quietly(incoming, leaver)
    key = "sms.staff.handover_agreed" if agreed else "sms.staff.handover_refused"
    enqueue_text(
        incoming.session,
        community_id=incoming.community.id,
        to=phone_of(incoming.session, leaver.id),
        words=_words_to(incoming, leaver, key, successor.name),
        purpose="alert",
        key=f"handed-over:{incoming.text_id}",
        now=incoming.now,
        priority=1,
    )
    reply = "sms.staff.duty_started" if agreed else "sms.staff.fine"
    return Reply(incoming.say(reply, name=successor.name), "duty: taken over")


def _end_quietly(incoming: Incoming, leaver: StaffRow) -> None:
    try:
        end_shift(incoming.session, incoming.community, leaver, incoming.now, incoming.calendar)
    except Refusal:
        return  # they are off duty already, which is what both wanted


def _ask_who_takes_over(incoming: Incoming, staff: StaffRow) -> Reply:
    people = _who_could(incoming, staff)
    if not people:
        raise Refusal("sms.refusal.last_on_duty")
    lines = [f"{digit} {person.name}" for digit, person in enumerate(people, start=1)]
    words = incoming.say(
        "sms.question.handover", choices=incoming.part("sms.question.comma").join(lines)
    )
    ask_in_reply(
        incoming.session,
        community_id=incoming.community.id,
        phone=incoming.phone or "",
        kind=QuestionKind.HANDOVER,
        about={"choices": [person.id for person in people]},
        words=words,
        now=incoming.now,
    )
    return Reply(words, "duty: who takes over")


def _who_could(incoming: Incoming, staff: StaffRow) -> list[StaffRow]:
    everybody = staff_of(incoming.session, incoming.community.id)
    found = [
        person
        for role in _MAY_TAKE_OVER
        for person in everybody
        if role in person.roles and person.id != staff.id
    ]
    return list(dict.fromkeys(found))[:_MOST_CHOICES]


def _words_to(incoming: Incoming, person: StaffRow, key: str, name: str) -> str:
    return text(
        key,
        person.language,
        community=display_name(incoming.community, person.language),
        name=name,
    )
