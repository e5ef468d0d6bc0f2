"""Undoing a posting that was a mistake by a new entry; the deed may then be recorded rightly."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.communities.tables import CommunityRow
from core.errors import Refusal
from core.points.ledger import Hand, Posting, balance, reversal_of, reverse
from core.points.queries import points_of_entry
from core.points.rules import EARNINGS, Source, resident_account
from core.points.tables import ParticipationRow, PointBookRow, PointEntryRow
from core.points.telling import short, tell_resident
from core.residents.tables import ResidentRow


def undo_posting(
    session: Session,
    book: PointBookRow,
    community: CommunityRow,
    entry: PointEntryRow,
    reason: str,
    by: Hand,
) -> None:
    """Undo a posting in an open book by its reversal, and tell the resident.

    :raises Refusal: as ``undoable``, or ``sms.points.short`` if the points were spent.
    """
    resident, points = undoable(session, community, entry)
    posting = Posting(
        key=f"reversal:{entry.number}",
        reason=reason,
        by=by,
        source=Source.REVERSAL,
        source_id=entry.number,
    )
    undo = reverse(session, book, entry=entry, posting=posting)
    _free_participation(session, community.id, entry)
    tell_resident(
        session,
        community,
        resident,
        "taken_back",
        key=f"points:{community.id}:{undo.number}",
        now=by.now,
        what=short(entry.reason, resident.language),
        points=str(points),
        balance=str(balance(session, community.id, resident_account(resident.id))),
    )


def undoable(
    session: Session, community: CommunityRow, entry: PointEntryRow
) -> tuple[ResidentRow, int]:
    """Return whose points an entry brought and how many, if it may be taken back.

    :raises Refusal: ``sms.points.not_an_earning`` or ``already_reversed``.
    """
    resident_id, points = points_of_entry(session, entry)
    earned = entry.source in EARNINGS | {Source.OPENING} and entry.community_id == community.id
    if resident_id is None or points <= 0 or not earned:
        raise Refusal("sms.points.not_an_earning")
    if reversal_of(session, entry) is not None:
        raise Refusal("sms.points.already_reversed", reason=entry.reason)
    return session.get_one(ResidentRow, resident_id), points


def _free_participation(session: Session, community_id: int, entry: PointEntryRow) -> None:
    """Let the same deed be recorded again, rightly."""
    row = session.scalar(
        select(ParticipationRow).where(
            ParticipationRow.community_id == community_id, ParticipationRow.entry == entry.number
        )
    )
    if row is not None:
        row.entry, row.attended_at = None, None
        session.flush()
