"""One scheduler process: waits for its database, then works until a signal ends it."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import DBAPIError

from app.config import Settings
from app.serving.start import refuse_demo_on_real_provider
from core.outbox.channels import Pace

if TYPE_CHECKING:
    from core.db import Database
    from scheduler.services import SchedulerServices

_log = structlog.stdlib.get_logger(__name__)
_WAIT_SECONDS = 5.0


def run_scheduler(settings: Settings) -> None:
    """Run until a signal ends it."""
    from app.factory import make_scheduler_services, make_services
    from scheduler.process import run_forever

    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    services = make_services(settings)
    if wait_for_schema(services.database, stopping):
        refuse_demo_on_real_provider(settings)
        run_forever(paced(make_scheduler_services(services), settings), stopping)
    services.database.close()


def paced(services: SchedulerServices, settings: Settings) -> SchedulerServices:
    """Let nothing but emergencies leave faster than the provider allows: no storm after a rest."""
    rates = {"text": settings.texts_per_second, "call": settings.calls_per_second}
    return replace(services, pace=Pace(rates))


def wait_for_schema(database: Database, stopping: threading.Event) -> bool:
    """Wait until the database is there with the newest schema; False if we are to stop first."""
    from app.schema_steps import newest, present

    while not stopping.is_set():
        try:
            if present(database) == newest():
                return True
            _log.warning("the database has another schema; run linli migrate")
        except DBAPIError as error:
            _log.warning("the database cannot be reached", reason=str(error.orig))
        stopping.wait(_WAIT_SECONDS)
    return False
