"""Two-digit codes: a sender number can be forged, an answer to the registered phone cannot.

They have six digits for a phone on which wrong ones came lately.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.communities.queries import display_name
from core.communities.tables import CommunityRow
from core.outbox.operations import enqueue_text
from core.staff.rules import (
    CODE_LENGTH,
    CODE_SERVES_MINUTES,
    CODE_TRIES,
    CODE_WAITS_MINUTES,
    GUESSED_DAYS,
    GUESSED_LENGTH,
)
from core.staff.tables import StaffCodeRow, StaffRow
from core.wording.catalogue import text


def send_code(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow | None,
    phone: str,
    command: str,
    arguments: dict[str, Any],
    now: datetime,
    real_now: datetime,
    language: str = "zh_CN",
) -> StaffCodeRow:
    """Text a code to the registered phone; ``command`` takes effect once it comes back.

    A newer code replaces the one that waits on this phone.
    """
    _void(session, community.id, phone, real_now)
    code = StaffCodeRow(
        community_id=community.id,
        staff_id=staff.id if staff else None,
        phone=phone,
        code=_new_code(_length(session, community.id, phone, real_now)),
        waiting={"command": command, "arguments": arguments},
        wrong_tries=0,
        sent_at=real_now,
    )
    session.add(code)
    session.flush()
    enqueue_text(
        session,
        community_id=community.id,
        to=phone,
        words=text(
            "sms.code.sent",
            language,
            community=display_name(community, language),
            code=code.code,
        ),
        purpose="code",
        key=f"code:{code.id}",
        now=now,
        priority=1,
    )
    return code


def _length(session: Session, community_id: int, phone: str, real_now: datetime) -> int:
    wrong = session.scalar(
        select(func.sum(StaffCodeRow.wrong_tries)).where(
            StaffCodeRow.community_id == community_id,
            StaffCodeRow.phone == phone,
            StaffCodeRow.sent_at > real_now - timedelta(days=GUESSED_DAYS),
        )
    )
    return CODE_LENGTH if (wrong or 0) < CODE_TRIES else GUESSED_LENGTH


def _new_code(length: int) -> str:
    lowest = 10 ** (length - 1)
    return str(lowest + secrets.randbelow(9 * lowest))


def code_waits(
    session: Session, community_id: int, phone: str, real_now: datetime
) -> StaffCodeRow | None:
    """Return the code that this phone has been asked for, if one waits."""
    return session.scalars(
        select(StaffCodeRow)
        .where(
            StaffCodeRow.community_id == community_id,
            StaffCodeRow.phone == phone,
            StaffCodeRow.proved_at.is_(None),
            StaffCodeRow.voided_at.is_(None),
            StaffCodeRow.sent_at > real_now - timedelta(minutes=CODE_WAITS_MINUTES),
        )
        .order_by(StaffCodeRow.id.desc())
        .limit(1)
    ).first()


def take_code(
    session: Session, *, community: CommunityRow, phone: str, code: str, real_now: datetime
) -> StaffCodeRow | None:
    """Compare a code that came back; the row if it is right, with what waits for it.

    The third wrong code voids it, since ninety guesses are few.
    """
    waiting = code_waits(session, community.id, phone, real_now)
    if waiting is None:
        return None
    if not secrets.compare_digest(waiting.code, code):
        waiting.wrong_tries += 1
        if waiting.wrong_tries >= CODE_TRIES:
            waiting.voided_at = real_now
        session.flush()
        return None
    waiting.proved_at = real_now
    session.flush()
    return waiting


def is_proved(session: Session, community_id: int, phone: str, real_now: datetime) -> bool:
    """Tell whether a code came back from this phone in the last 30 minutes."""
    return (
        session.scalars(
            select(StaffCodeRow.id)
            .where(
                StaffCodeRow.community_id == community_id,
                StaffCodeRow.phone == phone,
                StaffCodeRow.proved_at > real_now - timedelta(minutes=CODE_SERVES_MINUTES),
            )
            .limit(1)
        ).first()
        is not None
    )


def _void(session: Session, community_id: int, phone: str, real_now: datetime) -> None:
    session.execute(
        update(StaffCodeRow)
        .where(
            StaffCodeRow.community_id == community_id,
            StaffCodeRow.phone == phone,
            StaffCodeRow.proved_at.is_(None),
            StaffCodeRow.voided_at.is_(None),
        )
        .values(voided_at=real_now)
    )
