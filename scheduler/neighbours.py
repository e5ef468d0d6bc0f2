"""The neighbourhood: consultations that are due, and the telephones to be reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core.consultations.operations import follow_results
from core.consultations.operations import step_due as step_consultations
from core.consultations.queries import anything_due as consultations_due
from core.db import which_exist
from core.notices.operations import send_due
from core.notices.queries import stages_due
from core.reaching.operations import place_due
from core.reaching.queries import anything_due as reaches_due
from core.reaching.queries import left_unfollowed
from core.reaching.rules import ReachPurpose
from core.standing.operations import (
    begin_due,
    follow_calls,
    follow_welfare,
    miss_due,
    open_due,
    plan_again,
    settle_doors,
)
from core.standing.queries import (
    answers_due,
    doors_done,
    orders_due,
    orders_unplanned,
    welfare_due,
)
from core.volunteers.members import copies_due
from core.volunteers.operations import copy_due
from core.volunteers.operations import step_due as step_volunteers
from core.volunteers.queries import calls_due
from scheduler.services import SchedulerServices

_Step = Callable[[Session, datetime, int], int]
_Look = Callable[[datetime], Select[int]]


def _unfollowed(*purposes: ReachPurpose) -> _Look:
    return lambda _now: left_unfollowed(*purposes)


# What opens calls comes before what places them, what draws conclusions after both.
_STEPS: tuple[tuple[_Look, _Step], ...] = (
    (consultations_due, step_consultations),
    (orders_due, open_due),
    (answers_due, miss_due),
    (welfare_due, begin_due),
    (copies_due, copy_due),
    (calls_due, step_volunteers),
    (reaches_due, place_due),
    (_unfollowed(ReachPurpose.RESULT), follow_results),
    (_unfollowed(ReachPurpose.STANDING), follow_calls),
    (_unfollowed(ReachPurpose.WELFARE, ReachPurpose.WELFARE_CONTACT), follow_welfare),
    (doors_done, settle_doors),
)


def run(services: SchedulerServices) -> int:
    """Do what is due; return how many things were done.

    It looks before it takes the writer's place: on most ticks there is nothing to do.
    """
    now = services.clock.now()
    with services.database.reading() as session:
        looks = [*(look(now) for look, _ in _STEPS), stages_due(now)]
        *waiting, notices = which_exist(session, looks)
    done = 0
    for is_waiting, (_, step) in zip(waiting, _STEPS, strict=True):
        if is_waiting:
            with services.database.transaction() as session:
                done += step(session, now, services.batch)
    if notices:
        with services.database.transaction() as session:
            done += send_due(session, now, services.rates, services.batch)
    return done


def plan_orders(services: SchedulerServices) -> int:
    """Count the standing orders of which the local day is a new one; return how many were."""
    now = services.clock.now()
    with services.database.reading() as session:
        if not orders_unplanned(session, now):
            return 0
    with services.database.transaction() as session:
        return plan_again(session, now, services.batch)
