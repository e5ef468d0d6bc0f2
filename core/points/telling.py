"""The words in which a movement of points reaches somebody."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_text
from core.points.tables import ActivityRow, RewardRow
from core.residents.queries import text_phone
from core.residents.tables import ResidentRow
from core.sla.hours import local_day, next_texting_time
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.wording.catalogue import text
from core.wording.days import day_words

LONGEST_NAME = {"zh_CN": 8, "en": 12}  # of a thing or a person, so that a text stays one segment


def name_of(thing: ActivityRow | RewardRow, language: str) -> str:
    """Return the name of an activity or a reward in a language, as short as a text needs it."""
    name = thing.name if language == "zh_CN" else thing.english_name or thing.name
    return short(name, language)


def short(name: str, language: str) -> str:
    """Cut a name so that a text stays one segment.

    >>> short("青少年爱国主义教育读书分享会", "zh_CN")
    '青少年爱国主义…'
    """
    longest = LONGEST_NAME[language]
    return name if len(name) <= longest else name[: longest - 1].rstrip() + "…"


def written(community: CommunityRow, language: str, key: str, **slots: str) -> str:
    """Return a signed text; the number to ring is known to every template."""
    return text(
        f"sms.points.{key}",
        language,
        community=display_name(community, language),
        **{"phone": office_of(community).staffed_number, **slots},
    )


def day_of(community: CommunityRow, at: datetime | date, now: datetime, language: str) -> str:
    """Name the local day of an instant, or a day."""
    office = office_of(community)
    day = local_day(office, at) if isinstance(at, datetime) else at
    return day_words(day, local_day(office, now), language)


def short_day(community: CommunityRow, at: datetime) -> str:
    """Write the local day of an instant in figures, the same in every language: 11/23."""
    day = local_day(office_of(community), at)
    return f"{day.month}/{day.day}"


def tell_resident(
    session: Session,
    community: CommunityRow,
    resident: ResidentRow,
    template: str,
    *,
    key: str,
    now: datetime,
    purpose: str = "points",
    **slots: str,
) -> bool:
    """Text a resident in the texting hours; False if they have only a landline."""
    phone = text_phone(session, resident.id)
    if phone is None:
        return False
    language = resident.language
    called = short(resident.called, language)
    enqueue_text(
        session,
        community_id=community.id,
        to=phone,
        words=written(community, language, template, **{"called": called, **slots}),
        purpose=purpose,
        key=key,
        now=now,
        not_before=next_texting_time(office_of(community), now),
    )
    return True


def tell_staff(
    session: Session,
    community: CommunityRow,
    staff: StaffRow,
    template: str,
    *,
    key: str,
    now: datetime,
    **slots: str,
) -> None:
    """Text a keeper or a second person at once: they work with it."""
    enqueue_text(
        session,
        community_id=community.id,
        to=phone_of(session, staff.id),
        words=written(community, staff.language, template, **slots),
        purpose="points_staff",
        key=key,
        now=now,
    )
