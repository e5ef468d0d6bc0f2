"""A notice that is drafted and agreed to by its second person, so that it is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.notices.operations import agree, draft, propose
from core.notices.queries import stages_of
from core.notices.rules import Audience, Channel
from core.notices.tables import NoticeRow, NoticeStageRow
from core.staff.queries import staff_by_id
from core.staff.tables import StaffRow


def agreed_notice(
    session: Session,
    *,
    community: CommunityRow,
    staff: StaffRow,
    words: str,
    audience: Audience,
    now: datetime,
) -> tuple[NoticeRow, NoticeStageRow, StaffRow]:
    """Draft a text of one stage and let its second person agree; return all three."""
    drafted = draft(
        session,
        words=words,
        channel=Channel.TEXT,
        audience=audience,
        members_first=False,
        expires_at=None,
        community=community,
        staff=staff,
        now=now,
    )
    notice = propose(session, drafted=drafted, community=community, staff=staff, now=now)
    (stage,) = stages_of(session, notice.id)
    second = staff_by_id(session, stage.second_id)
    assert second is not None
    agree(session, stage.id, second, now=now)
    return notice, stage, second
