"""Everything that volunteers and members do, by name."""

from core.volunteers.calling import answer, call_off, finish_call, open_call, step_due
from core.volunteers.members import copy_due, keep_opinion

__all__ = [
    "answer",
    "call_off",
    "copy_due",
    "finish_call",
    "keep_opinion",
    "open_call",
    "step_due",
]
