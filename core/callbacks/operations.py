"""Everything that may happen to a callback; written in the modules named below."""

from __future__ import annotations

from core.callbacks.answers import (
    mark_surveyed,
    record_answer,
    record_person_answer,
    record_satisfied,
)
from core.callbacks.planning import plan_due, plans_due
from core.callbacks.starting import start_due, starts_due
from core.callbacks.telling import heard_progress
from core.callbacks.texting import text_failed
from core.callbacks.trying import record_outcome
from core.callbacks.undelivered import report_too_late, report_undelivered
from core.callbacks.withdrawing import may_place_now, return_to_planning

__all__ = [
    "heard_progress",
    "mark_surveyed",
    "may_place_now",
    "plan_due",
    "plans_due",
    "record_answer",
    "record_outcome",
    "record_person_answer",
    "record_satisfied",
    "report_too_late",
    "report_undelivered",
    "return_to_planning",
    "start_due",
    "starts_due",
    "text_failed",
]
