"""帮办 by text: list standing orders, enter one, skip the next time, end one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from core.errors import Refusal
from core.residents.queries import resident_by_id, text_phone
from core.residents.tables import ResidentRow
from core.staff.tables import StaffRow
from core.standing.operations import (
    add_order,
    check_may_enter,
    check_order,
    confirm_next,
    end_order,
    skip_next,
)
from core.standing.queries import newest_run, order_by_number, orders_of
from core.standing.reading import OrderWish, read_order
from core.standing.rules import OrderKind, Rhythm, RunState
from core.standing.tables import StandingOrderRow
from core.standing.telling import rhythm_words
from sms.conversation import Incoming, Reply
from sms.neighbour_keywords import read_standing
from sms.staff_codes import with_code
from sms.staff_entering import read_walkin

COMMAND = "standing"  # under which an order waits for its code
NUMBERED = re.compile(
    r"(?:第|no\.?|#)?(?P<number>\d{1,6})号?(?![\d-]|号?楼|栋|幢|座)\s*(?P<rest>.*)"
)
END = re.compile(r"(?:停|取消|不办|结束|不要|stop|end)(?:了|吧|办)?")
HOW = re.compile(r"(?:帮助|怎么写|写法|help)[?。.!]*")
_SKIP = re.compile(r"(?:跳过|skip)(?:一次|这次)?")
_MOST_LISTED = 12


def stand(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    """Obey 帮办.

    :raises Refusal: whatever core has against it.
    """
    check_may_enter(incoming.community, staff)
    if not words:
        return _list(incoming)
    if HOW.fullmatch(words):
        raise Refusal("sms.standing.help")
    numbered = NUMBERED.fullmatch(words)
    if numbered is None:
        return _propose(incoming, staff, words)
    rest = numbered["rest"].strip(" ,，。:、")
    order = _order(incoming, int(numbered["number"]))
    if not rest:
        return Reply(_look(incoming, order), f"standing {order.id}: look")
    deed = _read_deed(rest)
    if deed is None:
        raise Refusal("sms.standing.help")
    # a forged number must not stop somebody's medicine
    return with_code(incoming, staff, COMMAND, {"deed": deed, "order_id": order.id}, stand_proved)


def stand_proved(incoming: Incoming, staff: StaffRow, waiting: dict[str, Any]) -> Reply:
    """Do what waited for its code.

    :raises Refusal: whatever core has against it by now.
    """
    if waiting["deed"] == "new":
        return _enter(incoming, staff, waiting)
    order = _order(incoming, waiting["order_id"])
    return _DEEDS[waiting["deed"]](incoming, staff, order)


def the_one(incoming: Incoming, words: str) -> tuple[ResidentRow, str]:
    """Read whom staff mean, by telephone, name or address; return them and the rest.

    :raises Refusal: if it is nobody of the register, or several.
    """
    walkin = read_walkin(incoming, words)
    if not walkin.people:
        raise Refusal("sms.standing.nobody_found")
    if len(walkin.people) > 1:
        people = " ".join(f"{person.name}{person.place}" for person in walkin.people)
        raise Refusal("sms.standing.several", people=people)
    return walkin.people[0], walkin.words


def _read_deed(words: str) -> str | None:
    if END.fullmatch(words):
        return "end"
    if _SKIP.fullmatch(words):
        return "skip"
    return {1: "confirm", 2: "skip"}.get(read_standing(words) or 0)


def _propose(incoming: Incoming, staff: StaffRow, words: str) -> Reply:
    resident, rest = the_one(incoming, words)
    wish = read_order(rest)
    if wish is None:
        raise Refusal("sms.standing.help")
    check_order(
        incoming.session,
        community=incoming.community,
        resident=resident,
        wish=wish,
        now=incoming.now,
    )
    new = {"deed": "new", "resident_id": resident.id, "wish": asdict(wish)}
    return with_code(incoming, staff, COMMAND, new, stand_proved)


def _enter(incoming: Incoming, staff: StaffRow, waiting: dict[str, Any]) -> Reply:
    given = waiting["wish"]
    resident = resident_by_id(incoming.session, waiting["resident_id"])
    if resident is None or resident.left_at is not None:
        raise Refusal("sms.standing.nobody_found")
    wish = OrderWish(
        given["name"],
        OrderKind(given["kind"]),
        Rhythm(**given["rhythm"]),
        given["lead_workdays"],
    )
    order = add_order(
        incoming.session,
        community=incoming.community,
        staff=staff,
        resident=resident,
        wish=wish,
        now=incoming.now,
    )
    return Reply(_said(incoming, order, "entered"), f"standing {order.id}: entered")


def _skip(incoming: Incoming, staff: StaffRow, order: StandingOrderRow) -> Reply:
    day = skip_next(incoming.session, order, staff, incoming.now)
    words = _said(incoming, order, "skipped_staff", skipped=incoming.day_of(day))
    return Reply(words, f"standing {order.id}: skipped")


def _confirm(incoming: Incoming, staff: StaffRow, order: StandingOrderRow) -> Reply:
    day = confirm_next(incoming.session, order, staff, incoming.now)
    words = _said(incoming, order, "confirmed_staff", served=incoming.day_of(day))
    return Reply(words, f"standing {order.id}: confirmed")


def _end(incoming: Incoming, staff: StaffRow, order: StandingOrderRow) -> Reply:
    end_order(incoming.session, order, staff, incoming.now)
    return Reply(_said(incoming, order, "ended_staff"), f"standing {order.id}: ended")


def _order(incoming: Incoming, number: int) -> StandingOrderRow:
    order = order_by_number(incoming.session, incoming.community.id, number)
    if order is None:
        raise Refusal("sms.standing.no_such", number=str(number))
    return order


def _list(incoming: Incoming) -> Reply:
    orders = sorted(
        orders_of(incoming.session, incoming.community.id),
        key=lambda order: order.opens_at or datetime.max.replace(tzinfo=incoming.now.tzinfo),
    )
    if not orders:
        return Reply(incoming.say("sms.standing.list_none"), "standing: none")
    lines = [
        _said(incoming, order, "list_line", signed=False, day=_day_to_come(incoming, order))
        for order in orders[:_MOST_LISTED]
    ]
    listed = incoming.part("sms.question.comma").join(lines)
    words = incoming.fitted(lambda cut: incoming.say("sms.standing.list", lines=cut), listed)
    return Reply(words, "standing: list")


def _look(incoming: Incoming, order: StandingOrderRow) -> str:
    run = newest_run(incoming.session, order.id)
    last = ""
    if run is not None:
        last = incoming.part(
            "sms.standing.last",
            day=incoming.day_of(run.serves_on),
            state=incoming.part(f"sms.standing.state_{run.state}"),
        )
    return _said(incoming, order, "look", last=last)


def _day_to_come(incoming: Incoming, order: StandingOrderRow) -> date | None:
    """Return the next day on which it is done: that of the case which is open, or a later one."""
    run = newest_run(incoming.session, order.id)
    if run is not None and run.serves_on >= incoming.today and run.state != RunState.SKIPPED:
        return run.serves_on
    return order.serves_on


def _said(
    incoming: Incoming,
    order: StandingOrderRow,
    key: str,
    *,
    signed: bool = True,
    day: date | None = None,
    **slots: str,
) -> str:
    """Write about an order: whose, how often, what, when next, and who must still be told."""
    resident = resident_by_id(incoming.session, order.resident_id)
    day = day or order.serves_on
    untold = resident is None or text_phone(incoming.session, resident.id) is None
    write = incoming.say if signed else incoming.part
    return write(
        f"sms.standing.{key}",
        number=str(order.id),
        called=resident.called if resident else "",
        rhythm=rhythm_words(Rhythm(order.month_day, order.weekday), incoming.language),
        what=order.name,
        day=incoming.day_of(day) if day else "-",
        lead=str(order.lead_workdays),
        tell=incoming.part("sms.standing.tell_them") if untold else "",
        **slots,
    )


_DEEDS: dict[str, Callable[[Incoming, StaffRow, StandingOrderRow], Reply]] = {
    "skip": _skip,
    "confirm": _confirm,
    "end": _end,
}
