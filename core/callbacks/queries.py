"""What an answered callback call needs to speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.callbacks.circumstances import circumstances_of
from core.callbacks.rules import LIVE, SURVEYED_AGAIN_AFTER, CallbackKind
from core.callbacks.tables import CallbackRow
from core.cases.progress import has_real_progress
from core.cases.rules import RESIDENT, SERVICE, What
from core.cases.tables import CaseEventRow, CaseRow
from core.communities.tables import GridRow
from core.residents.queries import line_of
from core.residents.tables import ResidentRow
from core.staff.queries import spoken_name, staff_by_id, staff_by_key
from core.wording.ear import name_spoken

# Words that staff left about the matter itself: why it was returned or passed on is their own
# affair, and "done" stands in an open case only since before it was reopened.
_ABOUT_THE_MATTER = (What.ACCEPTED, What.NOTE, What.TOLD)


@dataclass(frozen=True)
class CallbackScript:
    """What one callback of a call is about; nothing of it before the right person pressed 1."""

    callback_id: int
    kind: str  # core.callbacks.rules.CallbackKind
    case_number: str  # as shown: "0158"
    summary: str  # short name of the matter: 下水道; may be empty
    called: str  # how the resident is addressed: 金奶奶; may be empty
    leader_called: str  # on whose behalf we ring: 小李; may be empty
    progress_words: str  # progress only: last words of the person responsible
    apology: bool  # progress only: nothing real happened since the last feedback


def script_of(session: Session, callback_ids: Sequence[int]) -> list[CallbackScript]:
    """Return what a call says, one entry a case, in the order asked; settled ones left out."""
    rows = [session.get(CallbackRow, callback_id) for callback_id in callback_ids]
    return [_script(session, row) for row in rows if row is not None and row.state in LIVE]


def may_ask_satisfied(session: Session, callback_ids: Sequence[int], *, now: datetime) -> bool:
    """Tell whether the satisfaction question may follow: not opted out, one in seven days."""
    row = session.get(CallbackRow, callback_ids[0]) if callback_ids else None
    if row is None or row.phone is None:
        return False
    line = line_of(session, row.community_id, row.phone)
    if line is None:
        return True
    surveyed_at = line.surveyed_at
    rested = surveyed_at is None or now - surveyed_at >= SURVEYED_AGAIN_AFTER
    return line.opted_out_at is None and rested


def words_to_tell(session: Session, case: CaseRow) -> str:
    """Return the last words that staff left about a case since the resident last heard of it."""
    query = select(CaseEventRow.words).where(
        CaseEventRow.case_id == case.id,
        CaseEventRow.actor.not_in((RESIDENT.name, SERVICE.name)),
        CaseEventRow.what.in_(_ABOUT_THE_MATTER),
        CaseEventRow.words != "",
    )
    if case.feedback_at is not None:
        query = query.where(CaseEventRow.at > case.feedback_at)
    words = session.scalars(query.order_by(CaseEventRow.id.desc()).limit(1)).first()
    return words or case.visit


def _script(session: Session, row: CallbackRow) -> CallbackScript:
    case = session.get_one(CaseRow, row.case_id)
    around = circumstances_of(session, case)
    is_progress = row.kind == CallbackKind.PROGRESS
    return CallbackScript(
        callback_id=row.id,
        kind=row.kind,
        case_number=around.number,
        summary=case.summary,
        called=_called(around.resident),
        leader_called=_leader_called(session, case),
        progress_words=words_to_tell(session, case) if is_progress else "",
        apology=is_progress and not has_real_progress(case),
    )


def _leader_called(session: Session, case: CaseRow) -> str:
    """Return the first name of the grid leader, else of whoever is responsible."""
    grid = session.get(GridRow, case.grid_id) if case.grid_id is not None else None
    leader = staff_by_key(session, case.community_id, grid.leader_key) if grid else None
    person = leader or staff_by_id(session, case.assignee_id)
    return spoken_name(person) if person else ""


def _called(resident: ResidentRow | None) -> str:
    return name_spoken(resident.called, resident.reading) if resident else ""
