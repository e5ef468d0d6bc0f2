"""How many automatic texts a day one number may get, and when one that is too many may go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.office import Office
from core.outbox.rules import OutboxKind, OutboxState
from core.outbox.tables import OutboxRow
from core.residents.operations import line_for
from core.residents.tables import PhoneLineRow
from core.sla.hours import instant, local_day, next_texting_time

MOST_EQUAL = 2
MOST_DIFFERENT = 4
# Answers to what somebody just did; they go at once at any hour.
REPLY_PURPOSES = frozenset({"receipt", "reply", "code"})
_GOES_OUT = (OutboxState.SENDING, OutboxState.UNKNOWN, OutboxState.SENT, OutboxState.DELIVERED)


def may_text_today(sent_today: Sequence[str], words: str) -> bool:
    """Tell whether one more text is not too many: two equal, four different a day.

    >>> may_text_today(["a", "a"], "a"), may_text_today(["a", "a"], "b")
    (False, True)
    >>> may_text_today(["a", "b", "c", "d"], "e")
    False
    """
    return sent_today.count(words) < MOST_EQUAL and len({*sent_today, words}) <= MOST_DIFFERENT


def hold_until(
    session: Session, row: OutboxRow, *, office: Office, now: datetime
) -> datetime | None:
    """Return until when a text that we start to a resident has to wait; None: it may go now.

    Only for texts to residents; emergencies and replies are never held.
    """
    if row.kind != OutboxKind.TEXT or row.priority == 0 or row.purpose in REPLY_PURPOSES:
        return None
    opens_at = next_texting_time(office, now)
    if opens_at > now:
        return opens_at
    if may_text_today(_sent_today(session, row, office, now), row.body):
        return None
    tomorrow = local_day(office, now) + timedelta(days=1)
    return next_texting_time(office, instant(office, tomorrow, time()))


def _sent_today(session: Session, row: OutboxRow, office: Office, now: datetime) -> Sequence[str]:
    # Two schedulers with a text each for one phone: the second counts the first one's.
    line_for(session, row.community_id, row.to)
    session.get_one(
        PhoneLineRow, (row.community_id, row.to), with_for_update=True, populate_existing=True
    )
    midnight = instant(office, local_day(office, now), time())
    rows = session.execute(
        select(OutboxRow.body, OutboxRow.sent_at).where(
            OutboxRow.to == row.to,
            OutboxRow.community_id == row.community_id,
            OutboxRow.kind == OutboxKind.TEXT,
            OutboxRow.priority > 0,
            OutboxRow.purpose.not_in(REPLY_PURPOSES),
            OutboxRow.state.in_(_GOES_OUT),
            OutboxRow.id != row.id,
        )
    )
    return [body for body, sent_at in rows if sent_at is None or sent_at >= midnight]
