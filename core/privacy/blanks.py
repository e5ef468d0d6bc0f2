"""What stands where something of a forgotten resident stood."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm import Session

from core.db import Base
from core.privacy.about import About

GONE = "（已删除）"


def of(phone: Any, case_id: Any, ends: About) -> ColumnElement[bool]:
    """Select the rows of a telephone of theirs, or of a case of theirs."""
    return or_(phone.in_(ends.phones), case_id.in_(ends.cases))


def blank(session: Session, row: type[Base], which: ColumnElement[bool], **values: Any) -> None:
    """Write values over those of some rows, past the objects that are loaded."""
    session.execute(
        update(row).where(which).values(values).execution_options(synchronize_session=False)
    )
