"""Words that any call of a community may need: its name, number, people, and its shop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from core.sound.spoken import want_sentences, want_slots
from core.staff.queries import spoken_name, staff_of
from core.staff.tables import StaffRow
from core.wording.catalogue import LANGUAGES, say
from core.wording.ear import language_of, name_spoken, phone_spoken
from core.wording.parts import spoken_keys

_MOST_GREETED = 300  # residents who agreed to hear their name; beyond them it is made at once
_PACES = {"zh_CN": ("normal", "slow"), "en": ("normal",)}
OF_COMMUNITY = (
    "voice.first.greeting",
    "voice.first.here",
    "voice.neighbours.welfare",
    "voice.points.call_opening",
    "voice.callback.nothing_left",
    "voice.callback.silent",
)
TO_STAFF = ("voice.duty.opening", "voice.staff.alarm_drill", "voice.staff.recording_at_night")
ALARMS = ("voice.staff.alarm", "voice.staff.alarm_possible")
GREETING = ("voice.first.greeting_named",)
RECEIPT = ("voice.receipt.who",)
MAY_BE_NAMED = "spoken_name"  # a consent 本人同意 in the register


def want_standing_words(session: Session, *, now: datetime) -> None:
    """Ask for the standing words of every community, in each language and usual pace."""
    for community, language, pace in _hearers(session):
        _want_pieces(session, community, language, pace, now)


def want_standing_sentences(session: Session, *, now: datetime) -> None:
    """Ask for the shop, and for whole sentences with these words: they are understood better."""
    for community, language, pace in _hearers(session):
        _want_sentences(session, community, language, pace, now)
        if pace == "normal":
            want_shop(session, community, language=language, now=now)


def _hearers(session: Session) -> Iterator[tuple[CommunityRow, str, str]]:
    for community in communities(session):
        for language in LANGUAGES:
            for pace in _PACES[language]:
                yield community, language, pace


def staffed_number(session: Session, community: CommunityRow) -> str:
    """Return the number to ring, as people here dial it."""
    office = office_of(community)
    return office.staffed_number or shown(sender_number(session, community.id), office.area_code)


def _want_pieces(
    session: Session, community: CommunityRow, language: str, pace: str, now: datetime
) -> None:
    standing = _standing(session, community, language)
    want_slots(session, standing, language=language, pace=pace, now=now)
    names = [spoken_name(row) for row in staff_of(session, community.id)]
    names += _greeted(session, community, language)
    asked = [Asked(name, language_of(name, language), pace, personal=True) for name in names]
    want_prompts(session, asked, now=now)


def _want_sentences(
    session: Session, community: CommunityRow, language: str, pace: str, now: datetime
) -> None:
    staff = staff_of(session, community.id)
    for keys, slots in _sentences(session, community, staff, language, pace):
        want_sentences(session, keys, slots, language=language, pace=pace, now=now)


def _sentences(
    session: Session,
    community: CommunityRow,
    staff: Sequence[StaffRow],
    language: str,
    pace: str,
) -> Iterator[tuple[Sequence[str], Mapping[str, str]]]:
    """Yield templates and what fills them, what the fewest calls need first."""
    standing = _standing(session, community, language)
    if pace == "normal":  # staff are spoken to at it, and a slow call greets nobody by name
        for called in _greeted(session, community, language):
            yield GREETING, {**standing, "called": called}
        if any(row.language == language for row in staff):
            yield TO_STAFF, standing
            for key in _dangers():
                yield ALARMS, {**standing, "danger": say(key, language)}
    for row in staff:
        yield RECEIPT, {"who": spoken_name(row)}
    yield OF_COMMUNITY, standing


def _standing(session: Session, community: CommunityRow, language: str) -> dict[str, str]:
    return {
        "community": display_name(community, language),
        "staffed": phone_spoken(staffed_number(session, community), language),
    }


def _dangers() -> list[str]:
    return [key for key in spoken_keys() if key.startswith("voice.danger.")]


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
