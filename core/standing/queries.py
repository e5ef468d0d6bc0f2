"""Reads of standing orders and welfare calls, and when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, String, cast, select
from sqlalchemy.orm import Session

from core.standing.planning import unplanned
from core.standing.rules import RoundState, RunState
from core.standing.tables import StandingOrderRow, StandingRunRow, WelfareRoundRow, WelfareRow
from core.tasks.rules import TaskState
from core.tasks.tables import TaskRow


def orders_of(session: Session, community_id: int) -> Sequence[StandingOrderRow]:
    """Return the standing orders of a community."""
    return session.scalars(
        select(StandingOrderRow)
        .where(StandingOrderRow.community_id == community_id, StandingOrderRow.left_at.is_(None))
        .order_by(StandingOrderRow.id)
    ).all()


def runs_of(session: Session, order_id: int) -> Sequence[StandingRunRow]:
    """Return every time that an order came round, newest last."""
    return session.scalars(
        select(StandingRunRow)
        .where(StandingRunRow.order_id == order_id)
        .order_by(StandingRunRow.falls_on)
    ).all()


def order_by_number(session: Session, community_id: int, number: int) -> StandingOrderRow | None:
    """Return the standing order that staff call 帮办3; None if it has ended."""
    row = session.get(StandingOrderRow, number)
    return row if row and row.community_id == community_id and row.left_at is None else None


def newest_run(session: Session, order_id: int) -> StandingRunRow | None:
    """Return the latest time that an order came round."""
    return next(reversed(runs_of(session, order_id)), None)


def welfare_by_number(session: Session, community_id: int, number: int) -> WelfareRow | None:
    """Return the welfare call that staff call 平安电话2; None if it has ended."""
    row = session.get(WelfareRow, number)
    return row if row and row.community_id == community_id and row.left_at is None else None


def welfare_calls_of(session: Session, community_id: int) -> Sequence[WelfareRow]:
    """Return the welfare calls of a community."""
    return session.scalars(
        select(WelfareRow)
        .where(WelfareRow.community_id == community_id, WelfareRow.left_at.is_(None))
        .order_by(WelfareRow.id)
    ).all()


def rounds_of(session: Session, welfare_id: int) -> Sequence[WelfareRoundRow]:
    """Return every round of a welfare call, newest last."""
    return session.scalars(
        select(WelfareRoundRow)
        .where(WelfareRoundRow.welfare_id == welfare_id)
        .order_by(WelfareRoundRow.on)
    ).all()


def is_live_round(row: WelfareRoundRow) -> bool:
    """Tell whether somebody still has to say that they are well."""
    return row.state != RoundState.SAFE


def orders_due(now: datetime) -> Select[int]:
    """Find whether a standing order opens now."""
    return select(StandingOrderRow.id).where(
        StandingOrderRow.left_at.is_(None), StandingOrderRow.opens_at <= now
    )


def orders_unplanned(session: Session, now: datetime) -> bool:
    """Tell whether an order has not been counted on this local day."""
    return bool(unplanned(session, now))


def answers_due(now: datetime) -> Select[int]:
    """Find whether a confirmation was missed."""
    return select(StandingRunRow.id).where(
        StandingRunRow.state == RunState.ASKED, StandingRunRow.answer_by <= now
    )


def welfare_due(now: datetime) -> Select[int]:
    """Find whether a welfare call is to be begun."""
    return select(WelfareRow.id).where(WelfareRow.left_at.is_(None), WelfareRow.next_at <= now)


def doors_done(_now: datetime) -> Select[int]:
    """Find whether somebody was at a door and the round has not been ended."""
    key = "welfare:" + cast(WelfareRoundRow.id, String) + ":door"
    return (
        select(WelfareRoundRow.id)
        .join(TaskRow, TaskRow.key == key)
        .where(WelfareRoundRow.state == RoundState.DOOR, TaskRow.state == TaskState.DONE)
    )
