"""Where a call begins: which first menu a caller hears, and what a call of ours is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from core.calls.expected_words import want_expected_words
from core.calls.operations import begin_call, remember
from core.calls.queries import draft_to_go_on
from core.calls.rules import CallPurpose, CallState
from core.calls.standing_words import MAY_BE_NAMED
from core.calls.tables import CallRow
from core.communities.queries import community_by_id
from core.outbox.tables import OutboxRow
from core.residents.queries import line_of, resident_by_id, residents_of_phone
from core.staff.queries import staff_by_id, staff_of_phone
from core.wording.ear import name_spoken
from ivr.callback_calls import begin_callback
from ivr.engine import Place
from ivr.neighbours import begin_reach
from ivr.pieces import Line
from ivr.points_calls import begin_announcement
from ivr.scene import Scene
from ivr.staff_calls import begin_alarm, begin_listen
from ivr.steps import AskMenu, End, Step

_TO_STAFF = frozenset({CallPurpose.ALARM, CallPurpose.LISTEN})


def begin_inbound(scene: Scene) -> Step:
    """Greet somebody who rang us."""
    call = scene.call
    resident = resident_by_id(scene.session, call.resident_id)
    named = resident is not None and MAY_BE_NAMED in resident.consents
    remember(
        call,
        greet=name_spoken(resident.called, resident.reading) if resident and named else None,
        stranger=_is_stranger(scene) or None,
    )
    want_expected_words(scene.session, call, now=scene.now)
    return AskMenu(Place(first_menu(scene)))


def first_menu(scene: Scene) -> str:
    """Name the menu that this caller hears first."""
    call = scene.call
    draft = draft_to_go_on(
        scene.session, community_id=call.community_id, phone=call.phone, now=scene.now
    )
    if scene.is_night:
        return "go_on_night" if draft else "first_night"
    if draft:
        return "go_on"
    return "first_elder" if call.held.get("elder") else "first"


def _is_stranger(scene: Scene) -> bool:
    """Tell whether nothing is known of this telephone, its language neither."""
    call = scene.call
    if call.phone is None:
        return True
    line = line_of(scene.session, call.community_id, call.phone)
    known = residents_of_phone(scene.session, call.community_id, call.phone)
    return not known and (line is None or line.language is None)


def note_outbound(
    session: Session, row: OutboxRow, *, provider_id: str, now: datetime, state: CallState
) -> CallRow:
    """Note a call of ours under the provider's id, as soon as we hear of it."""
    staff = staff_by_id(session, row.detail.get("staff_id"))
    staff = staff or staff_of_phone(session, row.community_id, row.to)
    call = begin_call(
        session,
        community=community_by_id(session, row.community_id),
        provider_id=provider_id,
        direction="outbound",
        purpose=row.purpose,
        phone=row.to,
        now=now,
        outbox_id=row.id,
        case_id=row.case_id or row.detail.get("case_id"),
        staff_id=staff.id if staff and row.purpose in _TO_STAFF else None,
        state=state,
    )
    if state is CallState.IN_PROGRESS and call.answered_at is None:
        call.state, call.answered_at = state, now
    if call.staff_id is not None and staff is not None:
        call.language = staff.language
    remember(call, number=row.from_)
    return call


def begin_outbound(scene: Scene, row: OutboxRow) -> Step:
    """Say what our call is about."""
    match row.purpose:
        case CallPurpose.CALLBACK | CallPurpose.PROGRESS:
            return begin_callback(scene, list(row.detail.get("callback_ids", [])))
        case CallPurpose.ALARM:
            return begin_alarm(scene, int(row.detail.get("alarm_id", 0)))
        case CallPurpose.LISTEN:
            return begin_listen(scene, int(row.case_id or row.detail.get("case_id", 0)))
        case CallPurpose.RESERVATION:
            return begin_announcement(scene, int(row.detail.get("redemption_id", 0)))
        case _ if "reach_id" in row.detail:
            return begin_reach(scene, int(row.detail["reach_id"]))
        case _:
            return End((Line("voice.callback.silent"),))
