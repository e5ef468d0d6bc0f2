"""The words of notices, to those who get them and to those who send them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.queries import display_name, office_of
from core.communities.tables import CommunityRow
from core.notices.tables import NoticeRow
from core.outbox.operations import enqueue_text
from core.staff.queries import phone_of, staff_by_id
from core.wording.catalogue import text

LONGEST_TEXT = 70  # UTF-16 units of one segment
LONGEST_SPOKEN = 160  # about forty seconds


def written(community: CommunityRow, language: str, key: str, **slots: str) -> str:
    """Return a signed text; the number to ring is known to every template."""
    return text(
        f"sms.notice.{key}",
        language,
        community=display_name(community, language),
        **{"phone": office_of(community).staffed_number, **slots},
    )


def units(words: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(words.encode("utf-16-le")) // 2


def tell_opener(
    session: Session,
    community: CommunityRow,
    notice: NoticeRow,
    key: str,
    *,
    now: datetime,
    **slots: str,
) -> None:
    """Text whoever opened a notice what became of it."""
    staff = staff_by_id(session, notice.opened_by)
    if staff is None or staff.left_at is not None:
        return
    enqueue_text(
        session,
        community_id=community.id,
        to=phone_of(session, staff.id),
        words=written(community, staff.language, key, number=str(notice.number), **slots),
        purpose="notice_staff",
        key=f"notice:{notice.id}:{key}:{now.isoformat()}",
        now=now,
    )
