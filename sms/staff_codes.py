"""Codes: what could do harm from a forged number waits until the registered phone answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.staff.codes import is_proved, send_code
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from sms.conversation import Incoming, Reply


def ask_for_code(
    incoming: Incoming, staff: StaffRow, command: str, arguments: dict[str, Any]
) -> Reply:
    """Text a code to the registered phone; the command takes effect once it comes back."""
    send_code(
        incoming.session,
        community=incoming.community,
        staff=staff,
        phone=incoming.phone or phone_of(incoming.session, staff.id),
        command=command,
        arguments=arguments,
        now=incoming.now,
        real_now=incoming.real_now,
        language=incoming.language,
    )
    return Reply(incoming.say("sms.staff.code_asked"), f"{command}: code")


def is_proved_now(incoming: Incoming) -> bool:
    """Tell whether the sender's phone gave a code back a short while ago."""
    phone = incoming.phone or ""
    return is_proved(incoming.session, incoming.community.id, phone, incoming.real_now)


def with_code(
    incoming: Incoming,
    staff: StaffRow,
    command: str,
    arguments: dict[str, Any],
    proved: Callable[[Incoming, StaffRow, dict[str, Any]], Reply],
) -> Reply:
    """Do what could do harm: at once if the phone is proved, else when its code comes back."""
    if is_proved_now(incoming):
        return proved(incoming, staff, arguments)
    return ask_for_code(incoming, staff, command, arguments)
