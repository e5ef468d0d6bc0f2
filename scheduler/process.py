"""The scheduler's process: APScheduler only ticks; the work is rows, and rows outlive it."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.demo_clock import is_moving, move_if_asked
from scheduler.heartbeat import Heart
from scheduler.services import SchedulerServices
from scheduler.ticks import TICKS, Tick, run_due, run_tick

__all__ = ["SchedulerStalled", "run_due", "run_forever"]

_log = structlog.get_logger(__name__)
_LOOK_SECONDS = 5.0
_STEP_SECONDS = 2.0
_STALLED_AFTER = timedelta(minutes=2)


class SchedulerStalled(RuntimeError):
    """No tick has run for minutes, though the timer says that it is running."""


def run_forever(services: SchedulerServices, stop_event: threading.Event) -> None:
    """Tick until ``stop_event`` is set; ticks that have begun are let finish.

    :raises SchedulerStalled: if the timer died silently, so that the parent starts us anew.
    """
    heart = Heart(services)
    # that a tick outlasts its second is no news: the next one finds what it left
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    timer = _make_timer()
    _add_ticks(timer, services, heart, stop_event)
    timer.start()
    watch = StepWatch(services.real_clock.now(), time.monotonic())
    try:
        while not stop_event.wait(_LOOK_SECONDS):
            if watch.has_stepped(services.real_clock.now(), time.monotonic()):
                _log.warning("the clock was set; ticks begin anew")
                timer.remove_all_jobs()
                _add_ticks(timer, services, heart, stop_event)
                heart.begin_anew()
            age = heart.age(services.real_clock.now())
            if age > _STALLED_AFTER:
                raise SchedulerStalled(f"no tick for {age.total_seconds():.0f} seconds")
    finally:
        timer.shutdown(wait=True)


def tick_once(services: SchedulerServices, heart: Heart, tick: Tick) -> None:
    """Run one tick as the process does: not while a demo's clock is walked, and with a beat."""
    try:
        failure = ""
        if not (services.demo and is_moving(services)):
            failure = run_tick(services, tick).failure
        heart.beat(tick.name, failure)
    except Exception as error:  # the database is away: the next tick tries again
        services.report_failure(tick.name, error)


def walk_once(services: SchedulerServices, heart: Heart, stop_event: threading.Event) -> None:
    """Walk a demo's clock if somebody asked for it."""
    try:
        move_if_asked(services, stop=stop_event.is_set)
        heart.beat("demo_clock")
    except Exception as error:  # whoever asked can ask again
        services.report_failure("demo_clock", error)


class StepWatch:
    """Notices that the machine's clock was set: the timer would wait until its old time comes."""

    def __init__(self, real_now: datetime, monotonic: float) -> None:
        self._last = (real_now, monotonic)

    def has_stepped(self, real_now: datetime, monotonic: float) -> bool:
        """Tell whether the clock went otherwise than time since the last look."""
        real_before, monotonic_before = self._last
        self._last = (real_now, monotonic)
        went = (real_now - real_before).total_seconds()
        return abs(went - (monotonic - monotonic_before)) > _STEP_SECONDS


def _make_timer() -> BackgroundScheduler:
    # A job store that is shared doubles jobs, and one-off jobs are lost after a clock step: so
    # there is no store and no date, only intervals that look at rows.
    lanes = sum(tick.lanes for tick in TICKS) + 1
    return BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(lanes)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone="UTC",
    )


def _add_ticks(
    timer: BackgroundScheduler,
    services: SchedulerServices,
    heart: Heart,
    stop_event: threading.Event,
) -> None:
    for tick in TICKS:
        for _ in range(tick.lanes):
            timer.add_job(tick_once, "interval", seconds=tick.seconds, args=(services, heart, tick))
    if services.demo:
        timer.add_job(walk_once, "interval", seconds=1, args=(services, heart, stop_event))
