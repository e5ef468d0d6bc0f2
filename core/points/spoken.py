"""What there is for points, as it is read out on the telephone, and asked for ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import office_of
from core.communities.tables import CommunityRow
from core.office import Office
from core.points.queries import activities_on, rewards_of
from core.points.tables import ActivityRow, RewardRow
from core.sla.hours import local_day
from core.sound.operations import Asked, want_prompts
from core.wording.catalogue import say
from core.wording.ear import day_spoken, language_of, quantity_spoken

_LONGEST = {"zh_CN": 10, "en": 24}  # hanzi or letters of a name, so that a clause stays short
_PACES = ("slow", "normal")  # a list is read slowly, what was chosen as the caller likes it


def reward_spoken(reward: RewardRow, language: str) -> str:
    """Say a reward with its price."""
    points = quantity_spoken(reward.price, language)
    return say("voice.points.reward", language, what=name_of(reward, language), points=points)


def activity_spoken(activity: ActivityRow, office: Office, language: str, *, now: datetime) -> str:
    """Say an activity with its day."""
    day = local_day(office, activity.starts_at or now)
    spoken = day_spoken(day, local_day(office, now), language)
    return say("voice.points.activity", language, what=name_of(activity, language), day=spoken)


def name_of(thing: RewardRow | ActivityRow, language: str) -> str:
    """Return a name as short as a clause needs it."""
    name = thing.name if language == "zh_CN" else thing.english_name or thing.name
    return name[: _LONGEST[language]]


def want_shop(session: Session, community: CommunityRow, *, language: str, now: datetime) -> None:
    """Ask for everything that the shop would read out now."""
    asked = [
        Asked(words, language_of(words, language), pace)
        for words in _read_out(session, community, language, now)
        for pace in _PACES
    ]
    want_prompts(session, asked, now=now)


def _read_out(
    session: Session, community: CommunityRow, language: str, now: datetime
) -> Iterator[str]:
    for reward in rewards_of(session, community.id, in_stock=True):
        yield reward_spoken(reward, language)
    for activity in activities_on(session, community.id, now):
        if activity.starts_at is not None:
            yield activity_spoken(activity, office_of(community), language, now=now)
