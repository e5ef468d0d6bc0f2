"""Everything that may happen to a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.calls.conversations import ask_for_note, take_call
from core.calls.ending import settle_end
from core.calls.held import remember
from core.calls.queries import call_of_provider_id
from core.calls.recordings import keep_recording, record_fetched
from core.calls.reports import begin_report, open_emergency, open_spoken_case
from core.calls.rules import ENDED_STATES, OLD_AGE, CallState, follows, read_state
from core.calls.sweeping import sweep
from core.calls.tables import CallRow
from core.communities.tables import CommunityRow
from core.residents.hearing import hearing_of
from core.residents.queries import residents_of_phone
from core.residents.tables import ResidentRow

__all__ = [
    "ask_for_note",
    "begin_call",
    "begin_report",
    "keep_recording",
    "open_emergency",
    "open_spoken_case",
    "record_fetched",
    "remember",
    "settle_end",
    "settle_status",
    "sweep",
    "take_call",
]


def begin_call(
    session: Session,
    *,
    community: CommunityRow,
    provider_id: str,
    direction: str,
    purpose: str,
    phone: str | None,
    now: datetime,
    outbox_id: int | None = None,
    case_id: int | None = None,
    staff_id: int | None = None,
    state: CallState = CallState.IN_PROGRESS,
) -> CallRow:
    """Note a call, in the language and at the pace of its telephone; the same id twice is one."""
    known = call_of_provider_id(session, provider_id)
    if known is not None:
        return known
    residents = residents_of_phone(session, community.id, phone)
    hearing = hearing_of(session, community.id, phone)
    call = CallRow(
        community_id=community.id,
        provider_id=provider_id,
        direction=direction,
        purpose=purpose,
        phone=phone,
        state=state,
        outbox_id=outbox_id,
        resident_id=residents[0].id if len(residents) == 1 else None,
        staff_id=staff_id,
        case_id=case_id,
        language=hearing.language,
        slow=hearing.slow,
        held={"elder": _is_any_old(residents, now), "loud": hearing.loud},
        started_at=now,
        touched_at=now,
        answered_at=now if state is CallState.IN_PROGRESS else None,
    )
    session.add(call)
    session.flush()
    return call


def settle_status(session: Session, call: CallRow, *, status: str, now: datetime) -> None:
    """Take a provider's report of a call's state; an ended inbound call is settled at once."""
    state = read_state(status)
    if state is None or not follows(call.state, state):
        return
    call.state = state
    call.touched_at = now
    if state in ENDED_STATES:
        call.ended_at = now
        settle_end(session, call, now=now)
    session.flush()


def _is_any_old(residents: Sequence[ResidentRow], now: datetime) -> bool:
    return any(row.birth_year and now.year - row.birth_year >= OLD_AGE for row in residents)
