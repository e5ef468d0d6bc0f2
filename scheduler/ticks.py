"""What the scheduler does, how often it looks, and how a failing look leaves the others alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scheduler import (
    alarms,
    calendar,
    callbacks,
    escalation,
    gaps,
    keeping,
    neighbours,
    outgoing,
    points,
    prompts,
    questions,
    reports,
    sums,
    sweeping,
    transcribing,
)
from scheduler.services import SchedulerServices


@dataclass(frozen=True)
class Tick:
    """One kind of work: looked at every ``seconds``, by ``lanes`` threads at once."""

    name: str
    seconds: float
    run: Callable[[SchedulerServices], int]
    lanes: int = 1
    in_hold: bool = False  # also while nothing may leave, after a restore
    only_quickens: bool = False  # nobody waits for what it does: a pass through all leaves it out


def _exchange(services: SchedulerServices) -> int:
    if services.exchange is None:
        return 0
    return services.exchange.run(services.clock.now())


def _hold(services: SchedulerServices) -> int:
    services.hold.look(services.database)
    return 0


def _wording(services: SchedulerServices) -> int:
    services.look_at_wording()
    return 0


# In the order in which one pass takes them: what opens work comes before what sends it.
TICKS: tuple[Tick, ...] = (
    Tick("hold", 1, _hold, in_hold=True),
    Tick("wording", 5, _wording),
    Tick("sweeping", 5, sweeping.run),
    Tick("alarms", 1, alarms.run),
    Tick("escalation", 10, escalation.run),
    Tick("questions", 10, questions.run),
    Tick("callbacks", 5, callbacks.run),
    Tick("points", 30, points.run),  # days and hours, no minutes
    Tick("orders", 30, neighbours.plan_orders),
    Tick("neighbours", 1, neighbours.run),
    Tick("calendar", 600, calendar.run, in_hold=True),
    Tick("keeping", 600, keeping.run),
    Tick("reports", 300, reports.run),
    Tick("sums", 20, sums.run, only_quickens=True),
    Tick("prompts", 1, prompts.run, in_hold=True),
    Tick("transcribing", 2, transcribing.run, in_hold=True),
    # lanes of their own: a provider that takes its 15 seconds must not hold an emergency up
    Tick("emergencies", 1, outgoing.run_urgent, lanes=2),
    Tick("outgoing", 1, outgoing.run, lanes=2),
    Tick("gaps", 20, gaps.run),
    Tick("exchange", 1, _exchange, in_hold=True),
)


@dataclass(frozen=True)
class Ran:
    """What came of one tick: how many things were done, or the kind of error."""

    done: int
    failure: str = ""


def run_tick(services: SchedulerServices, tick: Tick) -> Ran:
    """Do one tick's work; an error is reported, and is not the other ticks' affair."""
    try:
        if not tick.in_hold and services.hold.is_held(services.database):
            return Ran(0)  # an alarm that rang before the restore may have been taken since
        return Ran(tick.run(services))
    except Exception as error:  # a bug in one subject must not stop alarms and texts
        services.report_failure(tick.name, error)
        return Ran(0, type(error).__name__)


def run_due(services: SchedulerServices) -> int:
    """Do one pass of everything that is due; return how many things were done."""
    return sum(run_tick(services, tick).done for tick in TICKS if not tick.only_quickens)
