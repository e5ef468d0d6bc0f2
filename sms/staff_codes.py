"""Codes: what could do harm from a forged number waits until the registered phone answers."""

from __future__ import annotations

from typing import Any

from core.staff.codes import send_code
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
