"""Texts to staff: address, phone and words in at most three segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow, EstateRow
from core.outbox.operations import enqueue_text
from core.phones import shown
from core.staff.queries import phone_of
from core.staff.tables import StaffRow
from core.wording.catalogue import say, text
from core.wording.segments import fit

LONGEST_ALERT = 3  # segments; a staff phone shows them as one text
_PRIORITY = {"P0": 0, "P1": 1}

Slots = Callable[[str], Mapping[str, str]]  # language → what fills the template


def alert_staff(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    wording: str,
    slots: Slots,
    words: str,
    key: str,
    now: datetime,
    not_before: datetime,
    urgency: str = "P2",
    purpose: str = "alert",
    case_id: int | None = None,
    task_id: int | None = None,
) -> None:
    """Text one member of staff; ``words`` are cut so that the whole fits three segments."""
    enqueue_text(
        session,
        community_id=community.id,
        to=phone_of(session, staff.id),
        words=alert_words(
            community=community, staff=staff, wording=wording, slots=slots, words=words
        ),
        purpose=purpose,
        key=key,
        now=now,
        priority=_PRIORITY.get(urgency, 2),
        not_before=not_before,
        case_id=case_id,
        task_id=task_id,
    )


def alert_words(
    *, community: CommunityRow, staff: StaffRow, wording: str, slots: Slots, words: str
) -> str:
    """Return the signed text of an alert, in the language of whoever gets it."""
    language = staff.language
    filled = slots(language)

    def make(cut: str) -> str:
        return text(
            wording,
            language,
            community=display_name(community, language),
            **{**filled, "words": cut},
        )

    return fit(make, " ".join(words.split()), segments=LONGEST_ALERT)


def phone_words(community: CommunityRow, phone: str | None, language: str) -> str:
    """Return a number as staff dial it, or that it was hidden."""
    number = shown(phone, office_of(community).area_code)
    return number or say("sms.alert.hidden_number", language)


def address_words(session: Session, estate_id: int | None, place: str) -> str:
    """Return an address as staff say it: 青湖华庭3-2-402; empty if unknown."""
    estate = session.get(EstateRow, estate_id) if estate_id is not None else None
    return f"{estate.name if estate else ''}{place}"


def where_words(address: str, language: str) -> str:
    """Return an address, or that nobody knows it."""
    return address or say("sms.alert.unknown_place", language)
