"""Words that any call of a community may need: its name, number, people, and its shop."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.queries import (
    communities,
    display_name,
    office_of,
    sender_number,
)
from core.communities.tables import CommunityRow
from core.phones import shown
from core.points.spoken import want_shop
from core.residents.tables import ResidentRow
from core.sound.operations import Asked, want_prompts
from core.sound.spoken import want_slots
from core.staff.queries import spoken_name, staff_of
from core.wording.catalogue import LANGUAGES
from core.wording.ear import language_of, name_spoken, phone_spoken

_MOST_GREETED = 300  # residents who agreed to hear their name; beyond them it is made at once
_PACES = {"zh_CN": ("normal", "slow"), "en": ("normal",)}
MAY_BE_NAMED = "spoken_name"  # a consent 本人同意 in the register


def want_standing_words(session: Session, *, now: datetime) -> None:
    """Ask for the standing words of every community, in each language and usual pace."""
    for community in communities(session):
        for language in LANGUAGES:
            want_shop(session, community, language=language, now=now)
            for pace in _PACES[language]:
                _want(session, community, language, pace, now)


def staffed_number(session: Session, community: CommunityRow) -> str:
    """Return the number to ring, as people here dial it."""
    office = office_of(community)
    return office.staffed_number or shown(sender_number(session, community.id), office.area_code)


def _want(
    session: Session, community: CommunityRow, language: str, pace: str, now: datetime
) -> None:
    standing = {
        "community": display_name(community, language),
        "staffed": phone_spoken(staffed_number(session, community), language),
    }
    want_slots(session, standing, language=language, pace=pace, now=now)
    names = [spoken_name(row) for row in staff_of(session, community.id)]
    names += _greeted(session, community, language)
    asked = [Asked(name, language_of(name, language), pace, personal=True) for name in names]
    want_prompts(session, asked, now=now)


def _greeted(session: Session, community: CommunityRow, language: str) -> list[str]:
    rows = session.scalars(
        select(ResidentRow)
        .where(
            ResidentRow.community_id == community.id,
            ResidentRow.left_at.is_(None),
            ResidentRow.language == language,
        )
        .order_by(ResidentRow.id)
    )
    greeted = [row for row in rows if MAY_BE_NAMED in row.consents]
    return [name_spoken(row.called, row.reading) for row in greeted[:_MOST_GREETED]]
