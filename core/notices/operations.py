"""Everything that may be done to a notice, by name."""

from core.notices.opening import (
    Draft,
    agree,
    ask_for_next_stage,
    check_may_open,
    disagree,
    draft,
    expiry,
    propose,
)
from core.notices.sending import Rates, send_due, stop_notice

__all__ = [
    "Draft",
    "Rates",
    "agree",
    "ask_for_next_stage",
    "check_may_open",
    "disagree",
    "draft",
    "expiry",
    "propose",
    "send_due",
    "stop_notice",
]
