"""What staff do to a standing order by hand: leave the next time out, or end it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cases.rules import OPEN, Channel, shown_number
from core.cases.tables import CaseRow
from core.errors import Refusal
from core.standing.planning import plan_order
from core.standing.rules import RunState
from core.standing.running import answer_run
from core.standing.tables import StandingOrderRow, StandingRunRow

LEFT_BY_HAND = "left_at"  # in StandingOrderRow.edited: a load does not bring it back


def skip_next(session: Session, order: StandingOrderRow, *, now: datetime) -> date | None:
    """Leave out the next time; returns the day by its rhythm that is left out.

    Where its case is open already and nobody has confirmed it, that case is withdrawn.

    :raises Refusal: ``console.standing.confirmed`` if the resident has confirmed it.
    """
    run, case = _open_run(session, order)
    if run is None or case is None:
        order.skipped_on = order.falls_on
        plan_order(session, order, now)
        session.flush()
        return order.skipped_on
    if answer_run(session, run.id, 2, channel=Channel.CONSOLE, now=now) is not RunState.SKIPPED:
        raise Refusal("console.standing.confirmed", number=shown_number(case.number))
    return run.falls_on


def end_order(session: Session, order: StandingOrderRow, *, now: datetime) -> None:
    """Let it open no more; what is open goes on, and what was stays."""
    order.left_at = now
    order.edited = sorted({*order.edited, LEFT_BY_HAND})
    session.flush()


def _open_run(
    session: Session, order: StandingOrderRow
) -> tuple[StandingRunRow | None, CaseRow | None]:
    run = session.scalars(
        select(StandingRunRow)
        .where(StandingRunRow.order_id == order.id, StandingRunRow.state != RunState.SKIPPED)
        .order_by(StandingRunRow.falls_on.desc())
        .limit(1)
    ).first()
    case = session.get(CaseRow, run.case_id) if run is not None else None
    return (run, case) if case is not None and case.status in OPEN else (None, None)
