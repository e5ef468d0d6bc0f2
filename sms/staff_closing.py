"""结案: a code proves the first person, a digit on another phone is the second one's word."""

from __future__ import annotations

from core.cases.closing import check_close, close_without_resident
from core.cases.queries import case_by_id
from core.cases.routing import leader_of
from core.cases.rules import Channel, shown_number
from core.cases.standing import by
from core.cases.tables import CaseRow
from core.communities.queries import display_name
from core.errors import Refusal
from core.outbox.operations import enqueue_text
from core.questions.operations import ask
from core.questions.rules import QuestionKind
from core.staff.queries import on_duty, phone_of, staff_by_id
from core.staff.tables import StaffRow
from core.tasks.people import deputy_of, director_of
from core.wording.catalogue import text
from core.wording.segments import fit
from sms.commands import Close
from sms.conversation import STAFF_SEGMENTS, Incoming, Reply, numbered
from sms.staff_codes import ask_for_code, is_proved_now


def begin_close(incoming: Incoming, staff: StaffRow, case: CaseRow, command: Close) -> Reply:
    """Check a closing and ask for the code, unless one was proved a short while ago."""
    check_close(incoming.session, case, actor=by(staff), reason=command.words, now=incoming.now)
    if is_proved_now(incoming):
        return ask_second(incoming, staff, case, command.words)
    return ask_for_code(incoming, staff, "close", {"case_id": case.id, "reason": command.words})


def ask_second(incoming: Incoming, staff: StaffRow, case: CaseRow, reason: str) -> Reply:
    """Ask a second person by text; nothing is closed until their 1 comes."""
    second = _second_person(incoming, staff, case, reason)
    if second is None:
        raise Refusal("sms.refusal.nobody_above", number=shown_number(case.number))
    ask(
        incoming.session,
        community_id=incoming.community.id,
        phone=phone_of(incoming.session, second.id),
        kind=QuestionKind.CONFIRM_CLOSE,
        about={"staff_id": staff.id, "reason": reason},
        words=_asking(incoming, staff, second, case, reason),
        now=incoming.now,
        purpose="alert",
        key=f"close:{incoming.text_id}:{case.id}",
        case_id=case.id,
    )
    words = incoming.say("sms.staff.close_asked", **numbered(case), name=second.name)
    return Reply(words, "close: asked", case.id)


def settle_close(
    incoming: Incoming, second: StaffRow, about: dict[str, object], *, agreed: bool
) -> Reply | None:
    """Take the second person's digit, and tell the first."""
    case_id, first_id = about.get("case_id"), about.get("staff_id")
    case = case_by_id(incoming.session, case_id) if isinstance(case_id, int) else None
    first = staff_by_id(incoming.session, first_id) if isinstance(first_id, int) else None
    if case is None or first is None:
        return None
    if agreed:
        close_without_resident(
            incoming.session,
            case,
            actor=by(first),
            second=second,
            reason=str(about.get("reason", "")),
            channel=Channel.SMS,
            now=incoming.now,
        )
    _tell_first(incoming, first, second, case, agreed=agreed)
    key = "sms.staff.close_agreed" if agreed else "sms.staff.close_refused"
    return Reply(incoming.say(key, **numbered(case), name=first.name), "close", case.id)


def _second_person(
    incoming: Incoming, staff: StaffRow, case: CaseRow, reason: str
) -> StaffRow | None:
    session, community = incoming.session, incoming.community
    people = (
        deputy_of(session, community),
        director_of(session, community),
        *on_duty(session, community, incoming.now, incoming.calendar),
        leader_of(session, case),
    )
    for person in people:
        if person is not None and _may_agree(incoming, staff, person, case, reason):
            return person
    return None


def _may_agree(
    incoming: Incoming, staff: StaffRow, second: StaffRow, case: CaseRow, reason: str
) -> bool:
    try:
        check_close(
            incoming.session,
            case,
            actor=by(staff),
            reason=reason,
            now=incoming.now,
            second=second,
        )
    except Refusal:
        return False
    return True


def _asking(
    incoming: Incoming, staff: StaffRow, second: StaffRow, case: CaseRow, reason: str
) -> str:
    def make(cut: str) -> str:
        return text(
            "sms.question.confirm_close",
            second.language,
            community=display_name(incoming.community, second.language),
            **numbered(case),
            name=staff.name,
            reason=cut,
        )

    return fit(make, reason, segments=STAFF_SEGMENTS)


def _tell_first(
    incoming: Incoming, first: StaffRow, second: StaffRow, case: CaseRow, *, agreed: bool
) -> None:
    key = "sms.staff.close_was_agreed" if agreed else "sms.staff.close_was_refused"
    enqueue_text(
        incoming.session,
        community_id=incoming.community.id,
        to=phone_of(incoming.session, first.id),
        words=text(
            key,
            first.language,
            community=display_name(incoming.community, first.language),
            **numbered(case),
            name=second.name,
        ),
        purpose="alert",
        key=f"closed:{incoming.text_id}",
        now=incoming.now,
        priority=1,
        case_id=case.id,
    )
