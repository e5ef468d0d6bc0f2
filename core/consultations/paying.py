"""Cost shares: who has paid, and who says so. No money moves through Linli."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.consultations.queries import households_of
from core.consultations.rules import State, yuan
from core.consultations.tables import ConsultationRow, HouseholdRow
from core.errors import Refusal
from core.staff.tables import StaffRow


@dataclass(frozen=True)
class Collected:
    """What has been paid so far of a question's cost, in fen 分."""

    households: int
    paid_fen: int
    left_fen: int


def record_paid(
    session: Session,
    *,
    consultation: ConsultationRow,
    household: HouseholdRow,
    staff: StaffRow,
    fen: int | None,
    now: datetime,
) -> None:
    """Note that a household has paid its share, or ``fen`` of it; zero takes the note back.

    :raises Refusal: if there is nothing to pay, or it is more than the share.
    """
    if consultation.state != State.CLOSED or household.share_fen is None:
        raise Refusal("sms.consultation.nothing_to_pay", number=str(consultation.number))
    amount = household.share_fen if fen is None else fen
    if amount > household.share_fen:
        raise Refusal(
            "sms.consultation.too_much",
            room=household.place.rpartition("-")[2],
            share=yuan(household.share_fen),
        )
    household.paid_fen = amount
    household.paid_at = now if amount else None
    household.paid_told_by = staff.id
    session.flush()


def collected(session: Session, consultation: ConsultationRow) -> Collected:
    """Add up what has been paid."""
    rows = households_of(session, consultation.id)
    paid = sum(row.paid_fen for row in rows)
    owed = sum(row.share_fen or 0 for row in rows)
    whole = sum(1 for row in rows if row.share_fen and row.paid_fen >= row.share_fen)
    return Collected(whole, paid, owed - paid)
