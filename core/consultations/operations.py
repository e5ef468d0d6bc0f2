"""Everything that may be done to a consultation, by name; written in the modules named here."""

from core.consultations.answering import (
    Taken,
    answer_at_door,
    answer_by_phone,
    find_household,
    keep_stray,
)
from core.consultations.closing import call_off, close_now, follow_results, step_due
from core.consultations.opening import Draft, check_may_open, draft, open_consultation
from core.consultations.paying import collected, record_paid

__all__ = [
    "Draft",
    "Taken",
    "answer_at_door",
    "answer_by_phone",
    "call_off",
    "check_may_open",
    "close_now",
    "collected",
    "draft",
    "find_household",
    "follow_results",
    "keep_stray",
    "open_consultation",
    "record_paid",
    "step_due",
]
