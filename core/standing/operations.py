"""Everything that happens to standing orders and welfare calls, by name."""

from core.standing.entering import (
    add_order,
    add_welfare,
    check_may_enter,
    check_order,
    check_welfare,
    confirm_next,
    end_order,
    end_welfare,
    skip_next,
)
from core.standing.planning import plan_again, plan_order, plan_welfare
from core.standing.running import answer_run, follow_calls, miss_due, open_due
from core.standing.welfare import begin_due, follow_welfare, say_safe, settle_doors

__all__ = [
    "add_order",
    "add_welfare",
    "answer_run",
    "begin_due",
    "check_may_enter",
    "check_order",
    "check_welfare",
    "confirm_next",
    "end_order",
    "end_welfare",
    "follow_calls",
    "follow_welfare",
    "miss_due",
    "open_due",
    "plan_again",
    "plan_order",
    "plan_welfare",
    "say_safe",
    "settle_doors",
    "skip_next",
]
