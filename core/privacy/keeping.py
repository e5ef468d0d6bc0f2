"""What is forgotten by its age, each night, as the office set it.

A case keeps what was asked and done; what goes is the raw matter: voices, the texts themselves,
who rang when. Nothing of a case that is still open goes, and nothing of the points book ever.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from core.calls.tables import CallRow, RecordingRow, TranscriptRow
from core.cases.tables import CaseRow
from core.communities.queries import community_by_id, office_of
from core.communities.tables import CommunityRow
from core.forms.tables import FormFileRow
from core.inbound.tables import AnswerRow, InboundTextRow
from core.loading.tables import ImportDraftRow
from core.office import Keep, Office
from core.outbox.rules import FINAL, OutboxState
from core.outbox.tables import OutboxAttemptRow, OutboxRow
from core.privacy.tables import KeepingRow
from core.refusals.tables import RefusalRow
from core.sla.hours import instant, local_day
from core.sound.tables import SoundRow
from core.spending.operations import forget_spending
from core.staff.tables import StaffCodeRow

FORGOTTEN = ""  # what stands where words stood
_NIGHT = time(3)  # local; nobody is rung or texted then
_CODES = timedelta(days=30)
_COUNTS = timedelta(days=400)  # a year's comparison
_SETTLED = (*FINAL, OutboxState.SENT)


def nightly_due(session: Session, *, now: datetime) -> list[int]:
    """Return the communities whose night of forgetting has come, once a local day."""
    found = []
    rows = session.execute(
        select(CommunityRow, KeepingRow.day)
        .outerjoin(KeepingRow, KeepingRow.community_id == CommunityRow.id)
        .order_by(CommunityRow.id)
    )
    for community, last_day in rows:
        office = office_of(community)
        day = local_day(office, now)
        if now >= instant(office, day, _NIGHT) and (last_day is None or last_day < day):
            found.append(community.id)
    return found


def forget_old(session: Session, community_id: int, *, now: datetime, real_now: datetime) -> int:
    """Forget what is too old; return how many rows it was."""
    office = office_of(community_by_id(session, community_id))
    gone = {
        kind: forget(session, community_id, office.keep, now) for kind, forget in _KINDS.items()
    }
    gone["codes"] = _done(
        session,
        delete(StaffCodeRow).where(
            StaffCodeRow.community_id == community_id, StaffCodeRow.sent_at < real_now - _CODES
        ),
    )
    gone["counts"] = forget_spending(session, before=now - _COUNTS) + _done(
        session, delete(RefusalRow).where(RefusalRow.day < (real_now - _COUNTS).date())
    )
    _write_down(session, community_id, office, gone, now)
    return sum(gone.values())


def _recordings(session: Session, community_id: int, keep: Keep, now: datetime) -> int:
    old = now - timedelta(days=keep.recordings_days)
    rows = session.scalars(
        select(RecordingRow).where(
            RecordingRow.community_id == community_id,
            RecordingRow.created_at < old,
            or_(RecordingRow.sound_hash.is_not(None), RecordingRow.typed_words != FORGOTTEN),
            _no_open_case(RecordingRow.case_id),
        )
    ).all()
    return forget_recordings(session, [row.id for row in rows])


def forget_recordings(session: Session, ids: list[int]) -> int:
    """Delete voices and what was heard on them; that there was a recording stays."""
    rows = session.scalars(select(RecordingRow).where(RecordingRow.id.in_(ids))).all()
    hashes = [row.sound_hash for row in rows if row.sound_hash is not None]
    session.execute(delete(SoundRow).where(SoundRow.hash.in_(hashes)))
    session.execute(
        update(TranscriptRow).where(TranscriptRow.recording_id.in_(ids)).values(words=FORGOTTEN)
    )
    for row in rows:
        row.sound_hash, row.typed_words, row.fetch_reason = None, FORGOTTEN, "forgotten"
    session.flush()
    return len(rows)


def _texts(session: Session, community_id: int, keep: Keep, now: datetime) -> int:
    old = now - timedelta(days=keep.texts_days)
    came = delete(InboundTextRow).where(
        InboundTextRow.community_id == community_id,
        InboundTextRow.at < old,
        _no_open_case(InboundTextRow.case_id),
    )
    left = (
        OutboxRow.community_id == community_id,
        OutboxRow.created_at < old,
        OutboxRow.state.in_(_SETTLED),
        _no_open_case(OutboxRow.case_id),
        OutboxRow.body != FORGOTTEN,
    )
    sent = select(OutboxRow.id).where(*left)
    session.execute(delete(OutboxAttemptRow).where(OutboxAttemptRow.outbox_id.in_(sent)))
    blank = update(OutboxRow).where(*left).values(body=FORGOTTEN, to=FORGOTTEN, detail={})
    return _done(session, came) + _done(session, blank)


def _calls(session: Session, community_id: int, keep: Keep, now: datetime) -> int:
    old = now - timedelta(days=keep.calls_days)
    rang = (
        CallRow.community_id == community_id,
        CallRow.started_at < old,
        CallRow.ended_at.is_not(None),
        CallRow.phone.is_not(None),
        _no_open_case(CallRow.case_id),
    )
    return _done(session, update(CallRow).where(*rang).values(phone=None, held={}))


def _answers(session: Session, community_id: int, keep: Keep, now: datetime) -> int:
    del community_id  # an answer names no community; the first one's night takes all
    old = now - timedelta(days=keep.answers_days)
    # the key stays, so that a webhook replayed years later is still not obeyed
    spoken = (AnswerRow.at < old, AnswerRow.body != FORGOTTEN)
    return _done(session, update(AnswerRow).where(*spoken).values(body=FORGOTTEN))


def _files(session: Session, community_id: int, keep: Keep, now: datetime) -> int:
    old = now - timedelta(days=keep.recordings_days)
    cases = select(CaseRow.id).where(CaseRow.community_id == community_id, CaseRow.closed_at < old)
    lists = delete(ImportDraftRow).where(
        ImportDraftRow.community_id == community_id, ImportDraftRow.at < now - timedelta(days=1)
    )
    return _done(session, delete(FormFileRow).where(FormFileRow.case_id.in_(cases))) + _done(
        session, lists
    )


def _no_open_case(case_id: object) -> ColumnElement[bool]:
    still_open = select(CaseRow.id).where(CaseRow.closed_at.is_(None))
    column: ColumnElement[int | None] = case_id  # type: ignore[assignment]  # a mapped column
    return or_(column.is_(None), column.not_in(still_open))


_KINDS: dict[str, Callable[[Session, int, Keep, datetime], int]] = {
    "recordings": _recordings,
    "texts": _texts,
    "calls": _calls,
    "answers": _answers,
    "files": _files,
}


def _write_down(
    session: Session, community_id: int, office: Office, gone: dict[str, int], now: datetime
) -> None:
    session.merge(
        KeepingRow(community_id=community_id, day=local_day(office, now), at=now, gone=gone)
    )
    session.flush()


def _done(session: Session, statement: Delete | Update) -> int:
    result = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
