"""Everything that may be done to a case, by name; written in the modules named here."""

from core.cases.closing import (
    check_close,
    close_without_resident,
    confirm_solved,
    reopen_case,
    report_done,
    withdraw_case,
)
from core.cases.escalation import climb_due
from core.cases.moves import accept_case, escalate_case, return_case, transfer_case
from core.cases.notes import (
    add_note,
    add_repeat,
    change_category,
    identify_resident,
    record_told,
)
from core.cases.opening import complete_draft, open_case
from core.cases.progress import has_real_progress, record_feedback
from core.cases.recompute import recompute_provisional
from core.cases.taking import take_alarm

__all__ = [
    "accept_case",
    "add_note",
    "add_repeat",
    "change_category",
    "check_close",
    "climb_due",
    "close_without_resident",
    "complete_draft",
    "confirm_solved",
    "escalate_case",
    "has_real_progress",
    "identify_resident",
    "open_case",
    "recompute_provisional",
    "record_feedback",
    "record_told",
    "reopen_case",
    "report_done",
    "return_case",
    "take_alarm",
    "transfer_case",
    "withdraw_case",
]
