"""平安电话 by text: list welfare calls, enter one, end one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from core.errors import Refusal
from core.phones import shown
from core.residents.queries import resident_by_id
from core.staff.tables import StaffRow
from core.standing.operations import add_welfare, check_may_enter, check_welfare, end_welfare
from core.standing.queries import rounds_of, welfare_by_number, welfare_calls_of
from core.standing.reading import WelfareWish, read_welfare
from core.standing.tables import WelfareRow
from sms.conversation import Incoming, Reply
from sms.staff_codes import with_code
from sms.staff_entering import PHONE, read_local_number
from sms.staff_standing import END, HOW, NUMBERED, the_one

COMMAND = "welfare"  # under which a welfare call waits for its code
_EVERY_DAY = "1234567"


def keep_well(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    """Obey 平安电话.

    :raises Refusal: whatever core has against it.
    """
    check_may_enter(incoming.community, staff)
    if not words:
        return _list(incoming)
    if HOW.fullmatch(words):
        raise Refusal("sms.standing.welfare_help")
    numbered = NUMBERED.fullmatch(words)
    if numbered is None:
        return _propose(incoming, staff, words)
    row = _row(incoming, int(numbered["number"]))
    rest = numbered["rest"].strip(" ,，。:、")
    if not rest:
        return Reply(_said(incoming, row, "welfare_look"), f"welfare {row.id}: look")
    if not END.fullmatch(rest):
        raise Refusal("sms.standing.welfare_help")
    ending = {"deed": "end", "welfare_id": row.id}
    return with_code(incoming, staff, COMMAND, ending, keep_well_proved)


def keep_well_proved(incoming: Incoming, staff: StaffRow, waiting: dict[str, Any]) -> Reply:
    """Do what waited for its code.

    :raises Refusal: whatever core has against it by now.
    """
    if waiting["deed"] == "end":
        row = _row(incoming, waiting["welfare_id"])
        end_welfare(incoming.session, row, staff, incoming.now)
        return Reply(_said(incoming, row, "welfare_ended"), f"welfare {row.id}: ended")
    resident = resident_by_id(incoming.session, waiting["resident_id"])
    if resident is None or resident.left_at is not None:
        raise Refusal("sms.standing.nobody_found")
    row = add_welfare(
        incoming.session,
        community=incoming.community,
        staff=staff,
        resident=resident,
        wish=WelfareWish(**waiting["wish"]),
        contact=(waiting["contact"][0], waiting["contact"][1]),
        now=incoming.now,
    )
    return Reply(_said(incoming, row, "welfare_entered"), f"welfare {row.id}: entered")


def _propose(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    resident, rest = the_one(incoming, words)
    wish = read_welfare(rest)
    if wish is None:
        raise Refusal("sms.standing.welfare_help")
    contact = _contact(incoming, wish.rest)
    check_welfare(incoming.session, community=incoming.community, resident=resident, wish=wish)
    arguments = {
        "deed": "new",
        "resident_id": resident.id,
        "wish": asdict(wish),
        "contact": contact,
    }
    return with_code(incoming, staff, COMMAND, arguments, keep_well_proved)


def _contact(incoming: Incoming, words: str) -> tuple[str, str | None]:
    """Read the named contact: both name and number, or nobody.

    :raises Refusal: ``sms.standing.welfare_help`` for one without the other.
    """
    found = PHONE.search(words)
    name = words.replace(found.group(), " ").strip(" ,，。:、") if found else words
    number = read_local_number(incoming, found.group()) if found else None
    if bool(name) != (number is not None):
        raise Refusal("sms.standing.welfare_help")
    return " ".join(name.split()), number


def _row(incoming: Incoming, number: int) -> WelfareRow:
    row = welfare_by_number(incoming.session, incoming.community.id, number)
    if row is None:
        raise Refusal("sms.standing.no_welfare", number=str(number))
    return row


def _list(incoming: Incoming) -> Reply:
    rows = welfare_calls_of(incoming.session, incoming.community.id)
    if not rows:
        return Reply(incoming.say("sms.standing.welfare_none"), "welfare: none")
    lines = [_said(incoming, row, "welfare_line", signed=False) for row in rows]
    listed = incoming.part("sms.question.comma").join(lines)
    words = incoming.fitted(
        lambda cut: incoming.say("sms.standing.welfare_list", lines=cut), listed
    )
    return Reply(words, "welfare: list")


def _said(incoming: Incoming, row: WelfareRow, key: str, *, signed: bool = True) -> str:
    """Write about a welfare call: whom, when, the contact, and how the last one ended."""
    resident = resident_by_id(incoming.session, row.resident_id)
    last = next(reversed(rounds_of(incoming.session, row.id)), None)
    days = "daily" if row.weekdays == _EVERY_DAY else "on_weekdays"
    named = incoming.part("sms.standing.comma").join(
        incoming.part(f"sms.standing.weekday_{day}") for day in row.weekdays
    )
    contact = f"{row.contact_name}{shown(row.contact_phone, incoming.office.area_code)}"
    state = incoming.part(f"sms.standing.round_{last.state}") if last is not None else ""
    write = incoming.say if signed else incoming.part
    return write(
        f"sms.standing.{key}",
        number=str(row.id),
        called=resident.called if resident else "",
        days=incoming.part(f"sms.standing.{days}", days=named),
        at=row.at,
        contact=contact or incoming.part("sms.standing.nobody"),
        last=incoming.part("sms.standing.last_round", day=incoming.day_of(last.on), state=state)
        if last is not None
        else "",
    )
