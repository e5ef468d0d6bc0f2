"""Pictures of staff, which residents see on the card at their door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.staff.tables import StaffPictureRow

MEDIA_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
LARGEST_PICTURE = 4 * 1024 * 1024  # bytes


def keep_picture(
    session: Session, staff_id: int, *, content: bytes, media_type: str, now: datetime
) -> None:
    """Keep a picture in the place of the one before."""
    row = session.get(StaffPictureRow, staff_id)
    if row is None:
        row = StaffPictureRow(staff_id=staff_id, content=content, media_type=media_type, at=now)
        session.add(row)
    row.content, row.media_type, row.at = content, media_type, now
    session.flush()


def picture_of(session: Session, staff_id: int) -> StaffPictureRow | None:
    """Return somebody's picture, if one was brought."""
    return session.get(StaffPictureRow, staff_id)


def drop_picture(session: Session, staff_id: int) -> bool:
    """Take a picture away; tell whether there was one."""
    row = session.get(StaffPictureRow, staff_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True
