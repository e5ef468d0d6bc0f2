"""What is checked before a start, and what is said at it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.clock import OffsetClock
from app.config import ConfigurationError, Settings
from app.opening import open_database
from app.schema_steps import newest, present
from core.clock import RealClock
from core.communities.tables import CommunityRow

_log = structlog.stdlib.get_logger(__name__)

_DEMO_GREETING = """
  Open    {address}/desk
  Be      金奶奶 (139 0000 0101): ring, or text 厨房下水道堵了
  Then be 王师傅 (139 0000 0002): text 接 1 明天上午来, later 办结 1 通了
  Then press "next working day 10:30" and answer the call: 1 if it is 金奶奶,
          then 1 solved or 2 not solved.
  There   it is {now}. Staff are told in office hours (Monday to Friday 10:00-14:00,
          16:00-20:00), so a new demo begins within them; the buttons move its clock on.
  English the button at the top right of the page; the line itself: key 8
  Or      .venv/bin/linli phone    Everything: .venv/bin/linli --help
  Ctrl-C ends it.
"""


def check_schema(settings: Settings) -> None:
    """Refuse a start on another schema; a database that is away does not hinder a start.

    :raises ConfigurationError: if the database answers and its schema is not ours.
    """
    database = open_database(settings)
    try:
        found = present(database)
    except DBAPIError as error:
        _log.warning("the database cannot be reached; starting all the same", reason=str(error))
        return
    finally:
        database.close()
    if found != newest():
        raise ConfigurationError(
            f"The database has schema {found or 'none'}, this Linli needs {newest()}: "
            "run `linli migrate` first."
        )


def refuse_demo_on_real_provider(settings: Settings) -> None:
    """Refuse a demo community on a real provider: invented numbers may belong to somebody.

    :raises ConfigurationError: if there is one.
    """
    if not settings.carries_for_real:
        return
    names = demo_communities(settings)
    if names:
        raise ConfigurationError(
            f"{'、'.join(names)} is a demo community (demo = true). Its invented numbers may "
            f"belong to somebody, so it cannot run on {settings.provider} at "
            f"{settings.twilio_api_base}. "
            "Use LINLI_PROVIDER=desk, or a provider on this machine."
        )


def demo_communities(settings: Settings) -> tuple[str, ...]:
    """Name the demo communities in the database; none if it is away or empty."""
    database = open_database(settings)
    try:
        with database.reading() as session:
            return tuple(session.scalars(select(CommunityRow.name).where(CommunityRow.demo)))
    except DBAPIError:
        return ()
    finally:
        database.close()


def voice_lines(settings: Settings) -> list[str]:
    """Say who speaks, and which voice is missing or damaged."""
    from app.factory import make_voices

    return make_voices(settings).lines()


def greeting(settings: Settings) -> str:
    """Say what to open and who to be."""
    if settings.provider == "desk" and demo_communities(settings):
        return _DEMO_GREETING.format(address=settings.address, now=_demo_now(settings))
    return f"Linli answers the provider at {settings.address}"


def _demo_now(settings: Settings) -> str:
    """Say the demo's time in Beijing, where every demo community lies."""
    database = open_database(settings)
    try:
        now = OffsetClock(database, RealClock()).now()
    finally:
        database.close()
    return f"{now.astimezone(ZoneInfo('Asia/Shanghai')):%A %Y-%m-%d %H:%M}"
