"""Reads of corrections."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.learning.tables import CorrectionRow


def corrected_texts(session: Session) -> list[tuple[str, str]]:
    """Return words and the category they belong to, each case by its last correction."""
    rows = session.scalars(select(CorrectionRow).order_by(CorrectionRow.id)).all()
    last = {row.case_id: (row.words, row.category) for row in rows}
    return list(last.values())
