"""Taking over a paper ledger: all of its lines, or none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import Hand, Posting, open_book, post, transfer
from core.points.paper import PaperLedger
from core.points.rules import SPENT, Source, issuing_account, resident_account
from core.tasks.rules import Actor


def import_paper_ledger(
    session: Session,
    *,
    community: CommunityRow,
    ledger: PaperLedger,
    recorder: Actor,
    channel: str,
    now: datetime,
) -> int:
    """Book every line of a paper ledger without mistakes; return how many entries it made.

    :raises Refusal: ``sms.points.import_mistakes`` if it has any (a line that was booked before
        is one), ``import_empty``.
    """
    book = open_book(session, community.id)
    if ledger.mistakes:
        raise Refusal("sms.points.import_mistakes", count=str(len(ledger.mistakes)))
    if not ledger.lines:
        raise Refusal("sms.points.import_empty")
    for line in ledger.lines:
        own = resident_account(line.resident.id)
        legs = (
            transfer(issuing_account(line.point_class), own, line.points)
            if line.points > 0
            else transfer(own, SPENT, -line.points)
        )
        posting = Posting(
            key=line.key,
            reason=line.reason,
            by=Hand(recorder, channel, now),
            source=Source.OPENING,
            source_id=line.line,
            happened_on=line.on,
        )
        post(session, book, legs=legs, posting=posting)
    return len(ledger.lines)
