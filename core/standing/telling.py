"""The words of standing orders and welfare calls."""

from __future__ import annotations

from datetime import date, datetime

from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow
from core.sla.hours import local_day
from core.standing.rules import Rhythm
from core.wording.catalogue import say, text
from core.wording.days import day_words

STAFF_LANGUAGE = "zh_CN"


def written(community: CommunityRow, language: str, key: str, **slots: str) -> str:
    """Return a signed text; the number to ring is known to every template."""
    return text(
        f"sms.standing.{key}",
        language,
        community=display_name(community, language),
        **{"phone": office_of(community).staffed_number, **slots},
    )


def named_day(community: CommunityRow, day: date, now: datetime, language: str) -> str:
    """Name a local day."""
    return day_words(day, local_day(office_of(community), now), language)


def rhythm_words(rhythm: Rhythm, language: str) -> str:
    """Say how often: 每月5号, 每星期三."""
    if rhythm.month_day is not None:
        return say("sms.standing.monthly", language, day=str(rhythm.month_day))
    return say(f"sms.standing.weekly_{rhythm.weekday}", language)
