"""Everything that may be done to points, by name; written in the modules named here."""

from core.points.activities import sign_up, withdraw_sign_up
from core.points.agreeing import agree, disagree, let_lapse
from core.points.announcing import announce_reservation, offer_to_tell
from core.points.attendance import (
    attend_by_code,
    credit_deed,
    open_attendance,
    take_attendance,
)
from core.points.chain import anchor_book, anchor_due
from core.points.cycle import announce_due, end_due
from core.points.handing_over import hand_over, undo_handover
from core.points.importing import import_paper_ledger
from core.points.keeping import credit, take_back
from core.points.shelf import restock, wish_for
from core.points.shop import cancel_reservation, lapse_due, reserve_reward

__all__ = [
    "agree",
    "anchor_book",
    "anchor_due",
    "announce_due",
    "announce_reservation",
    "attend_by_code",
    "cancel_reservation",
    "credit",
    "credit_deed",
    "disagree",
    "end_due",
    "hand_over",
    "import_paper_ledger",
    "lapse_due",
    "let_lapse",
    "offer_to_tell",
    "open_attendance",
    "reserve_reward",
    "restock",
    "sign_up",
    "take_attendance",
    "take_back",
    "undo_handover",
    "wish_for",
    "withdraw_sign_up",
]
